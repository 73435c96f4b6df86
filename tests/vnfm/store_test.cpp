#include "vnfm/store/service_store.h"

#include <gmock/gmock.h>

#include "tests/vnfm/store_fixture.h"

namespace unf::vnfm {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ServiceStoreTest : public StoreFixture {
 protected:
  ServiceStore open() {
    notes_.clear();
    auto store = open_services(directory_, notes_);
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }
  std::vector<std::string> notes_;
};

TEST_F(ServiceStoreTest, RemembersServices) {
  std::int64_t epoch = 0, generation = 0;
  {
    auto store = open();
    epoch = store.epoch();
    generation = store.put("a/b", {.host = HostId{"h"}, .plan = "{}"}).value();
    ASSERT_TRUE(store.put("gone", {}));
    ASSERT_TRUE(store.erase("gone"));
    ASSERT_TRUE(store.erase("never"));
  }
  const auto store = open();
  EXPECT_GT(store.epoch(), epoch);
  ASSERT_THAT(store.services(), SizeIs(1));
  const auto& record = store.services().at("a/b");
  EXPECT_EQ(record.plan, "{}");
  EXPECT_EQ(record.host.get(), "h");
  EXPECT_EQ(record.generation, generation);
  EXPECT_FALSE(record.terminating);
}

TEST_F(ServiceStoreTest, GenerationsRise) {
  std::int64_t before = 0;
  for (int i = 0; i < 3; ++i) {
    auto store = open();
    for (const bool terminating : {false, true}) {
      const auto generation = store.put("s", {.terminating = terminating, .plan = "p"}).value();
      EXPECT_GT(generation, before);
      EXPECT_EQ(store.services().at("s").generation, generation);
      before = generation;
    }
  }
}

TEST_F(ServiceStoreTest, KeepsPlansThatFitNoValueAndLeavesNothingOfOldOnes) {
  const std::string large(3 * kMaxValue + 1, 'p');
  {
    auto store = open();
    ASSERT_TRUE(store.put("s", {.plan = large}));
    ASSERT_TRUE(store.put("s", {.terminating = true, .plan = large}));
  }
  {
    auto store = open();
    EXPECT_EQ(store.services().at("s").plan, large);
    EXPECT_TRUE(store.services().at("s").terminating);
    ASSERT_TRUE(store.put("s", {.plan = "small"}));
    ASSERT_TRUE(store.erase("s"));
  }
  EXPECT_THAT(*all_of(*open_engine(), ""), IsEmpty());
}

TEST_F(ServiceStoreTest, SweepsPartsOfAPlanThatWasNeverNamed) {
  ASSERT_TRUE(open_engine()->commit({.puts = {{"plan/1.0/0", "of a manager that was killed"}}}));
  { auto store = open(); }
  EXPECT_THAT(*all_of(*open_engine(), ""), IsEmpty());
}

struct Damage {
  const char* name;
  std::string key, value;
  const char* note;
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class Damaged : public ServiceStoreTest, public testing::WithParamInterface<Damage> {};

TEST_P(Damaged, RecordIsToldAndLeftAlone) {
  {
    auto store = open();
    ASSERT_TRUE(store.put("good", {.plan = "{}"}));
  }
  ASSERT_TRUE(open_engine()->commit({.puts = {{GetParam().key, GetParam().value}}}));
  {
    const auto store = open();
    EXPECT_THAT(store.services(), SizeIs(1));
    EXPECT_THAT(notes_, testing::ElementsAre(HasSubstr(GetParam().note)));
  }
  EXPECT_EQ((*open_engine()->get(GetParam().key))->value, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Records, Damaged,
    testing::Values(Damage{"NoJson", "service/x", "{", "service x: its record cannot be read"},
                    Damage{"NoHost", "service/x", R"({"plan": "p", "parts": 0, "terminating": false})", "host"},
                    Damage{"PlanGone", "service/x", R"({"plan": "p", "parts": 1, "terminating": false, "host": "h"})",
                           "service x: part 0 of its plan is gone"}),
    [](const auto& damage) { return std::string{damage.param.name}; });

TEST_F(ServiceStoreTest, HasOneUser) {
  const auto store = open();
  EXPECT_EQ(open_services(directory_, notes_).error().code, Errc::conflict);
}

}  // namespace
}  // namespace unf::vnfm
