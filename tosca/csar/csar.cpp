#include "tosca/csar/csar.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "graph/model/artifacts.h"
#include "graph/model/quote.h"
#include "tosca/csar/package_list.h"

namespace unf::tosca {
namespace {

constexpr std::uint64_t kRatioCountsFrom = 1 << 20;
constexpr std::uint64_t kMaxTextBytes = 4 << 20;
constexpr std::uint64_t kMaxTextsBytes = 32 << 20;

using Reading = std::unique_ptr<archive, decltype(&archive_read_free)>;

/// Relative, of plain names between slashes.
bool is_safe_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find_first_of(std::string_view{"\\:\0", 3}) != name.npos)
    return false;
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) return false;
  for (auto left = name;;) {
    const auto slash = left.find('/');
    const auto part = left.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == left.npos) return true;
    left.remove_prefix(slash + 1);
  }
}

/// Whether `text` is what a reader of TOSCA may want: no binary.
bool is_text(const std::string& text) { return text.size() <= kMaxTextBytes && text.find('\0') == text.npos; }

/// Reads a zip, an entry at a time.
class ZipReader {
 public:
  ZipReader(std::string name, const CsarLimits& limits) : name_(std::move(name)), limits_(limits) {}

  Result<void> open(const std::filesystem::path& file) {
    std::error_code error;
    packed_ = std::filesystem::file_size(file, error);
    if (error) return fail(Errc::unavailable, "{}: {}", name_, error.message());
    archive_read_support_format_zip(reading_.get());
    constexpr std::size_t kBlock = 64 << 10;
    if (archive_read_open_filename(reading_.get(), file.c_str(), kBlock) != ARCHIVE_OK) return wrong("is no zip");
    return {};
  }

  /// The next file's name; nothing at the end.
  Result<std::optional<std::string>> next() {
    for (;;) {
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(reading_.get(), &entry);
      if (status == ARCHIVE_EOF) {
        if (count_ == 0) return wrong("is no zip, or an empty one");
        return std::nullopt;
      }
      if (status != ARCHIVE_OK) return damaged();
      if (++count_ > limits_.max_entries) return wrong("has more than {} entries", limits_.max_entries);
      auto name = take_name(entry);
      if (!name) return fail(name.error());
      if (archive_entry_filetype(entry) == AE_IFREG) return std::move(*name);
    }
  }

  /// The bytes of the file that next gave. Errors: no_capacity beyond `max_bytes`.
  Result<std::string> read(std::uint64_t max_bytes) {
    std::string bytes;
    for (;;) {
      const void* block = nullptr;
      std::size_t size = 0;
      la_int64_t offset = 0;
      const int status = archive_read_data_block(reading_.get(), &block, &size, &offset);
      if (status == ARCHIVE_EOF) return bytes;
      if (status != ARCHIVE_OK) return damaged();
      unpacked_ += size;
      if (unpacked_ > limits_.max_bytes) return wrong("unpacks to more than {} bytes", limits_.max_bytes);
      if (unpacked_ > kRatioCountsFrom && unpacked_ / std::max<std::uint64_t>(packed_, 1) > limits_.max_ratio) {
        return wrong("unpacks to more than {} times its size", limits_.max_ratio);
      }
      if (bytes.size() + size > max_bytes) {
        return fail(Errc::no_capacity, "{}: {}: has more than {} bytes", name_, current_, max_bytes);
      }
      bytes.append(static_cast<const char*>(block), size);
    }
  }

 private:
  template <typename... Args>
  tl::unexpected<Error> wrong(fmt::format_string<Args...> format, Args&&... args) const {
    return fail(Errc::malformed, "{}: {}", name_, fmt::format(format, std::forward<Args>(args)...));
  }
  tl::unexpected<Error> damaged() const {
    const auto* why = archive_error_string(reading_.get());
    return wrong("{}: {}", current_, why == nullptr ? "damaged" : why);
  }

  /// Checks what an entry is and is called.
  Result<std::string> take_name(archive_entry* entry) {
    const auto* written = archive_entry_pathname(entry);
    std::string name = written == nullptr ? "" : written;
    current_ = name;
    const auto type = archive_entry_filetype(entry);
    if (archive_entry_is_encrypted(entry) != 0) return wrong("{}: is encrypted", name);
    if ((type != AE_IFREG && type != AE_IFDIR) || archive_entry_hardlink(entry) != nullptr) {
      return wrong("{}: a link or a device, expected files and directories", name);
    }
    if (type == AE_IFDIR && name.ends_with('/')) name.pop_back();
    if (name.size() > limits_.max_name) return wrong("a name of more than {} bytes", limits_.max_name);
    if (!is_safe_name(name)) return wrong("{}: expected a relative name without `..`, `\\` and `:`", name);
    if (!names_.insert(name).second) return wrong("{}: is there twice", name);
    return name;
  }

