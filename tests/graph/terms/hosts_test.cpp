#include "graph/terms/hosts.h"

#include <gmock/gmock.h>

#include "graph/compile/compile.h"
#include "tests/support/by_name.h"
#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using namespace testing_support;
using testing::HasSubstr;

/// `wan` and `lan` are on all hosts but the last, which has only `wan`.
Inventory hosts() {
  Inventory inventory;
  for (const auto& [name, zone] :
       {std::pair{"north-1", "north"}, {"south-1", "south"}, {"south-2", "south"}, {"rim", ""}}) {
    Host host{.name = HostId{name}, .cores = {{.id = CoreId{1}}}, .zone = zone};
    host.nics = {{.name = NicName{"w"}, .network = "wan", .pair = NicName{"l"}}};
    if (name != std::string{"rim"}) host.nics.push_back({.name = NicName{"l"}, .network = "lan", .pair = NicName{"w"}});
    inventory.hosts.push_back(std::move(host));
  }
  return inventory;
}

ServiceRequest between_networks(std::map<std::string, std::string> zones = {}) {
  auto request = chain({chain_vnf("fw", {"check:CheckIPHeader", "sizes:PacketSizeHistogram"})});
  request.endpoints = {{"a", "wan"}, {"b", "lan"}};
  request.paths[0].in = "a";
  request.paths[0].out = "b";
  request.vnfs[0].zones = std::move(zones);
  return request;
}

Result<std::string> host_of(const ServiceRequest& request, const Inventory& inventory, const char* before = "") {
  return compile(request, paper_catalog(), inventory, {.host_before = HostId{before}}).map([](const Plan& plan) {
    return plan.nodes.front().host.get();
  });
}

struct Choice {
  const char* name;
  std::map<std::string, std::string> zones;
  const char* before;
  const char* host;
};
void PrintTo(const Choice& choice, std::ostream* out) { *out << choice.name; }

class Chosen : public testing::TestWithParam<Choice> {};
TEST_P(Chosen, IsTheFirstThatDoesWhatIsAsked) {
  EXPECT_EQ(host_of(between_networks(GetParam().zones), hosts(), GetParam().before), GetParam().host);
}
INSTANTIATE_TEST_SUITE_P(Hosts, Chosen,
                         testing::Values(Choice{"Any", {}, "", "north-1"}, Choice{"Stays", {}, "south-2", "south-2"},
                                         Choice{"InItsZone", {{"check", "south"}}, "", "south-1"},
                                         Choice{"StaysInItsZone", {{"check", "south"}}, "south-2", "south-2"},
                                         Choice{"LeavesAnother", {{"check", "south"}}, "north-1", "south-1"},
                                         Choice{"HostThatIsGone", {}, "east-1", "north-1"}),
                         by_name);

TEST(Hosts, WithoutAZoneAreAsGoodAsAny) {
  auto inventory = hosts();
  inventory.hosts[0].zone.clear();
  EXPECT_EQ(host_of(between_networks({{"check", "south"}}), inventory), "north-1");
}

TEST(Hosts, MustDoWhatAllAsk) {
  auto request = between_networks({{"check", "south"}, {"sizes", "north"}});
  EXPECT_EQ(host_of(request, hosts()).error(),
            (Error{Errc::no_capacity,
                   "VNF 'fw': check is to be in zone 'south', but host 'north-1', which has its networks, is in "
                   "'north'"}));
  request.vnfs.push_back(chain_vnf("fw2", {"f:Forward"}));
  request.vnfs[0].zones = {{"check", "north"}};
  request.vnfs[1].zones = {{"f", "south"}};
  request.paths[0].hops.emplace_back("fw2");
  EXPECT_THAT(host_of(request, hosts()).error().message, HasSubstr("VNF 'fw2': f is to be in zone 'south'"));
}

TEST(Hosts, OneIsNoPlaceForWhatIsToBeApart) {
  auto request = between_networks();
  request.vnfs[0].affinity = {{.anti = true, .scope = "nfvi_node", .nodes = {"check", "sizes"}}};
  EXPECT_EQ(host_of(request, hosts()).error(),
            (Error{Errc::no_capacity,
                   "VNF 'fw': the instances of check, sizes are to be apart (anti-affinity, scope nfvi_node), but a "
                   "graph runs on one host: here 'north-1'"}));
  request.vnfs[0].affinity[0].nodes = {"check"};
  EXPECT_TRUE(host_of(request, hosts())) << "it is alone";
  request.vnfs[0].initial = {{"check", 2}};
  EXPECT_EQ(host_of(request, hosts()).error().code, Errc::no_capacity);
  request.vnfs[0].affinity[0].anti = false;
  EXPECT_TRUE(host_of(request, hosts()));
}

}  // namespace
}  // namespace unf::graph
