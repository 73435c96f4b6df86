#include "vnfm/rest/lcm_api.h"

#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/vnfm/lifecycle/manager_fixture.h"
#include "tosca/load.h"
#include "vnfm/rest/dispatcher.h"
#include "vnfm/rest/lcm_schemas.h"

namespace unf::vnfm {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing_support::by_name;

/// Both major versions over a manager, whose agent is a fake.
class LcmApiTest : public ManagerFixture {
 protected:
  LcmApiTest() {
    std::vector<Api> apis;
    for (const unsigned major : {1U, 2U}) {
      apis.push_back(make_lcm_api(major, lifecycle(), manager_->subscriptions(), markers_, 2));
    }
    dispatcher_ =
        std::make_unique<Dispatcher>(DispatcherConfig{}, std::move(apis), make_open_authenticator(), setup_.log);
  }

  HttpResponse send(const std::string& method, const std::string& target, const json& body = {},
                    std::vector<HttpHeader> headers = {}) {
    headers.push_back({"Host", "h"});
    HttpRequest request{.method = method, .target = "/vnflcm" + target, .headers = std::move(headers)};
    auto considered = (*dispatcher_)(request);
    if (auto* response = std::get_if<HttpResponse>(&considered)) return *response;
    if (!body.is_null()) request.body = body.dump();
    return std::get<HttpPlan>(considered).answer(std::move(request));
  }
  json get(const std::string& target) { return json::parse(send("GET", target).body); }

  /// Of a request that begins an operation: what becomes of it.
  json carried_out(const HttpResponse& response) {
    EXPECT_EQ(response.status, 202U) << response.body;
    EXPECT_EQ(response.body, "");
    const std::string location{response.header("Location")};
    const auto id = location.substr(location.rfind('/') + 1);
    std::ignore = lifecycle().wait(kDefaultTenant, id);
    return get("/v1/vnf_lcm_op_occs/" + id);
  }
  std::string new_instance(const std::string& vnfd) {
    return json::parse(send("POST", "/v1/vnf_instances", {{"vnfdId", vnfd}}).body)["id"];
  }

  PageMarkers markers_{"secret"};
  std::unique_ptr<Dispatcher> dispatcher_;
};

TEST_F(LcmApiTest, ShowsWhatEachVersionSaysOfAnInstance) {
  const auto id = new_instance(onboard_firewall());
  const auto self = "/vnf_instances/" + id;
  EXPECT_TRUE(get("/v1" + self)["_links"].contains("instantiate"));
  auto parameters = between("wan", "lan");
  parameters["vimConnectionInfo"] = {{{"id", "vim"}, {"vimType", "x"}, {"accessInfo", {{"password", "s3cret"}}}}};
  const auto operation = carried_out(send("POST", "/v1" + self + "/instantiate", parameters));
  EXPECT_EQ(operation["operationState"], "COMPLETED");
  EXPECT_THAT(operation.dump(), testing::Not(HasSubstr("s3cret")));

  for (const unsigned major : {1U, 2U}) {
    const auto shown = get(fmt::format("/v{}{}", major, self));
    EXPECT_TRUE(JsonSchema{lcm::vnf_instance(major)}.check(shown)) << shown.dump();
    EXPECT_THAT(shown.dump(), testing::Not(HasSubstr("s3cret")));
    EXPECT_EQ(shown["vimConnectionInfo"].is_array(), major == 1);
    EXPECT_EQ(shown["_links"].contains("changeVnfPkg"), major == 2);
    EXPECT_EQ(shown["instantiatedVnfInfo"].contains("vnfcInfo"), major == 2);
    EXPECT_TRUE(JsonSchema{lcm::op_occ(major)}.check(
        get(fmt::format("/v{}/vnf_lcm_op_occs/{}", major, operation["id"].get<std::string>()))));
  }
  EXPECT_FALSE(get("/v1/vnf_instances")[0].contains("instantiatedVnfInfo"));
  EXPECT_TRUE(get("/v1/vnf_instances?all_fields")[0].contains("instantiatedVnfInfo"));
}

TEST_F(LcmApiTest, SaysWhatAnOperationChangedAsEachVersionHasIt) {
  const auto self = "/v2/vnf_instances/" + new_instance(onboard_firewall());
  const auto shown = [&](const json& operation, unsigned major) {
    return get(fmt::format("/v{}/vnf_lcm_op_occs/{}", major, operation["id"].get<std::string>()));
  };
  const auto modified = carried_out(send("PATCH", self, {{"vimConnectionInfo", {{"vim", {{"vimType", "x"}}}}}}));
  EXPECT_EQ(shown(modified, 1)["changedInfo"]["vimConnectionInfo"], json::parse(R"([{"id": "vim", "vimType": "x"}])"));
  EXPECT_EQ(shown(modified, 2)["changedInfo"]["vimConnectionInfo"], json::parse(R"({"vim": {"vimType": "x"}})"));

  carried_out(send("POST", self + "/instantiate", between("wan", "lan")));
  const auto moved = carried_out(send("POST", self + "/change_ext_conn", {{"extVirtualLinks", links("lan", "wan")}}));
  EXPECT_FALSE(shown(moved, 1)["changedExtConnectivity"][0].contains("currentVnfExtCpData"));
  EXPECT_EQ(shown(moved, 2)["changedExtConnectivity"][0]["currentVnfExtCpData"], json::parse(R"([{"cpdId": "in",
      "cpConfig": {"0": {"cpProtocolData": [{"layerProtocol": "IP_OVER_ETHERNET"}]}}}])"));
}

