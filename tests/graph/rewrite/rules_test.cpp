#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/compile/compile.h"
#include "graph/compile/why.h"
#include "graph/terms/gate_shares.h"
#include "tests/support/by_name.h"
#include "tests/support/flows.h"
#include "tests/support/plan_checker.h"
#include "tests/support/requests.h"

// What each rewrite rule does to a small service, and where it must not (graph.md 2.3).
namespace unf::graph {
namespace {

using namespace testing_support;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

Plan compiled(const ServiceRequest& request, const CompileOptions& options = {},
              const Inventory& inventory = Inventory::built_in()) {
  auto plan = compile(request, paper_catalog(), inventory, options);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(PlanChecker{*plan}.problems(), IsEmpty());
  return plan.value_or(Plan{});
}

testing::Matcher<Plan> reports(const char* rule, bool applied, const char* reason = "") {
  return Field("report", &Plan::report,
               Contains(AllOf(Field(&Plan::ReportLine::rule, rule), Field(&Plan::ReportLine::applied, applied),
                              Field(&Plan::ReportLine::reason, HasSubstr(reason)))));
}

/// The types of the uNFs that packets pass in a row, without those at NICs.
std::string row(const Plan& plan) {
  std::string text;
  for (const auto& node : plan.nodes) {
    if (!node.type.starts_with("Nic")) text += (text.empty() ? "" : " ") + node.type;
  }
  return text;
}

struct Case {
  const char* name;
  std::vector<std::string> nodes;  // one after the other
  const char* row;
  const char* rule;
  bool applied;
  const char* reason;
  friend std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }
};
class Exchanged : public testing::TestWithParam<Case> {};

TEST_P(Exchanged, WhereThatIsCheaperAndTheSame) {
  auto request = chain({chain_vnf("v", GetParam().nodes)});
  set_rules(request, request.vnfs[0], "filter", "allow tcp any any any 80\n");
  const auto plan = compiled(request);
  EXPECT_EQ(row(plan), GetParam().row);
  EXPECT_THAT(plan, reports(GetParam().rule, GetParam().applied, GetParam().reason));
}
INSTANTIATE_TEST_SUITE_P(
    R10, Exchanged,
    testing::Values(
        Case{"DropsEarly", {"m:MacSwapper", "filter:L3L4Filter"}, "L3L4Filter MacSwapper", "R10", true, "cycles less"},
        // Monitor before firewall: its count would miss what is dropped.
        Case{"CounterFirst",
             {"h:PacketSizeHistogram", "filter:L3L4Filter"},
             "PacketSizeHistogram L3L4Filter",
             "R10",
             false,
             "would not see what"},
        // NAT before a filter of what it writes.
        Case{"WriterFirst",
             {"d:Decompress", "filter:L3L4Filter"},
             "Decompress L3L4Filter",
             "R10",
             false,
             "read or write the same fields"},
        Case{"BothDrop",
             {"t:IPTtlDecrementer", "filter:L3L4Filter"},
             "IPTtlDecrementer L3L4Filter",
             "R10",
             false,
             "drops packets"}),
    by_name);

TEST(R9, WhatTheEntryLetsInDecides) {
  auto request = chain({chain_vnf("v", {"filter:L3L4Filter", "h:PacketSizeHistogram"})});
  request.paths[0].matches = {{.proto = 6, .dst = *IpPrefix::parse("10.66.0.0/24")}};
  set_rules(request, request.vnfs[0], "filter", "deny udp any any any any\nallow any any any any any\n");
  EXPECT_EQ(row(compiled(request)), "L3L4Filter PacketSizeHistogram") << "a broken header may still come";
  request.vnfs[0] = chain_vnf("v", {"check:CheckIPHeader", "filter:L3L4Filter", "h:PacketSizeHistogram"});
  set_rules(request, request.vnfs[0], "filter", "deny udp any any any any\nallow any any any any any\n");
  const auto plan = compiled(request);
  EXPECT_EQ(row(plan), "CheckIPHeader PacketSizeHistogram");
  EXPECT_THAT(plan, reports("R9", true, "all packets that can come to it take 'out'"));
  EXPECT_THAT(plan.find(NodeId{"edge/v/check"})->owners, Contains(OwnerPath{"edge/v/filter"})) << "answers for it";
}

TEST(R11, ALabelThatNobodyUsesIsNotGiven) {
  const auto plan =
      compiled(chain({vnf("v", {"in:NicIngress", "c:HttpClassifier", "h:PacketSizeHistogram", "out:NicEgress"},
                          {"in.out:c", "c.http:h", "c.other:h", "h.out:out"})}));
  EXPECT_EQ(row(plan), "PacketSizeHistogram");
  EXPECT_THAT(plan, reports("R11", true));
}

TEST(R12, TheLaterOfTwoWritesStays) {
  auto request = chain({chain_vnf("v", {"a:HeaderRewriter", "m:MacSwapper", "b:HeaderRewriter"})});
  configure(request.vnfs[0], "a", {{"ip_dst", "10.0.0.1"}});
  configure(request.vnfs[0], "b", {{"ip_dst", "10.0.0.2"}});
  auto plan = compiled(request);
  EXPECT_EQ(row(plan), "MacSwapper HeaderRewriter");
  EXPECT_EQ(plan.find(NodeId{"edge/v/a"})->config, (nlohmann::json{{"ip_dst", "10.0.0.2"}}));
  configure(request.vnfs[0], "b", {{"ip_dst", "2001:db8::2"}});
  EXPECT_EQ(row(compiled(request)), "HeaderRewriter MacSwapper HeaderRewriter") << "these are other packets";
}

TEST(R12, WhatLooksBetweenKeepsTheFirst) {
  auto request = chain({chain_vnf("v", {"a:HeaderRewriter", "alert:Alert", "b:HeaderRewriter"})});
  configure(request.vnfs[0], "a", {{"ip_dst", "10.0.0.1"}});
  configure(request.vnfs[0], "b", {{"ip_dst", "10.0.0.2"}});
  configure(request.vnfs[0], "alert", {{"message", "seen"}});
  EXPECT_EQ(row(compiled(request)), "HeaderRewriter Alert HeaderRewriter");
}

TEST(R8, PatternSetsBecomeOneAutomatonWithAVerdictForEach) {
  auto request = chain({vnf("a", {"in:NicIngress", "v:ValidateUrl", "reset:TcpReset", "out:NicEgress"},
                            {"in.out:v", "v.ok:out", "v.bad:reset", "reset.out:out"}),
                        vnf("b", {"in:NicIngress", "w:ValidateUrl", "alert:Alert", "out:NicEgress"},
                            {"in.out:w", "w.ok:out", "w.bad:alert", "alert.out:out"})});
  set_rules(request, request.vnfs[0], "v", "/union/\n");
  set_rules(request, request.vnfs[1], "w", "/etc\\/passwd/\n");
  configure(request.vnfs[1], "alert", {{"message", "seen"}});
  const auto plan = compiled(request);
  EXPECT_THAT(flows(plan.edges), IsSupersetOf({"a/v.ok>b/out", "a/v.bad>a/reset", "a/v.bad2>b/alert"}));
  EXPECT_EQ(plan.find(NodeId{"edge/a/v"})->config.at("rules").size(), 2);
  EXPECT_THAT(plan, reports("R8", true));
}

/// Filters one behind the other, each by another field.
ServiceRequest filters_by(const std::vector<std::string>& forms) {
  std::vector<std::string> nodes;
  for (std::size_t i = 0; i < forms.size(); ++i) nodes.push_back(fmt::format("f{}:L3L4Filter", i));
  auto request = chain({chain_vnf("v", nodes)});
  for (std::size_t f = 0; f < forms.size(); ++f) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += fmt::format(fmt::runtime(forms[f] + "\n"), i);
    set_rules(request, request.vnfs[0], fmt::format("f{}", f), text);
  }
  return request;
}
const std::string kBySource = "allow any 10.{}.0.0/16 any any any",
                  kByDestination = "allow any any any 10.{}.0.0/16 any", kByPort = "allow any any any any {}";

