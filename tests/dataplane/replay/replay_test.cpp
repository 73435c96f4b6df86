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
    replay_ = Replay::make(plan, [this](const NicName& nic, std::uint64_t, std::span<const std::byte> frame) {
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
  auto replay = Replay::make(sample_plan(), [](const NicName&, std::uint64_t, std::span<const std::byte>) {}).value();
  const auto received = replay->receive(NicName{"wan"}, 0, {});
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().message, "the plan has no NIC wan");
}

}  // namespace
}  // namespace unf::dataplane
