#include "tests/support/differential/differential.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "graph/terms/rule_table.h"

namespace unf::graph {
namespace {

using namespace testing_support;

using Parallelize = CompileOptions::Parallelize;
constexpr std::uint64_t kSeed = 20261126;

std::string counter_example(std::uint64_t seed, const RandomService& service, const CompileOptions& options,
                            int packets) {
  const auto small = shrink(service, options, seed, packets);
  auto text = fmt::format("seed {}: {}\n{}", seed, *difference(small, options, seed, packets), to_text(small));
  const auto plan = compile(small.request, small.catalog, small.inventory, options);
  for (const auto& line : plan->report) {
    text += line.rule + (line.applied ? " did:" : " did not:");
    for (const auto& node : line.nodes) text += " " + node.get();
    text += ": " + line.reason + "\n";
  }
  return text;
}

/// Every fourth sorts packets by many rules.
RandomService service_of(std::uint64_t seed) { return random_service(seed, {.tables = seed % 4 == 0}); }

/// Whether a uNF of the plan has tables one behind the other that nobody asked for.
bool puts_tables_behind_others(const Plan& plan) {
  return std::ranges::any_of(plan.nodes, [&](const Plan::Node& node) {
    return node.type == kHeaderClassifier && rule_digests(node.config).size() > 1 &&
           std::ranges::none_of(plan.original.nodes, [&](const auto& asked) { return asked.config == node.config; });
  });
}

TEST(Differential, ThePlanDoesWhatWasAskedFor) {
  constexpr int kPackets = 60;
  std::size_t with_tables_behind_others = 0;
  for (auto seed = kSeed; seed < kSeed + 2000; ++seed) {
    const auto service = service_of(seed);
    const CompileOptions options{.consolidate = seed % 5 != 0,
                                 .parallelize = seed % 3 == 0 ? Parallelize::on : Parallelize::off};
    const auto what = difference(service, options, seed, kPackets);
    ASSERT_EQ(what, std::nullopt) << counter_example(seed, service, options, kPackets);
    const auto plan = compile(service.request, service.catalog, service.inventory, options);
    with_tables_behind_others += puts_tables_behind_others(*plan);
  }
  EXPECT_GT(with_tables_behind_others, 30);
}

/// All conditions but one.
class AllBut final : public Conditions {
 public:
  explicit AllBut(Condition left_out) : left_out_(left_out) {}
  [[nodiscard]] bool hold(Condition condition, bool met) const override { return met || condition == left_out_; }

 private:
  Condition left_out_;
};

/// Each side condition is left out in turn: packets must then be treated differently by some service, or it is none.
class Mutant : public testing::TestWithParam<std::size_t> {};

TEST_P(Mutant, IsFound) {
  const auto left_out = static_cast<Condition>(GetParam());
  const bool of_stages = left_out >= Condition::p1_fields_are_apart;
  const AllBut conditions{left_out};
  const CompileOptions options{.parallelize = of_stages ? Parallelize::on : Parallelize::off,
                               .conditions = &conditions};
  for (auto seed = kSeed; seed < kSeed + 20'000; ++seed) {
    if (difference(service_of(seed), options, seed, 40)) return;
  }
  FAIL() << "no service shows what '" << name(left_out) << "' is good for";
}
INSTANTIATE_TEST_SUITE_P(Conditions, Mutant, testing::Range(std::size_t{0}, kConditions), [](const auto& condition) {
  std::string text;
  for (const char c : name(static_cast<Condition>(condition.param))) {
    if (c != ' ') text += c;
  }
  return text;
});

/// The rows of joint tables in the opposite order.
void turn_joint_tables(Plan& plan) {
  for (auto& [digest, artifact] : plan.artifacts) {
    if (artifact.name != "joint.rules") continue;
    std::string turned;
    for (std::string_view left = artifact.text; !left.empty();) {
      const auto line = left.substr(0, left.find('\n') + 1);
      turned.insert(0, line);
      left.remove_prefix(line.size());
    }
    artifact.text = std::move(turned);
  }
}

/// R8: what packets get depends on the order of a joint table's rows.
TEST(JointTables, FirstMatchDecides) {
  for (auto seed = kSeed; seed < kSeed + 20'000; ++seed) {
    const auto service = service_of(seed);
    auto plan = compile(service.request, service.catalog, service.inventory, {.parallelize = Parallelize::off}).value();
    turn_joint_tables(plan);
    if (difference(plan, service.catalog, seed, 40)) return;
  }
  FAIL() << "no service shows that the order of rows counts";
}

}  // namespace
}  // namespace unf::graph