TEST_F(LcmApiTest, ScalesToALevelAndShowsIt) {
  const auto id = new_instance(onboard_firewall());
  const auto self = "/v2/vnf_instances/" + id;
  carried_out(send("POST", self + "/instantiate", between("wan", "lan")));
  const auto before = get(self)["instantiatedVnfInfo"]["vnfcResourceInfo"].size();
  const auto scaled = carried_out(
      send("POST", self + "/scale_to_level", {{"scaleInfo", {{{"aspectId", "capacity"}, {"scaleLevel", 2}}}}}));
  EXPECT_EQ(scaled["operationState"], "COMPLETED") << scaled.dump();
  const auto info = get(self)["instantiatedVnfInfo"];
  EXPECT_EQ(info["scaleStatus"], json::array({{{"aspectId", "capacity"}, {"scaleLevel", 2}}}));
  EXPECT_EQ(info["vnfcResourceInfo"].size() - before, scaled["resourceChanges"]["affectedVnfcs"].size());
  EXPECT_GT(info["vnfcResourceInfo"].size(), before);
  const auto beyond =
      send("POST", self + "/scale", {{"type", "SCALE_OUT"}, {"aspectId", "capacity"}, {"numberOfSteps", 9}});
  EXPECT_EQ(beyond.status, 409U);
}

TEST_F(LcmApiTest, ListsPageByPageAndLeavesDeployedServicesOut) {
  const auto vnfd = onboard_router();
  for (int i = 0; i < 5; ++i) new_instance(vnfd);
  const std::vector<std::string> paths{source_path("samples/enterprise-edge")};
  ASSERT_TRUE(lifecycle().deploy(kDefaultTenant, *tosca::load(paths), "", {}));
  std::set<std::string> seen;
  std::string target = "/v1/vnf_instances";
  for (int page = 0; page < 3; ++page) {
    const auto response = send("GET", target);
    for (const auto& instance : json::parse(response.body)) seen.insert(instance["id"]);
    const std::string link{response.header("Link")};
    if (link.empty()) break;
    target = link.substr(link.find("/v1"), link.find('>') - link.find("/v1"));
  }
  EXPECT_EQ(seen.size(), 5U);
}

