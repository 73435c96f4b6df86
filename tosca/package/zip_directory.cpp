#include "tosca/package/zip_directory.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "graph/model/quote.h"

namespace unf::tosca {
namespace {

// Sizes and marks: PKWARE APPNOTE 6.3.10, 4.3.
constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kEnd64Size = 56, kLocatorSize = 20;
constexpr std::uint32_t kLocalMark = 0x04034b50, kCentralMark = 0x02014b50, kEndMark = 0x06054b50,
                        kEnd64Mark = 0x06064b50, kLocatorMark = 0x07064b50, kDescriptorMark = 0x08074b50;
constexpr std::size_t kMaxComment = 4096;  // what is read by libarchive, too
constexpr std::size_t kMaxDirectory = 64 << 20;
constexpr std::uint32_t kIn64 = 0xffffffff;  // where a number is in the Zip64 field
constexpr unsigned kEncrypted = 1U << 0, kDescribed = 1U << 3, kEncryptedHeaders = 1U << 6 | 1U << 13;
constexpr unsigned kStored = 0, kDeflated = 8;
constexpr unsigned kZip64 = 0x0001, kUnicodePath = 0x7075;

/// Little-endian, of one to eight bytes.
std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = count; i-- > 0;) number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
  return number;
}
std::uint32_t mark_of(std::string_view bytes) {
  return bytes.size() < 4 ? 0 : static_cast<std::uint32_t>(number_at(bytes, 0, 4));
}

/// What is said of an entry, in front of it or in the directory.
struct Header {
  std::string name;
  unsigned flags = 0, method = 0;
  std::uint64_t crc = 0, packed = 0, size = 0, offset = 0;
};

template <typename... Args>
tl::unexpected<Error> bad_zip(fmt::format_string<Args...> format, Args&&... args) {
  return fail(Errc::malformed, format, std::forward<Args>(args)...);
}

/// Takes the Zip64 numbers; nothing else may give another name.
Result<void> read_extra(std::string_view extra, Header& header) {
  for (auto left = extra; !left.empty();) {
    const auto size = left.size() < 4 ? left.size() : number_at(left, 2, 2);
    if (left.size() < 4 || left.size() - 4 < size) return bad_zip("{}: a broken extra field", quote(header.name));
    const auto kind = number_at(left, 0, 2);
    auto field = left.substr(4, size);
    left.remove_prefix(4 + size);
    if (kind == kUnicodePath && field.size() > 5 && field.substr(5) != header.name) {
      return bad_zip("{}: has two names, expected one", quote(header.name));
    }
    if (kind != kZip64) continue;
    for (auto* value : {&header.size, &header.packed, &header.offset}) {
      if (*value != kIn64) continue;
      if (field.size() < 8) return bad_zip("{}: a broken Zip64 field", quote(header.name));
      *value = number_at(field, 0, 8);
      field.remove_prefix(8);
    }
  }
  return {};
}

/// Where the directory is, and of how many entries.
struct End {
  std::uint64_t count = 0, size = 0, offset = 0;
  std::uint64_t at = 0;  ///< where it has to end
};

