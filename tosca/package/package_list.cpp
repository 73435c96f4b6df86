#include "tosca/package/package_list.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "graph/model/quote.h"
#include "graph/model/utf8.h"

namespace unf::tosca {
namespace {

constexpr std::array<std::pair<std::string_view, HashFunction>, 4> kHashFunctions{{{"SHA-224", HashFunction::sha224},
                                                                                   {"SHA-256", HashFunction::sha256},
                                                                                   {"SHA-384", HashFunction::sha384},
                                                                                   {"SHA-512", HashFunction::sha512}}};
constexpr std::string_view kSignature = "-----BEGIN CMS-----", kSignatureEnd = "-----END CMS-----";
constexpr std::string_view kMetaKey = "name",
                           kManifestKey = "source";  ///< what a file begins with in TOSCA.meta, a manifest
constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string lower(std::string_view text) {
  std::string small{text};
  std::ranges::transform(small, small.begin(), [](unsigned char c) { return std::tolower(c); });
  return small;
}

/// Where a key of a manifest's metadata goes: of VNF, PNF and NS packages, as each calls it.
struct MetadataKey {
  std::string_view key, kind;
  std::string PackageMetadata::*into;
};
constexpr std::array kMetadataKeys{
    MetadataKey{"vnfd_id", "VNF", &PackageMetadata::descriptor_id},
    MetadataKey{"vnf_product_name", "VNF", &PackageMetadata::product},
    MetadataKey{"vnf_provider_id", "VNF", &PackageMetadata::provider},
    MetadataKey{"vnf_package_version", "VNF", &PackageMetadata::version},
    MetadataKey{"vnf_software_version", "VNF", &PackageMetadata::software_version},
    MetadataKey{"vnf_release_date_time", "VNF", &PackageMetadata::released},
    MetadataKey{"vnf_release_data_time", "VNF", &PackageMetadata::released},  // as SOL004 had it until 2.6.1
    MetadataKey{"pnfd_id", "PNF", &PackageMetadata::descriptor_id},
    MetadataKey{"pnfd_name", "PNF", &PackageMetadata::product},
    MetadataKey{"pnfd_provider", "PNF", &PackageMetadata::provider},
    MetadataKey{"pnfd_archive_version", "PNF", &PackageMetadata::version},
    MetadataKey{"pnfd_release_date_time", "PNF", &PackageMetadata::released},
    MetadataKey{"nsd_id", "NS", &PackageMetadata::descriptor_id},
    MetadataKey{"nsd_name", "NS", &PackageMetadata::product},
    MetadataKey{"nsd_designer", "NS", &PackageMetadata::provider},
    MetadataKey{"nsd_file_structure_version", "NS", &PackageMetadata::version},
    MetadataKey{"nsd_release_date_time", "NS", &PackageMetadata::released},
    MetadataKey{"compatible_specification_versions", "", &PackageMetadata::specifications},
    MetadataKey{"vnfm_info", "", &PackageMetadata::vnfm}};

/// What TOSCA.meta names; with or without `etsi-`.
constexpr std::array kAbout{"manifest", "certificate", "change-log", "tests", "licenses"};

bool is_indented(std::string_view line) { return !line.empty() && kBlanks.find(line.front()) != kBlanks.npos; }

/// Reads the lines `Key: value` of one file.
class ListReader {
 public:
  /// `begins` is the key that what is said of a file begins with.
  ListReader(std::string file, std::string_view begins, PackageList& list, Problems& problems)
      : file_(std::move(file)), begins_(begins), list_(list), problems_(problems) {}

  void read(const std::string& all) {
    if (!is_utf8(all)) return problems_.add({file_, 1}, "no text in UTF-8, expected lines `KEY: VALUE`");
    for (std::string_view text = all; !text.empty(); ++number_) {
      const auto end = text.find('\n');
      const auto line = text.substr(0, end);
      if (is_manifest() && line.starts_with(kSignature)) {
        take_line();
        take_signature(text, all.size() - text.size());
        break;
      }
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      if (goes_on(line)) {
        line_ += trimmed(line);
        continue;
      }
      take_line();
      line_ = line;
      line_number_ = number_;
    }
    take_line();
    finish();
  }

 private:
  /// What is said of one file.
  struct Block {
    ListedFile file;
    bool needs_hash = false;
    std::optional<ListedText> algorithm{}, hash{};
  };

