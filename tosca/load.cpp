#include "tosca/load.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "tosca/chain_form.h"
#include "tosca/package/osm_package.h"
#include "tosca/text/value.h"
#include "tosca/text/xml.h"

namespace unf::tosca {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxFiles = 512;
constexpr std::size_t kMaxFileBytes = 4U << 20;
constexpr std::size_t kMaxTotalBytes = 32U << 20;
constexpr std::size_t kMaxDirectoryEntries = 100'000;

/// Whether it lies there, also behind symbolic links.
bool lies_in(const std::string& root, const std::string& name) {
  std::error_code error;
  const auto base = fs::canonical(root.empty() ? "." : root, error);
  const auto file = error ? fs::path{} : fs::canonical(name, error);
  if (error) return false;
  return std::mismatch(base.begin(), base.end(), file.begin(), file.end()).first == base.end();
}

/// The files of an unpacked CSAR; of those that are loaded, what was loaded.
class UnpackedFiles : public PackageFiles {
 public:
  UnpackedFiles(std::string root, std::set<std::string> names, const FileSet& loaded, const CsarLimits& limits)
      : root_(std::move(root)), names_(std::move(names)), loaded_(loaded), limits_(limits) {}

  Result<std::set<std::string>> names() override { return names_; }
  Result<std::string> sha256(const std::string& name) override {
    const auto file = join(root_, name);
    const auto loaded = loaded_.files.find(file);
    if (loaded != loaded_.files.end()) return hash_of(loaded->second, HashFunction::sha256);
    return hash_of_file(file, HashFunction::sha256);
  }
  Result<void> visit(const std::set<std::string>& wanted,
                     const std::function<void(const std::string&, const std::string&)>& take) override {
    for (const auto& name : wanted) {
      const auto file = join(root_, name);
      const auto loaded = loaded_.files.find(file);
      if (loaded != loaded_.files.end()) {
        take(name, loaded->second);
        continue;
      }
      std::error_code error;
      const auto size = fs::file_size(file, error);
      if (!error && size > limits_.max_bytes) {
        return fail(Errc::malformed, "{}: larger than {} bytes", file, limits_.max_bytes);
      }
      std::ifstream in{file, std::ios::binary};
      std::string bytes(error ? 0 : size, '\0');
      in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
      if (error || !in) return fail(Errc::unavailable, "{}: cannot be read", file);
      take(name, bytes);
    }
    return {};
  }

 private:
  const std::string root_;
  const std::set<std::string> names_;
  const FileSet& loaded_;
  const CsarLimits limits_;
};

std::size_t max_bytes(const std::string& name) { return is_document(name) ? kMaxDocumentBytes : kMaxFileBytes; }

/// Follows what documents name, from the paths on.
class Loader {
 public:
  Loader(const CsarRules& rules, std::map<std::string, PackageSignatures>* found) : rules_(rules), found_(found) {}

  Result<FileSet> load(std::span<const std::string> paths) {
    if (paths.empty()) return fail(Errc::malformed, "no file or directory given");
    for (const auto& path : paths) {
      if (auto read = load_path(path); !read) return fail(read.error());
    }
    return std::move(set_);
  }

 private:
  Result<void> load_path(const std::string& path) {
    const auto name = join("", path);
    std::error_code error;
    const auto status = fs::status(name.empty() ? "." : name, error);
    if (path.empty() || !fs::exists(status)) return fail(Errc::not_found, "{}: no such file or directory", path);
    if (std::find(set_.paths.begin(), set_.paths.end(), name) != set_.paths.end()) return {};
    set_.paths.push_back(name);
    if (fs::is_directory(status)) return load_directory(name);
    if (!fs::is_regular_file(status)) return fail(Errc::malformed, "{}: neither a file nor a directory", path);
    const auto start = start_of(name);
    if (start.starts_with("PK\x03\x04")) return load_zip(name);
    if (rules_.signatures.mode == SignatureMode::require) {
      return fail(Errc::malformed, "{}: is not signed, expected a signed package: a CSAR or its directory", path);
    }
    if (is_tar(start)) return load_tar(name);

    auto taken = take(name);
    if (!taken) return fail(taken.error());
    return follow(package_root(set_, name), name);
  }

  /// Its first bytes, as many as tell an archive.
  static std::string start_of(const std::string& name) {
    std::string start(512, '\0');
    std::ifstream in{name, std::ios::binary};
    in.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return start;
  }

