#include "graph/rewrite/join.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "graph/model/digest.h"
#include "tests/support/requests.h"

// Two tables as one uNF: as their product, or one behind the other (R8).
namespace unf::graph {
namespace {

using namespace testing_support;

constexpr Gate kOther = 1, kC1 = 2, kC2 = 3;

/// A packet by all that rules look at. nullopt: it is not IP.
using Header = std::optional<Match>;

/// What tables decide, by following them.
Gate decide(const RuleTables& tables, const Header& packet) {
  if (!packet) return tables.otherwise;
  for (std::size_t table = 0;;) {
    const auto& rows = tables.list[table];
    const auto row = std::ranges::find_if(rows, [&](const FilterRule& r) { return covers(r.match, *packet); });
    if (row == rows.end()) return tables.otherwise;
    const auto next = table_of(row->verdict);
    if (!next) return static_cast<Gate>(row->verdict);
    table = *next;
  }
}

class Joining : public testing::Test {
 protected:
  const Kind& kind(std::string_view type, const std::vector<std::string>& texts) {
    auto digests = nlohmann::json::array();
    for (const auto& text : texts) {
      digests.push_back(digest_of(text));
      kinds_.artifacts[digests.back()] = {"rules", text};
    }
    const auto& made = *kinds_.of(std::string{type}, {{"rules", texts.size() == 1 ? digests[0] : digests}});
    EXPECT_NE(made.tables, nullptr);
    return made;
  }
  const Kind& classifier(const std::vector<std::string>& texts) { return kind(kHeaderClassifier, texts); }
  const Kind& filter(const std::string& text) { return kind(kL3L4Filter, {text}); }

  Joint joint(const Kind& first, Gate gate, const Kind& second, const FlowSpace& space = {}) {
    return join(first, gate, second, space, context_);
  }

  /// What it does to a packet must be what both would do, one behind the other.
  static void expect_same(const Joint& joint, const Kind& first, Gate gate, const Kind& second, const Header& packet) {
    const auto before = decide(*first.tables, packet);
    const auto behind = before == gate ? std::optional{decide(*second.tables, packet)} : std::nullopt;
    const auto taken = decide(*joint.kind->tables, packet);
    const auto outcome = std::ranges::find(joint.outcomes, taken, &Joint::Outcome::gate);
    ASSERT_NE(outcome, joint.outcomes.end());
    EXPECT_EQ(outcome->first, before);
    EXPECT_EQ(outcome->second, behind);
  }

