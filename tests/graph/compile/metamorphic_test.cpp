#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "graph/compile/compile.h"
#include "tests/support/differential/differential.h"
#include "tests/support/plan_checker.h"

// What must hold of the plans of all services, and what must not change them (graph.md 5).
namespace unf::graph {
namespace {

using namespace testing_support;
using testing::IsEmpty;

constexpr std::uint64_t kSeed = 4'000'000;

/// Some services; a test that fails says the seed of its own.
class Services : public testing::TestWithParam<std::uint64_t> {
 protected:
  static constexpr std::uint64_t kEach = 40;
  template <typename Check>
  void each(Check check) {
    for (auto seed = kSeed + GetParam() * kEach; seed < kSeed + (GetParam() + 1) * kEach; ++seed) {
      SCOPED_TRACE(fmt::format("seed {}", seed));
      check(random_service(seed));
      if (HasFailure()) return;
    }
  }
  static Plan plan_of(const RandomService& service, const CompileOptions& options = {}) {
    auto plan = compile(service.request, service.catalog, service.inventory, options);
    EXPECT_TRUE(plan.has_value()) << plan.error().message;
    return plan.value_or(Plan{});
  }
};
INSTANTIATE_TEST_SUITE_P(Random, Services, testing::Range(std::uint64_t{0}, std::uint64_t{10}));

TEST_P(Services, GiveAPlanThatHoldsTogetherAndReadsBack) {
  each([](const RandomService& service) {
    const auto plan = plan_of(service);
    EXPECT_THAT(PlanChecker{plan}.problems(), IsEmpty());
    const auto text = dump(plan);
    EXPECT_EQ(dump(plan_of(service)), text);
    const auto read = parse_plan(text);
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(dump(*read), text);
  });
}

TEST_P(Services, DoWhatWasAskedFor) {
  each([](const RandomService& service) { EXPECT_EQ(difference(service, {}, kSeed, 30), std::nullopt); });
}

TEST_P(Services, NeverCostMoreThanAsAskedFor) {
  each([](const RandomService& service) {
    const auto plan = plan_of(service);
    EXPECT_LE(plan.totals.cycles_after, plan.totals.cycles_before);
  });
}

/// The runner of each of a node's replicas. A flow is with one of them.
using Place = std::vector<RunnerId>;

/// The paths that packets can be on which entered on `path`.
std::set<std::string> names_of(const Plan& plan, const std::string& path) {
  std::set<std::string> names{path};
  for (std::size_t before = 0; before != names.size();) {
    before = names.size();
    for (const auto& edge : plan.edges) {
      const bool carried =
          edge.paths.empty() || std::ranges::any_of(edge.paths, [&](const auto& p) { return names.contains(p); });
      if (carried && edge.becomes.starts_with(path + "~")) names.insert(edge.becomes);
    }
  }
  return names;
}

/// The places that packets of a path pass before each node; more than one way into a uNF would let packets overtake.
void expect_no_overtaking(const Plan& plan) {
  std::map<std::string, Place> places;
  for (const auto& [base, nodes] : replicas_of(plan)) {
    for (const auto* node : nodes) places[base].push_back(node->runner);
  }
  std::set<std::string> paths;
  for (const auto& c : plan.classifiers) paths.insert(c.path);
  for (const auto& path : paths) {
    const auto names = names_of(plan, path);
    const auto carries = [&](const Plan::Edge& edge) {
      return edge.paths.empty() || std::ranges::any_of(edge.paths, [&](const auto& p) { return names.contains(p); });
    };
    const auto entry =
        std::find_if(plan.classifiers.begin(), plan.classifiers.end(), [&](const auto& c) { return c.path == path; });
    std::map<std::string, std::set<std::vector<Place>>> ways{{base_of(entry->to), {{places.at(base_of(entry->to))}}}};
    for (std::size_t round = 0; round < plan.nodes.size(); ++round) {
      for (const auto& edge : plan.edges) {
        if (!carries(edge) || !edge.to) continue;
        const auto from = ways[base_of(edge.from)];
        for (auto way : from) {
          const auto& next = places.at(base_of(*edge.to));
          const bool same_runner = std::count(next.begin(), next.end(), next[0]) == std::ssize(next);
          if (way.back() != next || (edge.port == Plan::Port::balance && !same_runner)) way.push_back(next);
          ways[base_of(*edge.to)].insert(std::move(way));
        }
      }
    }
    std::set<std::vector<Place>> out;
    for (const auto& node : plan.nodes) {
      const auto& into = ways[base_of(node.id)];
      const bool ends =
          std::ranges::none_of(plan.edges, [&](const auto& e) { return e.from == node.id && carries(e); });
      if (node.type == "NicEgress" && ends)
        out.insert(into.begin(), into.end());
      else
        EXPECT_LE(into.size(), 1) << node.id.get();
    }
    for (const auto& edge : plan.edges) {
      const bool travelled = carries(edge) && !ways[base_of(edge.from)].empty();
      const bool goes_on =
          edge.to && std::ranges::any_of(plan.edges, [&](const auto& e) { return e.from == *edge.to && carries(e); });
      if (goes_on) continue;
      if (out.size() > 1 && travelled && edge.to && plan.find(*edge.to)->type == "NicEgress") {
        EXPECT_EQ(edge.port, Plan::Port::ordered);
      }
    }
  }
}

TEST_P(Services, LetNoPacketOvertakeAnother) {
  each([](const RandomService& service) {
    if (service.inventory.hosts[0].mode == RunMode::fused) expect_no_overtaking(plan_of(service));
  });
}

TEST_P(Services, DoNotDependOnTheOrderOfVnfsAndLinks) {
  each([](RandomService service) {
    auto before = to_json(plan_of(service));
    std::ranges::reverse(service.request.vnfs);
    std::ranges::reverse(service.request.links);
    for (auto& vnf : service.request.vnfs) {
      std::ranges::reverse(vnf.graph.nodes);
      std::ranges::reverse(vnf.graph.edges);
    }
    auto after = to_json(plan_of(service));
    for (auto* plan : {&before, &after}) plan->erase("report");
    EXPECT_EQ(before, after) << nlohmann::json::diff(before, after).dump(1);
  });
}

TEST_P(Services, CostTheSameUnderOtherNames) {
  each([](RandomService service) {
    const auto before = plan_of(service);
    // Backwards in the alphabet.
    const auto renamed = [](const std::string& name) {
      return "w" + std::string(1, static_cast<char>('z' - name.back() % 26));
    };
    for (auto& vnf : service.request.vnfs) vnf.name = renamed(vnf.name);
    for (auto& link : service.request.links) {
      link.vnf = renamed(link.vnf);
      link.to_vnf = renamed(link.to_vnf);
    }
    for (auto& path : service.request.paths) std::ranges::transform(path.hops, path.hops.begin(), renamed);
    const auto after = plan_of(service);
    EXPECT_EQ(replicas_of(after).size(), replicas_of(before).size());
    EXPECT_EQ(after.totals.cycles_after, before.totals.cycles_after);
  });
}

TEST_P(Services, AreNotChangedByAVnfThatDoesNothing) {
  each([](RandomService service) {
    const auto before = plan_of(service);
    auto& request = service.request;
    ServiceRequest::Vnf wire{.name = "wire"};
    wire.graph.nodes = {{.name = "in", .type = "NicIngress"}, {.name = "out", .type = "NicEgress"}};
    wire.graph.edges = {{.from = "in", .gate = "out", .to = "out"}};
    wire.graph.inputs["in"] = "in";
    wire.graph.outputs["out"] = "out";
    request.vnfs.push_back(wire);
    for (const auto& vnf : request.vnfs) {
      if (vnf.name != "wire") request.links.push_back({"wire", "out", vnf.name, "in", {}});
    }
    // In front: what used to be the first VNF then comes behind its boundary.
    for (auto& path : request.paths) {
      path.hops.insert(path.hops.begin(), "wire");
      path.symmetric = false;
    }
    auto without = service;
    for (auto& path : without.request.paths) path.hops.erase(path.hops.begin());
    std::erase_if(without.request.vnfs, [](const auto& v) { return v.name == "wire"; });
    std::erase_if(without.request.links, [](const auto& l) { return l.vnf == "wire"; });
    const auto with = plan_of(service);
    const auto types = [](const Plan& plan) {
      std::multiset<std::string> found;
      for (const auto& node : plan.nodes) {
        if (!node.type.starts_with("Nic")) found.insert(node.type);
      }
      return found;
    };
    EXPECT_EQ(types(with), types(plan_of(without)));
  });
}

}  // namespace
}  // namespace unf::graph
