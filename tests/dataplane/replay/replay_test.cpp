#include "dataplane/replay/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/eal.h"
#include "tests/support/sample.h"
#include "tests/support/traffic.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

/// A plan that runs, and what left it since the last look.
class Running {
 public:
  explicit Running(const Plan& plan) : plan_(plan) {
    testing_support::start_eal();
    replay_ =
        Replay::make(builtin_unfs(), plan, [this](const NicName& nic, std::uint64_t, std::span<const std::byte> frame) {
          const Bytes bytes{frame.begin(), frame.end()};
          flows_[flow_of(nic.get(), bytes)].push_back(bytes);
        }).value();
  }
  Flows flows_of(const std::vector<Arrival>& traffic) {
    std::uint64_t time = 0;
    for (const auto& arrival : traffic) {
      const auto received = replay_->receive(NicName{arrival.nic}, ++time, arrival.frame);
      if (!received) throw std::runtime_error{received.error().message};
    }
    replay_->flush();
    return std::exchange(flows_, {});
  }
  [[nodiscard]] std::map<OwnerPath, OwnerCount> owners() const { return owner_counts(plan_, replay_->stats()); }
  [[nodiscard]] std::uint64_t packets_on(EdgeId edge) const { return replay_->stats().edges.at({edge, ""}).packets; }
  [[nodiscard]] std::size_t leaked() const { return replay_->leaked(); }

 private:
  Plan plan_;
  Flows flows_;
  std::unique_ptr<Replay> replay_;
};

// Whatever the compiler did and however it runs: the same packets per flow, in order, and the same counts for every
// owner.
RC_GTEST_PROP(ReplayProperty, PlansDoWhatWasAskedFor, ()) {
  static Running original{sample_plan().as_original()};
  static Running planned[]{Running{sample_plan()}, Running{sample_plan(RunMode::isolated)},
                           Running{sample_plan(RunMode::fused, false)}};
  const auto traffic = *arrivals("in", "out", 200);
  const auto asked_for = original.flows_of(traffic);
  RC_ASSERT(original.leaked() == 0U);
  for (auto& plan : planned) {
    RC_ASSERT(plan.flows_of(traffic) == asked_for);
    RC_ASSERT(plan.owners() == original.owners());
    RC_ASSERT(plan.leaked() == 0U);
  }
}

/// A host of `cores` runner cores.
Inventory host_of(std::uint32_t cores, RunMode mode = RunMode::fused) {
  auto inventory = Inventory::built_in();
  auto& host = inventory.hosts[0];
  host.mode = mode;
  for (std::uint32_t core = 2; core <= cores; ++core) host.cores.push_back({.id = CoreId{core}});
  return inventory;
}
Plan plan_of(const ServiceRequest& request, const Inventory& inventory) {
  return graph::compile(request, dataplane::builtin_unfs().descriptors(), inventory).value();
}
ServiceRequest large_sample() {
  auto request = sample_request();
  request.vnfs[0].level = "large";
  return request;
}
/// Three of each uNF; of the monitor's five.
ServiceRequest sample_of_many() {
  auto request = sample_request();
  for (auto& vnf : request.vnfs) {
    vnf.aspects.clear();
    for (const auto& node : vnf.graph.nodes) vnf.initial[node.name] = vnf.name == "monitor" ? 5 : 3;
  }
  return request;
}

// Scaled out or not: the same packets per flow, in order, and the same counts for every owner.
RC_GTEST_PROP(ReplayProperty, ReplicasDoWhatOneInstanceDoes, ()) {
  static Running one{sample_plan()};
  static Running many[]{Running{plan_of(large_sample(), host_of(1))}, Running{plan_of(large_sample(), host_of(4))},
                        Running{plan_of(large_sample(), host_of(2, RunMode::isolated))},
                        Running{plan_of(sample_of_many(), host_of(2))}, Running{plan_of(sample_of_many(), host_of(6))}};
  const auto traffic = *arrivals("in", "out", 200);
  const auto expected = one.flows_of(traffic);
  for (auto& plan : many) {
    RC_ASSERT(plan.flows_of(traffic) == expected);
    RC_ASSERT(plan.owners() == one.owners());
    RC_ASSERT(plan.leaked() == 0U);
  }
}

TEST(Replay, EveryReplicaHasAShare) {
  const auto plan = plan_of(large_sample(), host_of(4));
  Running sample{plan};
  std::vector<Arrival> traffic;
  for (std::uint16_t port = 0; port < 64; ++port) {
    traffic.push_back({"in", tcp_frame({.src = "10.66.0.1", .dst = "10.66.0.2", .sport = port})});
    traffic.push_back({"out", tcp_frame({.src = "10.66.0.2", .dst = "10.66.0.1", .sport = 80, .dport = port})});
  }
  std::ignore = sample.flows_of(traffic);
  std::uint64_t sum = 0;
  for (const auto& edge : plan.edges) {
    if (edge.port != Plan::Port::balance) continue;
    const auto packets = sample.packets_on(edge.id);
    EXPECT_GT(packets, 0U) << edge.to->get();
    EXPECT_EQ(packets % 2, 0U) << "both directions of a flow";
    sum += packets;
  }
  EXPECT_EQ(sum, traffic.size());
}

TEST(Replay, StopsInjectionsAndBlockedPortsOnly) {
  Running sample{sample_plan()};
  const TcpSpec client{.src = "10.66.0.1", .dst = "10.66.0.2"};
  auto blocked = client;
  blocked.dport = 8081;
  const auto good = http_frame("/", client), bad = http_frame("/?id=1%27%20OR%20%271%27=%271", client);
  const auto seen = sample.flows_of(
      {{"in", good}, {"in", bad}, {"in", tcp_frame(blocked)}, {"in", udp_frame()}, {"in", arp_frame()}});
  const auto owners = sample.owners();
  EXPECT_EQ(owners.at(OwnerPath{"edge/app-fw/validate"}).in, 2U);
  EXPECT_EQ(owners.at(OwnerPath{"edge/app-fw/reset"}).in, 1U);
  EXPECT_EQ(owners.at(OwnerPath{"edge/app-fw/reset"}).out, 2U);
  EXPECT_EQ(owners.at(OwnerPath{"edge/firewall/filter"}).drop, 1U);
  EXPECT_EQ(seen.at(flow_of("out", good)).size(), 2U) << "the request, and a reset in the place of the other";
  EXPECT_EQ(seen.at(flow_of("out", good)).front(), good);
  EXPECT_EQ(seen.at(flow_of("out", arp_frame())).size(), 1U);
  EXPECT_FALSE(seen.contains(flow_of("out", tcp_frame(blocked))));
}

TEST(Replay, SaysWhichNicIsMissing) {
  testing_support::start_eal();
  auto replay =
      Replay::make(builtin_unfs(), sample_plan(), [](const NicName&, std::uint64_t, std::span<const std::byte>) {
      }).value();
  const auto received = replay->receive(NicName{"wan"}, 0, {});
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().message, "the plan has no NIC wan");
}

}  // namespace
}  // namespace unf::dataplane