 private:
  Catalog catalog_ = paper_catalog();
  Inventory inventory_ = Inventory::built_in();
  Kinds kinds_{catalog_, inventory_.hosts[0]};
  UnfGraph original_;
  GateShares shares_;
  Context context_{catalog_, inventory_, kinds_, original_, shares_};
};

std::string by_source(std::string_view verdict, int rows = 40, int from = 0) {
  std::string text;
  for (int i = from; i < from + rows; ++i) text += fmt::format("{} any 10.{}.0.0/16 any any any\n", verdict, i);
  return text;
}
std::string by_port(std::string_view verdict, int rows = 40) {
  std::string text;
  for (int i = 0; i < rows; ++i) text += fmt::format("{} any any any any {}\n", verdict, i);
  return text;
}

Header packet(const char* src, std::uint16_t dport) {
  return Match{.proto = 6,
               .src = *IpPrefix::parse(src),
               .dst = *IpPrefix::parse("10.200.0.1"),
               .sport = {9, 9},
               .dport = {dport, dport}};
}

TEST_F(Joining, MakesTheProductOfSmallTables) {
  const auto& first = filter("allow any 10.0.0.0/8 any any any\n");
  const auto& second = filter("deny any any any any 23\nallow any any any any any\n");
  const auto both = joint(first, 1, second);
  EXPECT_EQ(both.kind->tables->list.size(), 1U);
  EXPECT_EQ(both.kind->cost, first.cost);
  for (const auto& p : {packet("10.1.0.1", 23), packet("10.1.0.1", 80), packet("11.1.0.1", 80), Header{}}) {
    expect_same(both, first, 1, second, p);
  }
}

TEST_F(Joining, PutsTablesOneBehindTheOtherWhereTheirProductIsLarge) {
  const auto& first = filter(by_source("allow"));
  const auto& second = filter("deny any 10.3.0.0/16 any any any\n" + by_port("allow"));
  const auto both = joint(first, 1, second);
  EXPECT_EQ(both.kind->tables->list.size(), 2U);
  EXPECT_LE(both.kind->tables->row_count(), 40 + 41 + 2);
  EXPECT_EQ(both.kind->cost, CyclesPerPacket{55 + 35}) << "a table behind another is a lookup more";
  for (const auto& p :
       {packet("10.1.0.1", 23), packet("10.3.0.1", 23), packet("10.1.0.1", 80), packet("11.1.0.1", 23), Header{}}) {
    expect_same(both, first, 1, second, p);
  }
}

// Packets that no row of the first matches go on to the second, but what is not IP has no rows to match.
TEST_F(Joining, KeepsBothDefaults) {
  const auto& first = classifier({by_source("other", 40, 100) + by_source("c1")});
  const auto& second = filter(by_port("allow"));
  for (const Gate gate : {kOther, kC1}) {
    const auto both = joint(first, gate, second);
    EXPECT_EQ(both.kind->tables->list.size(), 2U);
    EXPECT_LE(both.kind->tables->row_count(), 80 + 40 + 2);
    for (const auto& p : {packet("10.1.0.1", 23), packet("10.101.0.1", 23), packet("10.101.0.1", 80),
                          packet("10.1.0.1", 80), packet("11.1.0.1", 23), packet("11.1.0.1", 80), Header{}}) {
      expect_same(both, first, gate, second, p);
    }
  }
}

TEST_F(Joining, AppendsToTablesThatAreSeveralAlready) {
  const auto& first = filter(by_source("allow"));
  const auto& second = filter(by_port("allow"));
  const auto& third =
      classifier({"table2 tcp any any 10.200.0.0/16 any\nc1 udp any any any any\n", "c2 any any 9 any any\n"});
  const auto two = joint(first, 1, second);
  const auto passed = std::ranges::find_if(
      two.outcomes, [](const auto& outcome) { return outcome.first == 1 && outcome.second == Gate{1}; });
  ASSERT_NE(passed, two.outcomes.end());
  const auto all = joint(*two.kind, passed->gate, third);
  EXPECT_EQ(all.kind->tables->list.size(), 4U);
  for (const auto& p : {packet("10.1.0.1", 23), packet("10.1.0.1", 80), packet("11.1.0.1", 23), Header{}}) {
    expect_same(all, *two.kind, passed->gate, third, p);
  }
}

TEST_F(Joining, HasAtMostEightTables) {
  std::vector<std::string> texts;
  for (int i = 2; i <= 7; ++i) texts.push_back(fmt::format("table{} any any any any {}\n", i, i));
  texts.emplace_back("c1 any any any any any\n");
  const auto& seven = classifier(texts);
  EXPECT_EQ(joint(seven, kC1, classifier({by_source("c2")})).kind->tables->list.size(), 8U);
  const auto refused = joint(seven, kC1, classifier({"table2 tcp any any any any\n", "c2 any any any any any\n"}));
  EXPECT_EQ(refused.kind, nullptr);
  EXPECT_EQ(refused.why_not, "more than 8 tables one behind the other");
}

TEST_F(Joining, NeedsAGateForEachOutcome) {
  std::string many_gates;
  for (int i = 1; i <= 14; ++i) many_gates += by_source(fmt::format("c{}", i), 20 + i);
  const auto refused = joint(classifier({many_gates}), kC1, filter(by_port("allow")));
  EXPECT_EQ(refused.kind, nullptr);
  EXPECT_EQ(refused.why_not, "more than 15 different outcomes");
}

TEST_F(Joining, LeavesOutWhatPacketsCannotMeet) {
  const auto& first = classifier({"table3 udp any any any any\ntable2 tcp any any any any\n" + by_source("c2"),
                                  by_port("c1"), "c3 any any any any any\n"});
  const auto both = joint(first, kC1, filter(by_source("allow")), FlowSpace{{Match{.proto = 6}}});
  EXPECT_EQ(both.kind->tables->list.size(), 3U) << "nothing leads to the table for UDP";
  for (const auto& p : {packet("10.1.0.1", 23), packet("11.1.0.1", 23), packet("10.1.0.1", 80)}) {
    expect_same(both, first, kC1, filter(by_source("allow")), p);
  }
}

/// Random tables over a small world, and packets of it.
class RandomTables {
 public:
  explicit RandomTables(std::uint64_t seed) : random_(seed) {}