  /// A CSAR: as the directory that it would be unpacked into.
  Result<void> load_zip(const std::string& name) {
    auto csar = read_csar(name, name, rules_);
    if (!csar) return fail(csar.error());
    if (found_ != nullptr) found_->emplace(name, std::move(csar->signatures));
    for (auto& [file, text] : csar->files.files) {
      if (auto added = add(file, std::move(text)); !added) return added;
    }
    return {};
  }

  /// OSM's package, likewise.
  Result<void> load_tar(const std::string& name) {
    auto package = read_osm_package(name, name, rules_.limits);
    if (!package) return fail(package.error());
    for (auto& [file, text] : package->files) {
      if (auto added = add(file, std::move(text)); !added) return added;
    }
    return {};
  }

  /// The YAML files of an unpacked CSAR, its TOSCA.meta and manifest, and what they name.
  Result<void> load_directory(const std::string& root) {
    std::vector<std::string> documents;
    std::set<std::string> names;
    std::size_t entries = 0;
    std::error_code error;
    auto it = fs::recursive_directory_iterator(root.empty() ? "." : root, error);
    for (; !error && it != fs::recursive_directory_iterator{}; it.increment(error)) {
      if (++entries > kMaxDirectoryEntries) {
        return fail(Errc::malformed, "{}: more than {} files, expected a TOSCA package", root, kMaxDirectoryEntries);
      }
      if (it->path().filename().string().starts_with('.')) {
        if (it->is_directory(error)) it.disable_recursion_pending();
        error.clear();
        continue;
      }
      std::error_code ignored;
      const auto name = join("", it->path().generic_string());
      if (!it->is_regular_file(ignored) || (it->is_symlink(ignored) && !lies_in(root, name))) continue;
      const auto inside = root.empty() ? name : name.substr(root.size() + (root.ends_with('/') ? 0 : 1));
      names.insert(inside);
      if ((is_document(inside) && !is_for_machines(inside)) || is_list(root, name)) documents.push_back(name);
    }
    if (error) return fail(Errc::unavailable, "{}: {}", root, error.message());
    std::sort(documents.begin(), documents.end());
    std::string too_big;
    bool any = false;
    for (const auto& name : documents) {
      if (fs::file_size(name, error) > kMaxDocumentBytes || error) {  // reported if something names it
        too_big = name;
        if (!is_list(root, name)) continue;
      }
      if (auto followed = take(name).and_then([&] { return follow(root, name); }); !followed) return followed;
      any = true;
    }
    if (!any && !too_big.empty()) {
      return fail(Errc::malformed, "{}: larger than {} bytes", too_big, kMaxDocumentBytes);
    }
    for (const auto& name : names) {
      if (!is_checksums_file(name)) continue;
      if (auto checked = check_sums(root, name); !checked) return checked;
    }
    return check_directory(root, std::move(names));
  }

