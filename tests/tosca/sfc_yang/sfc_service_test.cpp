#include "tosca/sfc_yang/sfc_service.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "graph/compile/compile.h"
#include "graph/model/service_request_json.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/support/test_catalog.h"
#include "tosca/image_map_reader.h"
#include "tosca/load.h"
#include "tosca/reader.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path kYangStandards = std::filesystem::path{source_path("../shared/standards/ietf-sfc-yang")};

ImageMap types_map() {
  const std::string text =
      "images:\n"
      "  firewall: { type: CheckIPHeader }\n"
      "  napt44: { type: MacSwapper }\n"
      "  dpi: { type: IPTtlDecrementer }\n"
      "  http-header-enrichment: pass-through\n";
  auto map = read_image_map({.paths = {"m"}, .files = {{"m", text}}}, testing_support::test_catalog());
  EXPECT_TRUE(map) << map.error().message;
  return std::move(*map);
}

/// Three firewalls and a NAT; forwarder `a` on host-a brings packets to fw-2 and nat-1, `b` on host-b to fw-3.
const std::string kFunctions = R"("service-function-type:service-function-types": {"service-function-type": [
  {"type": "napt44", "bidirectional": true}, {"type": "firewall"}]},
"service-function:service-functions": {"service-function": [
  {"name": "nat-1", "type": "napt44"}, {"name": "fw-3", "type": "firewall"}, {"name": "fw-1", "type": "firewall"},
  {"name": "fw-2", "type": "firewall", "sf-data-plane-locator": [
    {"name": "l", "mac": "02:00:00:00:00:21", "vlan-id": 1, "service-function-forwarder": "a"}]}]},
"service-function-group:service-function-groups": {"service-function-group": [
  {"name": "walls", "sfc-service-function": [{"name": "fw-3"}, {"name": "fw-1"}]}, {"name": "none"}]},
"service-node:service-nodes": {"service-node": [{"name": "host-a", "ip-mgmt-address": "192.0.2.1"},
  {"name": "host-b", "service-function-forwarder": ["b"]}]},
"service-function-forwarder:service-function-forwarders": {"service-function-forwarder": [
  {"name": "a", "service-node": "host-a", "service-function-dictionary": [{"name": "nat-1"}]},
  {"name": "b", "service-function-dictionary": [{"name": "fw-3"}]}, {"name": "lone"}]})";

const std::string kChains = R"("service-function-chain:service-function-chains": {"service-function-chain": [
  {"name": "walled", "sfc-service-function": [{"name": "1", "type": "firewall"}]},
  {"name": "both", "sfc-service-function": [{"name": "2", "type": "napt44", "order": 5},
    {"name": "1", "type": "service-function-type:firewall", "order": 2}]},
  {"name": "two", "sfc-service-function": [{"name": "x", "type": "firewall"}, {"name": "a", "type": "firewall"}]},
  {"name": "empty"}]})";

std::string paths(const std::string& entries) {
  return R"("service-function-path:service-function-paths": {"service-function-path": [)" + entries + "]}";
}
std::string path(const std::string& members) { return R"({"name": "p", )" + members + "}"; }

std::string document(std::vector<std::string> parts) { return fmt::format("{{{}}}", fmt::join(parts, ",\n")); }

Result<ServiceRequest> read(const std::string& text, const std::string& file = "web.json") {
  return read_service({.paths = {file}, .files = {{file, text}}}, testing_support::test_catalog(), types_map());
}
Result<ServiceRequest> read_path_of(const std::string& members, std::vector<std::string> more = {}) {
  std::vector<std::string> parts{kFunctions, kChains, paths(path(members))};
  parts.insert(parts.end(), more.begin(), more.end());
  return read(document(parts));
}
/// What validation says became of an element.
std::string fate_of(const std::string& text, const std::string& element) {
  const auto validation =
      validate({.paths = {"web.json"}, .files = {{"web.json", text}}}, testing_support::test_catalog(), types_map());
  for (const auto& mapping : validation.mappings) {
    if (mapping.element == element) return mapping.became.empty() ? "nothing: " + mapping.why : mapping.became;
  }
  return validation.text;
}

// --- Hops.

