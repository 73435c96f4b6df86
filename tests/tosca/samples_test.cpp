#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "graph/compile/compile.h"
#include "graph/model/service_request_json.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/tosca/support.h"
#include "tosca/image_map_reader.h"
#include "tosca/load.h"

namespace unf::tosca {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

const std::filesystem::path kSamples = std::filesystem::path{source_path("samples")};

Result<ServiceRequest> read(std::vector<std::string> paths) {
  return load(paths).and_then(
      [](const FileSet& files) { return read_service(files, testing_support::test_catalog()); });
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

auto link(std::string vnf, std::string to) {
  return AllOf(Field(&ServiceRequest::Link::vnf, vnf), Field(&ServiceRequest::Link::output, "virtual_link_out"),
               Field(&ServiceRequest::Link::to_vnf, to), Field(&ServiceRequest::Link::to_input, "virtual_link_in"));
}

TEST(EnterpriseEdge, IsThreeVnfsInAChainBothWays) {
  const auto service = read({kSamples / "enterprise-edge"});
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->name, "edge");

  std::vector<std::string> owners;
  for (const auto& vnf : service->vnfs) {
    for (const auto& node : vnf.graph.nodes) owners.push_back(vnf.name + "/" + node.name);
  }
  EXPECT_THAT(owners,
              ElementsAre("firewall/in", "firewall/check", "firewall/filter", "firewall/out", "monitor/in",
                          "monitor/check", "monitor/histogram", "monitor/http", "monitor/count", "monitor/out",
                          "app-fw/in", "app-fw/check", "app-fw/http", "app-fw/validate", "app-fw/reset", "app-fw/out"));
  EXPECT_THAT(service->links, ElementsAre(link("firewall", "monitor"), link("monitor", "app-fw")));
  ASSERT_EQ(service->endpoints.size(), 2);
  EXPECT_EQ(service->endpoints[0].name, "wan");
  EXPECT_EQ(service->endpoints[0].network, "wan");
  EXPECT_EQ(service->endpoints[1].name, "lan");
  EXPECT_EQ(service->endpoints[1].network, "lan");

  ASSERT_EQ(service->paths.size(), 2);
  const auto &there = service->paths[0], &back = service->paths[1];
  const Match to_servers{.ether_type = 0x0800, .proto = 6, .dst = *IpPrefix::parse("10.66.0.0/24")};
  const Match from_servers{.ether_type = 0x0800, .proto = 6, .src = *IpPrefix::parse("10.66.0.0/24")};
  EXPECT_EQ(there.name, "wan_to_lan");
  EXPECT_EQ(there.in, "wan");
  EXPECT_EQ(there.out, "lan");
  EXPECT_THAT(there.matches, ElementsAre(to_servers));
  EXPECT_EQ(back.in, "lan");
  EXPECT_EQ(back.out, "wan");
  EXPECT_THAT(back.matches, ElementsAre(from_servers));
  for (const auto& path : service->paths) {
    EXPECT_THAT(path.hops, ElementsAre("firewall", "monitor", "app-fw"));
    EXPECT_FALSE(path.symmetric);
  }
}

TEST(EnterpriseEdge, CarriesItsRuleFilesByDigest) {
  const auto service = read({kSamples / "enterprise-edge"});
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->artifacts.size(), 2);
  for (const auto* name : {"edge.rules", "sqli.rules"}) {
    const auto text = text_of(kSamples / "enterprise-edge" / name);
    EXPECT_EQ(service->artifacts.at(digest_of(text)), (Artifact{name, text}));
  }
  const auto digest = service->vnfs[0].graph.nodes[2].config.at("rules").get<std::string>();
  EXPECT_EQ(service->artifacts.at(digest).name, "edge.rules");
}

TEST(EnterpriseEdge, ItsFirewallScales) {
  const auto service = read({kSamples / "enterprise-edge"});
  ASSERT_TRUE(service) << service.error().message;
  auto firewall = service->vnfs[0];
  EXPECT_EQ(firewall.level, "small");
  EXPECT_EQ(instances_of(firewall, "filter"), 1);
  firewall.level = "large";
  EXPECT_EQ(instances_of(firewall, "filter"), 3);
  EXPECT_EQ(instances_of(firewall, "check"), 3);
  firewall.scale["capacity"] = 3;
  EXPECT_EQ(instances_of(firewall, "filter"), 4);
}

TEST(EnterpriseEdge, ReadsTheSameFromItsNsdAlone) {
  const auto directory = read({kSamples / "enterprise-edge"});
  const auto file = read({kSamples / "enterprise-edge" / "enterprise-edge-nsd.yaml"});
  ASSERT_TRUE(directory) << directory.error().message;
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(directory->name, file->name);
  EXPECT_EQ(directory->vnfs.size(), file->vnfs.size());
  EXPECT_EQ(directory->artifacts, file->artifacts);
}

