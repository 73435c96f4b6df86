#include "tosca/paper/sfc_request.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "graph/terms/config_schema.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/support/test_catalog.h"
#include "tosca/load.h"
#include "tosca/reader.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::filesystem::path kSamplesOfPaper = std::filesystem::path{source_path("samples")};

/// A template of one uNF between `in` and `out`.
std::string one_unf(const std::string& name, const std::string& type, const std::string& config = "{}") {
  return fmt::format(
      R"({{"name": "{}", "nodes": [{{"name": "in", "type": "NicIngress"}}, {{"name": "u", "type": "{}", "config": {}}},
      {{"name": "out", "type": "NicEgress"}}], "links": [{{"from": "in", "to": "u"}}, {{"from": "u", "label": "out", "to": "out"}}]}})",
      name, type, config);
}

/// One that HTTP leaves by `web`, all else by `rest`.
const std::string kSplit =
    R"({"name": "Split", "nodes": [{"name": "in", "type": "NicIngress"}, {"name": "c", "type": "HttpClassifier"},
    {"name": "web", "type": "NicEgress"}, {"name": "rest", "type": "NicEgress"}], "links": [{"from": "in", "to": "c"},
    {"from": "c", "label": "http", "to": "web"}, {"from": "c", "label": "other", "to": "rest"}]})";

std::string request(const std::string& nodes, const std::string& links, const std::string& more = {}) {
  return fmt::format(
      R"({{"vnfs": [{}, {}, {}],
"sfc": {{"name": "s", "nodes": [{}],
"links": [{}],
"endpoints": [{{"name": "wan"}}, {{"name": "lan", "network": "host.lan"}}]{}}}}})",
      one_unf("Swap", "MacSwapper"), one_unf("Filter", "L3L4Filter", R"({"rules": "a.rules"})"), kSplit, nodes, links,
      more.empty() ? "" : ",\n" + more);
}
const std::string kNodes = R"({"name": "a", "vnf": "Swap"}, {"name": "b", "vnf": "Filter"})";
const std::string kLinks =
    R"({"from": "wan", "to": "a"}, {"from": "a", "label": "out", "to": "b"}, {"from": "b", "to": "lan"})";

Result<ServiceRequest> read(const std::string& text) {
  return read_service({.paths = {"s.json"}, .files = {{"s.json", text}, {"a.rules", "allow any any any any any\n"}}},
                      testing_support::test_catalog());
}

TEST(SfcRequests, LinksMakeAPathBothWays) {
  const auto service = read(request(kNodes, kLinks));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->name, "s");
  ASSERT_EQ(service->vnfs.size(), 2);
  EXPECT_EQ(service->vnfs[1].vnfd_id, "Filter");
  EXPECT_EQ(service->artifacts.size(), 1);
  ASSERT_EQ(service->links.size(), 1);
  EXPECT_EQ(service->links[0].output, "out");
  EXPECT_EQ(service->links[0].to_input, "in");
  ASSERT_EQ(service->paths.size(), 1);
  EXPECT_EQ(service->paths[0].in, "wan");
  EXPECT_EQ(service->paths[0].out, "lan");
  EXPECT_THAT(service->paths[0].hops, ElementsAre("a", "b"));
  EXPECT_TRUE(service->paths[0].symmetric);
  EXPECT_EQ(service->endpoints[1].network, "host.lan");
}

