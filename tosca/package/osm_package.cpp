#include "tosca/package/osm_package.h"

#include <archive.h>
#include <archive_entry.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "graph/model/quote.h"
#include "tosca/package/entry_name.h"
#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {
namespace {

constexpr std::uint64_t kTarRatioCountsFrom = 1 << 20;
constexpr std::size_t kMaxTarTexts = 32 << 20;
constexpr std::size_t kMaxChecksums = 10'000;
constexpr std::size_t kChecksumBlock = 64 << 10;

class ChecksumState {
 public:
  explicit ChecksumState(Checksum function) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), function == Checksum::md5 ? EVP_md5() : EVP_sha256(), nullptr);
  }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  [[nodiscard]] std::string take() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), bytes, &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

/// Reads a tar, an entry after the other.
class TarReader {
 public:
  TarReader(std::string name, const CsarLimits& limits) : name_(std::move(name)), limits_(limits) {
    archive_read_support_format_tar(reading_.get());
    archive_read_support_filter_gzip(reading_.get());
  }

  Result<FileSet> read(const std::filesystem::path& file) {
    std::error_code error;
    packed_ = std::filesystem::file_size(file, error);
    if (error) return fail(Errc::unavailable, "{}: {}", name_, error.message());
    return opened(archive_read_open_filename(reading_.get(), file.c_str(), kChecksumBlock));
  }
  Result<FileSet> read(std::string_view bytes) {
    packed_ = bytes.size();
    return opened(archive_read_open_memory(reading_.get(), bytes.data(), bytes.size()));
  }

 private:
  struct Hashes {
    std::string md5, sha256;
  };

  template <typename... Args>
  tl::unexpected<Error> wrong(fmt::format_string<Args...> format, Args&&... args) const {
    return fail(Errc::malformed, "{}: {}", name_, fmt::format(format, std::forward<Args>(args)...));
  }
  tl::unexpected<Error> damaged(std::string_view where) const {
    const auto* why = archive_error_string(reading_.get());
    return wrong("{}: {}", where, quote(why == nullptr ? "damaged" : why));
  }

  Result<FileSet> opened(int status) {
    if (status != ARCHIVE_OK) return wrong("is no tar");
    set_.paths = {name_};
    for (;;) {
      archive_entry* entry = nullptr;
      status = archive_read_next_header(reading_.get(), &entry);
      if (status == ARCHIVE_EOF) break;
      // A warning is of a name that has no form in the locale.
      if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return damaged(entries_ == 0 ? "is no tar" : "an entry");
      if (auto taken = take(entry); !taken) return fail(taken.error());
    }
    if (auto checked = check(); !checked) return fail(checked.error());
    return std::move(set_);
  }

