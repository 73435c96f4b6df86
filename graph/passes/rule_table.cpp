#include "graph/passes/rule_table.h"

#include <algorithm>

#include "graph/model/filter_rules.h"

namespace unf::graph {
namespace {

/// Whether nothing of `match` gets past the first `count` rows.
bool is_shadowed(const Match& match, const std::vector<RuleTable::Row>& rows, std::size_t count) {
  return std::any_of(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count),
                     [&](const auto& row) { return covers(row.match, match); });
}

/// Whether the rows behind `at` do the same for all that the row at `at` matches.
bool is_repeated(const std::vector<RuleTable::Row>& rows, std::size_t at) {
  for (auto i = at + 1; i < rows.size(); ++i) {
    if (rows[i].gate == rows[at].gate && covers(rows[i].match, rows[at].match)) return true;
    if (rows[i].gate != rows[at].gate && intersect(rows[i].match, rows[at].match)) return false;
  }
  return false;
}

}  // namespace

bool RuleTable::can_take(Gate gate) const {
  return gate == otherwise || std::ranges::find(rows, gate, &Row::gate) != rows.end();
}

std::vector<std::optional<FlowSpace>> RuleTable::parts(const FlowSpace& space, std::size_t gates) const {
  std::vector<std::vector<Match>> matched(gates);
  bool all_by_rows = space.is_sound_ip();
  std::vector<const Match*> met;
  for (const auto& here : space.any_of()) {
    bool open = true;  // whether some of it may get past the rows so far
    met.clear();
    for (std::size_t i = 0; i < rows.size() && open; ++i) {
      const auto both = intersect(here, rows[i].match);
      if (!both) continue;
      const bool shadowed = std::ranges::any_of(met, [&](const Match* before) { return covers(*before, *both); });
      if (!shadowed) matched[rows[i].gate].push_back(*both);
      open = *both != here;
      met.push_back(&rows[i].match);
    }
    if (open) all_by_rows = false;
  }
  std::vector<std::optional<FlowSpace>> parts(gates);
  for (Gate gate = 0; gate < gates; ++gate) {
    if (gate == otherwise && !all_by_rows) {
      parts[gate] = space;  // what no row matches is not told apart
    } else if (!matched[gate].empty()) {
      parts[gate] = space.narrowed(std::move(matched[gate]));
      parts[gate]->set_sound_ip();
    }
  }
  return parts;
}

RuleTable RuleTable::pruned(const FlowSpace& space) const {
  constexpr std::size_t kFew = 512;  // comparing each with each is dear beyond
  RuleTable table{{}, otherwise};
  for (const auto& row : rows) {
    const bool met =
        std::ranges::any_of(space.any_of(), [&](const Match& m) { return intersect(m, row.match).has_value(); });
    if (!met || (rows.size() <= kFew && is_shadowed(row.match, table.rows, table.rows.size()))) continue;
    table.rows.push_back(row);
  }
  for (auto i = table.rows.size(); table.rows.size() <= kFew && i-- > 0;) {
    if (is_repeated(table.rows, i)) table.rows.erase(table.rows.begin() + static_cast<std::ptrdiff_t>(i));
  }
  while (!table.rows.empty() && table.rows.back().gate == otherwise) table.rows.pop_back();
  return table;
}

std::optional<RuleTable> rule_table(const std::string& type, const nlohmann::json& config, const Artifacts& artifacts) {
  const bool filter = type == kL3L4Filter;
  if (!filter && type != kHeaderClassifier) return std::nullopt;
  const auto digest = config.find("rules");
  if (digest == config.end() || !digest->is_string()) return std::nullopt;
  const auto file = artifacts.find(digest->get_ref<const std::string&>());
  if (file == artifacts.end()) return std::nullopt;
  const auto rules = parse_filter_rules(file->second, filter ? kFilterVerdicts : kClassifierVerdicts);
  if (!rules) return std::nullopt;
  RuleTable table;
  for (const auto& [verdict, match] : *rules) {
    table.rows.push_back({match, static_cast<Gate>(filter ? 1 - verdict : verdict)});  // allow: out, deny: drop
  }
  table.otherwise = filter ? kDropGate : Gate{1};
  return table;
}

}  // namespace unf::graph
