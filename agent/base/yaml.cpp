#include "agent/base/yaml.h"

#include <algorithm>
#include <set>

namespace unf::agent {

bool YamlReader::map(const YAML::Node& node, std::string_view what, std::initializer_list<std::string_view> known) {
  if (!node.IsMap()) {
    problem(node, "{}: expected a map", what);
    return false;
  }
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const auto key = entry.first.IsScalar() ? entry.first.Scalar() : std::string{"(not a name)"};
    if (known.size() != 0 && std::ranges::find(known, key) == known.end()) {
      problem(entry.first, "{}: unknown key {}, expected one of {}", what, key, fmt::join(known, ", "));
    } else if (!seen.insert(key).second) {
      problem(entry.first, "{}: {} is given twice", what, key);
    }
  }
  return true;
}

bool YamlReader::list(const YAML::Node& parent, const char* key) {
  const auto node = parent[key];
  if (!node) return false;
  if (!node.IsSequence()) problem(node, "{}: expected a list", key);
  return node.IsSequence();
}

Result<void> YamlReader::result() const {
  if (problems_.empty()) return {};
  return fail(Error{Errc::malformed, problems_});
}

void YamlReader::add(const YAML::Node& at, const std::string& what) {
  if (!problems_.empty()) problems_ += '\n';
  problems_ += fmt::format("{}:{}: {}", file_, at.Mark().line + 1, what);
}

Result<YAML::Node> parse_yaml(const std::string& file, const std::string& text) try {
  auto node = YAML::Load(text);
  if (!node || node.IsNull()) return fail(Errc::malformed, "{}:1: is empty", file);
  return node;
} catch (const YAML::Exception& e) {
  return fail(Errc::malformed, "{}:{}: {}", file, e.mark.line + 1, e.msg);
}

}  // namespace unf::agent
