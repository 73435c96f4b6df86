#include "tosca/package/csar.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "graph/model/artifacts.h"
#include "graph/model/quote.h"
#include "tosca/package/entry_name.h"
#include "tosca/package/zip_directory.h"
#include "tosca/text/value.h"

namespace unf::tosca {
namespace {

constexpr std::uint64_t kRatioCountsFrom = 1 << 20;
constexpr std::uint64_t kMaxTextBytes = kMaxDocumentBytes;
constexpr std::uint64_t kMaxTextsBytes = 32 << 20;
constexpr std::uint64_t kMaxSignatureBytes = 256 << 10;  // or certificate, beside a CSAR

using Reading = std::unique_ptr<archive, decltype(&archive_read_free)>;

/// Whether `text` is what a reader of TOSCA may want: no binary.
bool is_text(const std::string& text) { return text.size() <= kMaxTextBytes && text.find('\0') == text.npos; }

/// A zip whose directory was checked, to be read as often as is needed.
class Zip {
 public:
  /// Errors: as read_csar.
  static Result<Zip> open(const std::filesystem::path& file, const std::string& name, const CsarLimits& limits) {
    auto bytes = ZipBytes::open(file);
    if (!bytes) return fail(bytes.error().code, "{}: {}", name, bytes.error().message);
    Zip zip{name, limits};
    zip.file_ = file;
    return zip.check(*bytes);
  }
  /// `bytes` outlive it.
  static Result<Zip> open(std::string_view bytes, const std::string& name, const CsarLimits& limits) {
    Zip zip{name, limits};
    zip.bytes_ = bytes;
    return zip.check(ZipBytes{bytes});
  }