struct Hops {
  const char* name;
  const char* members;
  std::vector<std::string> hops;
};
class SfcHops : public testing::TestWithParam<Hops> {};
TEST_P(SfcHops, AreNamedOrChosen) {
  const auto service = read_path_of(GetParam().members);
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->paths.size(), 1);
  EXPECT_THAT(service->paths[0].hops, ElementsAreArray(GetParam().hops));
  EXPECT_EQ(service->name, "p");
  EXPECT_EQ(service->paths[0].in, "in");
  EXPECT_EQ(service->paths[0].out, "out");
  EXPECT_THAT(service->paths[0].matches, IsEmpty());
  EXPECT_EQ(service->vnfs.size(), GetParam().hops.size());
  EXPECT_EQ(service->links.size(), GetParam().hops.size() - 1);
}
INSTANTIATE_TEST_SUITE_P(
    All, SfcHops,
    testing::Values(
        Hops{"None", R"("service-chain-name": "both")", {"fw-1", "nat-1"}},
        Hops{"NeverTwice", R"("service-chain-name": "two")", {"fw-1", "fw-2"}},
        Hops{"ByNumber",
             R"("service-chain-name": "both", "service-path-hop": [
                {"hop-number": 7, "service-function-name": "nat-1"},
                {"hop-number": 3, "service-function-name": "fw-3"}])",
             {"fw-3", "nat-1"}},
        Hops{"OneFromZero",
             R"("service-chain-name": "two", "service-path-hop": [{"hop-number": 1, "service-function-name": "fw-1"}])",
             {"fw-2", "fw-1"}},
        Hops{"OneFromOne",
             R"("service-chain-name": "two", "service-path-hop": [{"hop-number": 2, "service-function-name": "fw-1"}])",
             {"fw-2", "fw-1"}},
        Hops{"ForwarderOfLocator",
             R"("service-chain-name": "walled", "service-path-hop": [
                {"hop-number": 0, "service-function-forwarder": "a"}])",
             {"fw-2"}},
        Hops{"ForwarderOfDictionary",
             R"("service-chain-name": "two", "service-path-hop": [
                {"hop-number": 0, "service-function-forwarder": "b"},
                {"hop-number": 1, "service-function-forwarder": "b"}])",
             {"fw-3", "fw-1"}},
        Hops{"ForwarderOfNone",
             R"("service-chain-name": "walled", "service-path-hop": [
                {"hop-number": 0, "service-function-forwarder": "lone"}])",
             {"fw-1"}},
        Hops{"Group",
             R"("service-chain-name": "walled", "service-path-hop": [
                {"hop-number": 0, "service-function-group-name": "walls"}])",
             {"fw-3"}}),
    testing_support::by_name);

TEST(SfcService, RenderedPathsSayWhatWasChosen) {
  const auto service = read_path_of(R"("service-chain-name": "both")",
                                    {R"("rendered-service-path:rendered-service-paths": {"rendered-service-path": [
        {"name": "r", "parent-service-function-path": "p", "path-id": 9, "reverse-path": false,
         "rendered-service-path-hop": [{"hop-number": 1, "service-function-name": "nat-1"},
           {"hop-number": 0, "service-function-name": "fw-3"}]},
        {"name": "back", "parent-service-function-path": "p", "path-id": 10, "reverse-path": true}]})"});
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(service->paths[0].hops, ElementsAre("fw-3", "nat-1"));
  EXPECT_EQ(service->paths[0].spi, 9);
  EXPECT_EQ(service->paths.size(), 1);
}

TEST(SfcService, ChainsWithoutPathsAreGoneThroughThemselves) {
  auto chains = kChains;
  const std::string empty = ",\n  {\"name\": \"empty\"}";
  chains.replace(chains.find(empty), empty.size(), "");
  const auto service = read(document({kFunctions, chains}));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->name, "web");
  std::vector<std::string> found;
  for (const auto& one : service->paths) found.push_back(fmt::format("{}: {}", one.name, fmt::join(one.hops, " ")));
  EXPECT_THAT(found, ElementsAre("walled: fw-1", "both: fw-1 nat-1", "two: fw-1 fw-2"));
}

struct Symmetry {
  const char* name;
  const char* members;
  bool symmetric;
  std::optional<std::uint32_t> spi;
};
class SfcSymmetry : public testing::TestWithParam<Symmetry> {};
TEST_P(SfcSymmetry, IsThePathsOrItsTypes) {
  const auto service = read_path_of(GetParam().members);
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->paths[0].symmetric, GetParam().symmetric);
  EXPECT_EQ(service->paths[0].spi, GetParam().spi);
}
INSTANTIATE_TEST_SUITE_P(
    All, SfcSymmetry,
    testing::Values(Symmetry{"Said", R"("service-chain-name": "walled", "symmetric": true, "path-id": 0)", true, 0},
                    Symmetry{"OfType", R"("service-chain-name": "both", "path-id": 16777215)", true, 16777215},
                    Symmetry{"SaidNot", R"("service-chain-name": "both", "symmetric": false)", false, std::nullopt},
                    Symmetry{"OfNoType", R"("service-chain-name": "walled")", false, std::nullopt}),
    testing_support::by_name);

// --- VNFs.

TEST(SfcService, AFunctionIsWhatTheImageMapHasForIt) {
  auto images = types_map();
  images.images["fw-1/fw-1"] = images.images.at("napt44");
  const auto text = document({kFunctions, kChains, paths(path(R"("service-chain-name": "two")"))});
  const auto service =
      read_service({.paths = {"web.json"}, .files = {{"web.json", text}}}, testing_support::test_catalog(), images);
  ASSERT_TRUE(service) << service.error().message;
  const auto type_of = [&](std::size_t vnf) {
    const auto& nodes = service->vnfs[vnf].graph.nodes;
    return std::ranges::find(nodes, service->vnfs[vnf].name, &VnfTemplate::Node::name)->type;
  };
  EXPECT_EQ(type_of(0), "MacSwapper") << "one function's own entry comes before its type's";
  EXPECT_EQ(type_of(1), "CheckIPHeader");
  EXPECT_EQ(service->vnfs[1].vnfd_id, "firewall");
}

TEST(SfcService, AFunctionMayBeCalledLikeItsPoints) {
  const std::string functions = R"("service-function:service-functions": {"service-function": [
    {"name": "in", "type": "firewall"}, {"name": "out", "type": "napt44"}]})";
  const auto service = read(document({functions, kChains, paths(path(R"("service-chain-name": "both")"))}));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(service->paths[0].hops, ElementsAre("in", "out"));
  EXPECT_EQ(service->vnfs[0].graph.inputs.begin()->first, "in");
}

