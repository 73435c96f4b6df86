#pragma once

#include <string>
#include <string_view>

namespace unf {

/// A file of the repository, by its path in it.
[[nodiscard]] std::string source_path(std::string_view path);

/// A program of the build, by its name.
[[nodiscard]] std::string program_path(std::string_view name);

/// A program that stands in for one of the build, by its name.
[[nodiscard]] std::string fake_path(std::string_view name);

}  // namespace unf