Result<End> read_end(const ZipBytes& zip) {
  const auto tail_size = std::min<std::uint64_t>(zip.size(), kEndSize + kMaxComment + kLocatorSize);
  const auto tail = zip.read(zip.size() - tail_size, tail_size);
  std::optional<std::size_t> found;
  for (std::size_t at = 0; at + kEndSize <= tail.size(); ++at) {
    if (mark_of(std::string_view{tail}.substr(at, 4)) != kEndMark) continue;
    if (found) return bad_zip("ends more than once, expected one directory of its entries");
    found = at;
  }
  if (!found) return bad_zip("is no zip, or a truncated one, or something stands behind it");
  const auto end = std::string_view{tail}.substr(*found);
  if (number_at(end, 20, 2) != end.size() - kEndSize) return bad_zip("something stands behind it, expected its end");
  End read{.count = number_at(end, 10, 2), .size = number_at(end, 12, 4), .offset = number_at(end, 16, 4)};
  read.at = zip.size() - end.size();
  bool is_split = number_at(end, 4, 2) != 0 || number_at(end, 6, 2) != 0 || number_at(end, 8, 2) != read.count;
  if (*found >= kLocatorSize && mark_of(std::string_view{tail}.substr(*found - kLocatorSize)) == kLocatorMark) {
    const auto locator = std::string_view{tail}.substr(*found - kLocatorSize, kLocatorSize);
    const auto at = number_at(locator, 8, 8);
    const auto end64 = zip.read(at, kEnd64Size);
    if (end64.size() < kEnd64Size || mark_of(end64) != kEnd64Mark || number_at(end64, 4, 8) != kEnd64Size - 12 ||
        at + kEnd64Size + kLocatorSize != read.at) {
      return bad_zip("its Zip64 end is broken");
    }
    const End wide{
        .count = number_at(end64, 32, 8), .size = number_at(end64, 40, 8), .offset = number_at(end64, 48, 8), .at = at};
    is_split = number_at(end64, 16, 4) != 0 || number_at(end64, 20, 4) != 0 || number_at(end64, 24, 8) != wide.count;
    if ((read.count != 0xffff && read.count != wide.count) || (read.size != kIn64 && read.size != wide.size) ||
        (read.offset != kIn64 && read.offset != wide.offset)) {
      return bad_zip("its two ends differ");
    }
    read = wide;
  }
  if (is_split) return bad_zip("is a part of a split zip, expected a whole one");
  return read;
}

Result<Header> read_central(std::string_view& left) {
  const auto broken = [] { return bad_zip("its directory is broken"); };
  if (left.size() < kCentralSize || mark_of(left) != kCentralMark) return broken();
  Header header{.flags = static_cast<unsigned>(number_at(left, 8, 2)),
                .method = static_cast<unsigned>(number_at(left, 10, 2)),
                .crc = number_at(left, 16, 4),
                .packed = number_at(left, 20, 4),
                .size = number_at(left, 24, 4),
                .offset = number_at(left, 42, 4)};
  const auto name = number_at(left, 28, 2), extra = number_at(left, 30, 2), comment = number_at(left, 32, 2);
  const bool is_split = number_at(left, 34, 2) != 0;
  left.remove_prefix(kCentralSize);
  if (left.size() < name + extra + comment) return broken();
  header.name = left.substr(0, name);
  if (auto read = read_extra(left.substr(name, extra), header); !read) return fail(read.error());
  left.remove_prefix(name + extra + comment);
  if (is_split) return bad_zip("is a part of a split zip, expected a whole one");
  if ((header.flags & (kEncrypted | kEncryptedHeaders)) != 0) return bad_zip("{}: is encrypted", quote(header.name));
  if (header.method != kStored && header.method != kDeflated) {
    return bad_zip("{}: compressed by method {}, expected 8, Deflate, or none", quote(header.name), header.method);
  }
  if (header.method == kStored && header.packed != header.size) {
    return bad_zip("{}: of two sizes, though it is not compressed", quote(header.name));
  }
  return header;
}

/// Whether what stands between an entry's data and `end` is nothing, or, where it should be there, what repeats its
/// sizes.
bool is_descriptor(std::string_view bytes, const Header& header) {
  if ((header.flags & kDescribed) == 0) return bytes.empty();
  if (bytes.size() == 16 || bytes.size() == 24) {
    if (mark_of(bytes) != kDescriptorMark) return false;
    bytes.remove_prefix(4);
  }
  if (bytes.size() != 12 && bytes.size() != 20) return false;
  const std::size_t width = (bytes.size() - 4) / 2;
  return number_at(bytes, 0, 4) == header.crc && number_at(bytes, 4, width) == header.packed &&
         number_at(bytes, 4 + width, width) == header.size;
}

