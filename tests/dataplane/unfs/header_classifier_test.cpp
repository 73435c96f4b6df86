#include "dataplane/unfs/header_classifier.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "graph/model/filter_rules.h"
#include "tests/support/by_name.h"
#include "tests/support/eal.h"
#include "tests/support/matching.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

class HeaderClassifiers : public testing::Test {
 protected:
  HeaderClassifiers() { start_eal(); }
};

constexpr std::string_view kRules =
    "drop  tcp  any           any any             23\n"
    "c1    tcp  10.0.0.0/8    any 192.168.1.2     80-443\n"
    "c2    udp  any           53  any             any\n"
    "other any  10.6.6.6      any any             any\n"
    "c14   icmp any           any 10.0.0.0/8      any\n"
    "c3    tcp  2001:db8::/32 any 2001:db8::2/128 443\n"
    "c2    udp  10.0.0.0/8    any any             any";

struct Case {
  const char* name;
  Bytes frame;
  const char* gate;
};
class ClassifierDecides : public HeaderClassifiers, public testing::WithParamInterface<Case> {};

TEST_P(ClassifierDecides, ByTheFirstRuleThatMatches) {
  const auto file = rules(kRules);
  UnfUnderTest unf{"HeaderClassifier", file.config, file.artifacts};
  EXPECT_EQ(unf.run(GetParam().frame), GetParam().gate);
  EXPECT_EQ(unf.count("denied"), GetParam().gate == std::string_view{"drop"} ? 1U : 0U);
}

Bytes lying(Bytes frame) {
  ipv4(frame).total_length = 4000;
  fix_ipv4_checksum(frame);
  return frame;
}
const Bytes kTcpTo80 = bytes({0x9c, 0x40, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0});
INSTANTIATE_TEST_SUITE_P(
    Gates, ClassifierDecides,
    testing::Values(Case{"FirstGate", tcp_frame({.dport = 80}), "c1"},
                    Case{"NoMatch", tcp_frame({.dport = 444}), "other"},
                    Case{"Dropped", tcp_frame({.dport = 23}), "drop"}, Case{"SameGate", udp_frame({.sport = 53}), "c2"},
                    Case{"SameGateByALaterRule", udp_frame({.sport = 54}), "c2"},
                    Case{"OtherByRule", udp_frame({.src = "10.6.6.6"}), "other"},
                    Case{"LastGate", ipv4_frame({.dst = "10.1.1.1", .proto = 1, .payload = Bytes(8)}), "c14"},
                    Case{"V6", tcp_frame({.v6 = true, .dport = 443}), "c3"},
                    Case{"NoMatch6", tcp_frame({.v6 = true}), "other"},
                    Case{"Tagged", tcp_frame({.link = {.vlans = {1, 2}}}), "c1"}, Case{"Arp", arp_frame(), "other"},
                    Case{"Empty", {}, "other"}, Case{"LyingLength", lying(tcp_frame()), "other"},
                    Case{"CutOff", ethernet_frame(0x0800, Bytes(12)), "other"}),
    by_name);

TEST_F(HeaderClassifiers, WithoutRulesKnowNoClass) {
  const auto file = rules("# nothing\n");
  UnfUnderTest unf{"HeaderClassifier", file.config, file.artifacts};
  EXPECT_EQ(unf.run(tcp_frame()), "other");
}

TEST_F(HeaderClassifiers, DecideAFullBurst) {
  const auto file = rules(kRules);
  UnfUnderTest unf{"HeaderClassifier", file.config, file.artifacts};
  std::vector<Bytes> burst;
  std::vector<std::string_view> expected;
  for (int i = 0; i < 64; ++i) {
    const bool v6 = i % 3 == 0;
    burst.push_back(i % 4 == 0 ? arp_frame()
                               : tcp_frame({.v6 = v6, .dport = static_cast<std::uint16_t>(i % 2 == 0 ? 443 : 23)}));
    expected.push_back(i % 4 == 0 ? "other" : i % 2 != 0 ? "drop" : v6 ? "c3" : "c1");
  }
  EXPECT_EQ(unf.run(burst), expected);
}

