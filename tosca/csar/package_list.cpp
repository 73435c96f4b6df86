#include "tosca/csar/package_list.h"

#include <algorithm>
#include <array>
#include <utility>

#include "graph/model/quote.h"

namespace unf::tosca {
namespace {

constexpr std::array<std::pair<std::string_view, HashFunction>, 4> kHashFunctions{{{"SHA-224", HashFunction::sha224},
                                                                                   {"SHA-256", HashFunction::sha256},
                                                                                   {"SHA-384", HashFunction::sha384},
                                                                                   {"SHA-512", HashFunction::sha512}}};
constexpr std::string_view kSignature = "-----BEGIN CMS-----";
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

/// Reads the lines `Key: value` of one file.
class ListReader {
 public:
  /// `begins` is the key that what is said of a file begins with.
  ListReader(std::string file, std::string_view begins, PackageList& list, Problems& problems)
      : file_(std::move(file)), begins_(begins), list_(list), problems_(problems) {}

  void read(std::string_view text) {
    for (int number = 1; !text.empty(); ++number) {
      const auto end = text.find('\n');
      const auto line = text.substr(0, end);
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      if (line.starts_with(kSignature)) break;
      if (goes_on(line)) {
        line_ += trimmed(line);
        continue;
      }
      take_line();
      line_ = line;
      number_ = number;
    }
    take_line();
    finish();
  }
  [[nodiscard]] const std::optional<ListedText>& entry() const { return entry_; }
  [[nodiscard]] const std::optional<ListedText>& manifest() const { return manifest_; }

 private:
  /// What is said of one file.
  struct Block {
    std::string name;
    SourcePlace at;
    bool needs_hash = false;
    std::optional<ListedText> algorithm{}, hash{};
  };

  /// Whether it is more of the line before.
  [[nodiscard]] bool goes_on(std::string_view line) const {
    return !line_.empty() && !line.empty() && kBlanks.find(line.front()) != kBlanks.npos && !trimmed(line).empty() &&
           line.find(':') == line.npos;
  }

  void take_line() {
    const SourcePlace at{file_, number_};
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
    if (key == begins_) {
      finish();
      if (value.text.find("://") != std::string::npos) return;  // nothing is fetched
      block_ = Block{.name = join("", value.text), .at = at};
      // Indented: of a set of files that are not for management (SOL004 4.3.7), of which nothing else is said.
      block_->needs_hash = key == kManifestKey && kBlanks.find(line.front()) == kBlanks.npos;
    } else if (block_ && key == "algorithm") {
      block_->algorithm = value;
    } else if (block_ && key == "hash") {
      block_->hash = value;
    } else if (!block_ && key == "entry-definitions") {
      if (!entry_) entry_ = value;
    } else if (!block_ && (key == "etsi-entry-manifest" || key == "entry-manifest")) {
      if (!manifest_) manifest_ = value;
    }
  }

  void finish() {
    if (!block_) return;
    const auto [name, at, needs_hash, algorithm, hash] = *std::exchange(block_, {});
    ListedFile file{name, std::nullopt, {}, at};
    if (algorithm || hash || needs_hash) {
      if (!algorithm) return problems_.add(at, "{}: no Algorithm, expected one, and a Hash", quote(name));
      if (!hash) return problems_.add(at, "{}: no Hash, expected one by its Algorithm", quote(name));
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
  int number_ = 0;
  std::optional<Block> block_;
  std::optional<ListedText> entry_, manifest_;
};

/// The only manifest at the root, where no TOSCA.meta says which.
std::optional<std::string> only_manifest(const FileSet& files, const std::string& root) {
  std::optional<std::string> only;
  for (const auto& [name, text] : files.files) {
    if (!name.ends_with(".mf") || name != join(root, name.substr(name.rfind('/') + 1))) continue;
    if (only) return std::nullopt;
    only = name;
  }
  return only;
}

}  // namespace

PackageList read_package_list(const FileSet& files, const std::string& root, Problems& problems) {
  PackageList list;
  std::optional<std::string> manifest;
  const auto meta = files.files.find(join(root, kMetaFile));
  if (meta != files.files.end()) {
    ListReader reader{meta->first, kMetaKey, list, problems};
    reader.read(meta->second);
    list.entry = reader.entry();
    if (const auto& named = reader.manifest()) {
      const auto inside = resolve(root, join(root, "x"), named->text);
      if (inside && files.files.contains(*inside)) {
        manifest = *inside;
      } else {
        problems.add(named->at, "manifest {} is {}", quote(named->text),
                     inside ? "absent, expected a file of the package" : inside.error().message);
        return list;
      }
    }
  }
  if (!manifest) manifest = only_manifest(files, root);
  if (manifest) ListReader{*manifest, kManifestKey, list, problems}.read(files.files.find(*manifest)->second);
  return list;
}

std::string_view name_of(HashFunction function) {
  return std::ranges::find(kHashFunctions, function, [](const auto& f) { return f.second; })->first;
}

}  // namespace unf::tosca