TEST(SingleVnf, IsAServiceThatTakesEverythingBothWays) {
  const auto service = read({kSamples / "ttl-router.yaml"});
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->name, "ttl-router");
  ASSERT_EQ(service->vnfs.size(), 1);
  const auto& vnf = service->vnfs[0];
  EXPECT_EQ(vnf.name, "router");
  EXPECT_EQ(vnf.vnfd_id, "5e0c0c1a-7d54-4a8e-9a0e-6f2b1d0f0b00");
  EXPECT_EQ(vnf.flavour, "default");
  EXPECT_EQ(vnf.graph.inputs, (std::map<std::string, std::string>{{"virtual_link_in", "in"}}));
  EXPECT_EQ(vnf.graph.outputs, (std::map<std::string, std::string>{{"virtual_link_out", "out"}}));
  ASSERT_EQ(service->paths.size(), 1);
  const auto& path = service->paths[0];
  EXPECT_EQ(path.in, "virtual_link_in");
  EXPECT_EQ(path.out, "virtual_link_out");
  EXPECT_TRUE(path.symmetric);
  EXPECT_TRUE(path.matches.empty());
  EXPECT_THAT(path.hops, ElementsAre("router"));
}

// samples/chains: one chain in each form ------------------------------------------------------------------------------

struct Form {
  const char* name;
  const char* directory;
  const char* file;  ///< that says which paths there are
};

class OneSampleChain : public testing::TestWithParam<Form> {
 protected:
  static ImageMap images() {
    const std::vector<std::string> map{kSamples / "chains/images.yaml"};
    return load(map)
        .and_then([](const FileSet& files) { return read_image_map(files, testing_support::test_catalog()); })
        .value();
  }
  static FileSet files_of(const std::string& form) {
    const std::vector<std::string> directory{kSamples / "chains" / form};
    return load(directory).value();
  }
  static Result<ServiceRequest> service_of(const std::string& form) {
    return read_service(files_of(form), testing_support::test_catalog(), images());
  }
};

/// A plan without what uNFs in place of a machine have before their names.
nlohmann::json up_to_names(const Plan& plan) {
  auto text = dump(plan);
  for (const std::string machine : {"/firewall.", "/monitor."}) {
    for (auto at = text.find(machine); at != text.npos; at = text.find(machine, at)) {
      text.replace(at, machine.size(), "/");
    }
  }
  auto json = nlohmann::json::parse(text);
  std::sort(json["counters"].begin(), json["counters"].end());  // were by name
  return json;
}

TEST_P(OneSampleChain, IsReadWithoutProblemsAndWarnings) {
  const auto validation = validate(files_of(GetParam().directory), testing_support::test_catalog(), images());
  EXPECT_EQ(validation.text, "");
  for (const auto& warning : validation.warnings) ADD_FAILURE() << warning.at.file << ": " << warning.message;
  ASSERT_EQ(validation.services.size(), 1);
  const auto& service = validation.services[0];
  EXPECT_EQ(service.kind, Described::Kind::chain);
  EXPECT_THAT(service.file, testing::EndsWith(GetParam().file));
  EXPECT_EQ(service.name, "web");
  EXPECT_EQ(service.vnfs, 2);
  EXPECT_EQ(service.unfs, 9);
}

TEST_P(OneSampleChain, LeadsFromWanToLan) {
  const auto service = service_of(GetParam().directory);
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->endpoints.size(), 2);
  EXPECT_EQ(service->endpoints[0].name, "wan");
  EXPECT_EQ(service->endpoints[0].network, "wan");
  EXPECT_EQ(service->endpoints[1].name, "lan");
  EXPECT_EQ(service->endpoints[1].network, "lan");
}

TEST_P(OneSampleChain, HasThePlanOfTheOthers) {
  const auto plan_of = [](const std::string& form) {
    return service_of(form).and_then([](const ServiceRequest& service) {
      return graph::compile(service, testing_support::test_catalog(), Inventory::built_in());
    });
  };
  const auto plan = plan_of(GetParam().directory), other = plan_of("tacker");
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_EQ(up_to_names(*plan), up_to_names(*other));
}

TEST_P(OneSampleChain, IsTheSameWhenConverted) {
  const auto service = service_of(GetParam().directory);
  ASSERT_TRUE(service) << service.error().message;
  const auto read = again(*service);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(*service));
}

INSTANTIATE_TEST_SUITE_P(Forms, OneSampleChain,
                         testing::Values(Form{"Tacker", "tacker", "vnffgd.yaml"},
                                         Form{"SfcYang", "sfc-yang", "chain.json"},
                                         Form{"OpenDaylight", "opendaylight", "paths.json"},
                                         Form{"Osm", "osm", "web_nsd.yaml"}, Form{"Sol006", "sol006", "web.xml"},
                                         Form{"Paper", "paper", "web.json"}),
                         testing_support::by_name);

}  // namespace
}  // namespace unf::tosca