TEST(SfcRequests, AVnfsOutputsLeadOnByTheirLabels) {
  const auto service = read(request(
      R"({"name": "s", "vnf": "Split"}, {"name": "b", "vnf": "Filter"}, {"name": "a", "vnf": "Swap"})",
      R"({"from": "wan", "to": "s"}, {"from": "s", "label": "web", "to": "b"}, {"from": "s", "label": "rest", "to": "a"},
         {"from": "b", "to": "a"}, {"from": "a", "to": "lan"})"));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(service->paths[0].hops, ElementsAre("s", "b", "a"));
  std::vector<std::string> links;
  for (const auto& link : service->links) links.push_back(link.vnf + "." + link.output + ">" + link.to_vnf);
  EXPECT_THAT(links, ElementsAre("s.web>b", "s.rest>a", "b.out>a"));
}

TEST(SfcRequests, PathsSayWhichPacketsGoWhere) {
  const auto service = read(
      request(kNodes, kLinks,
              R"("paths": [{"name": "web", "in": "wan", "out": "lan", "hops": ["a", "b"], "symmetric": true, "spi": 7,
 "max_latency_us": 50.5, "matches": [{"proto": "tcp", "dport": 80, "dst": "10.0.0.9/8"}, {"ether_type": 34525, "sport": [1, 2],
 "proto": 17, "src": "2001:db8::/32", "vlan": 5, "dscp": 46, "dst": null}]},
 {"name": "rest", "in": "wan", "out": "lan", "hops": ["a"], "matches": [{}]}])"));
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->paths.size(), 2);
  const auto& web = service->paths[0];
  EXPECT_EQ(web.spi, 7);
  EXPECT_EQ(web.max_latency, Nanoseconds{50'500});
  EXPECT_THAT(web.matches, ElementsAre(Match{.proto = 6, .dst = *IpPrefix::parse("10.0.0.0/8"), .dport = {80, 80}},
                                       Match{.ether_type = 34525,
                                             .proto = 17,
                                             .src = *IpPrefix::parse("2001:db8::/32"),
                                             .sport = {1, 2},
                                             .vlan = 5,
                                             .dscp = 46}));
  EXPECT_TRUE(service->paths[1].matches.empty()) << "a match that asks for nothing takes everything";
  EXPECT_FALSE(service->paths[1].symmetric);
}

struct BadRequest {
  const char* name;
  std::string text;
  const char* line;
};
class BadRequests : public testing::TestWithParam<BadRequest> {};
TEST_P(BadRequests, GiveALine) {
  const auto service = read(GetParam().text);
  ASSERT_FALSE(service);
  EXPECT_THAT(service.error().message, HasSubstr(GetParam().line));
}
std::string paths(const std::string& path) { return request(kNodes, kLinks, "\"paths\": [" + path + "]"); }
std::string matched(const std::string& match) {
  return paths(R"({"name": "p", "in": "wan", "out": "lan", "hops": ["a", "b"], "matches": [)" + match + "]}");
}
INSTANTIATE_TEST_SUITE_P(
    All, BadRequests,
    testing::Values(
        BadRequest{"NoSfc", R"({"vnfs": []})", "s.json:1: no `sfc`, expected the chain that is asked for"},
        BadRequest{"UnknownKey", R"({"sfc": {"name": "s"}, "vnsf": []})",
                   "unknown key `vnsf` in an SFC request, expected"},
        BadRequest{"NoName", R"({"sfc": {"nodes": []}})",
                   "`sfc` has no name, expected a `name` of 1 to 128 characters"},
        BadRequest{"NoTemplate", request(R"({"name": "a", "vnf": "Swop"})", ""),
                   "node `a` is of VNF template `Swop`, which there is not; did you mean `Swap`?"},
        BadRequest{"NoSuchType", R"({"vnfs": [)" + one_unf("X", "MacSwaper") + R"(],
"sfc": {"name": "s", "nodes": [{"name": "a", "vnf": "X"}], "endpoints": [{"name": "e"}]}})",
                   "node `u` is of type `MacSwaper`, which is no uNF of the catalogue; did you mean `MacSwapper`?"},
        BadRequest{
            "NoSuchGate",
            R"({"vnfs": [{"name": "X", "nodes": [{"name": "in", "type": "NicIngress"}, {"name": "out", "type": "NicEgress"}],
 "links": [{"from": "in", "label": "oot", "to": "out"}]}],
"sfc": {"name": "s", "nodes": [{"name": "a", "vnf": "X"}], "endpoints": [{"name": "e"}]}})",
            "the link from `in` to `out` has the label `'oot'`, expected a gate of NicIngress: out; did you mean "
            "`out`?"},
        BadRequest{"LabelNeeded", R"({"vnfs": [{"name": "X", "nodes": [{"name": "in", "type": "NicIngress"},
 {"name": "c", "type": "HttpClassifier"}, {"name": "out", "type": "NicEgress"}],
 "links": [{"from": "in", "to": "c"}, {"from": "c", "to": "out"}]}],
"sfc": {"name": "s", "nodes": [{"name": "a", "vnf": "X"}], "endpoints": [{"name": "e"}]}})",
                   "the link from `c` to `out` has no label, expected a gate of HttpClassifier: one of http, other"},
        BadRequest{"Circle", R"({"vnfs": [{"name": "X", "nodes": [{"name": "in", "type": "NicIngress"},
 {"name": "u", "type": "MacSwapper"}, {"name": "v", "type": "Forward"}, {"name": "out", "type": "NicEgress"}],
 "links": [{"from": "in", "to": "out"}, {"from": "u", "to": "v"}, {"from": "v", "to": "u"}]}],