  const std::string name_;
  const CsarLimits limits_;
  Reading reading_{archive_read_new(), archive_read_free};
  std::uint64_t packed_ = 0, unpacked_ = 0;
  std::size_t count_ = 0;
  std::string current_;
  std::set<std::string> names_;
};

/// The hashes of entries as the package's own list has them, of functions that entries are not kept by.
Result<std::map<std::pair<std::string, HashFunction>, std::string>> other_hashes(
    const std::filesystem::path& archive, const std::string& name, const CsarLimits& limits,
    const std::vector<ListedFile>& listed) {
  std::map<std::pair<std::string, HashFunction>, std::string> hashes;
  for (const auto& file : listed) {
    if (file.function && file.function != HashFunction::sha256) hashes[{file.name, *file.function}];
  }
  if (hashes.empty()) return hashes;
  ZipReader zip{name, limits};
  if (auto opened = zip.open(archive); !opened) return fail(opened.error());
  for (;;) {
    const auto entry = zip.next();
    if (!entry) return fail(entry.error());
    if (!*entry) return hashes;
    auto at = hashes.lower_bound({**entry, HashFunction{}});
    if (at == hashes.end() || at->first.first != **entry) continue;  // nothing else is unpacked again
    const auto bytes = zip.read(limits.max_bytes);
    if (!bytes) return fail(bytes.error());
    for (; at != hashes.end() && at->first.first == **entry; ++at) at->second = hash_of(*bytes, at->first.second);
  }
}

/// Whether all files that the package lists are there, and are what it says.
Result<void> check_list(const std::filesystem::path& archive, const std::string& name, const CsarLimits& limits,
                        const Csar& csar) {
  Problems problems;
  const auto listed = read_package_list(csar.files, name, problems).files;
  const auto others = other_hashes(archive, name, limits, listed);
  if (!others) return fail(others.error());
  for (const auto& [file, function, expected, at] : listed) {
    const auto entry = std::ranges::lower_bound(csar.entries, file, {}, &CsarEntry::name);
    if (entry == csar.entries.end() || entry->name != file) {
      problems.add(at, "{}: is listed, but there is no such file in the package", quote(file));
      continue;
    }
    if (!function) continue;
    const auto found = function == HashFunction::sha256 ? entry->digest.substr(entry->digest.find(':') + 1)
                                                        : others->at({file, *function});
    if (found != expected) {
      problems.add(at, "{}: its {} is {}, but {} is listed", quote(file), name_of(*function), found, quote(expected));
    }
  }
  if (!problems.empty()) return fail(problems.error());
  return {};
}

}  // namespace

Result<Csar> read_csar(const std::filesystem::path& archive, const std::string& name, const CsarLimits& limits) {
  ZipReader zip{name, limits};
  if (auto opened = zip.open(archive); !opened) return fail(opened.error());
  Csar csar;
  csar.files.paths = {name};
  std::uint64_t texts = 0;
  for (;;) {
    auto entry = zip.next();
    if (!entry) return fail(entry.error());
    if (!*entry) break;
    auto bytes = zip.read(limits.max_bytes);
    if (!bytes) return fail(bytes.error());
    csar.entries.push_back({**entry, bytes->size(), digest_of(*bytes)});
    if (!is_text(*bytes)) continue;
    texts += bytes->size();
    if (texts > kMaxTextsBytes) return fail(Errc::malformed, "{}: more than {} bytes of text", name, kMaxTextsBytes);
    csar.files.files.emplace(join(name, **entry), std::move(*bytes));
  }
  std::ranges::sort(csar.entries, {}, &CsarEntry::name);
  if (auto checked = check_list(archive, name, limits, csar); !checked) return fail(checked.error());
  return csar;
}

Result<std::string> read_csar_entry(const std::filesystem::path& archive, const std::string& entry,
                                    std::uint64_t max_bytes) {
  ZipReader zip{archive.filename(), {}};
  if (auto opened = zip.open(archive); !opened) return fail(opened.error());
  for (;;) {
    auto name = zip.next();
    if (!name) return fail(name.error());
    if (!*name) return fail(Errc::not_found, "{}: there is no such file in the package", entry);
    if (**name == entry) return zip.read(max_bytes);
  }
}

std::string make_zip(const std::map<std::string, std::string>& files) {
  std::size_t room = 1 << 10;
  for (const auto& [name, text] : files) room += text.size() + 2 * name.size() + 512;
  std::string zip(room, '\0');
  std::size_t used = 0;
  const std::unique_ptr<archive, decltype(&archive_write_free)> writing{archive_write_new(), archive_write_free};
  archive_write_set_format_zip(writing.get());
  archive_write_set_bytes_per_block(writing.get(), 0);
  archive_write_open_memory(writing.get(), zip.data(), zip.size(), &used);
  for (const auto& [name, text] : files) {
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry{archive_entry_new(), archive_entry_free};
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(text.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_write_header(writing.get(), entry.get());
    archive_write_data(writing.get(), text.data(), text.size());
  }
  archive_write_close(writing.get());
  zip.resize(used);
  return zip;
}

}  // namespace unf::tosca
