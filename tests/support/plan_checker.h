#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "graph/model/plan.h"
#include "tests/support/replicas.h"

namespace unf::testing_support {

/// Checks a plan against its own `original`, by walking both; shares no code with the compiler. Ways that differ in
/// replicas only are one way.
class PlanChecker {
 public:
  explicit PlanChecker(const Plan& plan) : plan_(plan), original_(plan.as_original()) {
    for (const auto& node : original_.nodes) type_of_[node.owners[0]] = node.type;
    for (const auto& node : plan_.nodes) {
      for (const auto& owner : node.owners) nodes_of_[owner].insert(base_of(node.id));
    }
  }

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
      so_far.push_back(&edge);
      if (edge.to)
        walk(plan, path, *edge.to, so_far, walks);
      else
        walks.push_back(so_far);
      so_far.pop_back();
    }
    if (!leaves) return;
    if (plan.find(node)->type != "NicEgress") note(path, so_far, "ends at " + node.get() + ", which is no NicEgress");
    walks.push_back(so_far);
  }

  void check_path(const std::string& path, const NodeId& entry, const NodeId& original_entry) {
    Walk so_far;
    std::vector<Walk> walks, original_walks;
    walk(plan_, path, entry, so_far, walks);
    walk(original_, path, original_entry, so_far, original_walks);
    if (walks.size() > kMaxWalks || original_walks.size() > kMaxWalks) return;

    std::map<Walk, std::string> found;
    for (const auto& w : walks) {
      auto original = original_of(path, w, original_entry);
      if (std::find(original_walks.begin(), original_walks.end(), original) == original_walks.end()) {
        note(path, w, "is none of the original");
        continue;
      }
      const auto [at, first] = found.emplace(std::move(original), shape_of(w));
      if (!first && at->second != shape_of(w)) note(path, w, "stands for what another one stands for");
    }
    for (const auto& w : original_walks) {
      if (is_consistent(w) && !found.contains(w)) note(path, w, "of the original has none in the plan");
    }
  }

  static std::string shape_of(const Walk& walk) {
    std::string shape;
    for (const auto* edge : walk) shape += base_of(edge->from) + "." + edge->gate + " ";
    return shape;
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

  /// The original walk whose nodes decide as the plan's do, and whose owners count one packet each. Empty and noted:
  /// none.
  Walk original_of(const std::string& path, const Walk& walk, const NodeId& original_entry) {
    Walk original;
    std::set<OwnerPath> owners;
    if (!follow(path, walk, 0, *original_.find(original_entry), original, owners)) {
      note(path, walk, "is no way of the original, or is not counted as one");
    }
    return original;
  }

  /// Goes on from `at`, when the first `passed` nodes of the plan's walk have been passed. Where an owner may be
  /// decided by the next of them, or by one before, both are tried.
  bool follow(const std::string& path, const Walk& walk, std::size_t passed, const Plan::Node& at, Walk& original,
              std::set<OwnerPath>& owners) {
    const auto& owner = at.owners[0];
    if (!owners.insert(owner).second) return false;
    const auto owns = [&](std::size_t i) {
      const auto& of_node = plan_.find(walk[i]->from)->owners;
      return std::find(of_node.begin(), of_node.end(), owner) != of_node.end();
    };
    const auto go_on = [&](std::size_t now_passed, const std::string& gate) {
      const auto next = std::find_if(original_.edges.begin(), original_.edges.end(), [&](const Plan::Edge& e) {
        return e.from == at.id && e.gate == gate && carries(e, path);
      });
      if (next == original_.edges.end()) return now_passed == walk.size() && counts_right(walk, owners);
      original.push_back(&*next);
      const bool found = next->to ? follow(path, walk, now_passed, *original_.find(*next->to), original, owners)
                                  : now_passed == walk.size() && counts_right(walk, owners);
      if (!found) original.pop_back();
      return found;
    };
    if (passed < walk.size() && owns(passed) && go_on(passed + 1, walk[passed]->gate)) return true;
    for (auto i = passed; i-- > 0;) {
      if (owns(i) && go_on(passed, walk[i]->gate)) return true;
    }
    const bool io = at.type == "NicIngress" || at.type == "NicEgress";
    if (io && go_on(passed, "out")) return true;
    owners.erase(owner);
    return false;
  }

  /// Each of `owners` counts one packet in, and one out or dropped; no other owner counts any.
  bool counts_right(const Walk& walk, const std::set<OwnerPath>& owners) const {
    const auto on_walk = [&](const std::vector<EdgeId>& ids) {
      return std::count_if(walk.begin(), walk.end(),
                           [&](const auto* e) { return std::find(ids.begin(), ids.end(), e->id) != ids.end(); });
    };
    return std::all_of(plan_.counters.begin(), plan_.counters.end(), [&](const Plan::Counter& counter) {
      const auto in = on_walk(counter.in);
      return in == (owners.contains(counter.owner) ? 1 : 0) && in == on_walk(counter.out) + on_walk(counter.drop);
    });
  }

  /// Whether owners that share one uNF decide alike on it.
  bool is_consistent(const Walk& walk) const {
    std::map<std::string, std::string> gate_of;
    for (const auto* edge : walk) {
      const auto& owner = original_.find(edge->from)->owners[0];
      if (type_of_.at(owner) == "NicIngress" || type_of_.at(owner) == "NicEgress") continue;
      for (const auto& node : plan_.nodes) {
        if (std::find(node.owners.begin(), node.owners.end(), owner) == node.owners.end()) continue;
        if (nodes_of_.at(owner).size() > 1) return false;  // who decides depends on the path: not told apart here
        const auto [at, first] = gate_of.emplace(base_of(node.id), edge->gate);
        if (!first && at->second != edge->gate) return false;
      }
    }
    return true;
  }

  void note(const std::string& path, const Walk& walk, const std::string& what) {
    std::string text = "path " + path + ":";
    for (const auto* edge : walk) text += " " + edge->from.get() + "." + edge->gate;
    problems_.push_back(text + ": " + what);
  }

  const Plan& plan_;
  Plan original_;
  std::map<OwnerPath, std::string> type_of_;
  std::map<OwnerPath, std::set<std::string>> nodes_of_;
  std::vector<std::string> problems_;
};

}  // namespace unf::testing_support
