#pragma once

#include <filesystem>
#include <string>

#include "graph/model/result.h"

namespace unf::agent {

/// Errors: unavailable, with the path and the reason; malformed, if it is longer than `limit` bytes.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 64 << 20);

/// Replaces the file in one step that a crash cannot split: either the old text or the new is on the disk, and once
/// this returns, the new one is. Errors: unavailable.
[[nodiscard]] Result<void> write_atomically(const std::filesystem::path& path, const std::string& text);

/// Replaces the file's text; it may be lost in a crash of the machine. Errors: unavailable.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, const std::string& text);

/// Removes it for good: the directory is on the disk when this returns. Absent is fine. Errors: unavailable.
[[nodiscard]] Result<void> remove_durably(const std::filesystem::path& path);

/// A file name for any text: what is not a letter, digit, `-`, `_` or an inner `.` becomes %XX.
[[nodiscard]] std::string file_name_for(const std::string& text);

/// The directory of the running program.
[[nodiscard]] std::filesystem::path program_directory();

}  // namespace unf::agent