  [[nodiscard]] bool is_manifest() const { return begins_ == kManifestKey; }

  /// Whether it is more of the line before.
  [[nodiscard]] bool goes_on(std::string_view line) const {
    return !line_.empty() && is_indented(line) && !trimmed(line).empty() && line.find(':') == line.npos;
  }

  void take_signature(std::string_view text, std::size_t offset) {
    list_.signature = ManifestSignature{std::string{text}, offset, {file_, number_}};
    const auto end = text.find(kSignatureEnd);
    if (end == text.npos) return;  // reported where it is checked
    auto behind = text.substr(end + kSignatureEnd.size());
    if (behind.find_first_not_of(" \t\r\n") == behind.npos) return;
    behind.remove_prefix(behind.find_first_not_of(" \t\r\n"));
    const auto lines = std::ranges::count(text.substr(0, text.size() - behind.size()), '\n');
    problems_.add({file_, number_ + static_cast<int>(lines)},
                  "something stands behind the signature, expected its end");
  }

  void take_line() {
    const SourcePlace at{file_, line_number_};
    const auto line = std::exchange(line_, {});
    const auto content = trimmed(line);
    if (content.empty() || content.front() == '#') return;
    const auto colon = content.find(':');
    if (colon == content.npos) {
      problems_.add(at, "{}: expected a line `KEY: VALUE`", quote(std::string{content}));
      return;
    }
    const auto key = lower(trimmed(content.substr(0, colon)));
    const ListedText value{std::string{trimmed(content.substr(colon + 1))}, at};
    if (!is_indented(line)) in_sets_ = false;
    if (key == begins_) {
      finish();
      if (value.text.find("://") != std::string::npos) return;  // nothing is fetched
      block_ = Block{};
      block_->file = {.name = join("", value.text), .at = at, .by_manifest = is_manifest()};
      if (in_sets_) block_->file.artifact_set = set_;
      // Indented: of a set of files that are not for management (SOL004 4.3.7), of which nothing else is said.
      block_->needs_hash = is_manifest() && !is_indented(line);
    } else if (is_manifest() && key == "non_mano_artifact_sets") {
      finish();
      in_sets_ = true;
      set_.clear();
    } else if (in_sets_ && value.text.empty()) {
      finish();
      set_ = trimmed(content.substr(0, colon));
    } else if (block_) {
      take_of_file(key, value);
    } else if (is_manifest()) {
      take_metadata(key, value);
    } else {
      take_meta(key, value);
    }
  }

  void take_of_file(const std::string& key, const ListedText& value) {
    if (key == "algorithm") {
      block_->algorithm = value;
    } else if (key == "hash") {
      block_->hash = value;
    } else if (key == "signature") {
      block_->file.signature = {join("", value.text), value.at};
    } else if (key == "certificate") {
      block_->file.certificate = {join("", value.text), value.at};
    }
  }

  void take_metadata(const std::string& key, const ListedText& value) {
    for (const auto& known : kMetadataKeys) {
      if (known.key != key) continue;
      list_.metadata.*known.into = value.text;
      if (list_.metadata.kind.empty()) list_.metadata.kind = known.kind;
    }
  }

  void take_meta(const std::string& key, const ListedText& value) {
    if (key == "entry-definitions") {
      if (!list_.entry) list_.entry = value;
    } else if (key == "tosca-meta-file-version" || key == "csar-version") {
      if (value.text != "1.0" && value.text != "1.1") {
        problems_.add(value.at, "{}: is {}, expected 1.0 or 1.1", key, quote(value.text));
      }
    }
    for (const std::string_view about : kAbout) {
      if (key != fmt::format("entry-{}", about) && key != fmt::format("etsi-entry-{}", about)) continue;
      list_.about.try_emplace(std::string{about}, value);
      if (about == "certificate" && !list_.certificate) list_.certificate = {join("", value.text), value.at};
    }
  }

  void finish() {
    if (!block_) return;
    auto [file, needs_hash, algorithm, hash] = *std::exchange(block_, {});
    const auto name = quote(file.name);
    if (algorithm || hash || needs_hash) {
      if (!algorithm) return problems_.add(file.at, "{}: no Algorithm, expected one, and a Hash", name);
      if (!hash) return problems_.add(file.at, "{}: no Hash, expected one by its Algorithm", name);
      const auto* known = std::ranges::find_if(
          kHashFunctions, [&, wanted = lower(algorithm->text)](const auto& f) { return lower(f.first) == wanted; });
      if (known == kHashFunctions.end()) {
        return problems_.add(algorithm->at, "unknown Algorithm {}, expected one of SHA-224, SHA-256, SHA-384, SHA-512",
                             quote(algorithm->text));
      }
      file.function = known->second;
      file.hash = lower(hash->text);
    }
    list_.files.push_back(std::move(file));
  }