TEST(SfcService, AFunctionMayBeAVnfdInTosca) {
  const auto vnfd = [](const std::string& title) {
    return "tosca_definitions_version: tosca_simple_yaml_1_3\n"
           "metadata: { template_name: " +
           title +
           " }\n"
           "topology_template:\n"
           "  substitution_mappings: { node_type: example." +
           title +
           ", requirements: { left: [ i, virtual_link ], right: [ o, virtual_link ] } }\n"
           "  node_templates:\n"
           "    i: { type: unf.nodes.NicIngress, requirements: [ { out: m } ] }\n"
           "    m: { type: unf.nodes.MacSwapper, requirements: [ { out: o } ] }\n"
           "    o: { type: unf.nodes.NicEgress }\n";
  };
  const auto text = document({kFunctions, kChains, paths(path(R"("service-chain-name": "two")"))});
  for (const std::string title : {"fw-1", "firewall"}) {  // a function's name, or its type
    const auto service =
        read_service({.paths = {"web.json", "own.yaml"}, .files = {{"web.json", text}, {"own.yaml", vnfd(title)}}},
                     testing_support::test_catalog(), types_map());
    ASSERT_TRUE(service) << service.error().message;
    EXPECT_EQ(service->vnfs[0].name, "fw-1");
    EXPECT_EQ(service->vnfs[0].vnfd_id, "example." + title);
    EXPECT_EQ(service->vnfs[1].vnfd_id, title == "fw-1" ? "firewall" : "example.firewall");
    EXPECT_EQ(service->links[0].output, "right");
  }
}

// --- Classifiers.

std::string acl(const std::string& entries, const std::string& type = "ipv4-acl") {
  return fmt::format(R"("ietf-access-control-list:access-lists": {{"acl": [
    {{"acl-name": "l", "acl-type": "ietf-access-control-list:{}", "access-list-entries": {{"ace": [{}]}}}}]}})",
                     type, entries);
}
std::string ace(const std::string& matches, const std::string& to = "p", const std::string& name = "r") {
  return fmt::format(
      R"({{"rule-name": "{}", "matches": {{{}}}, "actions": {{"service-function-acl:rendered-service-path": "{}"}}}})",
      name, matches, to);
}
std::string classifier(const std::string& attached = R"({"name": "a", "interface": "port0"})") {
  return fmt::format(
      R"("service-function-classifier:service-function-classifiers": {{"service-function-classifier": [
    {{"name": "k", "acl": {{"name": "l"}}, "scl-service-function-forwarder": [{}]}}]}})",
      attached);
}
const std::string kWalled = R"("service-chain-name": "walled")";

struct Rule {
  const char* name;
  const char* type;
  const char* matches;
  Match match;
};
class SfcRules : public testing::TestWithParam<Rule> {};
TEST_P(SfcRules, AreMatches) {
  const auto service = read_path_of(kWalled, {acl(ace(GetParam().matches), GetParam().type), classifier()});
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(service->paths[0].matches, ElementsAre(GetParam().match));
}
INSTANTIATE_TEST_SUITE_P(
    All, SfcRules,
    testing::Values(Rule{"V4",
                         "ipv4-acl",
                         R"("source-ipv4-network": "10.0.0.0/24", "destination-ipv4-network": "10.1.0.0/16")",
                         {.src = *IpPrefix::parse("10.0.0.0/24"), .dst = *IpPrefix::parse("10.1.0.0/16")}},
                    Rule{"V6",
                         "ipv6-acl",
                         R"("source-ipv6-network": "2001:db8::/32", "destination-ipv6-network": "::/0")",
                         {.src = *IpPrefix::parse("2001:db8::/32"), .dst = *IpPrefix::parse("::/0")}},
                    Rule{"Ports",
                         "ipv4-acl",
                         R"("protocol": 6, "source-port-range": {"lower-port": 80, "upper-port": 90},
                "destination-port-range": {"lower-port": 22})",
                         {.ether_type = 0x0800, .proto = 6, .sport = {80, 90}, .dport = {22, 22}}},
                    Rule{"PortZero",
                         "ipv4-acl",
                         R"("protocol": 17, "source-port-range": {"lower-port": 0})",
                         {.ether_type = 0x0800, .proto = 17, .sport = {0, 0}}},
                    Rule{"Dscp", "eth-acl", R"("dscp": 46)", {.dscp = 46}},
                    Rule{"Type", "ipv6-acl", "", {.ether_type = 0x86dd}}),
    testing_support::by_name);

struct Return {
  const char* name;
  const char* attached;  ///< to the classifier of the other direction
  const char* out;       ///< NAME on NETWORK
};
class SfcReturns : public testing::TestWithParam<Return> {};
TEST_P(SfcReturns, AreWherePathsLeadTo) {
  const std::string two = fmt::format(
      R"("service-function-classifier:service-function-classifiers": {{"service-function-classifier": [
    {{"name": "k", "acl": {{"name": "l"}}, "scl-service-function-forwarder": [{{"name": "a", "interface": "port0"}}]}},
    {{"name": "back", "acl": {{"name": "l"}}, "scl-service-function-forwarder": [{}]}}]}})",
      GetParam().attached);
  const auto service =
      read_path_of(kWalled + R"(, "symmetric": true, "classifier": "k", "symmetric-classifier": "back")",
                   {acl(ace(R"("protocol": 6)")), two});
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->paths.size(), 1);
  EXPECT_EQ(service->paths[0].in, "port0");
  const auto& out = service->endpoints.at(1);
  EXPECT_EQ(service->paths[0].out, out.name);
  EXPECT_EQ(fmt::format("{} on {}", out.name, out.network), GetParam().out);
}
INSTANTIATE_TEST_SUITE_P(
    All, SfcReturns,
    testing::Values(Return{"Interface", R"({"name": "a", "interface": "port1"})", "port1 on host-a.port1"},
                    Return{"None", "", "out on out"},
                    Return{"Several", R"({"name": "a", "interface": "port1"}, {"name": "b", "bridge": "br"})",
                           "out on out"},
                    Return{"WhereTheyComeIn", R"({"name": "a", "interface": "port0"})", "port0-out on host-a.port0"}),
    testing_support::by_name);

