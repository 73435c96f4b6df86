#include "tosca/sfc_yang/sfc_rules.h"

#include <algorithm>

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxRules = 65'536;
constexpr std::size_t kMaxRuleGroups = 1024;
constexpr std::size_t kMaxRuleComparisons = 4'000'000;

}  // namespace

void SfcRuleList::add(std::size_t path, const ServiceRequest::Endpoint& in, const Match& match, const SourcePlace& at) {
  if (++size_ > kMaxRules) {
    problems_.add(at, "too many rules of paths, expected at most {}", kMaxRules);
    return;
  }
  const auto meets = [&](const Match& other) { return intersect(match, other).has_value(); };
  for (auto group = groups_.rbegin(); group != groups_.rend(); ++group) {
    if (group->in.name != in.name) continue;
    if (group->path == path) {
      group->matches.push_back(match);
      return;
    }
    if (!may_compare(group->matches.size()) || std::ranges::any_of(group->matches, meets)) break;
  }
  if (groups_.size() >= kMaxRuleGroups)
    problems_.add(at, "too many endpoints or paths that rules lead to by turns, expected at most {}", kMaxRuleGroups);
  groups_.push_back({path, in, {match}});
}

bool SfcRuleList::is_overfull() const { return size_ > kMaxRules || groups_.size() > kMaxRuleGroups; }

bool SfcRuleList::may_compare(std::size_t rules) {
  compared_ += rules;
  return compared_ <= kMaxRuleComparisons;
}

}  // namespace unf::tosca
