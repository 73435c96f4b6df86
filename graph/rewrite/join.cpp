#include "graph/rewrite/join.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "graph/model/digest.h"

namespace unf::graph {
namespace {

constexpr std::string_view kPatternType = "ValidateUrl";
constexpr Gate kOk = 1;
constexpr std::size_t kMaxSets = 8;
constexpr std::size_t kRowsPerRow = 3;  ///< of a product, for each row of the two

/// Numbers what becomes of packets of which the second gets those that take `gate`, in the order it is met. Gate
/// `other` is for those that take both defaults.
class Outcomes {
 public:
  static constexpr Gate kOther = 1;

  Outcomes(const RuleTables& first, Gate gate, const RuleTables& second) : gate_(gate) {
    gates_[first.otherwise == gate ? Pair{gate, second.otherwise} : Pair{first.otherwise, std::nullopt}] = kOther;
  }
  std::size_t without_second(std::size_t first) { return number({first, std::nullopt}); }
  std::size_t with_second(std::size_t second) { return number({gate_, second}); }

  /// Whether there are gates enough.
  [[nodiscard]] bool fit() const { return next_ <= kClassifierGates; }
  [[nodiscard]] std::vector<Joint::Outcome> list() const {
    std::vector<Joint::Outcome> list;
    for (const auto& [pair, gate] : gates_) {
      list.push_back({static_cast<Gate>(gate), static_cast<Gate>(pair.first), pair.second});
    }
    return list;
  }

 private:
  using Pair = std::pair<std::size_t, std::optional<Gate>>;

  std::size_t number(const Pair& pair) {
    const auto [at, first] = gates_.try_emplace(pair, next_);
    if (first) ++next_;
    return at->second;
  }