  Result<void> take(archive_entry* entry) {
    if (++entries_ > limits_.max_entries) return wrong("more than {} entries", limits_.max_entries);
    if (archive_filter_count(reading_.get()) > 2) return wrong("is packed more than once");
    if (auto fits = check_size(); !fits) return fits;
    const auto* path = archive_entry_pathname_utf8(entry);
    if (path == nullptr) path = archive_entry_pathname(entry);
    std::string name = path == nullptr ? "" : path;
    while (name.starts_with("./")) name.erase(0, 2);
    const auto type = archive_entry_filetype(entry);
    if (type == AE_IFDIR && (name.empty() || name == ".")) return {};
    if (type == AE_IFDIR && name.ends_with('/')) name.pop_back();
    if (name.size() > limits_.max_name) return wrong("a name of more than {} bytes", limits_.max_name);
    if (!is_safe_name(name)) {
      return wrong("{}: expected a relative name in UTF-8 without `..`, `\\` and `:`",
                   quote(path == nullptr ? "" : path));
    }
    if ((type != AE_IFREG && type != AE_IFDIR) || archive_entry_hardlink(entry) != nullptr ||
        archive_entry_symlink(entry) != nullptr || archive_entry_sparse_count(entry) > 0) {
      return wrong("{}: a link or a device, expected files and directories", name);
    }
    for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
      directories_.insert(name.substr(0, slash));
    }
    if (type == AE_IFDIR) {
      directories_.insert(name);
      return archive_entry_size(entry) == 0 ? Result<void>{} : wrong("{}: a directory with content", name);
    }
    if (hashes_.contains(name)) return wrong("{}: is there twice", name);
    return read_file(name);
  }

  Result<void> read_file(const std::string& name) {
    ChecksumState md5{Checksum::md5}, sha256{Checksum::sha256};
    std::string text;
    bool is_text = !is_for_machines(name);
    for (;;) {
      const void* block = nullptr;
      std::size_t size = 0;
      la_int64_t offset = 0;
      const int status = archive_read_data_block(reading_.get(), &block, &size, &offset);
      if (status == ARCHIVE_EOF) break;
      if (status != ARCHIVE_OK) return damaged(name);
      contents_ += size;
      if (auto fits = check_size(); !fits) return fits;
      const std::string_view bytes{static_cast<const char*>(block), size};
      md5.add(bytes);
      sha256.add(bytes);
      is_text = is_text && text.size() + size <= kMaxDocumentBytes && bytes.find('\0') == bytes.npos;
      if (is_text) text += bytes;
    }
    hashes_[name] = {md5.take(), sha256.take()};
    if (!is_text) return {};
    texts_ += text.size();
    if (texts_ > kMaxTarTexts) return wrong("more than {} bytes of text", kMaxTarTexts);
    set_.files.emplace(join(name_, name), std::move(text));
    return {};
  }

  /// Of all that was unpacked, whatever its headers say.
  [[nodiscard]] Result<void> check_size() const {
    const auto passed = static_cast<std::uint64_t>(std::max<la_int64_t>(archive_filter_bytes(reading_.get(), 0), 0));
    const auto unpacked = std::max(passed, contents_);
    if (unpacked > limits_.max_bytes) return wrong("unpacks to more than {} bytes", limits_.max_bytes);
    if (unpacked > kTarRatioCountsFrom && unpacked / std::max<std::uint64_t>(packed_, 1) > limits_.max_ratio)
      return wrong("unpacks to more than {} times its size", limits_.max_ratio);
    return {};
  }

  Result<void> check() const {
    if (hashes_.empty()) return wrong("has no file, expected descriptors");
    for (const auto& [name, hashes] : hashes_) {
      if (directories_.contains(name)) return wrong("{}: is a file and a directory", name);
    }
    const auto hash = [&](const std::string& name, Checksum function) -> Result<std::optional<std::string>> {
      const auto found = hashes_.find(name);
      if (found == hashes_.end()) return std::nullopt;
      return function == Checksum::md5 ? found->second.md5 : found->second.sha256;
    };
    for (const auto& [name, hashes] : hashes_) {
      if (!is_checksums_file(name)) continue;
      const auto text = set_.files.find(join(name_, name));
      if (text == set_.files.end()) return wrong("{}: no text", name);
      if (auto checked = check_checksums(name_, name, text->second, hash); !checked) return checked;
    }
    return {};
  }

  const std::string name_;
  const CsarLimits limits_;
  std::unique_ptr<archive, decltype(&archive_read_free)> reading_{archive_read_new(), archive_read_free};
  std::uint64_t packed_ = 0, contents_ = 0;
  std::size_t entries_ = 0, texts_ = 0;
  FileSet set_;
  std::map<std::string, Hashes> hashes_;  ///< of files
  std::set<std::string> directories_;
};

}  // namespace

bool is_tar(std::string_view start) {
  constexpr std::size_t kMagicAt = 257;
  return start.starts_with("\x1f\x8b") || (start.size() >= kMagicAt + 5 && start.substr(kMagicAt, 5) == "ustar");
}

Result<FileSet> read_osm_package(const std::filesystem::path& archive, const std::string& name,
                                 const CsarLimits& limits) {
  return TarReader{name, limits}.read(archive);
}

Result<FileSet> read_osm_package_bytes(std::string_view tar, const std::string& name, const CsarLimits& limits) {
  return TarReader{name, limits}.read(tar);
}

