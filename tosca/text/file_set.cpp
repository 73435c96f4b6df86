#include "tosca/text/file_set.h"

#include <algorithm>
#include <filesystem>

#include "tosca/text/xml.h"

namespace unf::tosca {
namespace fs = std::filesystem;

std::string package_root(const FileSet& set, const std::string& path) {
  return set.files.contains(path) ? fs::path{path}.parent_path().generic_string() : path;
}

Result<std::string> resolve(std::string_view root, std::string_view from, std::string_view name) {
  const fs::path path{name};
  if (path.is_absolute() || name.find('\0') != name.npos) {
    return fail(Errc::malformed, "an absolute path, expected one inside the package");
  }
  auto target = join(fs::path{from}.parent_path().generic_string(), name);
  const fs::path base{root}, file{target};
  const bool inside = root.empty()
                          ? !target.starts_with("..") && !file.is_absolute()
                          : std::mismatch(base.begin(), base.end(), file.begin(), file.end()).first == base.end();
  if (!inside) return fail(Errc::malformed, "outside the package, expected a file inside it");
  return target;
}

std::string join(std::string_view dir, std::string_view name) {
  auto path = (fs::path{dir} / fs::path{name}).lexically_normal().generic_string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path == "." ? std::string{} : path;
}

bool is_document(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json") || is_xml(name);
}

bool is_normative_types_file(std::string_view name) {
  const auto base = name.substr(name.rfind('/') + 1);
  return base.starts_with("etsi_nfv_sol001_") && (base.ends_with(".yaml") || base.ends_with(".yml"));
}

}  // namespace unf::tosca