"sfc": {"name": "s", "nodes": [{"name": "a", "vnf": "X"}], "endpoints": [{"name": "e"}]}})",
                   "s.json:1: links of VNF template `X` lead round in a circle through one of u, v, expected none"},
        BadRequest{"NoEndpoints",
                   R"({"vnfs": [)" + one_unf("X", "MacSwapper") +
                       R"(], "sfc": {"name": "s", "nodes": [{"name": "a", "vnf": "X"}]}})",
                   "no `endpoints` of `sfc`, expected those where packets enter and leave"},
        BadRequest{"LinkToNowhere", request(kNodes, R"({"from": "a", "to": "c"})"),
                   "a link of `sfc` names `c`, expected a node or an endpoint"},
        BadRequest{"EndToEnd", request(kNodes, R"({"from": "wan", "to": "lan"})"),
                   "a link leads from endpoint `wan` to endpoint `lan`, expected a VNF between them"},
        BadRequest{"OutputNeeded", request(R"({"name": "s", "vnf": "Split"})", R"({"from": "s", "to": "lan"})"),
                   "a link of VNF `s` has no output, expected its output one of rest, web"},
        BadRequest{
            "Round",
            request(
                kNodes,
                R"({"from": "wan", "to": "a"}, {"from": "a", "to": "b"}, {"from": "b", "to": "a"}, {"from": "b", "to": "lan"})"),
            "links of `sfc` lead round in a circle through `a`, expected none"},
        BadRequest{"NoEnd", request(kNodes, R"({"from": "wan", "to": "a"}, {"from": "a", "to": "b"})"),
                   "links lead from 1 endpoints and to 0, expected one each, or `paths`"},
        BadRequest{"OffPath", paths(R"({"name": "p", "in": "wan", "out": "lan", "hops": ["a"]})"),
                   "VNF `b` is on no path, expected a link or path that leads to it"},
        BadRequest{"Endpoint", paths(R"({"name": "p", "in": "won", "out": "lan", "hops": ["a"]})"),
                   "`in` of path `p` is `'won'`, expected an endpoint; did you mean `wan`?"},
        BadRequest{"Hop", paths(R"({"name": "p", "in": "wan", "out": "lan", "hops": ["a", "c"]})"),
                   "a hop of path `p` is `'c'`, expected a node of `sfc`"},
        BadRequest{"HopTwice", paths(R"({"name": "p", "in": "wan", "out": "lan", "hops": ["a", "b", "a"]})"),
                   "path `p` comes to VNF `a` twice, expected once"},
        BadRequest{"Latency",
                   paths(R"({"name": "p", "in": "wan", "out": "lan", "hops": ["a", "b"], "max_latency_us": 0})"),
                   "`max_latency_us` of path `p` is `0`, expected microseconds of at least 0.001"},
        BadRequest{"Port", matched(R"({"dport": [80, 70]})"),
                   "`dport` of a match of path `p` is a list, expected a port, or [ FIRST, LAST ], from 0 to 65535"},
        BadRequest{"Key", matched(R"({"port": 80})"),
                   "unknown key `port` in a match of path `p`, expected one of ether_type"},
        BadRequest{
            "Versions", matched(R"({"src": "10.0.0.0/8", "dst": "2001:db8::/32"})"),
            "a match of path `p` can match no packet: source and destination prefix are of different IP versions"},
        BadRequest{
            "RuleFile",
            R"({"vnfs": [)" + one_unf("X", "L3L4Filter", R"({"rules": "b.rules"})") +
                R"(], "sfc": {"name": "s", "nodes": [{"name": "a", "vnf": "X"}], "endpoints": [{"name": "e"}]}})",
            "rule file `b.rules` is absent, expected a file of the package"}),
    testing_support::by_name);

TEST(SfcRequests, TheSampleIsFigure1) {
  const auto files = load(std::vector<std::string>{kSamplesOfPaper / "paper-figure-1"});
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_FALSE(read_service(*files, testing_support::test_catalog())) << "two uNFs are described in it alone";
  const auto catalog = catalog_with_descriptors(*files, testing_support::test_catalog());
  ASSERT_TRUE(catalog) << catalog.error().message;
  EXPECT_EQ(catalog->find("Compress")->descriptor.state, StateClass::none);
  EXPECT_EQ(catalog->find("Balance")->descriptor.state, StateClass::ordered);
  const auto service = read_service(*files, *catalog);
  ASSERT_TRUE(service) << service.error().message;
  std::size_t unfs = 0;
  for (const auto& vnf : service->vnfs) unfs += vnf.graph.nodes.size();
  EXPECT_EQ(unfs, 25);
  EXPECT_THAT(service->paths[0].hops, ElementsAre("wan-opt", "edge-fw", "monitor", "app-fw", "lb"));
}

TEST(SfcRequests, TheSchemaTakesWhatIsRead) {
  std::ostringstream schema_text, sample;
  schema_text << std::ifstream{kSamplesOfPaper / "schemas/sfc.schema.json"}.rdbuf();
  sample << std::ifstream{kSamplesOfPaper / "paper-figure-1/figure-1.json"}.rdbuf();
  const graph::ConfigSchema schema{nlohmann::json::parse(schema_text.str())};
  EXPECT_THAT(schema.violations(nlohmann::json::parse(sample.str())), testing::IsEmpty());
  EXPECT_THAT(schema.violations(nlohmann::json::parse(request(kNodes, kLinks))), testing::IsEmpty());
  EXPECT_THAT(schema.violations(nlohmann::json::parse(matched(R"({"proto": "tcp", "dport": 80})"))),
              testing::IsEmpty());
  EXPECT_THAT(schema.violations(nlohmann::json::parse(matched(R"({"port": 80})"))), testing::Not(testing::IsEmpty()));
}

TEST(SfcRequests, ADescriptorThatIsNoneIsRefused) {
  const FileSet files{.paths = {"s.json"}, .files = {{"s.json", R"({"unfs": [{"PacketProcessorClass": 7}]})"}}};
  const auto catalog = catalog_with_descriptors(files, testing_support::test_catalog());
  ASSERT_FALSE(catalog);
  EXPECT_THAT(catalog.error().message, HasSubstr("s.json: unfs: "));
}

}  // namespace
}  // namespace unf::tosca
