#include "graph/compile/service_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "tests/support/differential/differential.h"
#include "tests/support/plan_checker.h"
#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::IsEmpty;

/// A host with `cores` runner cores; a path at the usual rate may take `cycles` of each. Links cost nothing there.
Inventory host_with(std::size_t cores, double cycles, RunMode mode = RunMode::fused) {
  auto inventory = Inventory::built_in();
  auto& host = inventory.hosts[0];
  host.mode = mode;
  host.cores.clear();
  make_links_free(host);
  for (std::size_t i = 0; i < cores; ++i) {
    host.cores.push_back({.id = CoreId{static_cast<std::uint32_t>(1 + i)}, .ghz = cycles / 1000});
  }
  return inventory;
}

/// A service of one path through a check (8 cycles) and uNFs of these types.
ServiceRequest service(const std::string& name, std::vector<std::string> types = {"RateLimiter"}) {
  std::vector<std::string> nodes{"check:CheckIPHeader"};
  for (std::size_t i = 0; i < types.size(); ++i) nodes.push_back(fmt::format("n{}:{}", i, types[i]));
  auto request = chain({chain_vnf("v", nodes)});
  request.name = name;
  request.paths[0].name = name;
  return request;
}

std::string text_of(const Plan::Node& node) {
  return fmt::format("{} {} {} {}", node.id.get(), node.type, node.runner.get(), node.core.get());
}

std::size_t count(const Plan& plan, const std::string& type) {
  return static_cast<std::size_t>(std::ranges::count(plan.nodes, type, &Plan::Node::type));
}

TEST(ServiceGraph, IsTheCompilersPlanOfItsOnlyService) {
  const auto catalog = paper_catalog();
  const auto inventory = host_with(2, 1000);
  auto request = enterprise_edge();
  ServiceGraph graph{request.name, catalog, inventory};
  ASSERT_TRUE(graph.put(service("before")).has_value());
  ASSERT_TRUE(graph.put(request).has_value());
  ASSERT_TRUE(graph.remove("before").has_value());
  EXPECT_EQ(dump(graph.plan()), dump(compile(request, catalog, inventory).value()));
}

TEST(ServiceGraph, ServicesShareUnfs) {
  const auto catalog = paper_catalog();
  const auto inventory = host_with(2, 1000);
  ServiceGraph graph{"g", catalog, inventory};
  for (const char* name : {"b", "a"}) ASSERT_TRUE(graph.put(service(name)).has_value());
  const auto plan = graph.plan();
  EXPECT_EQ(count(plan, "CheckIPHeader"), 1);
  EXPECT_EQ(count(plan, "RateLimiter"), 2) << "that keeps something of its packets";
  EXPECT_THAT(PlanChecker{plan}.problems(), IsEmpty());
  EXPECT_EQ(plan.services, (std::vector<std::string>{"b", "a"}));
  ASSERT_EQ(plan.classifiers.size(), 2);
  EXPECT_EQ(plan.classifiers[0].path, "b") << "who came first is asked first";
  EXPECT_NE(plan.find(NodeId{"a/v/check"}), nullptr);
}

