#include "vnfm/lifecycle/subscriptions.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include <functional>

#include "tests/support/by_name.h"
#include "tests/support/eventually.h"
#include "tests/vnfm/store/store_fixture.h"
#include "vnfm/http/http_server.h"

namespace unf::vnfm {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::by_name;
using testing_support::eventually;

/// Takes notifications, or refuses the next few.
class Receiver {
 public:
  Receiver()
      : server_(HttpServer::start({.listen = {.host = "127.0.0.1", .port = 0}},
                                  [this](const HttpRequest&) -> std::variant<HttpResponse, HttpPlan> {
                                    return HttpPlan{.max_body = 1 << 20,
                                                    .answer = [this](const HttpRequest& r) { return answer(r); }};
                                  })
                    .value()) {}

  [[nodiscard]] std::string uri() const { return "http://" + server_->endpoint().to_string() + "/"; }
  [[nodiscard]] std::vector<std::string> states() {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> states;
    for (const auto& body : taken_) states.push_back(body.value("operationState", body.value("notificationType", "")));
    return states;
  }
  std::vector<json> taken() {
    const std::lock_guard lock{mutex_};
    return taken_;
  }
  void refuse(int next) {
    const std::lock_guard lock{mutex_};
    refused_ = next;
  }
  std::vector<json> refused() {
    const std::lock_guard lock{mutex_};
    return refusals_;
  }
  std::string authorization;

 private:
  HttpResponse answer(const HttpRequest& request) {
    const std::lock_guard lock{mutex_};
    if (request.method == "GET") return {.status = 204};
    authorization = request.header("Authorization");
    auto body = json::parse(request.body);
    if (refused_ > 0) {
      --refused_;
      refusals_.push_back(std::move(body));
      return {.status = 503};
    }
    taken_.push_back(std::move(body));
    return {.status = 204};
  }

  std::mutex mutex_;
  std::vector<json> taken_, refusals_;
  int refused_ = 0;
  std::unique_ptr<HttpServer> server_;
};

class SubscriptionsTest : public StoreFixture {
 protected:
  SubscriptionsTest() { open(); }
  void open() {
    subscriptions_.reset();
    const auto log = std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
    subscriptions_ = Subscriptions::open(store_, config_, log).value();
  }
  Result<Subscription> subscribe(const std::string& callback, const json& filter = {}, const json& more = {}) {
    json request{{"callbackUri", callback}};
    if (!filter.is_null()) request["filter"] = filter;
    if (!more.is_null()) request.update(more);
    return subscriptions_->create("t", About::lifecycle, 1, request);
  }
  void tell(OperationState state, const std::string& id = "op") {
    Update change;
    subscriptions_->tell_operation(change, service_,
                                   {.tenant = "t", .id = id, .kind = OperationKind::heal, .state = state});
    ASSERT_TRUE(std::move(change).commit(*store_));
  }

