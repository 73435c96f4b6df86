#include "dataplane/unfs/l3l4_filter.h"

#include <gtest/gtest.h>

#include "tests/support/by_name.h"
#include "tests/support/eal.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

class L3L4Filters : public testing::Test {
 protected:
  L3L4Filters() { start_eal(); }
};

constexpr std::string_view kRules =
    "deny  tcp any           any any             23\n"
    "allow tcp 10.0.0.0/8    any 192.168.1.2     80-443\n"
    "allow udp any           53  any             any\n"
    "deny  any 10.6.6.6      any any             any\n"
    "allow tcp 2001:db8::/32 any 2001:db8::2/128 443\n";

struct Case {
  const char* name;
  Bytes frame;
  const char* reason;  // the counter, nullptr: passes
};
class FilterDecides : public L3L4Filters, public testing::WithParamInterface<Case> {};

TEST_P(FilterDecides, ByTheFirstRuleThatMatches) {
  const auto file = rules(kRules);
  UnfUnderTest unf{"L3L4Filter", file.config, file.artifacts};
  EXPECT_EQ(unf.run(GetParam().frame), GetParam().reason == nullptr ? "out" : "drop");
  for (const auto counter : unf.descriptor().counters) {
    EXPECT_EQ(unf.count(counter), GetParam().reason != nullptr && counter == GetParam().reason ? 1U : 0U) << counter;
  }
}

Bytes lying(Bytes frame) {
  ipv4(frame).total_length = 4000;
  fix_ipv4_checksum(frame);
  return frame;
}
INSTANTIATE_TEST_SUITE_P(
    Outcomes, FilterDecides,
    testing::Values(Case{"Allowed", tcp_frame({.dport = 80}), nullptr},
                    Case{"Allowed6", tcp_frame({.v6 = true, .dport = 443}), nullptr},
                    Case{"AllowedBeforeDenied", udp_frame({.src = "10.6.6.6", .sport = 53}), nullptr},
                    Case{"Denied", tcp_frame({.dport = 23}), "denied"},
                    Case{"DeniedSource", udp_frame({.src = "10.6.6.6"}), "denied"},
                    Case{"Denied6", tcp_frame({.v6 = true, .dport = 23}), "denied"},
                    Case{"NoMatch", tcp_frame({.dport = 444}), "no_match"},
                    Case{"NoMatch6", tcp_frame({.v6 = true}), "no_match"},
                    Case{"Tagged", tcp_frame({.link = {.vlans = {1, 2}}}), nullptr}, Case{"Arp", arp_frame(), "not_ip"},
                    Case{"Empty", {}, "not_ip"}, Case{"LyingLength", lying(tcp_frame()), "malformed"},
                    Case{"CutOff", ethernet_frame(0x0800, Bytes(12)), "malformed"}),
    by_name);

TEST_F(L3L4Filters, WithoutRulesLetNothingPass) {
  const auto file = rules("# nothing\n");
  UnfUnderTest unf{"L3L4Filter", file.config, file.artifacts};
  EXPECT_EQ(unf.run(tcp_frame()), "drop");
  EXPECT_EQ(unf.count("no_match"), 1U);
}

TEST_F(L3L4Filters, DecideAFullBurst) {
  const auto file = rules(kRules);
  UnfUnderTest unf{"L3L4Filter", file.config, file.artifacts};
  std::vector<Bytes> burst;
  std::vector<std::string_view> expected;
  for (int i = 0; i < 64; ++i) {
    burst.push_back(i % 4 == 0
                        ? arp_frame()
                        : tcp_frame({.v6 = i % 3 == 0, .dport = static_cast<std::uint16_t>(i % 2 == 0 ? 443 : 23)}));
    expected.push_back(i % 4 != 0 && i % 2 == 0 ? "out" : "drop");
  }
  EXPECT_EQ(unf.run(burst), expected);
}

TEST_F(L3L4Filters, UseATableThatAnotherBuilt) {
  const auto* type = builtin_unfs().find("L3L4Filter");
  const auto file = rules(kRules);
  HeapMemory memory;
  void* shared = type->build_shared(file.config, file.artifacts, memory).value();
  {
    const Artifacts none;
    auto unf = type->make({.config = file.config, .artifacts = none, .shared = shared}).value();
    PacketBuffer buffer{tcp_frame()};
    Packet* const packets[]{&buffer.packet};
    Gate gate = 0xff;
    TestContext context;
    unf->process({.packets = packets, .gates = &gate, .mask = 1}, context);
    EXPECT_EQ(gate, L3L4Filter::out);
  }
  type->free_shared(shared);
}

TEST_F(L3L4Filters, TakeOneRuleFile) {
  const auto file = rules("permit tcp any any any any");
  const auto* type = builtin_unfs().find("L3L4Filter");
  EXPECT_EQ(type->make({.config = file.config, .artifacts = file.artifacts}).error().message,
            "test.rules:1: unknown action 'permit', expected allow or deny");
  const nlohmann::json two{{"rules", {file.config["rules"], file.config["rules"]}}};
  EXPECT_EQ(type->make({.config = two, .artifacts = file.artifacts}).error().message,
            "rules: a list of 2 files, expected one file");
}

}  // namespace
}  // namespace unf::dataplane
