#pragma once

#include <string>
#include <vector>

#include "tests/support/runtime_plan.h"
#include "tests/support/unf_harness.h"

namespace unf::testing_support {

/// uNFs between a split and a join: one after another, or as a parallel stage. The same owners count the same.
class StagedPlan {
 public:
  struct Member {
    std::string type;
    nlohmann::json config = nlohmann::json::object();
  };
  /// Runners of the node before and the node behind; in `io` they are the NICs' own.
  struct Ends {
    std::string split = "split", join = "join";
  };

  StagedPlan& add(const std::string& type, const Rules& rules = {{}, nlohmann::json::object()}) {
    members_.push_back({type, rules.config});
    artifacts_.insert(rules.artifacts.begin(), rules.artifacts.end());
    return *this;
  }
  StagedPlan& ends(Ends ends) {
    ends_ = std::move(ends);
    return *this;
  }
  [[nodiscard]] std::size_t members() const { return members_.size(); }
  [[nodiscard]] static std::string id(std::size_t member) { return "m" + std::to_string(member); }

  /// All in one runner.
  [[nodiscard]] Plan sequential() const {
    auto built = begin("r1", "r1");
    for (std::size_t m = 0; m < members_.size(); ++m)
      built.plan.node(id(m), members_[m].type, "r1", members_[m].config);
    auto last = built.split;
    for (std::size_t m = 0; m < members_.size(); ++m) {
      built.enters.push_back(edge(built.plan, last, id(m)));
      last = id(m);
    }
    built.leaves = edge(built.plan, last, built.join);
    return finish(std::move(built));
  }

  /// Each member in a runner of its own.
  [[nodiscard]] Plan parallel() const {
    auto built = begin(ends_.split, ends_.join);
    std::vector<NodeId> stage;
    for (std::size_t m = 0; m < members_.size(); ++m) {
      built.plan.node(id(m), members_[m].type, "stage-" + id(m), members_[m].config);
      stage.emplace_back(id(m));
      built.enters.push_back(edge(built.plan, built.split, id(m), Plan::Port::branch));
    }
    built.plan.plan().stages = {stage};
    for (std::size_t m = 0; m < members_.size(); ++m)
      built.leaves = edge(built.plan, id(m), built.join, Plan::Port::ordered);
    return finish(std::move(built));
  }

 private:
  struct Built {
    RuntimePlan plan;
    std::string split, join;
    std::vector<EdgeId> enters;  // of each member
    EdgeId leaves;               // of the last
  };

  static EdgeId edge(RuntimePlan& plan, const std::string& from, const std::string& to,
                     Plan::Port port = Plan::Port::single) {
    plan.edge(from, "out", to).plan().edges.back().port = port;
    return plan.plan().edges.back().id;
  }

  Built begin(const std::string& split, const std::string& join) const {
    Built built{.plan = {}, .split = ends_.split == "io" ? "in" : "split", .join = ends_.join == "io" ? "out" : "join"};
    built.plan.node("in", "NicIngress", "io").node("out", "NicEgress", "io");
    built.plan.plan().nodes[0].nic = NicName{"in"};
    built.plan.plan().nodes[1].nic = NicName{"out"};
    if (built.split != "in") built.plan.node("split", "Forward", split).edge("in", "out", "split");
    if (built.join != "out") built.plan.node("join", "Forward", join).edge("join", "out", "out");
    built.plan.classifier("all", "in", "in");
    return built;
  }

  Plan finish(Built built) const {
    auto& plan = built.plan;
    const auto counter = [&](const std::string& owner, EdgeId in, EdgeId out, std::vector<EdgeId> drop) {
      plan.plan().counters.push_back({.owner = OwnerPath{owner}, .in = {in}, .out = {out}, .drop = std::move(drop)});
    };
    for (std::size_t m = 0; m < members_.size(); ++m) {
      plan.edge(id(m), "drop", "");
      counter(id(m), built.enters[m], m + 1 < members_.size() ? built.enters[m + 1] : built.leaves,
              {plan.plan().edges.back().id});
    }
    counter(built.split, built.enters.front(), built.enters.front(), {});
    counter(built.join, built.leaves, built.leaves, {});
    plan.plan().artifacts = artifacts_;
    plan.plan().original.nodes = {};
    return plan.plan();
  }

  std::vector<Member> members_;
  Artifacts artifacts_;
  Ends ends_;
};

}  // namespace unf::testing_support
