#include "tosca/osm/vnffg_rule.h"

#include <algorithm>
#include <string_view>

#include "graph/model/filter_rules.h"

namespace unf::tosca {
namespace {

/// The text of a file that a document names. nullptr: the package has no such file.
const std::string* find_rule_file(const std::string& name, const FileSet& files, const ChainDocument& document) {
  if (name.empty() || name.size() > 1024 || name.find('\n') != std::string::npos) return nullptr;
  for (const auto& from : {std::string{document.file}, join(document.root, "x")}) {
    const auto inside = resolve(document.root, from, name);
    const auto found = inside ? files.files.find(*inside) : files.files.end();
    if (found != files.files.end()) return &found->second;
  }
  return nullptr;
}

/// The lines of a rule as lines of a rule file of a filter, each of which begins with a verdict.
std::string with_verdicts(std::string_view rule) {
  std::string lines;
  while (!rule.empty()) {
    const auto line = rule.substr(0, rule.find('\n'));
    rule.remove_prefix(std::min(rule.size(), line.size() + 1));
    const auto first = line.find_first_not_of(" \t\r");
    lines += first == line.npos || line[first] == '#' ? "" : "allow ";
    lines += line;
    lines += '\n';
  }
  return lines;
}

/// The first line of a filter's error, with the number of words that were written: without the verdict.
std::string error_without_verdict(const std::string& message) {
  auto why = message.substr(0, message.find('\n'));
  const auto words = why.find(" words, expected allow|deny");
  if (words == why.npos) return why;
  const auto count = why.rfind(' ', words - 1) + 1;
  const auto written = std::stoul(why.substr(count)) - 1;
  return fmt::format("{}{} word{}", why.substr(0, count), written, written == 1 ? "" : "s");
}

}  // namespace

std::optional<std::vector<Match>> read_path_rule(const Value& nfpd, const std::string& what, const FileSet& files,
                                                 const ChainDocument& document, YangReader& reader) {
  std::vector<Match> matches;
  const auto* rule = reader.text(nfpd, "rule");
  if (rule == nullptr) return matches;
  const auto* file = find_rule_file(rule->text, files, document);
  const auto rules = parse_filter_rules(
      {file == nullptr ? "rule" : rule->text, with_verdicts(file == nullptr ? rule->text : *file)}, kFilterVerdicts);
  if (!rules || rules->empty()) {
    reader.problems().add(
        rule->at(),
        "`rule` of {} does not say what packets match ({}), expected `PROTO SRC SPORTS DST DPORTS`, `any` for "
        "each, or the name of a file in the package with such lines",
        what, rules ? "it has no line" : error_without_verdict(rules.error().message));
    return std::nullopt;
  }
  for (const auto& one : *rules) matches.push_back(one.match);
  return matches;
}

}  // namespace unf::tosca