/// Rule files `1.rules`, `2.rules`, ...
Rules rule_list(const std::vector<std::string>& texts) {
  Rules list{.artifacts = {}, .config = {{"rules", nlohmann::json::array()}}};
  for (const auto& text : texts) {
    const auto file = rules(text, fmt::format("{}.rules", list.config["rules"].size() + 1));
    list.artifacts.insert(file.artifacts.begin(), file.artifacts.end());
    list.config["rules"].push_back(file.config["rules"]);
  }
  return list;
}
// Each table numbers protocols in another way.
const std::vector<std::string> kTables{
    "table2 tcp 10.0.0.0/8    any any any\n"
    "c9     any 10.6.6.6      any any any\n"
    "table3 udp any           any any any\n"
    "drop   tcp 2001:db8::/32 any any 23\n"
    "table2 tcp 2001:db8::/32 any any any\n",
    "c1     tcp any any any 80\n"
    "table3 tcp any any any 443-444\n"
    "drop   tcp any any any 23\n",
    "c2     udp any any any 53\n"
    "drop   udp any any any 69\n"
    "c3     tcp any any any 443\n"};

class ListDecides : public HeaderClassifiers, public testing::WithParamInterface<Case> {};

TEST_P(ListDecides, ByTheTableThatItIsLeftTo) {
  const auto list = rule_list(kTables);
  UnfUnderTest unf{"HeaderClassifier", list.config, list.artifacts};
  EXPECT_EQ(unf.run(GetParam().frame), GetParam().gate);
  EXPECT_EQ(unf.count("denied"), GetParam().gate == std::string_view{"drop"} ? 1U : 0U);
}
const std::array kListCases{
    Case{"Second", tcp_frame({.dport = 80}), "c1"},
    Case{"SecondV6", tcp_frame({.v6 = true, .dport = 80}), "c1"},
    Case{"DroppedBySecond", tcp_frame({.dport = 23}), "drop"},
    Case{"DroppedByFirst", tcp_frame({.v6 = true, .dport = 23}), "drop"},
    Case{"UnknownToSecond", tcp_frame({.dport = 22}), "other"},
    Case{"ThirdBehindSecond", tcp_frame({.dport = 443}), "c3"},
    Case{"ThirdBehindSecondV6", tcp_frame({.v6 = true, .dport = 443}), "c3"},
    Case{"UnknownToThird", tcp_frame({.dport = 444}), "other"},
    Case{"ThirdBehindFirst", udp_frame({.dport = 53}), "c2"},
    Case{"ThirdBehindFirstV6", udp_frame({.v6 = true, .dport = 53}), "c2"},
    Case{"DroppedByThird", udp_frame({.dport = 69}), "drop"},
    Case{"FirstAlone", udp_frame({.src = "10.6.6.6", .dport = 53}), "c9"},
    Case{"UnknownToFirst", tcp_frame({.src = "11.0.0.1", .dport = 80}), "other"},
    Case{"FragmentsHaveNoPortsInSecond", ipv4_frame({.proto = 6, .fragment = 2, .payload = kTcpTo80}), "other"},
    Case{"Arp", arp_frame(), "other"},
    Case{"LyingLength", lying(tcp_frame({.dport = 80})), "other"}};
INSTANTIATE_TEST_SUITE_P(Tables, ListDecides, testing::ValuesIn(kListCases), by_name);

TEST_F(HeaderClassifiers, DecideAFullBurstByAList) {
  const auto list = rule_list(kTables);
  UnfUnderTest unf{"HeaderClassifier", list.config, list.artifacts};
  std::vector<Bytes> burst;
  std::vector<std::string_view> expected;
  for (std::size_t i = 0; i < 64; ++i) {
    const auto& next = kListCases[i % kListCases.size()];
    burst.push_back(next.frame);
    expected.emplace_back(next.gate);
  }
  EXPECT_EQ(unf.run(burst), expected);
  EXPECT_EQ(unf.count("denied"), std::ranges::count(expected, "drop"));
}

TEST_F(HeaderClassifiers, TakeAListOfOne) {
  const auto list = rule_list({std::string{kRules}});
  UnfUnderTest unf{"HeaderClassifier", list.config, list.artifacts};
  EXPECT_EQ(unf.run(tcp_frame()), "c1");
}