  std::string file_;
  std::string_view begins_;
  PackageList& list_;
  Problems& problems_;
  std::string line_;
  int number_ = 1, line_number_ = 1;
  std::optional<Block> block_;
  bool in_sets_ = false;
  std::string set_;
};

/// Files at the root that end so, by their names.
std::vector<std::string> at_root(const FileSet& files, const std::string& root,
                                 std::initializer_list<std::string_view> endings) {
  std::vector<std::string> found;
  for (const auto& [name, text] : files.files) {
    const bool ends = std::ranges::any_of(endings, [&](auto ending) { return name.ends_with(ending); });
    if (ends && name == join(root, name.substr(name.rfind('/') + 1))) found.push_back(name);
  }
  return found;
}

/// A file's name without its extension.
std::string stem_of(const std::string& name) { return name.substr(0, name.rfind('.')); }

std::string quoted(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + quote(names[i]);
  return text + (names.size() > kMost ? ", ..." : "");
}

/// The manifest where no TOSCA.meta names one. nullopt: there is none, or it was reported.
std::optional<std::string> manifest_at_root(const FileSet& files, const std::string& root, bool has_meta,
                                            Problems& problems) {
  const auto manifests = at_root(files, root, {".mf"});
  if (manifests.empty()) return std::nullopt;
  if (!has_meta) {  // SOL004 4.1.3
    const auto entries = at_root(files, root, {".yaml", ".yml"});
    if (entries.size() != 1) {
      problems.add({manifests.front(), 1}, "{} YAML files beside it{}{}, expected one, the entry, or {}",
                   entries.size(), entries.empty() ? "" : ": ", quoted(entries), kMetaFile);
      return std::nullopt;
    }
    const auto named = stem_of(entries.front()) + ".mf";
    if (std::ranges::find(manifests, named) != manifests.end()) return named;
  }
  if (manifests.size() == 1) return manifests.front();
  problems.add({manifests.front(), 1}, "one of several manifests: {}, expected one", quoted(manifests));
  return std::nullopt;
}

/// The file of the package that `named` leads to; what it is, is reported if there is none.
std::optional<std::string> file_named(const FileSet& files, const std::string& root, const ListedText& named,
                                      std::string_view what, Problems& problems) {
  const auto inside = resolve(root, join(root, "x"), named.text);
  if (inside && !named.text.empty() && files.files.contains(*inside)) return *inside;
  problems.add(named.at, "{} is {}", what, inside ? "absent, expected a file of the package" : inside.error().message);
  return std::nullopt;
}

}  // namespace

PackageList read_package_list(const FileSet& files, const std::string& root, Problems& problems) {
  PackageList list;
  std::optional<std::string> manifest;
  const auto meta = files.files.find(join(root, kMetaFile));
  const bool has_meta = meta != files.files.end();
  if (has_meta) {
    ListReader{meta->first, kMetaKey, list, problems}.read(meta->second);
    if (list.entry) {
      std::ignore =
          file_named(files, root, *list.entry, fmt::format("Entry-Definitions `{}`", list.entry->text), problems);
    } else {
      problems.add({meta->first, 1}, "no `Entry-Definitions`, expected the name of a service template");
    }
    if (const auto named = list.about.find("manifest"); named != list.about.end()) {
      manifest = file_named(files, root, named->second, "manifest " + quote(named->second.text), problems);
      if (!manifest) return list;
    }
  }
  if (!manifest) manifest = manifest_at_root(files, root, has_meta, problems);
  if (!manifest) return list;
  list.manifest = root.empty() ? *manifest : manifest->substr(root.size() + 1);
  ListReader{*manifest, kManifestKey, list, problems}.read(files.files.find(*manifest)->second);
  return list;
}

std::string_view name_of(HashFunction function) {
  return std::ranges::find(kHashFunctions, function, [](const auto& f) { return f.second; })->first;
}

}  // namespace unf::tosca