TEST(R8, TablesGoOneBehindTheOtherWhereTheirProductIsTooLarge) {
  const auto plan = compiled(filters_by({kBySource, kByDestination}));
  EXPECT_EQ(row(plan), "HeaderClassifier");
  EXPECT_THAT(plan, reports("R8", true, "one uNF of 2 tables, one behind the other, decides what both would"));
  EXPECT_EQ(row(compiled(filters_by({kBySource, kByDestination, kByPort}))), "HeaderClassifier");
}

TEST(R8, TablesStayTwoWhereALookupCostsAsMuchAsAUnf) {
  auto inventory = Inventory::built_in();
  inventory.hosts[0].cycles["HeaderClassifier.table"] = CyclesPerPacket{55};
  const auto plan = compiled(filters_by({kBySource, kByDestination}), {}, inventory);
  EXPECT_EQ(row(plan), "L3L4Filter L3L4Filter");
  EXPECT_THAT(plan, reports("R8", false, "as one they would take"));
}

TEST(R9, LooksIntoAListOfRuleFiles) {
  auto request =
      chain({vnf("v",
                 {"in:NicIngress", "check:CheckIPHeader", "c:HeaderClassifier", "m:MacSwapper", "h:PacketSizeHistogram",
                  "out:NicEgress"},
                 {"in.out:check", "check.out:c", "c.other:out", "c.c1:m", "c.c2:h", "m.out:out", "h.out:out"})});
  request.paths[0].matches = {{.proto = 6, .dst = *IpPrefix::parse("10.66.0.0/24")}};
  const std::string first = "table2 tcp any any any any\nc1 udp any any any any\n", second = "c2 tcp any any any 80\n";
  for (const auto& text : {first, second}) request.artifacts[digest_of(text)] = {"list", text};
  configure(request.vnfs[0], "c", {{"rules", {digest_of(first), digest_of(second)}}});
  const auto plan = compiled(request);
  EXPECT_EQ(row(plan), "CheckIPHeader HeaderClassifier PacketSizeHistogram");
  EXPECT_THAT(plan, reports("R9", true, "no packet that can come to it takes 'c1'"));
  EXPECT_EQ(plan.find(NodeId{"edge/v/c"})->cycles_per_packet, CyclesPerPacket{55 + 35});
}