TEST(ServiceGraph, AChangedServiceKeepsItsPlace) {
  const auto catalog = paper_catalog();
  const auto inventory = host_with(2, 1000);
  ServiceGraph graph{"g", catalog, inventory};
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(graph.put(service(name)).has_value());
  ASSERT_TRUE(graph.put(service("b", {"RateLimiter", "MacSwapper"})).has_value());
  const auto plan = graph.plan();
  std::vector<std::string> paths;
  for (const auto& classifier : plan.classifiers) paths.push_back(classifier.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_NE(plan.find(NodeId{"b/v/n1"}), nullptr);
  EXPECT_EQ(count(plan, "CheckIPHeader"), 1);
}

TEST(ServiceGraph, AChangeLeavesOtherIslandsAlone) {
  const auto catalog = paper_catalog();
  const auto inventory = host_with(200, 100);  // two services a core
  ServiceGraph graph{"g", catalog, inventory};
  for (int i = 0; i < 100; ++i) {
    const auto touched = graph.put(service(fmt::format("s{}", i)));
    ASSERT_TRUE(touched.has_value()) << touched.error().message;
    EXPECT_EQ(touched->islands, 1);
    EXPECT_LE(touched->paths, 3);
  }
  const auto before = graph.plan();
  const auto touched = graph.put(service("s50", {"RateLimiter", "MacSwapper"}));
  ASSERT_TRUE(touched.has_value());
  EXPECT_LE(touched->islands, 2);
  EXPECT_LE(touched->nodes, 20);
  const auto after = graph.plan();
  std::set<std::string> nodes_before, nodes_after, gone;
  for (const auto& node : before.nodes) nodes_before.insert(text_of(node));
  for (const auto& node : after.nodes) nodes_after.insert(text_of(node));
  std::ranges::set_difference(nodes_before, nodes_after, std::inserter(gone, gone.end()));
  EXPECT_LE(gone.size(), 12);
  EXPECT_THAT(PlanChecker{after}.problems(), IsEmpty());
}

TEST(ServiceGraph, ServicesThatGoLeaveNoRoomUnused) {
  const auto catalog = paper_catalog();
  const auto inventory = host_with(40, 160);
  ServiceGraph graph{"g", catalog, inventory};
  for (int i = 0; i < 80; ++i) ASSERT_TRUE(graph.put(service(fmt::format("s{}", i))).has_value());
  const auto all = graph.plan();
  for (int i = 0; i < 80; ++i) {
    if (i % 4 == 0) continue;
    ASSERT_TRUE(graph.remove(fmt::format("s{}", i)).has_value());
  }
  ServiceGraph anew{"g", catalog, inventory};
  for (int i = 0; i < 80; i += 4) ASSERT_TRUE(anew.put(service(fmt::format("s{}", i))).has_value());
  const auto left = graph.plan(), best = anew.plan();
  EXPECT_EQ(left.totals.cycles_after, best.totals.cycles_after);
  EXPECT_LE(count(left, "CheckIPHeader"), 2 * count(best, "CheckIPHeader") + 1);
  EXPECT_LT(left.totals.cores, all.totals.cores / 2);
}

TEST(ServiceGraph, IsEmptyWithoutServices) {
  const auto catalog = paper_catalog();
  const auto inventory = host_with(2, 1000);
  ServiceGraph graph{"g", catalog, inventory};
  ASSERT_TRUE(graph.put(service("a")).has_value());
  ASSERT_TRUE(graph.remove("a").has_value());
  const auto plan = graph.plan();
  EXPECT_THAT(plan.nodes, IsEmpty());
  EXPECT_THAT(plan.edges, IsEmpty());
  EXPECT_THAT(plan.counters, IsEmpty());
  EXPECT_THAT(plan.artifacts, IsEmpty());
  EXPECT_THAT(plan.original.nodes, IsEmpty());
  EXPECT_EQ(graph.remove("a")->islands, 0) << "there is none";
  ASSERT_TRUE(graph.put(service("a")).has_value());
  EXPECT_EQ(graph.plan().nodes.size(), 4);
}

/// A service between two networks of a host.
ServiceRequest on_host(ServiceRequest request, const std::string& host) {
  for (auto& endpoint : request.endpoints) {
    endpoint.network = host + (endpoint.name == request.paths[0].in ? "-in" : "-out");
  }
  return request;
}
Inventory two_hosts() {
  Inventory inventory;
  for (const char* name : {"h1", "h2"}) {
    auto host = Inventory::built_in().hosts[0];
    host.name = HostId{name};
    for (auto& nic : host.nics) nic.network = fmt::format("{}-{}", name, nic.name.get());
    inventory.hosts.push_back(std::move(host));
  }
  return inventory;
}

TEST(ServiceGraph, GoesElsewhereOnceItIsEmpty) {
  const auto catalog = paper_catalog();
  const auto inventory = two_hosts();
  ServiceGraph graph{"g", catalog, inventory};
  ASSERT_FALSE(graph.put(on_host(service("a", {"NoSuchType"}), "h1")).has_value());
  ASSERT_TRUE(graph.put(on_host(service("a"), "h2")).has_value()) << "what was refused chose no host";
  ASSERT_TRUE(graph.remove("a").has_value());
  ASSERT_TRUE(graph.put(on_host(service("b"), "h1")).has_value());
  EXPECT_EQ(graph.plan().nodes[0].host, HostId{"h1"});
}

TEST(ServiceGraph, FollowsItsOnlyServiceToAnotherHost) {
  const auto catalog = paper_catalog();
  const auto inventory = two_hosts();
  ServiceGraph graph{"g", catalog, inventory};
  ASSERT_TRUE(graph.put(on_host(service("a"), "h1")).has_value());
  ASSERT_TRUE(graph.put(on_host(service("a"), "h2")).has_value());
  EXPECT_EQ(graph.plan().nodes[0].host, HostId{"h2"});
  const auto touched = graph.put(on_host(service("b"), "h1"));
  ASSERT_FALSE(touched.has_value());
  EXPECT_EQ(touched.error().code, Errc::no_capacity);
  EXPECT_EQ(touched.error().message, "service 'b': needs host 'h1', the others of graph 'g' run on 'h2'");
}

/// Two uNFs that could have a packet at once, behind one where it would be split.
ServiceRequest service_for_stages(const std::string& name) {
  return service(name, {"Forward", "MacSwapper", "RateLimiter"});
}
Inventory with_cheap_stages(std::size_t cores, double cycles) {
  auto inventory = host_with(cores, cycles);
  inventory.hosts[0].cycles["SyncIngress"] = CyclesPerPacket{1};
  return inventory;
}

TEST(ServiceGraph, StagesGiveTheirCoresToServicesThatNeedThem) {
  const auto catalog = paper_catalog();
  const auto inventory = with_cheap_stages(4, 100);
  ServiceGraph graph{"g", catalog, inventory, {.parallelize = CompileOptions::Parallelize::on}};
  ASSERT_TRUE(graph.put(service_for_stages("a")).has_value());
  ASSERT_EQ(graph.plan().stages.size(), 1);
  const auto touched = graph.put(service("b", {"RateLimiter", "RateLimiter", "RateLimiter"}));
  ASSERT_TRUE(touched.has_value()) << touched.error().message;
  const auto plan = graph.plan();
  EXPECT_THAT(plan.stages, IsEmpty());
  EXPECT_TRUE(std::ranges::any_of(plan.report, [](const auto& line) {
    return line.rule == "R13" && !line.applied && line.reason == "no core is left for the members of a stage";
  }));
}

TEST(ServiceGraph, APathThatAsksForLessLatencySharesWithNobody) {
  const auto catalog = paper_catalog();
  const auto inventory = with_cheap_stages(8, 1000);
  ServiceGraph graph{"g", catalog, inventory};
  auto fast = service_for_stages("a");
  fast.paths[0].max_latency = Nanoseconds{20};
  ASSERT_TRUE(graph.put(fast).has_value());
  ASSERT_EQ(graph.plan().stages.size(), 1);
  ASSERT_TRUE(graph.put(service_for_stages("b")).has_value());
  EXPECT_EQ(graph.plan().stages.size(), 1);
  ASSERT_TRUE(graph.put(service_for_stages("c")).has_value());
  EXPECT_EQ(count(graph.plan(), "CheckIPHeader"), 2) << "b and c have the other one";
}

TEST(ServiceGraph, SaysWhyAPathHasNotTheLatencyItAsksFor) {
  const auto catalog = paper_catalog();
  auto slow = service_for_stages("a");
  slow.paths[0].max_latency = Nanoseconds{20};
  const auto reasons_with = [&](std::size_t cores, std::uint64_t sync) {
    auto inventory = host_with(cores, 1000);
    inventory.hosts[0].cycles["SyncIngress"] = CyclesPerPacket{sync};
    ServiceGraph graph{"g", catalog, inventory};
    EXPECT_TRUE(graph.put(slow).has_value());
    std::string reasons;
    for (const auto& line : graph.plan().report) reasons += line.reason + '\n';
    return reasons;
  };
  EXPECT_THAT(reasons_with(8, 1), HasSubstr("it has stages"));
  EXPECT_THAT(reasons_with(8, 1000), testing::AllOf(HasSubstr("it has no stages"), HasSubstr("< sync 2000 cycles")));
  EXPECT_THAT(reasons_with(1, 1), testing::AllOf(HasSubstr("it has no stages"), HasSubstr("needs a core of its own"),
                                                 HasSubstr("none is left there")));
}

/// What fails changes nothing.
class Refusal : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(graph_.put(service("a")).has_value());
    ASSERT_TRUE(graph_.put(service("b")).has_value());
    before_ = dump(graph_.plan());
  }
  void expect_refused(const ServiceRequest& request, Errc code, const std::string& message) {
    const auto touched = graph_.put(request);
    ASSERT_FALSE(touched.has_value());
    EXPECT_EQ(touched.error().code, code);
    EXPECT_THAT(touched.error().message, HasSubstr(message));
    EXPECT_EQ(dump(graph_.plan()), before_);
    ASSERT_TRUE(graph_.put(service("c")).has_value());
    ASSERT_TRUE(graph_.remove("c").has_value());
    EXPECT_EQ(dump(graph_.plan()), before_);
  }

  Catalog catalog_ = paper_catalog();
  Inventory inventory_ = host_with(1, 200);
  ServiceGraph graph_{"g", catalog_, inventory_};
  std::string before_;
};