struct End {
  const char* name;
  const char* attached;
  std::vector<std::string> ends;  ///< `PATH: NAME on NETWORK`
};
class SfcEnds : public testing::TestWithParam<End> {};
TEST_P(SfcEnds, AreWhereClassifiersSeePackets) {
  const auto service =
      read_path_of(kWalled + R"(, "path-id": 3)", {acl(ace(R"("protocol": 6)")), classifier(GetParam().attached)});
  ASSERT_TRUE(service) << service.error().message;
  std::vector<std::string> ends;
  for (const auto& one : service->paths) {
    const auto in = std::ranges::find(service->endpoints, one.in, &ServiceRequest::Endpoint::name);
    ends.push_back(fmt::format("{}: {} on {}", one.name, in->name, in->network));
    EXPECT_EQ(one.out, "out");
    EXPECT_EQ(one.matches.size(), 1);
    EXPECT_EQ(one.spi.has_value(), one.name == "p") << "an identifier is one path's";
  }
  EXPECT_THAT(ends, ElementsAreArray(GetParam().ends));
}
INSTANTIATE_TEST_SUITE_P(
    All, SfcEnds,
    testing::Values(End{"OnNode", R"({"name": "a", "interface": "port0"})", {"p: port0 on host-a.port0"}},
                    End{"NodeNamesForwarder", R"({"name": "b", "bridge": "br0"})", {"p: br0 on host-b.br0"}},
                    End{"OnNoNode", R"({"name": "lone", "interface": "port0"})", {"p: port0 on port0"}},
                    End{"UnknownForwarder", R"({"name": "x", "interface": "port0"})", {"p: port0 on port0"}},
                    End{"Two",
                        R"({"name": "a", "interface": "p0"}, {"name": "b", "interface": "p1"})",
                        {"p: p0 on host-a.p0", "p-2: p1 on host-b.p1"}},
                    End{"TwoOfAName",
                        R"({"name": "a", "interface": "p0"}, {"name": "b", "interface": "p0"})",
                        {"p: p0 on host-a.p0", "p-2: host-b.p0 on host-b.p0"}},
                    End{"CalledIn", R"({"name": "a", "interface": "in"})", {"p: host-a.in on host-a.in"}},
                    End{"Nowhere", R"({"name": "a"})", {"p: in on in"}}, End{"None", "", {"p: in on in"}}),
    testing_support::by_name);

TEST(SfcService, APathNamesItsClassifierOrList) {
  const auto rule = R"({"rule-name": "r", "matches": {"protocol": 6}})";
  for (const auto* name : {"k", "l"}) {
    const auto service =
        read_path_of(kWalled + fmt::format(R"(, "classifier": "{}")", name), {acl(rule), classifier()});
    ASSERT_TRUE(service) << service.error().message;
    EXPECT_THAT(service->paths[0].matches, ElementsAre(Match{.ether_type = 0x0800, .proto = 6})) << name;
    EXPECT_EQ(service->paths[0].in, *name == 'k' ? "port0" : "in");
  }
  const auto text = document({kFunctions, kChains, paths(path(kWalled)), acl(rule), classifier()});
  EXPECT_EQ(fate_of(text, "entry `r` of access list `l`"), "nothing: it names no path");
}

TEST(SfcService, TheFirstEntryThatMatchesDecides) {
  const auto two = paths(path(kWalled) + R"(, {"name": "q", "service-chain-name": "two"})");
  const auto order = [&](const std::string& entries) {
    const auto service = read(document({kFunctions, kChains, two, acl(entries), classifier()}));
    EXPECT_TRUE(service) << service.error().message;
    std::vector<std::string> names;
    for (const auto& one : service ? service->paths : std::vector<ServiceRequest::Path>{})
      names.push_back(fmt::format("{} {}", one.name, one.matches.size()));
    return names;
  };
  const auto host = R"("source-ipv4-network": "10.0.0.1/32")", net = R"("source-ipv4-network": "10.0.0.0/8")",
             other = R"("source-ipv4-network": "11.0.0.0/8")";
  const auto list = [](std::vector<std::string> all) { return fmt::format("{}", fmt::join(all, ", ")); };
  EXPECT_THAT(order(list({ace(host, "q", "1"), ace(net, "p", "2")})), ElementsAre("q 1", "p 1"));
  EXPECT_THAT(order(list({ace(host, "p", "1"), ace(other, "q", "2"), ace(net, "p", "3")})), ElementsAre("p 2", "q 1"));
  EXPECT_THAT(order(list({ace(other, "p", "1"), ace(host, "q", "2"), ace(net, "p", "3")})),
              ElementsAre("p 1", "q 1", "p-2 1"));
}