  std::shared_ptr<LedStore> store_ = lead_store(directory_).value();
  NotifyConfig config_{.rules = {.allowed = {*IpNetwork::parse("127.0.0.0/8")}, .total = 500ms},
                       .root = "http://us",
                       .first_pause = 2ms,
                       .longest_pause = 10ms};
  Service service_{.tenant = "t",
                   .id = "vnf",
                   .info = {{"vnfdId", "d"},
                            {"vnfInstanceName", "n"},
                            {"vnfProvider", "p"},
                            {"vnfProductName", "q"},
                            {"vnfSoftwareVersion", "1"},
                            {"vnfdVersion", "2"}}};
  Receiver receiver_;
  std::unique_ptr<Subscriptions> subscriptions_;
};

TEST_F(SubscriptionsTest, TellsInOrderOverRefusalsAndRestarts) {
  const auto subscription = subscribe(receiver_.uri());
  ASSERT_TRUE(subscription) << subscription.error().message;
  receiver_.refuse(1'000'000);
  for (const auto state : {OperationState::starting, OperationState::processing, OperationState::completed})
    tell(state);
  ASSERT_TRUE(eventually([&] { return receiver_.refused().size() > 3; }));
  open();
  receiver_.refuse(0);
  ASSERT_TRUE(eventually([&] { return subscriptions_->waiting() == 0; }));
  EXPECT_THAT(receiver_.states(), ElementsAre("STARTING", "PROCESSING", "COMPLETED"));
  const auto first = receiver_.taken().front();
  EXPECT_EQ(first["id"], receiver_.refused().front()["id"]) << "it is the same one, tried again";
  EXPECT_EQ(first["timeStamp"], receiver_.refused().front()["timeStamp"]);
  EXPECT_EQ(first["subscriptionId"], subscription->id);
  EXPECT_EQ(first["notificationStatus"], "START");
  EXPECT_EQ(first["_links"]["vnfInstance"]["href"], "http://us/vnflcm/v1/vnf_instances/vnf");
}

TEST_F(SubscriptionsTest, TellsAsVerboselyAsIsWanted) {
  Receiver brief;
  ASSERT_TRUE(subscribe(receiver_.uri()));
  ASSERT_TRUE(subscribe(brief.uri(), {}, {{"verbosity", "SHORT"}}));
  Update change;
  subscriptions_->tell_operation(change, service_,
                                 {.tenant = "t",
                                  .id = "op",
                                  .kind = OperationKind::heal,
                                  .state = OperationState::completed,
                                  .outcome = {{"resourceChanges", {{"affectedVnfcs", {{{"id", "c"}}}}}}}});
  ASSERT_TRUE(std::move(change).commit(*store_));
  ASSERT_TRUE(eventually([&] { return subscriptions_->waiting() == 0; }));
  EXPECT_EQ(receiver_.taken().front()["affectedVnfcs"][0]["id"], "c");
  EXPECT_FALSE(brief.taken().front().contains("affectedVnfcs"));
  EXPECT_EQ(brief.taken().front()["verbosity"], "SHORT");
}

TEST_F(SubscriptionsTest, ADeadSubscriberHoldsUpNobodyElse) {
  Receiver dead;
  ASSERT_TRUE(subscribe(dead.uri()));
  ASSERT_TRUE(subscribe(receiver_.uri()));
  dead.refuse(1'000'000);
  for (int i = 0; i < 20; ++i) tell(OperationState::completed, std::to_string(i));
  EXPECT_TRUE(eventually([&] { return receiver_.taken().size() == 20; }));
  EXPECT_GE(subscriptions_->waiting(), 20U);
}

TEST_F(SubscriptionsTest, GivesUpInTheEnd) {
  ASSERT_TRUE(subscribe(receiver_.uri()));
  config_.give_up = std::chrono::minutes{0};
  open();
  receiver_.refuse(1);
  tell(OperationState::starting);
  tell(OperationState::processing);
  ASSERT_TRUE(eventually([&] { return subscriptions_->waiting() == 0; }));
  EXPECT_THAT(receiver_.states(), ElementsAre("PROCESSING"));
}

TEST_F(SubscriptionsTest, SendsTheCredentialsItWasGiven) {
  ASSERT_TRUE(subscribe(
      receiver_.uri(), {},
      {{"authentication", {{"authType", {"BASIC"}}, {"paramsBasic", {{"userName", "u"}, {"password", "p"}}}}}}));
  tell(OperationState::starting);
  ASSERT_TRUE(eventually([&] { return receiver_.taken().size() == 1; }));
  EXPECT_EQ(receiver_.authorization, "Basic dTpw");
}

TEST_F(SubscriptionsTest, OneThatEndsIsToldNoMore) {
  const auto subscription = subscribe(receiver_.uri());
  receiver_.refuse(1'000'000);
  tell(OperationState::starting);
  ASSERT_TRUE(subscriptions_->remove("t", About::lifecycle, subscription->id));
  EXPECT_EQ(subscriptions_->remove("t", About::lifecycle, subscription->id).error().code, Errc::not_found);
  EXPECT_TRUE(all_of(store_->store(), "outbox/")->empty());
  tell(OperationState::processing);
  EXPECT_TRUE(eventually([&] { return subscriptions_->waiting() == 0; }));
}

TEST_F(SubscriptionsTest, TheSameOneIsNotMadeTwice) {
  const auto first = subscribe(receiver_.uri());
  const auto again = subscribe(receiver_.uri());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), (Error{Errc::conflict, first->id}));
  EXPECT_TRUE(subscribe(receiver_.uri(), {{"operationTypes", {"HEAL"}}})) << "of another filter";
  EXPECT_EQ(subscriptions_->find("other", About::lifecycle, first->id).error().code, Errc::not_found);
}