bool is_for_machines(std::string_view name) {
  constexpr std::array<std::string_view, 9> kFolders{"charms",      "juju-charms",    "juju-bundles",
                                                     "helm-charts", "helm-charts-v2", "helm-charts-v3",
                                                     "cloud_init",  "images",         "icons"};
  for (auto slash = name.find('/'); slash != name.npos; slash = name.find('/')) {
    if (std::ranges::find(kFolders, name.substr(0, slash)) != kFolders.end()) return true;
    name.remove_prefix(slash + 1);
  }
  return false;
}

bool is_checksums_file(std::string_view name) {
  constexpr std::string_view kChecksums = "checksums.txt";
  if (!name.ends_with(kChecksums)) return false;
  const auto folder = name.substr(0, name.size() - kChecksums.size());
  return folder.empty() || folder.find('/') == folder.size() - 1;
}

Result<void> check_checksums(const std::string& package, const std::string& checksums, std::string_view text,
                             const FileHash& hash) {
  Problems problems;
  const auto slash = checksums.rfind('/');
  const auto folder = slash == std::string::npos ? std::string{} : checksums.substr(0, slash + 1);
  const auto top = folder.empty() ? package.substr(package.rfind('/') + 1) + "/" : folder;
  std::map<std::pair<std::string, Checksum>, std::optional<std::string>> known;
  const auto hash_of_name = [&](const std::string& name, Checksum function) -> Result<std::optional<std::string>> {
    if (!is_safe_name(name)) return std::nullopt;
    const auto [at, is_new] = known.try_emplace({name, function});
    if (!is_new) return at->second;
    auto found = hash(name, function);
    if (found) at->second = *found;
    return found;
  };
  int line_number = 0;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    ++line_number;
    const SourcePlace at{join(package, checksums), line_number};
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == line.npos || line.front() == '#') continue;
    if (static_cast<std::size_t>(line_number) > kMaxChecksums) {
      problems.add(at, "too many lines, expected at most {}", kMaxChecksums);
      break;
    }
    const auto end = line.find_first_of(" \t");
    std::string listed{line.substr(0, end)};
    std::ranges::transform(listed, listed.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto first = end == line.npos ? line.npos : line.find_first_not_of(" \t*", end);
    const bool is_hash = (listed.size() == 32 || listed.size() == 64) &&
                         listed.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_hash || first == line.npos) {
      problems.add(at, "{} is no checksum, expected an MD5 or a SHA-256 and the name of a file", quote(line));
      continue;
    }
    std::string name{line.substr(first, line.find_last_not_of(" \t") + 1 - first)};
    while (name.starts_with("./")) name.erase(0, 2);
    const auto function = listed.size() == 32 ? Checksum::md5 : Checksum::sha256;
    // As seen from the folder, from where that lies, or with wherever that lay when it was packed.
    std::vector<std::string> candidates{folder + name};
    if (name.starts_with(top)) candidates.push_back(folder + name.substr(top.size()));
    if (const auto inside = name.rfind("/" + top); inside != std::string::npos)
      candidates.push_back(folder + name.substr(inside + 1 + top.size()));
    std::optional<std::string> found;
    for (const auto& candidate : candidates) {
      auto of = hash_of_name(candidate, function);
      if (!of) return fail(of.error());
      if (*of) found = **of;
      if (found) break;
    }
    if (!found) {
      problems.add(at, "{}: is listed, but there is no such file in the package", quote(name));
    } else if (*found != listed) {
      problems.add(at, "{}: its {} is {}, but {} is listed", quote(name), function == Checksum::md5 ? "MD5" : "SHA-256",
                   *found, quote(listed));
    }
  }
  if (!problems.empty()) return fail(problems.error());
  return {};
}

Result<std::string> checksum_of_file(const std::filesystem::path& file, Checksum function) {
  std::ifstream in{file, std::ios::binary};
  ChecksumState state{function};
  std::string block(kChecksumBlock, '\0');
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    state.add(std::string_view{block}.substr(0, static_cast<std::size_t>(in.gcount())));
  }
  if (in.bad() || !in.eof()) return fail(Errc::unavailable, "{}: cannot be read", file.string());
  return state.take();
}

}  // namespace unf::tosca
