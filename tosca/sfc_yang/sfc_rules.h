#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graph/model/match.h"
#include "graph/model/service_request.h"
#include "tosca/text/problems.h"

namespace unf::tosca {

/// Rules by which packets that come in by an endpoint take a path.
struct SfcRuleGroup {
  std::size_t path;
  ServiceRequest::Endpoint in;
  std::vector<Match> matches;
};

/// The rules of all paths. Of the rules of an endpoint, the first one that matches a packet decides.
class SfcRuleList {
 public:
  explicit SfcRuleList(Problems& problems) : problems_(problems) {}

  /// Adds a rule after the others. The rule joins an earlier group of its path only if no group between them, of
  /// another path, takes packets that the rule takes. A rule too many is reported at `at`.
  void add(std::size_t path, const ServiceRequest::Endpoint& in, const Match& match, const SourcePlace& at);

  /// Whether there are too many rules, which has been reported.
  [[nodiscard]] bool is_overfull() const;
  /// Counts comparisons of rules with each other. False: there were too many in all.
  [[nodiscard]] bool may_compare(std::size_t rules = 1);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// The groups, in the order of their first rules. Leaves none.
  [[nodiscard]] std::vector<SfcRuleGroup> take_groups() { return std::exchange(groups_, {}); }

 private:
  Problems& problems_;
  std::vector<SfcRuleGroup> groups_;
  std::size_t size_ = 0;
  std::size_t compared_ = 0;
};

/// What rules say of a path's other direction.
struct SfcOtherDirection {
  std::vector<Match> matches;
  std::set<std::pair<std::string, std::string>> endpoints;  ///< where its packets come in: names and networks
  bool is_named = false;                                    ///< An entry of an access list leads to it by name.
};

/// What classifiers say of paths.
struct SfcClassification {
  std::vector<SfcRuleGroup> rules;
  std::vector<SfcOtherDirection> other_directions;  ///< one for each path
};

}  // namespace unf::tosca
