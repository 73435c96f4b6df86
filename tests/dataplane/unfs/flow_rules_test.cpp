#include "dataplane/unfs/flow_rules.h"

#include <gmock/gmock.h>

#include "tests/support/by_name.h"
#include "tests/support/eal.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

// Every line names a gate of its own, so that a verdict tells the line.
constexpr std::string_view kLines =
    "c1 tcp  any           any any             23\n"
    "c2 tcp  10.0.0.0/8    any 192.168.1.2     80-443\n"
    "c3 udp  any           53  any             any\n"
    "c4 any  10.6.6.6      any any             any\n"
    "c5 icmp any           any 10.0.0.0/8      any\n"
    "c6 tcp  2001:db8::/32 any 2001:db8::2/128 443\n"
    "c7 47   any           any any             any\n"
    "c8 udp  10.0.0.0/8    any any             any\n";

struct Case {
  const char* name;
  Bytes frame;
  const char* word;  ///< of the line that decides; nullptr: none
};
class RuleFileDecides : public testing::TestWithParam<Case> {};

TEST_P(RuleFileDecides, ByTheFirstLineThatMatches) {
  start_eal();
  const auto file = rules(kLines);
  const auto tables = RuleFileTables::of({.config = file.config, .artifacts = file.artifacts}, kClassifierVerdicts);
  ASSERT_TRUE(tables) << tables.error().message;
  ASSERT_EQ(tables->count(), 1U);

  PacketBuffer buffer{GetParam().frame};
  const auto link = link_layer(buffer.packet.frame());
  FlowBatch batch{(*tables)[0]};
  batch.add(0, buffer.packet, link, network_layer(buffer.packet.frame(), link));
  batch.classify([](std::size_t, std::uint32_t verdict) {
    const auto word = verdict == 0 ? "none" : kClassifierVerdicts.words[verdict - 1];
    EXPECT_EQ(word, GetParam().word == nullptr ? "none" : GetParam().word);
  });
}

const Bytes kTcpTo80 = bytes({0x9c, 0x40, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0});
INSTANTIATE_TEST_SUITE_P(
    Lines, RuleFileDecides,
    testing::Values(Case{"Web", tcp_frame({.dport = 80}), "c2"}, Case{"EndOfRange", tcp_frame({.dport = 443}), "c2"},
                    Case{"BehindRange", tcp_frame({.dport = 444}), nullptr},
                    Case{"OtherSource", tcp_frame({.src = "11.0.0.1"}), nullptr},
                    Case{"OtherDestination", tcp_frame({.dst = "192.168.1.3"}), nullptr},
                    Case{"Telnet", tcp_frame({.dport = 23}), "c1"}, Case{"DnsAnswer", udp_frame({.sport = 53}), "c3"},
                    Case{"DnsAnswer6", udp_frame({.v6 = true, .sport = 53}), "c3"},
                    Case{"OtherUdp", udp_frame({.sport = 54}), "c8"},
                    Case{"OneSource", udp_frame({.src = "10.6.6.6"}), "c4"},
                    Case{"FirstOfThree", udp_frame({.src = "10.6.6.6", .sport = 53}), "c3"},
                    Case{"Icmp", ipv4_frame({.dst = "10.1.1.1", .proto = 1, .payload = Bytes(8)}), "c5"},
                    Case{"Gre", ipv4_frame({.proto = 47, .payload = Bytes(8)}), "c7"},
                    Case{"Web6", tcp_frame({.v6 = true, .dport = 443}), "c6"},
                    Case{"Web6OtherPort", tcp_frame({.v6 = true}), nullptr},
                    Case{"Tagged", tcp_frame({.link = {.vlans = {1, 2}}}), "c2"},
                    Case{"WithOptions", tcp_frame({.ip_options = bytes({1, 1, 1, 0})}), "c2"},
                    Case{"FirstFragment", ipv4_frame({.proto = 6, .fragment = 0x2000, .payload = kTcpTo80}), "c2"},
                    Case{"LaterFragmentHasNoPorts", ipv4_frame({.proto = 6, .fragment = 2, .payload = kTcpTo80}),
                         nullptr},
                    Case{"LaterFragmentOfOneSource",
                         ipv4_frame({.src = "10.6.6.6", .proto = 6, .fragment = 2, .payload = kTcpTo80}), "c4"}),
    by_name);

struct NoFileCase {
  const char* name;
  nlohmann::json config;
  const FilterVerdicts& verdicts;
  std::string_view message;
};
class RuleFileMissing : public testing::TestWithParam<NoFileCase> {};

TEST_P(RuleFileMissing, IsNamedWithWhatIsExpected) {
  const Artifacts none;
  const auto tables = RuleFileTables::of({.config = GetParam().config, .artifacts = none}, GetParam().verdicts);
  ASSERT_FALSE(tables);
  EXPECT_EQ(tables.error().message, GetParam().message);
}

nlohmann::json config_of(std::size_t files) { return {{"rules", std::vector<std::string>(files, "sha256:00")}}; }
INSTANTIATE_TEST_SUITE_P(Configurations, RuleFileMissing,
                         testing::Values(NoFileCase{"NoProperty", nlohmann::json::object(), kFilterVerdicts,
                                                    "rules: missing, expected the digest of a rule file"},
                                         NoFileCase{"NoArtifact",
                                                    {{"rules", "sha256:00"}},
                                                    kFilterVerdicts,
                                                    "rules: no artifact 'sha256:00', expected one of the plan's"},
                                         NoFileCase{"NoArtifactOfAList", config_of(2), kClassifierVerdicts,
                                                    "rules: no artifact 'sha256:00', expected one of the plan's"},
                                         NoFileCase{"TwoForOne", config_of(2), kFilterVerdicts,
                                                    "rules: a list of 2 files, expected one file"},
                                         NoFileCase{"NoneOfEight", config_of(0), kClassifierVerdicts,
                                                    "rules: a list of 0 files, expected 1 to 8"},
                                         NoFileCase{"NineOfEight", config_of(9), kClassifierVerdicts,
                                                    "rules: a list of 9 files, expected 1 to 8"}),
                         by_name);

}  // namespace
}  // namespace unf::dataplane
