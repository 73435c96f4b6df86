#include "graph/model/catalog.h"

#include <gtest/gtest.h>

#include "tests/support/by_name.h"

namespace unf {
namespace {

using testing_support::by_name;

constexpr UnfDescriptor kTtl{.type = "IPTtlDecrementer",
                             .gates = {"drop", "out"},
                             .reads = fields(Field::eth_type, Field::ip_ttl, Field::ip_checksum),
                             .writes = fields(Field::ip_ttl, Field::ip_checksum),
                             .requires_facts = facts(Fact::ip_header_ok),
                             .preserves = facts(Fact::ip_checksum_ok),
                             .replay = Replay::marked,
                             .nominal_cycles = 5};
constexpr UnfDescriptor kSampler{.type = "Sampler",
                                 .version = "2.1",
                                 .gates = {"drop", "taken", "left"},
                                 .drops = false,
                                 .emits = Emits::fresh,
                                 .state = StateClass::keyed,
                                 .establishes = facts(Fact::l4_header_ok),
                                 .deterministic = false,
                                 .replay = Replay::batch_at_risk,
                                 .config = R"({"type": "object", "properties": {"share": {"type": "number"}}})",
                                 .counters = {"taken", "left"}};

TEST(CatalogJson, GoesBothWays) {
  const std::array descriptors{kTtl, kSampler};
  const Catalog linked{descriptors};
  const auto text = to_json(linked).dump();
  const auto read = Catalog::parse(text);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(linked));

  const auto* sampler = read->find("Sampler");
  ASSERT_NE(sampler, nullptr);
  EXPECT_EQ(sampler->descriptor.gates.index_of("left"), Gate{2});
  EXPECT_EQ(sampler->descriptor.state, StateClass::keyed);
  EXPECT_EQ(sampler->config_schema["properties"]["share"]["type"], "number");
  EXPECT_EQ(read->find("IPTtlDecrementer")->descriptor.writes, kTtl.writes);
  EXPECT_EQ(read->find("Samplerr"), nullptr);
}

TEST(CatalogJson, OutlivesItsText) {
  auto catalog = [] {
    const std::string text = to_json(Catalog{std::array{kTtl}}).dump();
    return *Catalog::parse(text);
  }();
  const auto copy = catalog;
  catalog = Catalog{};
  EXPECT_EQ(copy.find("IPTtlDecrementer")->descriptor.gates[1], "out");
}

TEST(CatalogJson, LiftsThePapersDescriptor) {
  // Paper IV-D.1, as printed.
  const auto catalog = Catalog::parse(
      R"([{"PacketProcessorClass": "TCIPClassifier", "Stateful": "Yes", "L2Header": "NOP", "L3Header": "ReadOnly"},
          {"PacketProcessorClass": "Nat", "Stateful": "No", "L3Header": "ReadWrite", "L4Header": "ReadOnly"},
          {"PacketProcessorClass": "Deflate", "Gates": ["drop", "small"], "Payload": "ReadWrite"}])");
  ASSERT_TRUE(catalog.has_value()) << catalog.error().message;

  const auto& classifier = catalog->find("TCIPClassifier")->descriptor;
  EXPECT_EQ(classifier.state, StateClass::ordered);
  EXPECT_TRUE(classifier.drops);
  EXPECT_TRUE(classifier.reads.contains(Field::ip_src));
  EXPECT_FALSE(classifier.reads.contains(Field::l4_dport));
  EXPECT_TRUE(classifier.writes.empty());
  EXPECT_EQ(classifier.preserves, FactSet::all());

  const auto& nat = catalog->find("Nat")->descriptor;
  EXPECT_EQ(nat.state, StateClass::none);
  EXPECT_TRUE(nat.writes.includes(fields(Field::ip_src, Field::ip_checksum, Field::l4_checksum)));
  EXPECT_FALSE(nat.writes.contains(Field::l4_sport));
  EXPECT_TRUE(nat.preserves.empty());

  const auto& deflate = catalog->find("Deflate")->descriptor;
  EXPECT_EQ(deflate.gates[1], "small");
  EXPECT_EQ(deflate.state, StateClass::ordered) << "statefulness unsaid is statefulness assumed";
  EXPECT_TRUE(deflate.reads.includes(fields(Field::ip_ihl, Field::ip_proto, Field::ip_frag, Field::eth_type)));
  EXPECT_TRUE(
      deflate.writes.includes(fields(Field::payload_bytes, Field::ip_len, Field::ip_checksum, Field::l4_checksum)));
}

struct BadCase {
  const char* name;
  const char* json;
  const char* message;
};
class BadCatalog : public testing::TestWithParam<BadCase> {};

TEST_P(BadCatalog, NamesEntryAndMember) {
  const auto catalog = Catalog::parse(GetParam().json);
  ASSERT_FALSE(catalog.has_value());
  EXPECT_EQ(catalog.error().code, Errc::malformed);
  EXPECT_EQ(catalog.error().message, GetParam().message);
}

#define REST R"("reads": [], "writes": [], "state": {"class": "none"})"
INSTANTIATE_TEST_SUITE_P(
    Catalog, BadCatalog,
    testing::Values(
        BadCase{"NoJson", "{", "the catalogue is not JSON"}, BadCase{"NoList", "{}", "is {}, expected a list"},
        BadCase{"NoType", R"([{"gates": ["drop"], )" REST "}]", "[0].type: missing"},
        BadCase{"DropNotFirst", R"([{"type": "T", "gates": ["out"], )" REST "}]",
                "[0].gates: the first gate must be 'drop'"},
        BadCase{"GateTwice", R"([{"type": "T", "gates": ["drop", "a", "a"], )" REST "}]", "[0].gates: gate 'a' twice"},
        BadCase{"Field",
                R"([{"type": "T", "gates": ["drop"], "reads": ["ip.tll"], "writes": [], "state": {"class": "none"}}])",
                "[0].reads[0]: no field is called 'ip.tll'"},
        BadCase{"State", R"([{"type": "T", "gates": ["drop"], "reads": [], "writes": [], "state": {"class": "some"}}])",
                "[0].state.class: is \"some\", expected one of none, config, accumulator, keyed, ordered, global"},
        BadCase{"Twice",
                R"([{"type": "T", "gates": ["drop"], )" REST R"(}, {"type": "T", "gates": ["drop"], )" REST "}]",
                "[1]: type 'T' twice"},
        BadCase{"Layer", R"([{"PacketProcessorClass": "T", "L3Header": "Read"}])",
                "[0].L3Header: is \"Read\", expected one of NOP, ReadOnly, ReadWrite"},
        BadCase{"All", R"([{"type": 1, "gates": ["drop"], "reads": 2, "writes": [], "state": {"class": "none"}}])",
                "[0].type: is 1, expected a string\n[0].reads: is 2, expected a list"}),
    by_name);
#undef REST

}  // namespace
}  // namespace unf