  bool one_in(int n) { return below(n) == 0; }
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  Gate gate() { return static_cast<Gate>(below(4)); }

  std::vector<std::string> texts() {
    std::vector<std::string> texts;
    const int count = one_in(2) ? 1 : 1 + below(4);
    for (int t = 1; t <= count; ++t) {
      std::string text;
      for (int i = below(24); i > 0; --i) {
        const auto word = t < count && one_in(2) ? fmt::format("table{}", t + 1 + below(count - t))
                                                 : std::string{kGatesAndTables[gate()]};
        text += fmt::format("{} {} {} any any {}\n", word, one_in(3) ? "tcp" : "any", source(), port());
      }
      texts.push_back(std::move(text));
    }
    return texts;
  }
  Match match() {
    Match match;
    if (one_in(2)) match.src = *IpPrefix::parse(fmt::format("10.0.0.{}/{}", below(16), 28 + below(5)));
    if (one_in(2)) match.proto = 6;
    return match;
  }
  Header packet() {
    if (one_in(12)) return std::nullopt;
    const auto dport = static_cast<std::uint16_t>(below(16));
    return Match{.proto = one_in(2) ? 6 : 17,
                 .src = *IpPrefix::parse(fmt::format("10.0.0.{}", below(16))),
                 .sport = {1, 1},
                 .dport = {dport, dport}};
  }

 private:
  std::string source() { return one_in(3) ? "any" : fmt::format("10.0.0.{}/{}", below(16), 28 + below(5)); }
  std::string port() { return one_in(3) ? "any" : std::to_string(below(16)); }

  std::mt19937_64 random_;
};

TEST_F(Joining, DoesWhatBothWouldDo) {
  std::size_t products = 0, one_behind_the_other = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(seed);
    RandomTables random{seed};
    const auto &first = classifier(random.texts()), &second = classifier(random.texts());
    const auto gate = random.gate();
    const auto space = random.one_in(2) ? FlowSpace{} : FlowSpace{{random.match(), random.match()}};
    const auto both = joint(first, gate, second, space);
    ASSERT_NE(both.kind, nullptr) << both.why_not;
    ++(both.kind->tables->list.size() == 1 ? products : one_behind_the_other);
    for (int i = 0; i < 50; ++i) {
      const auto p = random.packet();
      const bool comes = std::ranges::any_of(
          space.any_of(), [&](const Match& match) { return p ? covers(match, *p) : match == Match{}; });
      if (comes) expect_same(both, first, gate, second, p);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(products, 100);
  EXPECT_GT(one_behind_the_other, 100);
}

TEST_F(Joining, NeverSaysLessOfWhoTakesAGateThanIsSo) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(seed);
    RandomTables random{seed};
    const auto& tables = *classifier(random.texts()).tables;
    const auto space = random.one_in(2) ? FlowSpace{} : FlowSpace{{random.match(), random.match()}};
    const auto parts = tables.parts(space, kClassifierGates);
    for (int i = 0; i < 50; ++i) {
      const auto p = random.packet();
      const auto holds = [&](const FlowSpace& those) {
        return std::ranges::any_of(those.any_of(),
                                   [&](const Match& match) { return p ? covers(match, *p) : match == Match{}; });
      };
      if (!holds(space)) continue;
      const auto gate = decide(tables, p);
      ASSERT_TRUE(parts[gate].has_value());
      EXPECT_TRUE(holds(*parts[gate]));
      EXPECT_TRUE(tables.can_take(gate));
    }
  }
}

TEST_F(Joining, KnowsWhichPacketsComeToALaterTable) {
  const auto& tables = *classifier({"table2 tcp any any any any\nc1 udp any any any any\nc2 any any any any any\n",
                                    "c3 udp any any any any\nc4 any any any any 80\ndrop any any any any any\n"})
                            .tables;
  const auto parts = tables.parts({}, kClassifierGates);
  EXPECT_FALSE(parts[4].has_value()) << "no UDP comes to the second";
  ASSERT_TRUE(parts[5].has_value());
  EXPECT_THAT(parts[5]->any_of(), testing::ElementsAre(Match{.proto = 6, .dport = {80, 80}}));
}

}  // namespace
}  // namespace unf::graph