struct Rendered {
  const char* name;
  const char* path;
  const char* to;
  bool reverse;
};
class SfcRenderedNames : public testing::TestWithParam<Rendered> {};
TEST_P(SfcRenderedNames, LeadToTheirPath) {
  const auto& [name, called, to, reverse] = GetParam();
  const auto written = paths(fmt::format(R"({{"name": "{}", "service-chain-name": "walled"}})", called));
  const auto service = read(document({kFunctions, kChains, written,
                                      acl(ace(R"("protocol": 6,
    "destination-port-range": {"lower-port": 80}, "source-ipv4-network": "10.0.0.0/8")",
                                              to)),
                                      classifier()}));
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->paths.size(), 1);
  const auto& one = service->paths[0];
  EXPECT_EQ(one.symmetric, reverse);
  const Match forward{.proto = 6, .src = *IpPrefix::parse("10.0.0.0/8"), .dport = {80, 80}};
  const Match backward{.proto = 6, .dst = *IpPrefix::parse("10.0.0.0/8"), .sport = {80, 80}};
  EXPECT_THAT(one.matches, ElementsAre(reverse ? backward : forward));
  EXPECT_EQ(one.in, reverse ? "in" : "port0");
}
INSTANTIATE_TEST_SUITE_P(All, SfcRenderedNames,
                         testing::Values(Rendered{"Path", "SFP1", "SFP1", false},
                                         Rendered{"Derived", "SFP1", "SFP1-Path-42", false},
                                         Rendered{"DerivedReverse", "SFP1", "SFP1-Path-42-Reverse", true},
                                         Rendered{"Rsp", "SFP1", "RSP1", false},
                                         Rendered{"RspReverse", "SFP1", "RSP1-Reverse", true},
                                         Rendered{"PathReverse", "web", "web-Reverse", true},
                                         Rendered{"CalledReverse", "web-Reverse", "web-Reverse", false}),
                         testing_support::by_name);

// --- What is wrong.

struct Wrong {
  const char* name;
  std::string text;
  const char* line;
};
class SfcWrong : public testing::TestWithParam<Wrong> {};
TEST_P(SfcWrong, IsSaid) {
  const auto service = read(GetParam().text);
  ASSERT_FALSE(service);
  EXPECT_THAT(service.error().message, HasSubstr(GetParam().line));
  EXPECT_THAT(service.error().message, testing::StartsWith("web.json:"));
}
std::string wrong_path(const std::string& members) { return document({kFunctions, kChains, paths(path(members))}); }
std::string wrong_hop(const std::string& hop, const std::string& chain = "walled") {
  return wrong_path(fmt::format(R"("service-chain-name": "{}", "service-path-hop": [{}])", chain, hop));
}
std::string wrong_rule(const std::string& matches, const std::string& type = "ipv4-acl") {
  return document({kFunctions, kChains, paths(path(kWalled)), acl(ace(matches), type), classifier()});
}
INSTANTIATE_TEST_SUITE_P(
    All, SfcWrong,
    testing::Values(
        Wrong{"Nothing", document({kFunctions}), "no path and no chain, expected a `service-function-path` or a"},
        Wrong{"Chain", wrong_path(R"("service-chain-name": "wallet")"),
              "path `p` is of chain `wallet`, which there is not; did you mean `walled`?"},
        Wrong{"EmptyChain", wrong_path(R"("service-chain-name": "empty")"),
              "chain `empty` asks for no function, expected one at least"},
        Wrong{"Function", wrong_hop(R"({"hop-number": 0, "service-function-name": "fw-4"})"),
              "path `p` goes through function `fw-4`, which there is not; did you mean `fw-"},
        Wrong{"Type", wrong_hop(R"({"hop-number": 0, "service-function-name": "nat-1"})"),
              "path `p` goes through `nat-1` of type napt44, expected one of type firewall as its chain has it"},
        Wrong{"Twice",
              wrong_hop(R"({"hop-number": 0, "service-function-name": "fw-1"},
                           {"hop-number": 1, "service-function-name": "fw-1"})",
                        "two"),
              "path `p` goes through function `fw-1` twice, expected once"},
        Wrong{"TooManyHops", wrong_hop(R"({"hop-number": 0}, {"hop-number": 1}, {"hop-number": 2})"),
              "path `p` has a hop 1, expected as many as chain `walled` has functions: 1"},
        Wrong{"NoneLeft",
              document({R"("service-function:service-functions": {"service-function": [
                         {"name": "fw-1", "type": "firewall"}]})",
                        kChains, paths(path(R"("service-chain-name": "two")"))}),
              "no function of type firewall is left for path `p`, expected a `service-function` of it"},
        Wrong{"Group", wrong_hop(R"({"hop-number": 0, "service-function-group-name": "wall"})"),
              "path `p` goes through group `wall`, which there is not; did you mean `walls`?"},
        Wrong{"EmptyGroup", wrong_hop(R"({"hop-number": 0, "service-function-group-name": "none"})"),
              "group `none` has no function, expected one at least"},
        Wrong{"PathId", wrong_path(kWalled + R"(, "path-id": 16777216)"),
              "`path-id` of path `p` is `16777216`, expected 0 to 16777215"},
        Wrong{"SamePathId",
              document({kFunctions, kChains,
                        paths(path(kWalled + R"(, "path-id": 1)") +
                              R"(, {"name": "q", "service-chain-name": "two", "path-id": 1})")}),
              "`path-id` of path `q` is 1, as that of path `p`; expected one of its own"},
        Wrong{"Unmapped", document({R"("service-function:service-functions": {"service-function": [
                         {"name": "x", "type": "qos"}]},
                         "service-function-chain:service-function-chains": {"service-function-chain": [
                         {"name": "c", "sfc-service-function": [{"name": "1", "type": "qos"}]}]})"}),
              "VDU `x` of type qos is no uNF, expected a type derived from unf.nodes.MicroNF, or an entry of the image "
              "map for one of x/x, qos, x"},
        Wrong{"Mac", wrong_rule(R"("source-mac-address": "02:00:00:00:00:01")", "eth-acl"),
              "`source-mac-address` of entry `r` of access list `l` is not supported, expected a match on addresses, "
              "protocol, ports or DSCP"},
        Wrong{"Interface", wrong_rule(R"("input-interface": "eth0")"), "`input-interface` of entry `r`"},
        Wrong{"FlowLabel", wrong_rule(R"("flow-label": 7)", "ipv6-acl"), "`flow-label` of entry `r`"},
        Wrong{"Versions", wrong_rule(R"("source-ipv6-network": "::/0")"),
              "entry `r` of access list `l` can match no packet: its prefix is not of its `ether_type`"},
        Wrong{"PortsOfIcmp", wrong_rule(R"("protocol": 1, "source-port-range": {"lower-port": 1})"),
              "can match no packet: ports with a protocol other than tcp, udp and sctp"},
        Wrong{"UnknownPath", document({kFunctions, kChains, paths(path(kWalled)), acl(ace("", "RSP7")), classifier()}),
              "entry `r` of access list `l` leads to `RSP7`, expected a path or a rendered path"},
        Wrong{"NoReverse",
              document({kFunctions, kChains, paths(path(kWalled + R"(, "symmetric": false)")),
                        acl(ace("", "p-Reverse")), classifier()}),
              "leads to the other direction of path `p`, which has none, expected `symmetric`: true"},
        Wrong{"NoList", document({kFunctions, kChains, paths(path(kWalled)), classifier()}),
              "classifier `k` is of access list `l`, which there is not"},
        Wrong{"NoClassifier", wrong_path(kWalled + R"(, "classifier": "z")"),
              "`classifier` of path `p` is `z`, expected a classifier or its list"},
        Wrong{"Denied",
              document({kFunctions, kChains, paths(path(kWalled)),
                        acl(R"({"rule-name": "not", "matches": {"protocol": 6}, "actions": {"deny": [null]}}, )" +
                            ace(R"("source-ipv4-network": "10.0.0.0/8")")),
                        classifier()}),
              "entry `r` of access list `l` has packets in common with `not` before it, which leads to no path"},
        Wrong{"Invalid", wrong_path(kWalled + R"(, "hops": 1)"), "web.json:20: unknown member `hops`"},
        Wrong{"Json", R"({"service-function-path:service-function-paths": {)", "web.json:1:"}),
    testing_support::by_name);