TEST_F(Refusal, OfAPathThatAnotherServiceHas) {
  auto request = service("c");
  request.paths[0].name = "b";
  expect_refused(request, Errc::malformed, "path 'b' is one of service 'b' too");
}

TEST_F(Refusal, OfAVnfThatAnotherServiceHas) {
  auto request = service("c");
  request.vnfs[0].owner = "b/v";
  expect_refused(request, Errc::malformed, "VNF 'b/v' is one of service 'b' too");
}

TEST_F(Refusal, OfWhatDoesNotFit) {
  expect_refused(service("c", std::vector<std::string>(10, "RateLimiter")), Errc::no_capacity, "RateLimiter");
  expect_refused(service("a", std::vector<std::string>(10, "RateLimiter")), Errc::no_capacity, "RateLimiter");
}

TEST_F(Refusal, OfAWrongService) { expect_refused(service("c", {"NoSuchType"}), Errc::malformed, "NoSuchType"); }

TEST(ServiceGraph, PlacesAllAnewWhereOnlyThatMakesRoom) {
  const auto catalog = paper_catalog();
  const auto inventory = host_with(2, 100);
  ServiceGraph graph{"g", catalog, inventory};
  const auto with = [](int n) { return std::vector<std::string>(static_cast<std::size_t>(n), "RateLimiter"); };
  // Two of 38 cycles on each core, one of which goes: 62 are left of one, 24 of the other, for one of 68 in three parts
  // of 30 at most. With three of 38 placed anew there are 24 and 62 again, but now in the order in which it needs them.
  ASSERT_TRUE(graph.put(service("a", with(1))).has_value());
  ASSERT_TRUE(graph.put(service("b", with(1))).has_value());
  ASSERT_TRUE(graph.put(service("c", with(1))).has_value());
  ASSERT_TRUE(graph.put(service("d", with(1))).has_value());
  ASSERT_TRUE(graph.remove("a").has_value());
  const auto touched = graph.put(service("e", with(2)));
  ASSERT_TRUE(touched.has_value()) << touched.error().message;
  const auto plan = graph.plan();
  EXPECT_EQ(plan.totals.cores, 2);
  EXPECT_THAT(PlanChecker{plan}.problems(), IsEmpty());
}