  /// OSM's checksums.txt. It is no document, and not kept.
  Result<void> check_sums(const std::string& root, const std::string& name) {
    const auto file = join(root, name);
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error || size > kMaxFileBytes) {
      return fail(Errc::malformed, "{}: larger than {} bytes", file, kMaxFileBytes);
    }
    std::string text(size, '\0');
    std::ifstream in{file, std::ios::binary};
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in) return fail(Errc::unavailable, "{}: cannot be read", file);
    const auto hash = [&](const std::string& listed, Checksum function) -> Result<std::optional<std::string>> {
      const auto path = join(root, listed);
      std::error_code ignored;
      if (!fs::is_regular_file(path, ignored) || !lies_in(root, path)) return std::nullopt;
      return checksum_of_file(path, function).map([](std::string sum) { return std::optional{std::move(sum)}; });
    };
    return check_checksums(root, name, text, hash);
  }

  /// TOSCA.meta, or a manifest.
  static bool is_list(const std::string& root, const std::string& name) {
    return name == join(root, kMetaFile) || name.ends_with(".mf");
  }

  Result<void> check_directory(const std::string& root, std::set<std::string> names) {
    UnpackedFiles files{root, std::move(names), set_, rules_.limits};
    auto checked = check_package(files, set_, root, rules_.signatures);
    if (!checked) return fail(checked.error());
    if (found_ != nullptr) found_->emplace(root, std::move(checked->signatures));
    return {};
  }

  /// Loads what the document `name` imports or names in a property.
  Result<void> follow(const std::string& root, const std::string& name) {
    std::vector<std::string> left{name};
    while (!left.empty()) {
      const auto from = std::move(left.back());
      left.pop_back();
      if (!is_document(from) && from != name) continue;
      if (!followed_.insert(from).second) continue;
      Problems ignored;  // read_service reports them
      const auto& [file, text] = *set_.files.find(from);
      const auto tree = parse_by_name(file, text, ignored);
      if (tree == nullptr) continue;
      std::set<std::string> names;
      if (const auto* imports = tree->find("imports")) collect(*imports, names);
      if (const auto* images = tree->find("images")) collect(*images, names);
      for (const auto* key : {"topology_template", "node_types", "vnfs"}) {
        if (const auto* part = tree->find(key)) collect_properties(*part, names);
      }
      if (chain_form(*tree)) collect_rules(*tree, names);
      for (const auto& reference : names) {
        for (const auto& target : {resolve(root, from, reference), resolve(root, join(root, "x"), reference)}) {
          if (!target || set_.files.contains(*target) || !readable(root, *target)) continue;
          if (auto taken = take(*target); !taken) return taken;
          left.push_back(*target);
        }
      }
    }
    return {};
  }

  /// Every text below `properties`, `default`, `artifacts` or, of an SFC request, `config`.
  static void collect_properties(const Value& value, std::set<std::string>& names) {
    for (const auto& item : value.items) collect_properties(*item, names);
    for (const auto& [key, member] : value.members) {
      if (key->text == "properties" || key->text == "default" || key->text == "artifacts" || key->text == "config") {
        collect(*member, names);
      } else {
        collect_properties(*member, names);
      }
    }
  }

  /// What `rule` says: of a forwarding path in SOL006 perhaps a file.
  static void collect_rules(const Value& value, std::set<std::string>& names) {
    for (const auto& item : value.items) collect_rules(*item, names);
    for (const auto& [key, member] : value.members) {
      if (key->text == "rule") {
        collect(*member, names);
      } else {
        collect_rules(*member, names);
      }
    }
  }

  static void collect(const Value& value, std::set<std::string>& names) {
    constexpr std::size_t kMaxName = 1024, kMaxNames = 4096;
    if (names.size() >= kMaxNames) return;
    if (value.is_scalar() && !value.text.empty() && value.text.size() <= kMaxName) names.insert(value.text);
    for (const auto& item : value.items) collect(*item, names);
    for (const auto& member : value.members) collect(*member.value, names);
  }

  static bool readable(const std::string& root, const std::string& name) {
    std::error_code error;
    return fs::is_regular_file(name, error) && fs::file_size(name, error) <= max_bytes(name) && !error &&
           lies_in(root, name);
  }

  Result<void> take(const std::string& name) {
    if (set_.files.contains(name)) return {};
    std::error_code error;
    const auto most = max_bytes(name);
    std::string text(std::min<std::size_t>(fs::file_size(name, error), most) + 1, '\0');
    std::ifstream in{name, std::ios::binary};
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || (in.fail() && !in.eof())) return fail(Errc::unavailable, "{}: cannot be read", name);
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > most) return fail(Errc::malformed, "{}: larger than {} bytes", name, most);
    return add(name, std::move(text));
  }

  Result<void> add(const std::string& name, std::string text) {
    if (set_.files.size() == kMaxFiles) return fail(Errc::malformed, "{}: more than {} files", name, kMaxFiles);
    total_ += text.size();
    if (total_ > kMaxTotalBytes) return fail(Errc::malformed, "{}: more than {} bytes in all", name, kMaxTotalBytes);
    set_.files.emplace(name, std::move(text));
    return {};
  }

  const CsarRules& rules_;
  std::map<std::string, PackageSignatures>* const found_;
  FileSet set_;
  std::set<std::string> followed_;
  std::size_t total_ = 0;
};

}  // namespace

Result<FileSet> load(std::span<const std::string> paths, const CsarRules& rules,
                     std::map<std::string, PackageSignatures>* found) try {
  return Loader{rules, found}.load(paths);
} catch (const fs::filesystem_error& e) {
  return fail(Errc::unavailable, "{}: {}", e.path1().string(), e.code().message());
}

Result<FileSet> load(std::span<const std::string> paths) { return load(paths, {}, nullptr); }

}  // namespace unf::tosca