/// TCP passes VNF `a`, all else `b`, on path `other`.
ServiceRequest side_by_side(ServiceRequest::Vnf a, ServiceRequest::Vnf b) {
  auto request = chain({std::move(a), std::move(b)});
  auto other = request.paths[0];
  request.paths[0].hops = {"a"};
  request.paths[0].matches = {{.proto = 6}};
  other.name = "other";
  other.hops = {"b"};
  request.paths.push_back(std::move(other));
  return request;
}

TEST(R17, TwoChainsShareOneClassifier) {
  const auto request = side_by_side(chain_vnf("a", {"check:CheckIPHeader", "m:MacSwapper"}),
                                    chain_vnf("b", {"check:CheckIPHeader", "h:PacketSizeHistogram"}));
  const auto plan = compiled(request);
  EXPECT_THAT(plan, reports("R17", true));
  EXPECT_EQ(std::ranges::count(plan.nodes, "CheckIPHeader", &Plan::Node::type), 1);
  EXPECT_THAT(flows(plan.edges), IsSupersetOf({"a/check.out>a/m[inbound]", "a/check.out>b/h[other]"}));
}

TEST(R17, NotMoreThanACoreCanTake) {
  const auto request = side_by_side(chain_vnf("a", {"check:CheckIPHeader"}), chain_vnf("b", {"check:CheckIPHeader"}));
  auto inventory = Inventory::built_in();
  make_links_free(inventory.hosts[0]);
  inventory.hosts[0].cores = {{.id = CoreId{1}, .ghz = 0.01}, {.id = CoreId{2}, .ghz = 0.01}};
  const auto plan = compiled(request, {}, inventory);
  EXPECT_EQ(std::ranges::count(plan.nodes, "CheckIPHeader", &Plan::Node::type), 2);
  EXPECT_EQ(plan.totals.cores, 2);
}

