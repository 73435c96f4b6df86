#include "vnfm/store/service_store.h"

#include <gmock/gmock.h>

#include <fstream>

namespace unf::vnfm {
namespace {

class ServiceStoreTest : public testing::Test {
 protected:
  ServiceStoreTest() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
  }
  ~ServiceStoreTest() override { std::filesystem::remove_all(root_); }
  ServiceStore open() {
    notes_.clear();
    auto store = ServiceStore::open(root_ / "a/b", notes_);
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }
  std::filesystem::path root_;
  std::vector<std::string> notes_;
};

TEST_F(ServiceStoreTest, RemembersServicesAndNumbers) {
  std::int64_t generation = 0;
  {
    auto store = open();
    EXPECT_EQ(store.epoch(), 1);
    generation = *store.next_generation();
    ASSERT_TRUE(store.put("a/b", {.generation = generation, .host = HostId{"h"}, .plan = "{}"}));
    ASSERT_TRUE(store.put("gone", {.generation = generation}));
    ASSERT_TRUE(store.erase("gone"));
  }
  auto store = open();
  EXPECT_EQ(store.epoch(), 2);
  ASSERT_EQ(store.services().size(), 1U);
  EXPECT_EQ(store.services().at("a/b").plan, "{}");
  EXPECT_EQ(store.services().at("a/b").host.get(), "h");
  EXPECT_GT(*store.next_generation(), generation);
}

TEST_F(ServiceStoreTest, GenerationsRiseEvenIfTheirFileIsLost) {
  {
    auto store = open();
    ASSERT_TRUE(store.put("s", {.generation = 41}));
  }
  std::filesystem::remove(root_ / "a/b/manager.json");
  EXPECT_EQ(open().next_generation(), 42);
}

TEST_F(ServiceStoreTest, PutsAsideWhatItCannotRead) {
  { auto store = open(); }
  std::ofstream{root_ / "a/b/service-x.json"} << "{";
  const auto store = open();
  EXPECT_TRUE(store.services().empty());
  ASSERT_EQ(notes_.size(), 1U);
  EXPECT_TRUE(std::filesystem::exists(root_ / "a/b/service-x.json.bad"));
}

TEST_F(ServiceStoreTest, HasOneUser) {
  const auto store = open();
  EXPECT_EQ(ServiceStore::open(root_ / "a/b", notes_).error().code, Errc::conflict);
  std::ofstream{root_ / "file"} << "";
  EXPECT_EQ(ServiceStore::open(root_ / "file", notes_).error().code, Errc::unavailable);
}

}  // namespace
}  // namespace unf::vnfm
