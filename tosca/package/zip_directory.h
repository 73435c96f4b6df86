#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/result.h"

namespace unf::tosca {

/// Bytes to read here and there: of a file, or of a text that outlives this.
class ZipBytes {
 public:
  explicit ZipBytes(std::string_view text) : text_(text), size_(text.size()) {}
  /// Errors: unavailable.
  [[nodiscard]] static Result<ZipBytes> open(const std::filesystem::path& file);
  ZipBytes(ZipBytes&&) noexcept = default;
  ZipBytes& operator=(ZipBytes&&) noexcept = default;
  ~ZipBytes() = default;

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// `count` bytes at `offset`, or fewer where they end, or cannot be read.
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t count) const;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::string_view text_;
  std::uint64_t size_ = 0;
};

/// A file or directory of a zip.
struct ZipEntry {
  std::string name;          ///< as it is written
  std::uint64_t size = 0;    ///< unpacked
  std::uint64_t offset = 0;  ///< of its local header
};

/// What the central directory of a zip lists, in the order in which it lies in the file. One that can be read in two
/// ways is refused: every byte is of an entry, of the directory or of a comment at the end, no entry overlaps another,
/// and what stands before an entry's data says the same as the directory. Errors: malformed, for that, for more than
/// `max_entries`, for what is encrypted, split, or compressed otherwise than by Deflate.
[[nodiscard]] Result<std::vector<ZipEntry>> read_zip_directory(const ZipBytes& zip, std::size_t max_entries);

}  // namespace unf::tosca
