#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "graph/model/plan.h"
#include "tests/support/replicas.h"

namespace unf::testing_support {

/// Checks a plan against its own `original`, by walking both; shares no code with the compiler. Ways that differ in
/// replicas only are one way.
class PlanChecker {
 public:
  explicit PlanChecker(const Plan& plan) : plan_(plan), original_(plan.as_original()) {}

  /// What is wrong, a line each.
  std::vector<std::string> problems() {
    std::map<std::string, NodeId> entry, original_entry;
    for (const auto& c : plan_.classifiers) entry.emplace(c.path, c.to);
    for (const auto& c : original_.classifiers) original_entry.emplace(c.path, c.to);
    for (const auto& [path, node] : entry) check_path(path, node, original_entry.at(path));
    check_replicas();
    check_balance();
    return problems_;
  }

 private:
  using Walk = std::vector<const Plan::Edge*>;
  /// What each owner counts of one packet: in, out, dropped.
  using Counted = std::map<OwnerPath, std::array<std::ptrdiff_t, 3>>;
  static constexpr std::size_t kMaxWalks = 4096;

  static bool carries(const Plan::Edge& edge, const std::string& path) {
    return edge.paths.empty() || std::find(edge.paths.begin(), edge.paths.end(), path) != edge.paths.end();
  }

  /// All ways of `path` from `node` to a drop or out of a NicEgress.
  void walk(const Plan& plan, const std::string& path, const NodeId& node, Walk& so_far, std::vector<Walk>& walks) {
    if (walks.size() > kMaxWalks) return;
    if (so_far.size() > 4 * plan_.original.nodes.size()) return note(path, so_far, "goes in a circle");
    bool leaves = true;
    for (const auto& edge : plan.edges) {
      if (edge.from != node || !carries(edge, path)) continue;
      leaves = false;
      if (edge.port == Plan::Port::branch) {
        if (is_first(plan, *edge.to)) walk_stage(plan, path, *edge.to, so_far, walks);
        continue;
      }
      so_far.push_back(&edge);
      if (edge.to)
        walk(plan, edge.becomes.empty() ? path : edge.becomes, *edge.to, so_far, walks);
      else
        walks.push_back(so_far);
      so_far.pop_back();
    }
    if (!leaves) return;
    if (plan.find(node)->type != "NicEgress") note(path, so_far, "ends at " + node.get() + ", which is no NicEgress");
    walks.push_back(so_far);
  }

  static const std::vector<NodeId>& stage_of(const Plan& plan, const NodeId& member) {
    return *std::find_if(plan.stages.begin(), plan.stages.end(), [&](const auto& stage) {
      return std::find(stage.begin(), stage.end(), member) != stage.end();
    });
  }
  static bool is_first(const Plan& plan, const NodeId& member) { return stage_of(plan, member).front() == member; }

  /// A packet goes to all members; the first that drops it has dropped it, and the others have not seen it.
  void walk_stage(const Plan& plan, const std::string& path, const NodeId& first, Walk& so_far,
                  std::vector<Walk>& walks) {
    const auto before = so_far.size();
    const auto find = [&](const auto& wanted) {
      const auto at = std::find_if(plan.edges.begin(), plan.edges.end(),
                                   [&](const Plan::Edge& e) { return carries(e, path) && wanted(e); });
      return at == plan.edges.end() ? nullptr : &*at;
    };
    const auto& members = stage_of(plan, first);
    for (const auto& member : members) {
      so_far.push_back(find([&](const auto& e) { return e.to == member && e.port == Plan::Port::branch; }));
      if (const auto* drop = find([&](const auto& e) { return e.from == member && !e.to; })) {
        walks.push_back(so_far);
        walks.back().push_back(drop);
      }
    }
    so_far.push_back(find([&](const auto& e) { return e.from == members.back() && e.to; }));
    walk(plan, path, *so_far.back()->to, so_far, walks);
    so_far.resize(before);
  }

  /// Whatever way a packet takes, owners count it as on one of the ways of the original.
  void check_path(const std::string& path, const NodeId& entry, const NodeId& original_entry) {
    Walk so_far;
    std::vector<Walk> walks, original_walks;
    walk(plan_, path, entry, so_far, walks);
    walk(original_, path, original_entry, so_far, original_walks);
    if (walks.size() > kMaxWalks || original_walks.size() > kMaxWalks) return;
    std::set<Counted> ways;
    for (const auto& w : original_walks) ways.insert(counted(original_, w));
    for (const auto& w : walks) {
      if (!ways.contains(counted(plan_, w))) note(path, w, "is no way of the original, or is not counted as one");
    }
  }

  static Counted counted(const Plan& plan, const Walk& walk) {
    const auto on_walk = [&](const std::vector<EdgeId>& ids) {
      return std::count_if(walk.begin(), walk.end(),
                           [&](const auto* e) { return std::find(ids.begin(), ids.end(), e->id) != ids.end(); });
    };
    Counted counts;
    for (const auto& counter : plan.counters) {
      const std::array count{on_walk(counter.in), on_walk(counter.out), on_walk(counter.drop)};
      if (count != std::array<std::ptrdiff_t, 3>{}) counts[counter.owner] = count;
    }
    return counts;
  }

  /// Replicas are numbered from 0 and alike.
  void check_replicas() {
    for (const auto& [base, nodes] : replicas_of(plan_)) {
      const auto alike = [first = nodes.front()](const Plan::Node* node) {
        return first != nullptr && node != nullptr && node->type == first->type && node->config == first->config &&
               node->owners == first->owners && node->cycles_per_packet == first->cycles_per_packet &&
               node->rate_pps.get() - first->rate_pps.get() + 1 <= 2;
      };
      if (!std::all_of(nodes.begin(), nodes.end(), alike)) problems_.push_back(base + ": replicas that are not alike");
    }
  }

  /// Edges that flows are dealt over lead to all replicas of a node, in their order.
  void check_balance() {
    const auto replicas = replicas_of(plan_);
    std::map<std::tuple<NodeId, std::string, std::vector<std::string>>, std::vector<const Plan::Node*>> sets;
    for (const auto& edge : plan_.edges) {
      if (edge.port == Plan::Port::balance) sets[{edge.from, edge.gate, edge.paths}].push_back(plan_.find(*edge.to));
    }
    for (const auto& [from, targets] : sets) {
      if (targets != replicas.at(base_of(targets.front()->id)))
        problems_.push_back(std::get<0>(from).get() + ": deals over some of the replicas");
    }
  }

  void note(const std::string& path, const Walk& walk, const std::string& what) {
    std::string text = "path " + path + ":";
    for (const auto* edge : walk) text += " " + edge->from.get() + "." + edge->gate;
    problems_.push_back(text + ": " + what);
  }

  const Plan& plan_;
  Plan original_;
  std::vector<std::string> problems_;
};

}  // namespace unf::testing_support
