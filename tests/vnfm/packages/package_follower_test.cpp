#include "vnfm/packages/package_follower.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include "tests/support/eventually.h"
#include "tests/support/fake_nfvo.h"
#include "tests/support/sample_csar.h"
#include "tests/support/test_catalog.h"
#include "tests/vnfm/store/store_fixture.h"

namespace unf::vnfm {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing_support::eventually;

constexpr auto kCallback = "http://vnfm/callback";

class PackageFollowerTest : public StoreFixture {
 protected:
  PackageFollowerTest() {
    nfvo_->offer(kSampleVnfd, sample_csar());
    open();
  }
  void open(const char* callback = kCallback) {
    close();
    store_ = lead_store(directory_).value();
    packages_ =
        Packages::open(store_, root_ / "packages", testing_support::test_catalog(), HttpClientRules{}, log_, nfvo_)
            .value();
    follower_ = PackageFollower::make(store_, *packages_, nfvo_, log_, {.check = 20ms, .pause = 5ms}).value();
    follower_->start(callback);
  }
  void close() {
    follower_.reset();
    packages_.reset();
    store_.reset();
  }
  void TearDown() override { close(); }

  [[nodiscard]] bool subscribed() const { return !nfvo_->subscriptions().empty(); }
  std::string obtain(const std::string& tenant = "t") { return packages_->obtain(tenant, kSampleVnfd).value().id; }
  /// operationalState; empty: it is gone.
  std::string state(const std::string& id, const std::string& tenant = "t") {
    const auto package = packages_->find(tenant, id);
    return package ? package->info["operationalState"].get<std::string>() : std::string{};
  }
  /// Of a VNF instance.
  void use(const std::string& id) {
    Transaction change;
    packages_->use(change, "t", packages_->find("t", id).value(), "vnf");
    ASSERT_TRUE(store_->commit(std::move(change)));
  }

  const std::shared_ptr<spdlog::logger> log_ =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  std::shared_ptr<FakeNfvo> nfvo_ = std::make_shared<FakeNfvo>();
  std::shared_ptr<LedStore> store_;
  std::unique_ptr<Packages> packages_;
  std::unique_ptr<PackageFollower> follower_;
};

TEST_F(PackageFollowerTest, SubscribesOnceForAll) {
  ASSERT_TRUE(eventually([&] { return subscribed(); }));
  const auto before = nfvo_->subscriptions();
  EXPECT_THAT(before, ElementsAre(Pair("http://nfvo/1", kCallback)));
  const auto credentials = follower_->credentials();
  EXPECT_GE(credentials.password.size(), 32U);
  open();
  EXPECT_EQ(follower_->credentials(), credentials);
  const auto asked = nfvo_->looked_up();
  ASSERT_TRUE(eventually([&] { return nfvo_->looked_up() > asked; }));
  EXPECT_EQ(nfvo_->subscriptions(), before);
}

TEST_F(PackageFollowerTest, SubscribesAgainWhereItIsForgottenOrCalledElsewhere) {
  ASSERT_TRUE(eventually([&] { return subscribed(); }));
  nfvo_->forget_subscriptions();
  ASSERT_TRUE(eventually([&] { return subscribed(); }));
  open("http://vnfm/other");
  ASSERT_TRUE(eventually([&] { return nfvo_->subscriptions().contains("http://nfvo/3"); }));
  EXPECT_THAT(nfvo_->subscriptions(), ElementsAre(Pair("http://nfvo/3", "http://vnfm/other")));
}

TEST_F(PackageFollowerTest, AnNfvoThatIsAwayIsTriedAgain) {
  nfvo_->set_away(true);
  open("http://vnfm/other");
  ASSERT_TRUE(eventually([&] { return nfvo_->turned_away() > 0; }));
  nfvo_->set_away(false);
  EXPECT_TRUE(eventually([&] {
    const auto all = nfvo_->subscriptions();
    return all.size() == 1 && all.begin()->second == "http://vnfm/other";
  }));
}

TEST_F(PackageFollowerTest, PackagesAreAsTheyAreThereWhoseverTheyAre) {
  const auto a = obtain("a"), b = obtain("b");
  ASSERT_EQ(state(a, "a"), "ENABLED");
  nfvo_->set_enabled(kSampleVnfd, false);
  follower_->notify(kSampleVnfd);
  ASSERT_TRUE(eventually([&] { return state(a, "a") == "DISABLED" && state(b, "b") == "DISABLED"; }));
  nfvo_->set_enabled(kSampleVnfd, true);
  follower_->notify(kSampleVnfd);
  ASSERT_TRUE(eventually([&] { return state(a, "a") == "ENABLED" && state(b, "b") == "ENABLED"; }));
}

TEST_F(PackageFollowerTest, WhatIsDisabledThereComesDisabled) {
  nfvo_->set_enabled(kSampleVnfd, false);
  EXPECT_EQ(state(obtain()), "DISABLED");
}

TEST_F(PackageFollowerTest, WhatIsGoneThereIsGoneUnlessItIsInUse) {
  const auto id = obtain();
  nfvo_->withdraw(kSampleVnfd);
  follower_->notify(kSampleVnfd);
  EXPECT_TRUE(eventually([&] { return state(id).empty(); }));
  EXPECT_THAT(packages_->vnfds_of_nfvo().value(), IsEmpty());

  nfvo_->offer(kSampleVnfd, sample_csar());
  const auto again = obtain();
  use(again);
  nfvo_->withdraw(kSampleVnfd);
  follower_->notify(kSampleVnfd);
  EXPECT_TRUE(eventually([&] { return state(again) == "DISABLED"; }));
}

TEST_F(PackageFollowerTest, WhatWasMissedIsAskedForWhenItHasSubscribedAgain) {
  const auto id = obtain();
  ASSERT_TRUE(eventually([&] { return subscribed(); }));
  nfvo_->set_enabled(kSampleVnfd, false);
  nfvo_->forget_subscriptions();
  EXPECT_TRUE(eventually([&] { return state(id) == "DISABLED"; }));
}

TEST_F(PackageFollowerTest, WhatWasNotToldWhileItWasNotThereIsAskedFor) {
  const auto id = obtain();
  ASSERT_TRUE(eventually([&] { return subscribed(); }));
  close();
  nfvo_->set_enabled(kSampleVnfd, false);
  open();
  EXPECT_TRUE(eventually([&] { return state(id) == "DISABLED"; }));
}

TEST_F(PackageFollowerTest, WhatCouldNotBeOnboardedIsFetchedAgain) {
  nfvo_->offer(kSampleVnfd, "no zip");
  ASSERT_FALSE(packages_->obtain("t", kSampleVnfd));
  nfvo_->offer(kSampleVnfd, sample_csar());
  follower_->notify(kSampleVnfd);
  EXPECT_TRUE(eventually([&] { return packages_->find_vnfd("t", kSampleVnfd).has_value(); }));
}

TEST_F(PackageFollowerTest, WhatSomebodyUploadedIsNotTheNfvos) {
  const auto id = packages_->create("t", {}).value().id;
  const auto file = packages_->incoming() / "f";
  std::ofstream{file, std::ios::binary} << sample_csar();
  ASSERT_TRUE(packages_->upload("t", id, file));
  packages_->wait();
  const auto other = obtain("u");
  nfvo_->withdraw(kSampleVnfd);
  follower_->notify(kSampleVnfd);
  ASSERT_TRUE(eventually([&] { return state(other, "u").empty(); }));
  EXPECT_EQ(state(id), "ENABLED");
}

}  // namespace
}  // namespace unf::vnfm