// --- What became of the rest.

TEST(SfcService, SaysWhatBecameOfEverything) {
  const auto text =
      document({kFunctions, kChains,
                paths(path(R"("service-chain-name": "two", "transport-type": "service-locator:mac", "tenant-id": "t",
             "context-metadata": "m", "service-path-hop": [{"hop-number": 0, "service-function-forwarder": "b"},
             {"hop-number": 1, "service-function-forwarder": "a"}])")),
                acl(ace(R"("protocol": 6)")), classifier(),
                R"("service-function-path-metadata:service-function-metadata": {"context-metadata": [{"name": "m"}]},
          "ietf-interfaces:interfaces": {})"});
  const std::pair<const char*, const char*> kFates[] = {
      {"path `p`", "path from port0 to out through fw-3, fw-2, by 1 rules"},
      {"chain `two`", "the types of a path's VNFs"},
      {"chain `walled`", "nothing: no path is of it"},
      {"service function `fw-3`", "VNF `fw-3` of type firewall"},
      {"service function `fw-1`", "nothing: no path goes through it"},
      {"hop 0 of path `p`", "function `fw-3`, chosen by its type and forwarder"},
      {"function type `napt44`", "what the image map is asked for"},
      {"forwarder `a`", "nothing: inside a host packets go from VNF to VNF without one"},
      {"service node `host-a`", "nothing: hosts are those of the inventory"},
      {"group `walls`", "nothing: no path goes through it"},
      {"access list `l`", "rules of paths"},
      {"entry `r` of access list `l`", "a rule of path `p`"},
      {"classifier `k`", "rules for packets that come in by host-a.port0"},
      {"metadata `m`", "nothing: inside a host packets carry no NSH header"},
      {"`transport-type` of path `p`", "nothing: inside a host packets are not encapsulated"},
      {"`tenant-id` of path `p`", "nothing: a graph is one tenant's"},
      {"`ietf-interfaces:interfaces`", "nothing: no path is chosen by it"},
      {"forwarders of path `p`",
       "nothing: `fw-3` by `b` on `host-b`, `fw-2` by `a` on `host-a`: a graph does not span hosts yet, and all of it "
       "runs on one"}};
  for (const auto& [element, fate] : kFates) EXPECT_EQ(fate_of(text, element), fate) << element;
  const auto back = document({kFunctions, kChains, paths(path(kWalled)), acl(ace("", "p-Reverse")), classifier()});
  EXPECT_EQ(fate_of(back, "classifier `k`"), "where packets of the other direction come in: host-a.port0");
}

// --- Several documents, other forms.

TEST(SfcService, DocumentsAreOneDataTree) {
  FileSet files{.paths = {"a.json", "b.json", "c.json"},
                .files = {{"a.json", document({paths(path(kWalled))})},
                          {"b.json", document({kFunctions})},
                          {"c.json", document({kChains})}}};
  const auto service = read_service(files, testing_support::test_catalog(), types_map());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->name, "p");
  files.files["d.json"] = R"({"sfc": {}})";
  files.paths.emplace_back("d.json");
  const auto mixed = read_service(files, testing_support::test_catalog(), types_map());
  ASSERT_FALSE(mixed);
  EXPECT_THAT(mixed.error().message, HasSubstr("d.json:1: an SFC request beside data of the SFC YANG modules in "));
}

TEST(SfcService, OnlyOpenDaylightsDialectIsNotStrict) {
  const auto good = document({kFunctions, kChains, paths(path(kWalled))});
  EXPECT_TRUE(check_strict_sfc({.paths = {"x.json"}, .files = {{"x.json", good}}}));
  EXPECT_TRUE(check_strict_sfc({.paths = {"x.yaml"}, .files = {{"x.yaml", "tosca_definitions_version: x\n"}}}));
  const auto bad = check_strict_sfc({.paths = {"x.json"}, .files = {{"x.json", R"({"service-functions": {}})"}}});
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message, HasSubstr("x.json:1: `service-functions` is of no module of service chains"));
}