TEST_F(HeaderClassifiers, UseTablesThatAnotherBuilt) {
  const auto* type = builtin_unfs().find("HeaderClassifier");
  const auto list = rule_list(kTables);
  HeapMemory memory;
  void* shared = type->build_shared(list.config, list.artifacts, memory).value();
  {
    const Artifacts none;
    auto unf = type->make({.config = list.config, .artifacts = none, .shared = shared}).value();
    PacketBuffer buffer{tcp_frame({.dport = 443})};
    Packet* const packets[]{&buffer.packet};
    Gate gate = 0xff;
    TestContext context;
    unf->process({.packets = packets, .gates = &gate, .mask = 1}, context);
    EXPECT_EQ(gate, HeaderClassifier::c1 + 2);
  }
  type->free_shared(shared);
}

/// A match that a rule's words can say, and the line that says it.
Match sayable() {
  auto match = *matches();
  match.ether_type = std::nullopt;
  match.vlan = std::nullopt;
  match.dscp = std::nullopt;
  if (match.src && match.dst && match.src->v6 != match.dst->v6) match.dst = std::nullopt;
  const bool ports = !match.sport.any() || !match.dport.any();
  if (ports && match.proto && *match.proto != 6 && *match.proto != 17 && *match.proto != 132) match.proto = 6;
  return match;
}
std::string line_of(std::string_view gate, const Match& match) {
  const auto address = [](const std::optional<IpPrefix>& prefix) { return prefix ? prefix->to_string() : "any"; };
  return fmt::format("{} {} {} {}-{} {} {}-{}\n", gate, match.proto ? std::to_string(*match.proto) : "any",
                     address(match.src), match.sport.first, match.sport.last, address(match.dst), match.dport.first,
                     match.dport.last);
}

/// A table as one reads it.
struct NaiveTable {
  std::vector<std::string> words;
  std::vector<ClassifierRule> rules;
};

/// Follows the words from table to table.
std::string naive_gate(const std::vector<NaiveTable>& tables, const Packet& packet) {
  std::string word = "table1";
  while (word.starts_with("table")) {
    const auto& table = tables[static_cast<std::size_t>(word.back() - '1')];
    const auto first = naive_first(table.rules, packet);
    word = first ? table.words[*first] : "other";
  }
  return word;
}

RC_GTEST_FIXTURE_PROP(HeaderClassifiers, DecideAsTheNaiveMatcher, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, kMaxTables + 1);
  std::vector<std::string> texts(count);
  std::vector<NaiveTable> tables(count);
  for (std::size_t t = 0; t < count; ++t) {
    for (auto n = *rc::gen::inRange(0, 12); n > 0; --n) {
      const auto later = *rc::gen::inRange(t + 1, std::max(count, t + 2));
      const bool leaves = later < count && *rc::gen::inRange(0, 2) == 0;
      tables[t].rules.push_back({.match = sayable()});
      tables[t].words.push_back(leaves ? fmt::format("table{}", later + 1)
                                       : std::string{kGatesAndTables[*rc::gen::inRange(0, 16)]});
      texts[t] += line_of(tables[t].words.back(), tables[t].rules.back().match);
    }
  }
  const auto list = count == 1 ? rules(texts[0]) : rule_list(texts);
  UnfUnderTest unf{"HeaderClassifier", list.config, list.artifacts};
  const auto burst = *rc::gen::container<std::vector<Bytes>>(64, frames());
  std::vector<std::string> expected;
  for (const auto& bytes : burst) {
    PacketBuffer buffer{bytes};
    const auto frame = buffer.packet.frame();
    const bool ip = network_layer(frame, link_layer(frame)).ok();
    expected.push_back(ip ? naive_gate(tables, buffer.packet) : "other");
  }
  const auto gates = unf.run(burst);
  RC_ASSERT((std::vector<std::string>{gates.begin(), gates.end()}) == expected);
}

TEST_F(HeaderClassifiers, TakeUpToEightRuleFiles) {
  const auto* type = builtin_unfs().find("HeaderClassifier");
  const auto list = rule_list({"c1 tcp any any any any\n", "table2 udp any any any any\n"});
  EXPECT_EQ(type->make({.config = list.config, .artifacts = list.artifacts}).error().message,
            "2.rules:1: table2 does not come behind table2");
  const Artifacts none;
  const nlohmann::json nine{{"rules", std::vector<std::string>(9, "sha256:00")}};
  EXPECT_EQ(type->make({.config = nine, .artifacts = none}).error().message,
            "rules: a list of 9 files, expected 1 to 8");
}

}  // namespace
}  // namespace unf::dataplane
