#include "dataplane/unfs/alert.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/by_name.h"
#include "tests/support/matching.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;
using nlohmann::json;

void send(UnfUnderTest& unf, const Bytes& frame, std::uint64_t arrival) {
  PacketBuffer buffer{frame};
  buffer.packet.arrival = arrival;
  EXPECT_EQ(unf.run(buffer.packet), "out");
  EXPECT_EQ(buffer.frame(), frame);
}

std::vector<std::uint64_t> arrivals(const json& report) {
  std::vector<std::uint64_t> times;
  for (const auto& alert : report["last"]) times.push_back(alert["arrival"]);
  return times;
}

struct Case {
  const char* name;
  Bytes frame;
  const char* flow;
};
class AlertFlows : public testing::TestWithParam<Case> {};

TEST_P(AlertFlows, AreWrittenForPeople) {
  UnfUnderTest unf{"Alert", {{"message", "telnet"}}};
  send(unf, GetParam().frame, 42);
  EXPECT_EQ(unf.report(),
            (json{{"message", "telnet"}, {"alerts", 1}, {"last", {{{"flow", GetParam().flow}, {"arrival", 42}}}}}));
}
INSTANTIATE_TEST_SUITE_P(
    Frames, AlertFlows,
    testing::Values(Case{"Tcp", tcp_frame({.dport = 23}), "tcp 10.0.0.1:40000 > 192.168.1.2:23"},
                    Case{"Udp6", udp_frame({.v6 = true}), "udp [2001:db8::1]:5000 > [2001:db8::2]:53"},
                    Case{"Icmp", ipv4_frame({.proto = 1, .payload = Bytes(8)}), "icmp 10.0.0.1 > 192.168.1.2"},
                    Case{"LaterFragment", ipv4_frame({.proto = 6, .fragment = 2, .payload = Bytes(20)}),
                         "tcp 10.0.0.1 > 192.168.1.2"},
                    Case{"NoName", ipv4_frame({.proto = 253}), "253 10.0.0.1 > 192.168.1.2"},
                    Case{"Arp", arp_frame(), "ether type 0x0806"}, Case{"Empty", {}, "ether type 0x0000"}),
    by_name);

TEST(Alert, KeepsTheLastOnes) {
  UnfUnderTest unf{"Alert", {{"message", "m"}, {"keep", 3}}};
  for (std::uint64_t i = 1; i <= 10; ++i) send(unf, tcp_frame(), i);
  EXPECT_EQ(unf.report()["alerts"], 10);
  EXPECT_EQ(arrivals(unf.report()), (std::vector<std::uint64_t>{10, 9, 8}));
}

TEST(Alert, CountsWithoutKeeping) {
  UnfUnderTest unf{"Alert", {{"message", "m"}, {"keep", 0}}}, other{"Alert", {{"message", "m"}}};
  send(unf, tcp_frame(), 1);
  send(other, tcp_frame(), 2);
  unf.absorb(other);
  EXPECT_EQ(unf.report(), (json{{"message", "m"}, {"alerts", 2}, {"last", json::array()}}));
}

RC_GTEST_PROP(AlertProperty, AbsorbsTheLastOfBoth, ()) {
  const auto keep = *rc::gen::inRange(0, 65), others = *rc::gen::inRange(0, 65);
  UnfUnderTest unf{"Alert", {{"message", "m"}, {"keep", keep}}}, other{"Alert", {{"message", "m"}, {"keep", others}}};
  const auto n = *rc::gen::inRange(0, 150);
  for (int i = 1; i <= n; ++i) send(*rc::gen::arbitrary<bool>() ? unf : other, tcp_frame(), static_cast<unsigned>(i));
  auto both = arrivals(unf.report());
  for (const auto time : arrivals(other.report())) both.push_back(time);
  std::ranges::sort(both, std::greater{});
  both.resize(std::min<std::size_t>(both.size(), static_cast<std::size_t>(keep)));
  unf.absorb(other);
  RC_ASSERT(unf.report()["alerts"] == n);
  RC_ASSERT(arrivals(unf.report()) == both);
  send(unf, tcp_frame(), 1000);
  RC_ASSERT(unf.report()["alerts"] == n + 1);
  both.insert(both.begin(), 1000);
  both.resize(std::min<std::size_t>(both.size(), static_cast<std::size_t>(keep)));
  RC_ASSERT(arrivals(unf.report()) == both);
}

/// An Alert over a state that outlives it.
class KeptState {
 public:
  explicit KeptState(json config) : config_(std::move(config)), words_(Alert::state_bytes(config_) / 8) {}

  std::unique_ptr<Unf> successor() {
    const Artifacts none;
    return builtin_unfs().find("Alert")->make({.config = config_, .artifacts = none, .state = bytes()}).value();
  }
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span{words_}); }
  Alert::Kept& kept(std::size_t i) { return reinterpret_cast<Alert::Kept*>(words_.data() + 1)[i]; }
  json report() { return Alert::report(config_, bytes()); }

 private:
  json config_;
  std::vector<std::uint64_t> words_;
};

void send(Unf& unf, const Bytes& frame, std::uint64_t arrival) {
  PacketBuffer buffer{frame};
  buffer.packet.arrival = arrival;
  Packet* const packets[]{&buffer.packet};
  Gate gate = 0xff;
  TestContext context;
  unf.process({.packets = packets, .gates = &gate, .mask = 1}, context);
}

TEST(Alert, GoesOnFromTheStateOfItsPredecessor) {
  KeptState state{{{"message", "m"}, {"keep", 2}}};
  send(*state.successor(), tcp_frame(), 1);
  send(*state.successor(), tcp_frame(), 2);
  EXPECT_EQ(arrivals(state.report()), (std::vector<std::uint64_t>{2, 1}));

  state.kept(0).version = 5;  // as if it had died while it wrote the third
  const auto next = state.successor();
  EXPECT_EQ(arrivals(state.report()), (std::vector<std::uint64_t>{2}));
  send(*next, tcp_frame(), 3);
  EXPECT_EQ(arrivals(state.report()), (std::vector<std::uint64_t>{3, 2}));
  EXPECT_EQ(state.report()["alerts"], 3);
}

// A reader sees whole ones only: the flow and the arrival of one packet.
TEST(Alert, IsReadWhileItWrites) {
  KeptState state{{{"message", "m"}, {"keep", 2}}};
  const auto unf = state.successor();
  std::atomic<bool> done = false;
  std::thread writer{[&] {
    for (std::uint16_t port = 1; port < 5000; ++port) send(*unf, tcp_frame({.dport = port}), port);
    done = true;
  }};
  std::size_t torn = 0;
  do {
    const auto report = state.report();
    for (const auto& alert : report["last"]) {
      torn += !alert["flow"].get<std::string>().ends_with(fmt::format(":{}", alert["arrival"].get<int>()));
    }
  } while (!done);
  writer.join();
  EXPECT_EQ(torn, 0U);
  EXPECT_EQ(state.report()["alerts"], 4999);
}

}  // namespace
}  // namespace unf::dataplane