TEST(SfcService, JsonThatYamlRefusesIsRead) {
  const auto text = "\t{\n" + document({kFunctions, kChains, paths(path(kWalled))}).substr(1);
  const auto service = read(text);
  ASSERT_TRUE(service) << service.error().message;
  const auto wrong = validate({.paths = {"w.json"}, .files = {{"w.json", "\t" + wrong_path(R"("x": 1)")}}},
                              testing_support::test_catalog());
  EXPECT_FALSE(wrong.valid());
}

TEST(SfcService, ARenderedPathInXml) {
  const FileSet files{
      .paths = {"a.json", "r.xml"},
      .files = {
          {"a.json", document({kFunctions, kChains, paths(path(kWalled)), acl(ace("", "r-Reverse")), classifier()})},
          {"r.xml",
           "<?xml version=\"1.0\"?>\n<input xmlns=\"urn:cisco:params:xml:ns:yang:sfc-rsp\"><name>r</name>"
           "<parent-service-function-path>p</parent-service-function-path></input>\n"}}};
  const auto service = read_service(files, testing_support::test_catalog(), types_map());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_TRUE(service->paths[0].symmetric);
  EXPECT_FALSE(check_strict_sfc(files));
}

/// A document as XML; of identities and numbers it has what JSON has.
class XmlWriter {
 public:
  static std::string of(const nlohmann::json& document) {
    std::string text;
    for (const auto& [name, value] : document.items()) text += element(name, value, "");
    return text;
  }

 private:
  static std::string uri(const std::string& module) {
    static const std::map<std::string, std::string> kUris{{"service-node", "sn"},
                                                          {"service-function-type", "sft"},
                                                          {"service-function", "sf"},
                                                          {"service-function-forwarder", "sff"},
                                                          {"service-function-chain", "sfc"},
                                                          {"service-function-path", "sfp"},
                                                          {"service-locator", "sl"},
                                                          {"service-function-acl", "acl"},
                                                          {"service-function-classifier", "scf"},
                                                          {"service-function-group", "sfg"}};
    const auto known = kUris.find(module);
    return known == kUris.end()               ? "urn:ietf:params:xml:ns:yang:" + module
           : module == "service-function-acl" ? "urn:cisco:params:xml:ns:yang:sfc-acl"
                                              : "urn:cisco:params:xml:ns:yang:sfc-" + known->second;
  }
  static std::string element(const std::string& name, const nlohmann::json& value, const std::string& module) {
    if (value.is_array()) {
      std::string text;
      for (const auto& item : value) text += element(name, item, module);
      return text;
    }
    const auto colon = name.find(':');
    const auto own = colon == std::string::npos ? module : name.substr(0, colon);
    const auto tag = colon == std::string::npos ? name : name.substr(colon + 1);
    std::string inside, more;
    if (value.is_object()) {
      // A list's keys come first (RFC 7950 7.8.5).
      static const std::vector<std::string> kKeys{"acl-type", "acl-name", "name", "hop-number", "rule-name", "type"};
      for (const auto& key : kKeys) {
        if (value.contains(key)) inside += element(key, value[key], own);
      }
      for (const auto& [key, member] : value.items()) {
        if (std::ranges::find(kKeys, key) == kKeys.end()) inside += element(key, member, own);
      }
    } else if (value.is_string()) {
      inside = value.get<std::string>();
      const auto of = inside.find(':');
      const bool is_identity = inside.starts_with("service-locator:") || inside.starts_with("ietf-access");
      if (is_identity) {
        more = fmt::format(" xmlns:i=\"{}\"", uri(inside.substr(0, of)));
        inside = "i" + inside.substr(of);
      }
    } else {
      inside = value.dump();
    }
    return fmt::format("<{0} xmlns=\"{1}\"{2}>{3}</{0}>\n", tag, uri(own), more, inside);
  }
};