TEST(Kinds, KeepOnlyThoseInUse) {
  const auto catalog = paper_catalog();
  const auto inventory = Inventory::built_in();
  Kinds kinds{catalog, inventory.hosts[0]};
  std::vector<const Kind*> made;
  for (int i = 0; i < 10; ++i) {
    const auto text = fmt::format("allow tcp any any any {}\n", i);
    kinds.artifacts[digest_of(text)] = {"rules", text};
    made.push_back(kinds.of("L3L4Filter", {{"rules", digest_of(text)}}));
  }
  kinds.keep_only({made[3]});
  EXPECT_EQ(kinds.count(), 1);
  EXPECT_EQ(kinds.artifacts.size(), 1);
  EXPECT_EQ(kinds.of("L3L4Filter", made[3]->config), made[3]);
  EXPECT_EQ(&kinds.at(made[3]->index), made[3]);
  const auto* another = kinds.of("MacSwapper", nlohmann::json::object());
  EXPECT_NE(another->index, made[3]->index);
  EXPECT_EQ(&kinds.at(another->index), another);
}

/// Random services of the same uNFs that come, change and go.
class Changes : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Random, Changes, testing::Range(std::uint64_t{0}, std::uint64_t{16}));

TEST_P(Changes, GiveAGraphAsGoodAsCompiledAnew) {
  const auto seed = 5'000'000 + GetParam();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  const auto services = random_services(seed, 8, {.vnfs = 3, .nodes = 4, .paths = 2, .tables = seed % 4 == 0});
  std::mt19937_64 random(seed);
  using Parallelize = CompileOptions::Parallelize;
  const CompileOptions options{.consolidate = random() % 8 != 0,
                               .parallelize = random() % 3 == 0 ? Parallelize::on : Parallelize::off};
  ServiceGraph graph{"g", services.catalog, services.inventory, options};
  std::vector<ServiceRequest> there;  // in the order in which they came
  for (int step = 0; step < 12; ++step) {
    const auto& drawn = services.requests[random() % services.requests.size()];
    const auto at = std::ranges::find(there, drawn.name, &ServiceRequest::name);
    if (at == there.end()) {
      const auto touched = graph.put(drawn);
      ASSERT_TRUE(touched.has_value()) << touched.error().message;
      there.push_back(drawn);
    } else if (random() % 3 == 0) {
      ASSERT_TRUE(graph.remove(drawn.name).has_value());
      there.erase(at);
    } else {
      // With fewer of its paths, or all of them again.
      *at = drawn;
      while (at->paths.size() > 1 && random() % 2 == 0) at->paths.pop_back();
      std::erase_if(at->vnfs, [&](const auto& vnf) {
        return std::ranges::none_of(at->paths,
                                    [&](const auto& path) { return std::ranges::count(path.hops, vnf.name); });
      });
      std::erase_if(at->links, [&](const auto& link) {
        const auto has = [&](const auto& name) {
          return std::ranges::count(at->vnfs, name, &ServiceRequest::Vnf::name);
        };
        return !has(link.vnf) || !has(link.to_vnf);
      });
      const auto touched = graph.put(*at);
      ASSERT_TRUE(touched.has_value()) << touched.error().message;
    }
    const auto plan = graph.plan();
    EXPECT_THAT(PlanChecker{plan}.problems(), IsEmpty());
    ServiceGraph anew{"g", services.catalog, services.inventory, options};
    for (const auto& request : there) ASSERT_TRUE(anew.put(request).has_value());
    const auto best = anew.plan();
    EXPECT_EQ(plan.services, best.services);
    ASSERT_EQ(plan.classifiers.size(), best.classifiers.size());
    for (std::size_t i = 0; i < plan.classifiers.size(); ++i) {
      EXPECT_EQ(plan.classifiers[i].path, best.classifiers[i].path);
      EXPECT_EQ(plan.classifiers[i].match, best.classifiers[i].match);
    }
    if (there.empty()) continue;
    if (options.parallelize == Parallelize::off) {
      EXPECT_EQ(plan.totals.cycles_after, best.totals.cycles_after);
    }
    EXPECT_LE(plan.nodes.size(), 2 * best.nodes.size());
    EXPECT_EQ(difference(plan, services.catalog, seed, 60), std::nullopt);
    EXPECT_TRUE(parse_plan(dump(plan)).has_value());
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace unf::graph
