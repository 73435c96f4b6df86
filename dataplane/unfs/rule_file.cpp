#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {

namespace {

Result<const Artifact*> find_file(const nlohmann::json& digest, const Artifacts& artifacts) {
  if (!digest.is_string()) return fail(Errc::malformed, "rules: missing, expected the digest of a rule file");
  const auto file = artifacts.find(digest.get_ref<const std::string&>());
  if (file == artifacts.end()) {
    return fail(Errc::not_found, "rules: no artifact {}, expected one of the plan's",
                quote(digest.get_ref<const std::string&>()));
  }
  return &file->second;
}

}  // namespace

Result<std::vector<const Artifact*>> find_rules(const nlohmann::json& config, const Artifacts& artifacts,
                                                std::size_t most) {
  const auto rules = config.value("rules", nlohmann::json());
  if (rules.is_array() && (rules.empty() || rules.size() > most)) {
    return fail(Errc::malformed, "rules: a list of {} files, expected {}", rules.size(),
                most == 1 ? "one file" : fmt::format("1 to {}", most));
  }
  std::vector<const Artifact*> files;
  for (const auto& digest : rules.is_array() ? rules : nlohmann::json::array({rules})) {
    const auto file = find_file(digest, artifacts);
    if (!file) return fail(file.error());
    files.push_back(*file);
  }
  return files;
}

void detail::each_rule_line(std::string_view text, const std::function<void(std::string_view, unsigned)>& visit) {
  constexpr std::string_view kBlanks = " \t\r";
  for (unsigned number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos || line[begin] == '#') continue;
    line = line.substr(begin, line.find_last_not_of(kBlanks) + 1 - begin);
    visit(line, number);
  }
}

}  // namespace unf::dataplane
