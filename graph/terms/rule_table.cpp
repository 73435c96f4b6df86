#include "graph/terms/rule_table.h"

#include <algorithm>

namespace unf::graph {
namespace {

constexpr std::size_t kFew = 512;  ///< rows: comparing each with each is dear beyond

/// Whether nothing of `match` gets past `rows`.
bool is_shadowed(const Match& match, const FilterTable& rows) {
  return std::ranges::any_of(rows, [&](const auto& row) { return covers(row.match, match); });
}

/// Whether the rows behind `at` do the same for all that the row at `at` matches.
bool is_repeated(const FilterTable& rows, std::size_t at) {
  for (auto i = at + 1; i < rows.size(); ++i) {
    if (rows[i].verdict == rows[at].verdict && covers(rows[i].match, rows[at].match)) return true;
    if (rows[i].verdict != rows[at].verdict && intersect(rows[i].match, rows[at].match)) return false;
  }
  return false;
}

FilterTable pruned_rows(const FilterTable& rows, Gate otherwise, const FlowSpace& space) {
  FilterTable kept;
  for (const auto& row : rows) {
    const bool met =
        std::ranges::any_of(space.any_of(), [&](const Match& m) { return intersect(m, row.match).has_value(); });
    if (met && (rows.size() > kFew || !is_shadowed(row.match, kept))) kept.push_back(row);
  }
  for (auto i = kept.size(); kept.size() <= kFew && i-- > 0;) {
    if (is_repeated(kept, i)) kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
  }
  while (!kept.empty() && kept.back().verdict == otherwise) kept.pop_back();
  return kept;
}

/// Adds to `matched`, by verdict, what the packets of `space` that a row of it decides are like. Whether that is all.
bool deal(const FlowSpace& space, const FilterTable& rows, std::vector<std::vector<Match>>& matched) {
  bool all = true;
  std::vector<const Match*> met;
  for (const auto& here : space.any_of()) {
    bool open = true;  // whether some of it may get past the rows so far
    met.clear();
    for (std::size_t i = 0; i < rows.size() && open; ++i) {
      const auto both = intersect(here, rows[i].match);
      if (!both) continue;
      const bool shadowed = std::ranges::any_of(met, [&](const Match* before) { return covers(*before, *both); });
      if (!shadowed) matched[rows[i].verdict].push_back(*both);
      open = *both != here;
      met.push_back(&rows[i].match);
    }
    all &= !open;
  }
  return all;
}

}  // namespace

std::size_t RuleTables::row_count() const {
  std::size_t count = 0;
  for (const auto& rows : list) count += rows.size();
  return count;
}

bool RuleTables::can_take(Gate gate) const {
  return gate == otherwise || std::ranges::any_of(list, [&](const FilterTable& rows) {
           return std::ranges::find(rows, gate, &FilterRule::verdict) != rows.end();
         });
}

std::vector<std::optional<FlowSpace>> RuleTables::parts(const FlowSpace& space, std::size_t gates) const {
  std::vector<std::vector<Match>> matched(std::max(gates, to_table(kMaxTables)));
  bool all_by_rows = space.is_sound_ip();
  for (std::size_t t = 0; t < list.size(); ++t) {
    if (t != 0 && matched[to_table(t)].empty()) continue;
    const auto arriving = t == 0 ? space : space.narrowed(std::move(matched[to_table(t)]));
    const bool dear = t != 0 && arriving.any_of().size() * list[t].size() > 8 * kFew;
    all_by_rows &= deal(dear ? space : arriving, list[t], matched);
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

RuleTables RuleTables::pruned(const FlowSpace& space) const {
  RuleTables kept{.list = {}, .otherwise = otherwise};
  std::vector<std::size_t> index(list.size());  // there; 0: nothing leads to it
  for (std::size_t t = 0; t < list.size(); ++t) {
    if (t != 0 && index[t] == 0) continue;
    index[t] = kept.list.size();
    kept.list.push_back(pruned_rows(list[t], otherwise, space));
    for (const auto& row : kept.list.back()) {
      if (const auto next = table_of(row.verdict)) index[*next] = *next;
    }
  }
  for (auto& rows : kept.list) {
    for (auto& row : rows) {
      if (const auto next = table_of(row.verdict)) row.verdict = to_table(index[*next]);
    }
  }
  return kept;
}

std::vector<std::string> rule_digests(const nlohmann::json& config) {
  const auto rules = config.find("rules");
  if (rules == config.end()) return {};
  std::vector<std::string> digests;
  for (const auto& digest : rules->is_array() ? *rules : nlohmann::json::array({*rules})) {
    if (digest.is_string()) digests.push_back(digest.get<std::string>());
  }
  return digests;
}

std::optional<RuleTables> rule_tables(const std::string& type, const nlohmann::json& config,
                                      const Artifacts& artifacts) {
  if (!decides_by_tables(type)) return std::nullopt;
  std::vector<const Artifact*> files;
  for (const auto& digest : rule_digests(config)) {
    const auto file = artifacts.find(digest);
    if (file == artifacts.end()) return std::nullopt;
    files.push_back(&file->second);
  }
  if (files.empty() || files.size() > kMaxTables) return std::nullopt;
  const bool filter = type == kL3L4Filter;
  auto tables = parse_filter_tables(files, filter ? kFilterVerdicts : kClassifierVerdicts);
  if (!tables) return std::nullopt;
  if (filter) {
    for (auto& row : tables->front()) row.verdict = 1 - row.verdict;  // allow: out, deny: drop
  }
  return RuleTables{std::move(*tables), filter ? kDropGate : Gate{1}};
}

}  // namespace unf::graph