/// Fig. 1(a) of the paper: WAN optimizer, edge firewall, monitor, application firewall, load balancer; 25 uNFs.
TEST(Figure1, OfTwentyFiveUnfsTwelveAreLeft) {
  const auto edge = enterprise_edge();
  auto request = chain(
      {vnf("wan-opt",
           {"in:NicIngress", "check:CheckIPHeader", "http:HttpClassifier", "compress:Compress", "out:NicEgress"},
           {"in.out:check", "check.out:http", "http.http:compress", "http.other:out", "compress.out:out"}),
       edge.vnfs[0], edge.vnfs[1], edge.vnfs[2], chain_vnf("lb", {"check:CheckIPHeader", "balance:RateLimiter"})});
  request.artifacts = edge.artifacts;
  const auto plan = compiled(request);
  EXPECT_EQ(plan.totals.nodes_before, 25);
  EXPECT_LE(plan.totals.nodes_after, 12);
}

Inventory with_cores(std::size_t cores, std::uint64_t sync) {
  auto inventory = Inventory::built_in();
  for (std::size_t i = 2; i <= cores; ++i)
    inventory.hosts[0].cores.push_back({.id = CoreId{static_cast<std::uint32_t>(i)}});
  inventory.hosts[0].cycles["SyncIngress"] = CyclesPerPacket{sync};
  return inventory;
}
const CompileOptions kParallel{.parallelize = CompileOptions::Parallelize::on};

TEST(R13, UnfsThatDoNotMeetHavePacketsAtOnce) {
  auto request = chain({chain_vnf("v", {"c:Forward", "filter:L3L4Filter", "m:MacSwapper", "t:RateLimiter"})});
  set_rules(request, request.vnfs[0], "filter", "allow tcp any any any 80\n");
  const auto plan = compiled(request, kParallel, with_cores(5, 1));
  EXPECT_THAT(plan, reports("R13", true, "cycles shorter"));
  ASSERT_EQ(plan.stages.size(), 1);
  EXPECT_TRUE(parse_plan(dump(plan)).has_value()) << parse_plan(dump(plan)).error().message;
  EXPECT_THAT(compiled(request, {}, with_cores(5, 1)).stages, IsEmpty()) << "nothing asks for less latency";
}

TEST(R13, WhereAPathAsksForLessLatencyThanItHas) {
  // Forward, filter, swapper and limiter take 1 + 55 + 5 + 30 cycles on cores of 2 GHz.
  auto request = chain({chain_vnf("v", {"c:Forward", "filter:L3L4Filter", "m:MacSwapper", "t:RateLimiter"})});
  set_rules(request, request.vnfs[0], "filter", "allow tcp any any any 80\n");
  request.paths[0].max_latency = Nanoseconds{30};
  const auto asked = compiled(request, {}, with_cores(5, 1));
  EXPECT_EQ(asked.stages.size(), 1);
  EXPECT_THAT(asked, reports("R13", true, "at most 0.030 us are asked for"));
  const CompileOptions off{.parallelize = CompileOptions::Parallelize::off};
  EXPECT_THAT(compiled(request, off, with_cores(5, 1)).stages, IsEmpty());
  request.paths[0].max_latency = Nanoseconds{1000};
  EXPECT_THAT(compiled(request, {}, with_cores(5, 1)).stages, IsEmpty()) << "it is fast enough";
}

TEST(R13, NotWhereSynchronisingCostsMore) {
  auto request = chain({chain_vnf("v", {"c:Forward", "filter:L3L4Filter", "m:MacSwapper"})});
  set_rules(request, request.vnfs[0], "filter", "allow tcp any any any 80\n");
  EXPECT_THAT(compiled(request, kParallel, with_cores(5, 100)), reports("R13", false, "< sync"));
}

TEST(R13, NotWhatTakesItsChancesWithEachPacketItGets) {
  auto request = chain({chain_vnf("v", {"c:Forward", "check:CheckIPHeader", "s:Sampler"})});
  EXPECT_THAT(compiled(request, kParallel, with_cores(5, 0)), reports("R13", false, "not do the same each time"));
}