/// Checks what lies from an entry's local header to `end`, where the next begins.
Result<void> check_entry(const ZipBytes& zip, const Header& header, std::uint64_t end) {
  const auto name = quote(header.name);
  const auto differs = [&](const char* what) {
    return bad_zip("{}: the directory says something else of its {} than what stands before it", name, what);
  };
  const auto fixed = zip.read(header.offset, kLocalSize);
  if (fixed.size() < kLocalSize || mark_of(fixed) != kLocalMark) return bad_zip("{}: is not where it should be", name);
  const auto name_size = number_at(fixed, 26, 2), extra_size = number_at(fixed, 28, 2);
  const auto rest = zip.read(header.offset + kLocalSize, name_size + extra_size);
  if (rest.size() < name_size + extra_size) return bad_zip("{}: is truncated", name);
  Header local{.name = rest.substr(0, name_size),
               .flags = static_cast<unsigned>(number_at(fixed, 6, 2)),
               .method = static_cast<unsigned>(number_at(fixed, 8, 2)),
               .crc = number_at(fixed, 14, 4),
               .packed = number_at(fixed, 18, 4),
               .size = number_at(fixed, 22, 4)};
  if (local.name != header.name) return differs("name");
  if (auto read = read_extra(std::string_view{rest}.substr(name_size), local); !read) return read;
  if (((local.flags ^ header.flags) & (kEncrypted | kDescribed | kEncryptedHeaders)) != 0) return differs("flags");
  if (local.method != header.method) return differs("compression");
  const bool later = (header.flags & kDescribed) != 0;  // the numbers follow the data
  for (const auto& [here, there] :
       {std::pair{local.crc, header.crc}, std::pair{local.packed, header.packed}, std::pair{local.size, header.size}}) {
    if (here != there && !(later && (here == 0 || here == kIn64))) return differs("size or checksum");
  }
  const auto data = header.offset + kLocalSize + name_size + extra_size;
  if (data > end || header.packed > end - data) return bad_zip("{}: overlaps what comes next", name);
  const auto behind = data + header.packed;
  constexpr std::size_t kMost = 25;  // more than any descriptor
  if (!is_descriptor(zip.read(behind, std::min<std::uint64_t>(end - behind, kMost)), header)) {
    return bad_zip("{}: something stands behind it, expected the next entry", name);
  }
  return {};
}

}  // namespace

Result<ZipBytes> ZipBytes::open(const std::filesystem::path& file) {
  ZipBytes bytes{std::string_view{}};
  bytes.file_.reset(std::fopen(file.c_str(), "rbe"));
  std::error_code error;
  if (bytes.file_) bytes.size_ = std::filesystem::file_size(file, error);
  if (!bytes.file_ || error) return fail(Errc::unavailable, "cannot be read");
  return bytes;
}

std::string ZipBytes::read(std::uint64_t offset, std::size_t count) const {
  if (offset >= size_) return {};
  count = std::min<std::uint64_t>(count, size_ - offset);
  if (!file_) return std::string{text_.substr(offset, count)};
  std::string bytes(count, '\0');
  if (fseeko(file_.get(), static_cast<off_t>(offset), SEEK_SET) != 0) return {};
  bytes.resize(std::fread(bytes.data(), 1, count, file_.get()));
  return bytes;
}

Result<std::vector<ZipEntry>> read_zip_directory(const ZipBytes& zip, std::size_t max_entries) {
  const auto end = read_end(zip);
  if (!end) return fail(end.error());
  if (end->count > max_entries) return bad_zip("has more than {} entries", max_entries);
  if (end->count == 0) return bad_zip("is an empty zip");
  if (end->size > kMaxDirectory) return bad_zip("its directory has more than {} bytes", kMaxDirectory);
  if (end->offset > end->at || end->size != end->at - end->offset) {
    return bad_zip("its directory is not where it should be: truncated, or something stands in front of it");
  }
  const auto directory = zip.read(end->offset, end->size);
  std::vector<Header> headers;
  std::string_view left = directory;
  for (std::uint64_t i = 0; i < end->count; ++i) {
    auto header = read_central(left);
    if (!header) return fail(header.error());
    headers.push_back(std::move(*header));
  }
  if (!left.empty()) return bad_zip("its directory is longer than its {} entries", end->count);
  std::ranges::sort(headers, {}, &Header::offset);
  if (headers.front().offset != 0) return bad_zip("something stands in front of it, expected its first entry");
  std::vector<ZipEntry> entries;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const auto next = i + 1 < headers.size() ? headers[i + 1].offset : end->offset;
    if (auto checked = check_entry(zip, headers[i], next); !checked) return fail(checked.error());
    entries.push_back({headers[i].name, headers[i].size, headers[i].offset});
  }
  return entries;
}

}  // namespace unf::tosca
