#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "graph/model/result.h"

namespace unf {

/// FIPS 180-4.
enum class HashFunction { sha224, sha256, sha384, sha512 };

/// As lower-case hexadecimal digits.
[[nodiscard]] std::string hash_of(std::string_view bytes, HashFunction function);
/// The same of a file's content. Errors: unavailable.
[[nodiscard]] Result<std::string> hash_of_file(const std::filesystem::path& file, HashFunction function);

}  // namespace unf