TEST(SfcService, XmlSaysTheSame) {
  const auto json = document({kFunctions, kChains,
                              paths(path(R"("service-chain-name": "both", "transport-type": "service-locator:mac")")),
                              acl(ace(R"("protocol": 6)")), classifier()});
  const auto of_json = read(json);
  ASSERT_TRUE(of_json) << of_json.error().message;
  const auto of_xml = read(XmlWriter::of(nlohmann::json::parse(json)), "web.xml");
  ASSERT_TRUE(of_xml) << of_xml.error().message;
  EXPECT_EQ(to_json(*of_xml), to_json(*of_json));
}

// --- As others wrote them.

std::vector<std::string> edges_of(const ServiceRequest& service) {
  std::vector<std::string> edges;
  for (const auto& vnf : service.vnfs) {
    for (const auto& edge : vnf.graph.edges)
      edges.push_back(fmt::format("{}: {} {} {}", vnf.name, edge.from, edge.gate, edge.to));
  }
  return edges;
}

void expect_compiles(const ServiceRequest& service) {
  auto inventory = Inventory::built_in();
  if (service.endpoints.size() > 2) {  // which NIC each is has to be said then
    inventory.endpoints_by_position = false;
    inventory.hosts[0].nics.clear();
    for (const auto& endpoint : service.endpoints)
      inventory.hosts[0].nics.push_back({.name = NicName{endpoint.name}, .network = endpoint.network});
  }
  const auto plan = graph::compile(service, testing_support::test_catalog(), inventory, {});
  EXPECT_TRUE(plan) << plan.error().message;
}

TEST(SfcStandards, AuthoredInstanceInBothForms) {
  const auto file = kYangStandards / "instances/fw-nat-chain.json";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "needs the standards' instance";
  const auto files = load(std::vector<std::string>{file});
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_TRUE(check_strict_sfc(*files));
  const auto service = read_service(*files, testing_support::test_catalog(), types_map());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(edges_of(*service), testing::UnorderedElementsAre("fw-1: in out fw-1", "fw-1: fw-1 out out",
                                                                "nat-1: in out nat-1", "nat-1: nat-1 out out"));
  ASSERT_EQ(service->paths.size(), 1);
  const auto& one = service->paths[0];
  EXPECT_EQ(one.name, "web-path");
  EXPECT_THAT(one.hops, ElementsAre("fw-1", "nat-1"));
  EXPECT_TRUE(one.symmetric);
  EXPECT_EQ(one.spi, 10);
  EXPECT_EQ(service->endpoints[0].network, "host-a.port0");
  EXPECT_THAT(one.matches, ElementsAre(Match{.proto = 6,
                                             .src = *IpPrefix::parse("10.0.0.0/24"),
                                             .dst = *IpPrefix::parse("0.0.0.0/0"),
                                             .dport = {80, 80}}));
  expect_compiles(*service);
  const auto& text = files->files.begin()->second;
  const auto xml = read(XmlWriter::of(nlohmann::json::parse(text)), "fw-nat-chain.xml");
  ASSERT_TRUE(xml) << xml.error().message;
  EXPECT_EQ(to_json(*xml), to_json(*service));
}

struct OpenDaylight {
  const char* name;
  const char* directory;
  std::vector<std::string> paths;  ///< `NAME HOPS from IN, RULES rules, both ways`
  std::vector<Match> matches;
};
class SfcOpenDaylight : public testing::TestWithParam<OpenDaylight> {};
TEST_P(SfcOpenDaylight, ExamplesGiveTheirGraph) {
  const auto directory = kYangStandards / "odl-examples" / GetParam().directory;
  if (!std::filesystem::exists(directory)) GTEST_SKIP() << "needs OpenDaylight's examples";
  const auto files = load(std::vector<std::string>{directory});
  ASSERT_TRUE(files) << files.error().message;
  const auto service = read_service(*files, testing_support::test_catalog(), types_map());
  ASSERT_TRUE(service) << service.error().message;
  std::vector<std::string> found;
  std::vector<Match> matches;
  for (const auto& one : service->paths) {
    found.push_back(fmt::format("{} {} from {}, {} rules{}", one.name, fmt::join(one.hops, " "), one.in,
                                one.matches.size(), one.symmetric ? ", both ways" : ""));
    matches.insert(matches.end(), one.matches.begin(), one.matches.end());
  }
  EXPECT_THAT(found, ElementsAreArray(GetParam().paths));
  EXPECT_THAT(matches, ElementsAreArray(GetParam().matches));
  expect_compiles(*service);
  const auto strict = check_strict_sfc(*files);
  ASSERT_FALSE(strict);
  EXPECT_THAT(strict.error().message, HasSubstr("is of no module of service chains"));
}
INSTANTIATE_TEST_SUITE_P(
    All, SfcOpenDaylight,
    testing::Values(OpenDaylight{"Simple", "simple", {"sfc-path-1sf1sff sf1 from in, 0 rules, both ways"}, {}},
                    OpenDaylight{"Symmetric",
                                 "symmetricRSPs",
                                 {"SFP1 dpi-1 firewall-1 from veth-br, 1 rules, both ways",
                                  "SFP2 dpi-1 from in, 0 rules, both ways"},
                                 {{.proto = 6,
                                   .src = *IpPrefix::parse("192.168.2.0/24"),
                                   .dst = *IpPrefix::parse("192.168.2.0/24"),
                                   .dport = {80, 80}}}}),
    testing_support::by_name);

}  // namespace
}  // namespace unf::tosca