TEST_F(LcmApiTest, WhoSawAnOlderStateChangesNothing) {
  const auto self = "/v1/vnf_instances/" + new_instance(onboard_router());
  const std::string seen{send("GET", self).header("ETag")};
  carried_out(send("PATCH", self, {{"vnfInstanceName", "new"}}, {{"If-Match", seen}}));
  EXPECT_EQ(send("PATCH", self, {{"vnfInstanceName", "newer"}}, {{"If-Match", seen}}).status, 412U);
  EXPECT_EQ(send("DELETE", self, {}, {{"If-Match", seen}}).status, 412U);
  EXPECT_EQ(get(self)["vnfInstanceName"], "new");
  EXPECT_EQ(send("DELETE", self).status, 204U);
}

TEST_F(LcmApiTest, AModificationIgnoresWhatItMayNotChange) {
  const auto self = "/v1/vnf_instances/" + new_instance(onboard_router());
  auto expected = get(self);
  expected["vnfInstanceName"] = "new";
  carried_out(send("PATCH", self,
                   {{"vnfInstanceName", "new"},
                    {"vnfProvider", "me"},
                    {"vnfdVersion", nullptr},
                    {"instantiatedVnfInfo", {{"flavourId", 1}}},
                    {"more", 1}}));
  EXPECT_EQ(get(self), expected);
}

struct BadLcmRequest {
  const char* name;
  const char* method;
  const char* target;  ///< `ID` stands for an instance's
  json body;
  unsigned status;
  const char* detail;
};
class BadLcmRequests : public LcmApiTest, public testing::WithParamInterface<BadLcmRequest> {};
TEST_P(BadLcmRequests, AreRefused) {
  const auto id = new_instance(onboard_router());
  std::string target = GetParam().target;
  if (const auto at = target.find("ID"); at != target.npos) target.replace(at, 2, id);
  const auto response = send(GetParam().method, target, GetParam().body);
  EXPECT_EQ(response.status, GetParam().status) << response.body;
  EXPECT_THAT(response.body, HasSubstr(GetParam().detail));
}
INSTANTIATE_TEST_SUITE_P(
    Sol003, BadLcmRequests,
    testing::Values(
        BadLcmRequest{"NoVnfd", "POST", "/v1/vnf_instances", json::object(), 400, "vnfdId"},
        BadLcmRequest{"UnknownVnfd", "POST", "/v1/vnf_instances", {{"vnfdId", "x"}}, 422, "VNFD x"},
        BadLcmRequest{"NoInstance", "GET", "/v1/vnf_instances/x", {}, 404, "there is none"},
        BadLcmRequest{"NoFlavour", "POST", "/v1/vnf_instances/ID/instantiate", json::object(), 400, "flavourId"},
        BadLcmRequest{"NotInstantiated", "POST", "/v1/vnf_instances/ID/heal", json::object(), 409, "NOT_INSTANTIATED"},
        BadLcmRequest{"NoPackageChangeInV1", "POST", "/v1/vnf_instances/ID/change_vnfpkg", json::object(), 404, ""},
        BadLcmRequest{"NoSuchMethod", "PUT", "/v1/vnf_instances/ID", json::object(), 405, "GET"},
        BadLcmRequest{
            "WrongType", "POST", "/v1/vnf_instances/ID/scale", {{"type", "UP"}, {"aspectId", "a"}}, 400, "type"},
        BadLcmRequest{"NoOccurrence", "POST", "/v1/vnf_lcm_op_occs/x/retry", {}, 404, "there is none"},
        BadLcmRequest{"NoSubscription", "DELETE", "/v1/subscriptions/x", {}, 404, "there is none"},
        BadLcmRequest{"CallbackInside",
                      "POST",
                      "/v1/subscriptions",
                      {{"callbackUri", "http://127.0.0.1:1/"}},
                      422,
                      "callbackUri"},
        BadLcmRequest{"CallbackIsAFile",
                      "POST",
                      "/v1/subscriptions",
                      {{"callbackUri", "file:///etc/passwd"}},
                      422,
                      "callbackUri"},
        BadLcmRequest{"CallbackWithPassword",
                      "POST",
                      "/v1/subscriptions",
                      {{"callbackUri", "http://a:b@example.org/"}},
                      422,
                      "callbackUri"}),
    by_name);

}  // namespace
}  // namespace unf::vnfm