TEST(R13, NotWithoutCoresForThem) {
  auto request = chain({chain_vnf("v", {"c:Forward", "filter:L3L4Filter", "t:RateLimiter"})});
  set_rules(request, request.vnfs[0], "filter", "allow tcp any any any 80\n");
  const auto plan = compiled(request, kParallel, with_cores(2, 1));
  EXPECT_THAT(plan.stages, IsEmpty());
  EXPECT_THAT(plan, reports("R13", false));
}

TEST(Needs, AreSaidWhereNothingMakesSureOfThem) {
  static constexpr UnfDescriptor kTypes[] = {
      {.type = "NicIngress", .gates = {"drop", "out"}, .drops = false},
      {.type = "NicEgress", .gates = {"drop", "out"}, .drops = false},
      {.type = "Check", .gates = {"drop", "out"}, .establishes = facts(Fact::ip_header_ok), .only_checks = true},
      {.type = "Parser", .gates = {"drop", "out"}, .requires_facts = facts(Fact::ip_header_ok)}};
  const Catalog catalog{kTypes};
  const auto bad = compile(chain({chain_vnf("v", {"p:Parser"})}), catalog, Inventory::built_in());
  ASSERT_FALSE(bad.has_value());
  EXPECT_THAT(
      bad.error().message,
      HasSubstr("'edge/v/p' (Parser) needs ip.header_ok, which nothing before it on path 'inbound' makes sure of"));
  EXPECT_TRUE(compile(chain({chain_vnf("v", {"c:Check", "p:Parser"})}), catalog, Inventory::built_in()).has_value());
}

TEST(GateShares, DecideWhatIsCheaper) {
  // Nobody is dropped, so nothing is gained by dropping early.
  auto request = chain({chain_vnf("v", {"m:MacSwapper", "filter:L3L4Filter"})});
  set_rules(request, request.vnfs[0], "filter", "allow tcp any any any 80\n");
  const auto said = read_gate_shares({{"edge/v/filter", {{"out", 1.0}, {"drop", 0.0}}}});
  ASSERT_TRUE(said.has_value());
  EXPECT_EQ(row(compiled(request, {.gate_shares = *said})), "MacSwapper L3L4Filter");
}

TEST(GateShares, AreReadFromWhatWasCounted) {
  const auto plan = compiled(enterprise_edge());
  nlohmann::json edges;
  for (const auto& edge : plan.edges)
    edges[std::to_string(edge.id.get())] = {{"packets", edge.gate == "other" ? 300 : 100}};
  const auto shares = read_gate_shares({{"plan", to_json(plan)}, {"edges", edges}});
  ASSERT_TRUE(shares.has_value()) << shares.error().message;
  EXPECT_DOUBLE_EQ(shares->at(OwnerPath{"edge/monitor/http"}).at("other"), 0.75);
  EXPECT_DOUBLE_EQ(shares->at(OwnerPath{"edge/app-fw/http"}).at("http"), 0.25) << "one uNF does the work of both";
}

TEST(GateShares, RefuseWhatTheyAreNot) {
  EXPECT_EQ(read_gate_shares(nlohmann::json::array()).error().message, "expected an object");
  EXPECT_EQ(read_gate_shares({{"a/b/c", {{"out", 2}}}}).error().message, "a/b/c.out: expected a share from 0 to 1");
}

TEST(Why, SaysWhatBecameOfTwoUnfs) {
  const auto plan = compiled(enterprise_edge());
  const auto catalog = paper_catalog();
  EXPECT_THAT(*why(plan, catalog, "monitor/http", "app-fw/http"),
              HasSubstr("did     R4: its packets have passed one of the same configuration"));
  EXPECT_EQ(*why(plan, catalog, "histogram", "count"),
            "they are of different types; their order does not matter to packets, and no other order is cheaper\n");
  EXPECT_THAT(why(plan, catalog, "nobody", "count").error().message, HasSubstr("no uNF 'nobody', expected one of: "));
  EXPECT_THAT(why(plan, catalog, "check", "count").error().message, HasSubstr("'check' is one of several"));
}

}  // namespace
}  // namespace unf::graph
