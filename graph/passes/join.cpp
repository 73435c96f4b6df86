#include "graph/passes/join.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "graph/model/digest.h"
#include "graph/model/filter_rules.h"

namespace unf::graph {
namespace {

constexpr std::string_view kPatternType = "ValidateUrl";
constexpr Gate kOk = 1;
constexpr std::size_t kMaxSets = 8;
constexpr std::size_t kRowsPerRow = 3;  ///< of the product, for each row of the two: beyond that it would not pay

using Pair = std::pair<Gate, std::optional<Gate>>;

/// Numbers outcomes in the order they are met; gate `other` is for the one that nothing but `otherwise` needs first.
class Outcomes {
 public:
  explicit Outcomes(Pair otherwise) { gates_[otherwise] = kOther; }
  /// nullopt: there are more than gates.
  std::optional<Gate> gate(const Pair& pair) {
    const auto [at, first] = gates_.try_emplace(pair, next_);
    if (first) ++next_;
    return at->second < Names::kCapacity ? std::optional{at->second} : std::nullopt;
  }
  std::vector<Joint::Outcome> list() const {
    std::vector<Joint::Outcome> list;
    for (const auto& [pair, gate] : gates_) list.push_back({gate, pair.first, pair.second});
    return list;
  }

 private:
  static constexpr Gate kOther = 1;
  std::map<Pair, Gate> gates_;
  Gate next_ = kOther + 1;
};

Joint join_tables(const RuleTable& all_first, Gate gate, const RuleTable& second, const FlowSpace& space,
                  const Context& context) {
  const auto first = all_first.pruned(space);
  const auto pair_of = [&](Gate g, std::optional<Gate> h) { return g == gate ? Pair{g, h} : Pair{g, std::nullopt}; };
  Outcomes outcomes{pair_of(first.otherwise, second.otherwise)};

  RuleTable product{{}, 1};
  const auto most = kRowsPerRow * (first.rows.size() + second.rows.size()) + 8;
  std::string why_not;
  const auto add = [&](const Match& match, const Pair& pair) {
    const auto to = outcomes.gate(pair);
    if (!to) why_not = fmt::format("more than {} different outcomes", Names::kCapacity - 1);
    if (product.rows.size() == most) why_not = fmt::format("their product has more than {} rows", most);
    if (why_not.empty()) product.rows.push_back({match, *to});
  };
  // Lexicographic: what the first's earlier row decides, its later ones do not.
  for (const auto& row : first.rows) {
    if (row.gate == gate) {
      for (const auto& other : second.rows) {
        const auto both = intersect(row.match, other.match);
        if (both) add(*both, {row.gate, other.gate});
        if (!why_not.empty()) return {.why_not = why_not};
      }
    }
    add(row.match, pair_of(row.gate, second.otherwise));
    if (!why_not.empty()) return {.why_not = why_not};
  }
  if (first.otherwise == gate) {
    for (const auto& other : second.rows) {
      add(other.match, {gate, other.gate});
      if (!why_not.empty()) return {.why_not = why_not};
    }
  }
  if (context.left_out == Condition::r8_first_match_in_order) std::reverse(product.rows.begin(), product.rows.end());
  product = product.pruned(space);

  if (context.catalog.find(kHeaderClassifier) == nullptr) return {};
  std::vector<FilterRule> rules;
  for (const auto& row : product.rows) {
    rules.push_back({row.gate, row.match});
  }
  auto text = to_text(rules, kClassifierVerdicts);
  const auto digest = digest_of(text);
  context.kinds.artifacts.try_emplace(digest, Artifact{"joint.rules", std::move(text)});
  return {.kind = context.kinds.of(std::string{kHeaderClassifier}, {{"rules", digest}}), .outcomes = outcomes.list()};
}

/// Whether rule files can say all that the table's rows do.
bool can_be_written(const RuleTable& table) {
  return std::ranges::all_of(
      table.rows, [](const auto& row) { return !row.match.ether_type && !row.match.vlan && !row.match.dscp; });
}

std::vector<std::string> pattern_sets(const Kind& kind) {
  const auto rules = kind.config.find("rules");
  if (kind.type != kPatternType || rules == kind.config.end()) return {};
  if (rules->is_string()) return {rules->get<std::string>()};
  return rules->is_array() ? rules->get<std::vector<std::string>>() : std::vector<std::string>{};
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

bool can_be_joined(const Kind& kind) { return kind.table != nullptr || kind.type == kPatternType; }

Joint join(const Kind& first, Gate gate, const Kind& second, const FlowSpace& space, const Context& context) {
  if (first.table != nullptr && second.table != nullptr && can_be_written(*first.table) &&
      can_be_written(*second.table)) {
    return join_tables(*first.table, gate, *second.table, space, context);
  }
  const auto sets = pattern_sets(first), others = pattern_sets(second);
  if (!sets.empty() && !others.empty() && gate == kOk) return join_patterns(sets, others, context);
  return {};
}

}  // namespace unf::graph