TEST_F(SubscriptionsTest, ThereAreNoMoreThanATenantMayHave) {
  config_.max_per_tenant = 1;
  open();
  ASSERT_TRUE(subscribe(receiver_.uri()));
  EXPECT_EQ(subscribe(receiver_.uri(), {{"operationTypes", {"HEAL"}}}).error().code, Errc::no_capacity);
}

struct Filtered {
  const char* name;
  json filter;
  bool takes;
};
class Filters : public testing::TestWithParam<Filtered> {};
TEST_P(Filters, TakeWhatTheySay) {
  const Service service{.tenant = "t",
                        .id = "vnf",
                        .info = {{"vnfdId", "d"},
                                 {"vnfInstanceName", "n"},
                                 {"vnfProvider", "p"},
                                 {"vnfProductName", "q"},
                                 {"vnfSoftwareVersion", "1"},
                                 {"vnfdVersion", "2"}}};
  const json notification{{"notificationType", "VnfLcmOperationOccurrenceNotification"},
                          {"operation", "HEAL"},
                          {"operationState", "COMPLETED"}};
  EXPECT_EQ(filter_takes(GetParam().filter, service, notification), GetParam().takes);
}
json of_instance(const json& filter) { return {{"vnfInstanceSubscriptionFilter", filter}}; }
json of_product(const json& product) {
  return of_instance({{"vnfProductsFromProviders", {{{"vnfProvider", "p"}, {"vnfProducts", {product}}}}}});
}
INSTANTIATE_TEST_SUITE_P(
    Sol003, Filters,
    testing::Values(Filtered{"None", {}, true}, Filtered{"Type", {{"notificationTypes", {"x"}}}, false},
                    Filtered{"Operation", {{"operationTypes", {"SCALE", "HEAL"}}}, true},
                    Filtered{"OtherOperation", {{"operationTypes", {"SCALE"}}}, false},
                    Filtered{"State", {{"operationStates", {"COMPLETED"}}}, true},
                    Filtered{"OtherState", {{"operationStates", {"STARTING"}}}, false},
                    Filtered{"Instance", of_instance({{"vnfInstanceIds", {"vnf"}}}), true},
                    Filtered{"OtherInstance", of_instance({{"vnfInstanceIds", {"x"}}}), false},
                    Filtered{"Name", of_instance({{"vnfInstanceNames", {"n"}}}), true},
                    Filtered{"Vnfd", of_instance({{"vnfdIds", {"x"}}}), false},
                    Filtered{"Product", of_product({{"vnfProductName", "q"}}), true},
                    Filtered{"OtherProduct", of_product({{"vnfProductName", "x"}}), false},
                    Filtered{"Version",
                             of_product({{"vnfProductName", "q"},
                                         {"versions", {{{"vnfSoftwareVersion", "1"}, {"vnfdVersions", {"2"}}}}}}),
                             true},
                    Filtered{"OtherVersion",
                             of_product({{"vnfProductName", "q"}, {"versions", {{{"vnfSoftwareVersion", "9"}}}}}),
                             false}),
    by_name);

}  // namespace
}  // namespace unf::vnfm
