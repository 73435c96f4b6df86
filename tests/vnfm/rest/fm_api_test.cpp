#include "vnfm/rest/fm_api.h"

#include "tests/support/fake_http_server.h"
#include "tests/vnfm/lifecycle/manager_fixture.h"
#include "vnfm/rest/dispatcher.h"

namespace unf::vnfm {
namespace {

using nlohmann::json;

/// The interface over a manager with one alarm.
class FmApiTest : public ManagerFixture {
 protected:
  FmApiTest() {
    setup_.notify.rules = {.allowed = {IpNetwork::parse("127.0.0.0/8").value()}};
    start();
    dispatcher_ = std::make_unique<Dispatcher>(
        DispatcherConfig{}, std::vector{make_fm_api(manager_->alarms(), manager_->subscriptions(), markers_, 10)},
        make_open_authenticator(), setup_.log);
    service_ = running(onboard_router());
    agent_->set_process("r1", 0, false);
    EXPECT_TRUE(eventually([&] { return get("/alarms").size() == 1; }));
    id_ = get("/alarms")[0]["id"];
  }

  HttpResponse send(const std::string& method, const std::string& path, const json& body = {},
                    std::vector<HttpHeader> headers = {}) {
    headers.push_back({"Host", "h"});
    HttpRequest request{.method = method, .target = "/vnffm/v1" + path, .headers = std::move(headers)};
    auto considered = (*dispatcher_)(request);
    if (auto* response = std::get_if<HttpResponse>(&considered)) return *response;
    if (!body.is_null()) request.body = body.dump();
    return std::get<HttpPlan>(considered).answer(std::move(request));
  }
  json get(const std::string& path) { return json::parse(send("GET", path).body); }

  PageMarkers markers_{"secret"};
  std::unique_ptr<Dispatcher> dispatcher_;
  Service service_;
  std::string id_;
};

TEST_F(FmApiTest, ShowsAlarms) {
  const auto alarm = get("/alarms/" + id_);
  EXPECT_EQ(alarm, get("/alarms")[0]);
  EXPECT_EQ(alarm["_links"]["self"]["href"], "http://h/vnffm/v1/alarms/" + id_);
  EXPECT_EQ(alarm["_links"]["objectInstance"]["href"], "http://h/vnflcm/v1/vnf_instances/" + service_.id);
  EXPECT_EQ(get("/alarms?filter=(eq,managedObjectId," + service_.id + ")").size(), 1U);
  EXPECT_EQ(get("/alarms?filter=(eq,rootCauseFaultyResource/faultyResourceType,STORAGE)"), json::array());
  EXPECT_EQ(get("/alarms?filter=(eq,perceivedSeverity,CLEARED)"), json::array());
  EXPECT_EQ(send("GET", "/alarms/none").status, 404U);
  EXPECT_EQ(send("DELETE", "/alarms/" + id_).status, 405U);
}

TEST_F(FmApiTest, AcknowledgesThem) {
  const auto path = "/alarms/" + id_;
  const std::string tag{send("GET", path).header("ETag")};
  const json acknowledged{{"ackState", "ACKNOWLEDGED"}};
  EXPECT_EQ(send("PATCH", path, {{"ackState", "SEEN"}}).status, 400U);
  const auto done = send("PATCH", path, acknowledged, {{"If-Match", tag}});
  EXPECT_EQ(done.status, 200U);
  EXPECT_EQ(json::parse(done.body), acknowledged);
  EXPECT_EQ(send("PATCH", path, {{"ackState", "UNACKNOWLEDGED"}}, {{"If-Match", tag}}).status, 412U);
  EXPECT_EQ(send("PATCH", path, acknowledged).status, 409U);
  EXPECT_EQ(get(path)["ackState"], "ACKNOWLEDGED");
}

TEST_F(FmApiTest, ItsSubscriptionsAreItsOwn) {
  FakeHttpServer subscriber{[](const HttpRequest&) { return HttpResponse{.status = 204}; }};
  const json request{{"callbackUri", subscriber.url()}, {"filter", {{"perceivedSeverities", {"CRITICAL"}}}}};
  const auto made = send("POST", "/subscriptions", request);
  ASSERT_EQ(made.status, 201U) << made.body;
  const std::string location{made.header("Location")};
  const auto path = location.substr(location.find("/subscriptions"));
  EXPECT_EQ(location, "http://h/vnffm/v1" + path);
  EXPECT_EQ(get(path)["filter"], request["filter"]);
  EXPECT_FALSE(get(path).contains("verbosity"));
  EXPECT_EQ(get("/subscriptions").size(), 1U);
  EXPECT_TRUE(manager_->subscriptions().list(kDefaultTenant, About::lifecycle, "", 10).empty());
  EXPECT_EQ(send("POST", "/subscriptions", request).status, 303U);
  EXPECT_EQ(
      send("POST", "/subscriptions", {{"callbackUri", subscriber.url()}, {"filter", {{"eventTypes", {"X"}}}}}).status,
      400U);
  EXPECT_EQ(send("DELETE", path).status, 204U);
  EXPECT_EQ(send("GET", path).status, 404U);
}

}  // namespace
}  // namespace unf::vnfm