  std::size_t gate_;
  std::map<Pair, std::size_t> gates_;
  std::size_t next_ = kOther + 1;
};

/// One table of all that rows of both match together. nullopt: it has too many rows to pay.
std::optional<RuleTables> product(const RuleTables& first, Gate gate, const RuleTables& second, Outcomes& outcomes) {
  if (first.list.size() > 1 || second.list.size() > 1) return std::nullopt;
  const auto most = kRowsPerRow * (first.row_count() + second.row_count()) + 8;
  FilterTable rows;
  const auto add_second = [&](const Match& within) {
    for (const auto& row : second.list[0]) {
      if (rows.size() > most) return;
      if (const auto both = intersect(within, row.match)) rows.push_back({outcomes.with_second(row.verdict), *both});
    }
  };
  // Lexicographic: what the first's earlier row decides, its later ones do not.
  for (const auto& row : first.list[0]) {
    if (row.verdict == gate) {
      add_second(row.match);
      rows.push_back({outcomes.with_second(second.otherwise), row.match});
    } else {
      rows.push_back({outcomes.without_second(row.verdict), row.match});
    }
    if (rows.size() > most) return std::nullopt;
  }
  if (first.otherwise == gate) add_second({});
  if (rows.size() > most) return std::nullopt;
  return RuleTables{{std::move(rows)}, Outcomes::kOther};
}

/// The tables of both, the second's behind the first's.
RuleTables decision_dag(const RuleTables& first, Gate gate, const RuleTables& second, Outcomes& outcomes,
                        const Context& context) {
  const auto behind = first.list.size();
  const auto of_first = [&](std::size_t verdict) {
    if (verdict == gate) return to_table(behind);
    return table_of(verdict) ? verdict : outcomes.without_second(verdict);
  };
  const auto of_second = [&](std::size_t verdict) {
    const auto next = table_of(verdict);
    return next ? to_table(behind + *next) : outcomes.with_second(verdict);
  };
  RuleTables dag{{}, Outcomes::kOther};
  const auto add = [&](const RuleTables& tables, const auto& verdict_of) {
    // Its default, if it is not the new one, by a row: that does not match what is not IP, which takes the new one.
    const auto otherwise = verdict_of(tables.otherwise);
    const bool same = context.holds(Condition::r8_defaults_are_kept, otherwise == Outcomes::kOther);
    for (auto rows : tables.list) {
      for (auto& row : rows) row.verdict = verdict_of(row.verdict);
      if (!same) rows.push_back({otherwise, Match{}});
      dag.list.push_back(std::move(rows));
    }
  };
  add(first, of_first);
  add(second, of_second);
  return dag;
}

/// The kind of a uNF that decides by `tables`. nullptr: the catalogue has none.
const Kind* classifier(const RuleTables& tables, const Context& context) {
  auto digests = nlohmann::json::array();
  for (const auto& rows : tables.list) {
    auto text = to_text(rows, kClassifierVerdicts);
    digests.push_back(digest_of(text));
    context.kinds.artifacts.try_emplace(digests.back(), Artifact{"joint.rules", std::move(text)});
  }
  return context.kinds.of(std::string{kHeaderClassifier}, {{"rules", digests.size() == 1 ? digests[0] : digests}});
}

Joint join_tables(const RuleTables& all_first, Gate gate, const RuleTables& second, const FlowSpace& space,
                  const Context& context) {
  const auto first = all_first.pruned(space);
  Outcomes outcomes{first, gate, second};
  auto joint = product(first, gate, second, outcomes);
  if (!joint) {
    if (first.list.size() + second.list.size() > kMaxTables) {
      return {.why_not = fmt::format("more than {} tables one behind the other", kMaxTables)};
    }
    outcomes = {first, gate, second};
    joint = decision_dag(first, gate, second, outcomes, context);
  }
  if (!outcomes.fit()) return {.why_not = fmt::format("more than {} different outcomes", kClassifierGates - 1)};
  return {.kind = classifier(joint->pruned(space), context), .outcomes = outcomes.list()};
}

/// Whether rule files can say all that the tables' rows do.
bool can_be_written(const RuleTables& tables) {
  return std::ranges::all_of(tables.list, [](const FilterTable& rows) {
    return std::ranges::all_of(
        rows, [](const auto& row) { return !row.match.ether_type && !row.match.vlan && !row.match.dscp; });
  });
}

std::vector<std::string> pattern_sets(const Kind& kind) {
  return kind.type == kPatternType ? rule_digests(kind.config) : std::vector<std::string>{};
}

/// The gate of a match with set number `set` (from 0): those behind `ok`, in order.
Gate gate_of_set(std::size_t set) { return static_cast<Gate>(kOk + 1 + set); }

Joint join_patterns(const std::vector<std::string>& first, const std::vector<std::string>& second,
                    const Context& context) {
  if (first.size() + second.size() > kMaxSets) {
    return {.why_not = fmt::format("more than {} pattern sets", kMaxSets)};
  }
  auto sets = first;
  sets.insert(sets.end(), second.begin(), second.end());
  Joint joint{.kind = context.kinds.of(std::string{kPatternType}, {{"rules", sets}}), .outcomes = {{kOk, kOk, kOk}}};
  if (joint.kind == nullptr || joint.kind->descriptor->gates.size() < kOk + 1 + kMaxSets) return {};
  for (std::size_t i = 0; i < first.size(); ++i) {
    joint.outcomes.push_back({gate_of_set(i), gate_of_set(i), std::nullopt});
  }
  for (std::size_t i = 0; i < second.size(); ++i) {
    joint.outcomes.push_back({gate_of_set(first.size() + i), kOk, gate_of_set(i)});
  }
  return joint;
}

}  // namespace

bool can_be_joined(const Kind& kind) { return kind.tables != nullptr || kind.type == kPatternType; }

Joint join(const Kind& first, Gate gate, const Kind& second, const FlowSpace& space, const Context& context) {
  if (first.tables != nullptr && second.tables != nullptr && can_be_written(*first.tables) &&
      can_be_written(*second.tables)) {
    return join_tables(*first.tables, gate, *second.tables, space, context);
  }
  const auto sets = pattern_sets(first), others = pattern_sets(second);
  if (!sets.empty() && !others.empty() && gate == kOk) return join_patterns(sets, others, context);
  return {};
}

}  // namespace unf::graph