  [[nodiscard]] const std::vector<ZipEntry>& directory() const { return directory_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const CsarLimits& limits() const { return limits_; }
  [[nodiscard]] std::uint64_t packed() const { return packed_; }
  [[nodiscard]] Result<Reading> reading() const {
    Reading reading{archive_read_new(), archive_read_free};
    archive_read_support_format_zip_seekable(reading.get());
    constexpr std::size_t kBlock = 64 << 10;
    const int status = file_.empty() ? archive_read_open_memory(reading.get(), bytes_.data(), bytes_.size())
                                     : archive_read_open_filename(reading.get(), file_.c_str(), kBlock);
    if (status != ARCHIVE_OK) return wrong("is no zip");
    return reading;
  }

  template <typename... Args>
  tl::unexpected<Error> wrong(fmt::format_string<Args...> format, Args&&... args) const {
    return fail(Errc::malformed, "{}: {}", name_, fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  Zip(std::string name, const CsarLimits& limits) : name_(std::move(name)), limits_(limits) {}

  Result<Zip> check(const ZipBytes& bytes) {
    packed_ = bytes.size();
    auto directory = read_zip_directory(bytes, limits_.max_entries);
    if (!directory) return wrong("{}", directory.error().message);
    directory_ = std::move(*directory);
    std::set<std::string, std::less<>> files, directories;
    std::uint64_t size = 0;
    for (const auto& entry : directory_) {
      auto name = entry.name;
      const bool is_directory = name.ends_with('/');
      if (is_directory) name.pop_back();
      if (name.size() > limits_.max_name) return wrong("a name of more than {} bytes", limits_.max_name);
      if (!is_safe_name(name)) {
        return wrong("{}: expected a relative name in UTF-8 without `..`, `\\` and `:`", quote(entry.name));
      }
      if (files.contains(name) || !(is_directory ? directories : files).insert(name).second) {
        return wrong("{}: is there twice", name);
      }
      size += std::min(entry.size, limits_.max_bytes + 1);
      if (size > limits_.max_bytes) return wrong("unpacks to more than {} bytes", limits_.max_bytes);
    }
    if (too_much(size)) return wrong("unpacks to more than {} times its size", limits_.max_ratio);
    for (const auto& entry : directory_) {
      for (auto slash = entry.name.find('/'); slash != std::string::npos; slash = entry.name.find('/', slash + 1)) {
        const auto parent = std::string_view{entry.name}.substr(0, slash);
        if (files.contains(parent)) return wrong("{}: is a file and a directory", parent);
      }
    }
    return std::move(*this);
  }

 public:
  /// Whether that is more than so many bytes may unpack to.
  [[nodiscard]] bool too_much(std::uint64_t unpacked) const {
    return unpacked > kRatioCountsFrom && unpacked / std::max<std::uint64_t>(packed_, 1) > limits_.max_ratio;
  }

 private:
  std::string name_;
  CsarLimits limits_;
  std::filesystem::path file_;  ///< empty: in memory
  std::string_view bytes_;
  std::uint64_t packed_ = 0;
  std::vector<ZipEntry> directory_;
};

/// Reads a zip, an entry at a time. Does not trust what its directory says of sizes.
class ZipReader {
 public:
  explicit ZipReader(const Zip& zip) : zip_(zip) {}

  Result<void> open() {
    return zip_.reading().map([&](Reading reading) { reading_ = std::move(reading); });
  }

  /// The next file's name; nothing at the end.
  Result<std::optional<std::string>> next() {
    for (;;) {
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(reading_.get(), &entry);
      if (status == ARCHIVE_EOF && at_ == zip_.directory().size()) return std::nullopt;
      // A warning is of a name that has no form in the locale, or of what read_zip_directory looked at.
      if ((status != ARCHIVE_OK && status != ARCHIVE_WARN) || at_ == zip_.directory().size()) return damaged();
      current_ = &zip_.directory()[at_++];
      const auto type = archive_entry_filetype(entry);
      if (archive_entry_is_encrypted(entry) != 0) return zip_.wrong("{}: is encrypted", current_->name);
      const bool is_directory = current_->name.ends_with('/');
      if (type != (is_directory ? AE_IFDIR : AE_IFREG) || archive_entry_hardlink(entry) != nullptr) {
        return zip_.wrong("{}: a link or a device, expected files and directories", current_->name);
      }
      if (!is_directory) return current_->name;
      if (current_->size != 0) return zip_.wrong("{}: a directory with content", current_->name);
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
      if (status == ARCHIVE_EOF) break;
      if (status != ARCHIVE_OK) return damaged();
      unpacked_ += size;
      if (unpacked_ > zip_.limits().max_bytes) {
        return zip_.wrong("unpacks to more than {} bytes", zip_.limits().max_bytes);
      }
      if (zip_.too_much(unpacked_)) {
        return zip_.wrong("unpacks to more than {} times its size", zip_.limits().max_ratio);
      }
      if (bytes.size() + size > max_bytes) {
        return fail(Errc::no_capacity, "{}: {}: has more than {} bytes", zip_.name(), current_->name, max_bytes);
      }
      bytes.append(static_cast<const char*>(block), size);
    }
    if (bytes.size() != current_->size) return zip_.wrong("{}: is of another size than it says", current_->name);
    return bytes;
  }

 private:
  tl::unexpected<Error> damaged() const {
    const auto* why = archive_error_string(reading_.get());
    return zip_.wrong("{}: {}", current_ == nullptr ? "its start" : current_->name, why == nullptr ? "damaged" : why);
  }

  const Zip& zip_;
  Reading reading_{nullptr, archive_read_free};
  const ZipEntry* current_ = nullptr;
  std::size_t at_ = 0;
  std::uint64_t unpacked_ = 0;
};

/// Hands over the content of the files `wanted`. Errors: as read_csar; no_capacity beyond `max_bytes`.
Result<void> visit_zip(const Zip& zip, const std::set<std::string>& wanted, std::uint64_t max_bytes,
                       const std::function<void(const std::string&, std::string)>& take) {
  ZipReader reader{zip};
  if (auto opened = reader.open(); !opened) return opened;
  for (auto left = wanted.size(); left != 0;) {
    const auto entry = reader.next();
    if (!entry) return fail(entry.error());
    if (!*entry) break;
    if (!wanted.contains(**entry)) continue;  // nothing else is unpacked
    auto bytes = reader.read(max_bytes);
    if (!bytes) return fail(bytes.error());
    take(**entry, std::move(*bytes));
    --left;
  }
  return {};
}

/// A CSAR that is signed as a whole, by the names of what is in its zip (SOL004 5.1, option 2).
struct WholeForm {
  std::string csar, signature;
  std::string certificate;  ///< empty: none
};

/// Whether a zip has that form, and nothing else in it.
std::optional<WholeForm> whole_form(const Zip& zip) {
  const auto& all = zip.directory();
  if (all.size() < 2 || all.size() > 3) return std::nullopt;
  WholeForm form;
  std::string stem;
  for (const std::string ending : {".csar", ".zip"}) {
    for (const auto& entry : all) {
      if (!form.csar.empty() || !entry.name.ends_with(ending)) continue;
      form.csar = entry.name;
      stem = entry.name.substr(0, entry.name.size() - ending.size());
    }
  }
  if (form.csar.empty() || stem.find('/') != stem.npos) return std::nullopt;
  for (const auto& entry : all) {
    if (entry.name == form.csar) continue;
    const auto is = [&](std::initializer_list<const char*> endings) {
      return std::ranges::any_of(
          endings, [&](const char* ending) { return entry.name == stem + ending || entry.name == form.csar + ending; });
    };
    if (form.signature.empty() && is({".cms", ".p7s", ".sig.cms", ".sig.p7s"})) {
      form.signature = entry.name;
    } else if (form.certificate.empty() && is({".cert"})) {
      form.certificate = entry.name;
    } else {
      return std::nullopt;
    }
  }
  if (form.signature.empty()) return std::nullopt;
  return form;
}

/// The files of a zip that were read once.
class ZippedFiles : public PackageFiles {
 public:
  ZippedFiles(const Zip& zip, const std::vector<CsarEntry>& entries) : zip_(zip), entries_(entries) {}

  Result<std::set<std::string>> names() override {
    std::set<std::string> names;
    for (const auto& entry : entries_) names.insert(names.end(), entry.name);
    return names;
  }
  Result<std::string> sha256(const std::string& name) override {
    const auto& digest = std::ranges::lower_bound(entries_, name, {}, &CsarEntry::name)->digest;
    return digest.substr(digest.find(':') + 1);
  }
  Result<void> visit(const std::set<std::string>& wanted,
                     const std::function<void(const std::string&, const std::string&)>& take) override {
    return visit_zip(zip_, wanted, zip_.limits().max_bytes, take);
  }

 private:
  const Zip& zip_;
  const std::vector<CsarEntry>& entries_;
};

/// Whether it is a text that says what is in the package.
bool is_list(std::string_view name) {
  return name == kMetaFile || (name.ends_with(".mf") && name.find('/') == name.npos);
}

Result<Csar> read_zip(const Zip& zip, const SignatureRules& rules, const std::optional<PackageSignatures>& as_a_whole) {
  ZipReader reader{zip};
  if (auto opened = reader.open(); !opened) return fail(opened.error());
  Csar csar;
  csar.files.paths = {zip.name()};
  std::uint64_t texts = 0;
  for (;;) {
    auto entry = reader.next();
    if (!entry) return fail(entry.error());
    if (!*entry) break;
    auto bytes = reader.read(zip.limits().max_bytes);
    if (!bytes) return fail(bytes.error());
    csar.entries.push_back({**entry, bytes->size(), digest_of(*bytes)});
    if (!is_text(*bytes)) {
      if (is_list(**entry)) return zip.wrong("{}: no text, or more than {} bytes", **entry, kMaxTextBytes);
      continue;
    }
    texts += bytes->size();
    if (texts > kMaxTextsBytes) return zip.wrong("more than {} bytes of text", kMaxTextsBytes);
    csar.files.files.emplace(join(zip.name(), **entry), std::move(*bytes));
  }
  std::ranges::sort(csar.entries, {}, &CsarEntry::name);
  ZippedFiles files{zip, csar.entries};
  auto checked = check_package(files, csar.files, zip.name(), rules, as_a_whole);
  if (!checked) return fail(checked.error());
  csar.list = std::move(checked->list);
  csar.signatures = std::move(checked->signatures);
  return csar;
}

/// The CSAR in a zip of that form, and what is beside it. Errors: as read_csar.
struct Unwrapped {
  std::string csar, signature, certificate;
};
Result<Unwrapped> unwrap(const Zip& zip, const WholeForm& form) {
  Unwrapped inside;
  for (const auto& [name, limit, into] : {std::tuple{form.signature, kMaxSignatureBytes, &inside.signature},
                                          std::tuple{form.certificate, kMaxSignatureBytes, &inside.certificate},
                                          std::tuple{form.csar, zip.limits().max_bytes, &inside.csar}}) {
    if (name.empty()) continue;
    auto read = visit_zip(zip, {name}, limit,
                          [&into = *into](const std::string&, std::string bytes) { into = std::move(bytes); });
    if (!read) return fail(Errc::malformed, "{}", read.error().message);
  }
  return inside;
}

Result<Csar> read_any(const Zip& zip, const SignatureRules& rules) {
  const auto form = whole_form(zip);
  if (!form) return read_zip(zip, rules, std::nullopt);
  const auto inside = unwrap(zip, *form);
  if (!inside) return fail(inside.error());
  PackageSignatures found{.form = PackageSignatures::Form::package,
                          .certificate = first_certificate(inside->certificate)};
  if (rules.mode != SignatureMode::ignore) {
    const std::vector<std::string> certificates{inside->certificate};
    auto signer = verify_signature(inside->signature, inside->csar, certificates, rules.trust);
    if (!signer) return zip.wrong("signature {}: {}", form->signature, signer.error().message);
    found.signer = std::move(*signer);
  }
  return Zip::open(std::string_view{inside->csar}, zip.name(), zip.limits()).and_then([&](const Zip& inner) {
    return read_zip(inner, rules, found);
  });
}

}  // namespace

Result<Csar> read_csar(const std::filesystem::path& archive, const std::string& name, const CsarRules& rules) {
  return Zip::open(archive, name, rules.limits).and_then([&](const Zip& zip) {
    return read_any(zip, rules.signatures);
  });
}

Result<Csar> read_csar_bytes(std::string_view zip, const std::string& name, const CsarRules& rules) {
  return Zip::open(zip, name, rules.limits).and_then([&](const Zip& opened) {
    return read_any(opened, rules.signatures);
  });
}

Result<std::string> read_csar_entry(const std::filesystem::path& archive, const std::string& entry,
                                    std::uint64_t max_bytes) {
  const auto read = [&](const Zip& zip) -> Result<std::string> {
    std::optional<std::string> found;
    auto visited =
        visit_zip(zip, {entry}, max_bytes, [&](const std::string&, std::string bytes) { found = std::move(bytes); });
    if (!visited) return fail(visited.error());
    if (!found) return fail(Errc::not_found, "{}: there is no such file in the package", entry);
    return std::move(*found);
  };
  const auto zip = Zip::open(archive, archive.filename(), {});
  if (!zip) return fail(zip.error());
  const auto form = whole_form(*zip);
  if (!form) return read(*zip);
  const auto inside = unwrap(*zip, *form);
  if (!inside) return fail(inside.error());
  return Zip::open(std::string_view{inside->csar}, zip->name(), {}).and_then(read);
}

std::string make_zip(const std::map<std::string, std::string>& files) {
  std::size_t room = 1 << 10;
  // Deflate keeps what it cannot make smaller as it is, in blocks that have a header each.
  for (const auto& [name, text] : files) room += text.size() + text.size() / 1000 + 2 * name.size() + 512;
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
