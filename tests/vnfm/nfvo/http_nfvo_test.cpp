#include "vnfm/nfvo/http_nfvo.h"

#include <gmock/gmock.h>

#include "tests/support/by_name.h"
#include "tests/support/fake_http_server.h"

namespace unf::vnfm {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing_support::by_name;

const json kRequest{{"vnfInstanceId", "i"}, {"vnfLcmOpOccId", "o"}};
constexpr auto kGrant = R"({"id": "g", "vnfInstanceId": "i", "vnfLcmOpOccId": "o",
                            "_links": {"self": {"href": "http://nfvo/grant/v1/grants/g"}}})";

class HttpNfvoTest : public testing::Test {
 protected:
  HttpResponse answer{.status = 201, .body = kGrant};
  FakeHttpServer peer{[this](const HttpRequest&) { return answer; }};
  HttpNfvo nfvo{NfvoConfig{.url = peer.url(), .credentials = BearerToken{"secret"}}};
};

TEST_F(HttpNfvoTest, AsksForAGrantAsTheInterfaceSays) {
  const auto asked = nfvo.request_grant(kRequest);
  ASSERT_TRUE(asked) << asked.error().message;
  const auto& granted = std::get<Granted>(*asked);
  EXPECT_EQ(granted.grant["id"], "g");
  EXPECT_EQ(granted.uri, "http://nfvo/grant/v1/grants/g");
  const auto request = peer.asked().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/grant/v1/grants");
  EXPECT_EQ(request.header("Version"), "1.4.0");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.header("Accept"), "application/json");
  EXPECT_EQ(request.header("Authorization"), "Bearer secret");
  EXPECT_EQ(json::parse(request.body), kRequest);
}

TEST_F(HttpNfvoTest, APendingGrantIsPolled) {
  answer = {.status = 202, .headers = {{"Location", "/grant/v1/grants/g"}, {"Retry-After", "7"}}};
  const auto first = std::get<GrantPending>(nfvo.request_grant(kRequest).value());
  EXPECT_EQ(first.uri, peer.url("/grant/v1/grants/g"));
  EXPECT_EQ(first.retry_after, 7s);
  answer = {.status = 202};
  const auto second = std::get<GrantPending>(nfvo.poll_grant(first.uri).value());
  EXPECT_EQ(second.uri, first.uri);
  EXPECT_GT(second.retry_after, 0s);
  answer = {.status = 200, .body = kGrant};
  EXPECT_EQ(std::get<Granted>(nfvo.poll_grant(second.uri).value()).grant["id"], "g");
  EXPECT_EQ(peer.asked().back().method, "GET");
  EXPECT_EQ(peer.asked().back().target, "/grant/v1/grants/g");
}

TEST_F(HttpNfvoTest, ARefusalSaysWhy) {
  answer = problem_response(403, "no room in zone-1");
  EXPECT_EQ(std::get<GrantRefused>(nfvo.request_grant(kRequest).value()).detail, "no room in zone-1");
  answer = {.status = 403, .body = "<html>"};
  EXPECT_EQ(std::get<GrantRefused>(nfvo.request_grant(kRequest).value()).detail, "it does not say why");
}

TEST_F(HttpNfvoTest, NobodyThereIsUnavailable) {
  HttpNfvo nowhere{NfvoConfig{.url = "http://127.0.0.1:1"}};
  EXPECT_EQ(nowhere.request_grant(kRequest).error().code, Errc::unavailable);
}

struct Bad {
  const char* name;
  HttpResponse answer;
  Errc code;
  const char* says;
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class BadAnswers : public HttpNfvoTest, public testing::WithParamInterface<Bad> {};
TEST_P(BadAnswers, AreErrors) {
  answer = GetParam().answer;
  const auto asked = nfvo.request_grant(kRequest);
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, GetParam().code) << asked.error().message;
  EXPECT_THAT(asked.error().message, HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Nfvo, BadAnswers,
    testing::Values(
        Bad{"Broken", problem_response(500, "oops"), Errc::unavailable, "500: oops"},
        Bad{"Down", {.status = 503}, Errc::unavailable, "503"},
        Bad{"Busy", {.status = 429, .headers = {{"Retry-After", "1"}}}, Errc::unavailable, "429"},
        Bad{"BadRequest", problem_response(400, "vnfdId"), Errc::unsupported, "400: vnfdId"},
        Bad{"Unauthorized", {.status = 401}, Errc::unsupported, "401"},
        Bad{"Redirect", {.status = 302, .headers = {{"Location", "/x"}}}, Errc::unsupported, "302"},
        Bad{"NoJson", {.status = 201, .body = "granted"}, Errc::malformed, "no Grant"},
        Bad{"NoObject", {.status = 201, .body = "[]"}, Errc::malformed, "no Grant"},
        Bad{"NoId", {.status = 201, .body = R"({"vnfInstanceId": "i", "vnfLcmOpOccId": "o"})"}, Errc::malformed, "id"},
        Bad{"NumberAsId",
            {.status = 201, .body = R"({"id": 1, "vnfInstanceId": "i", "vnfLcmOpOccId": "o"})"},
            Errc::malformed,
            "id"},
        Bad{"TooLong", {.status = 201, .body = std::string((1 << 20) + 1, ' ')}, Errc::unsupported, "more than"},
        Bad{"PendingNowhere", {.status = 202}, Errc::malformed, "Location"},
        Bad{"PendingElsewhere",
            {.status = 202, .headers = {{"Location", "http://other/x"}}},
            Errc::malformed,
            "expected one at"}),
    by_name);

}  // namespace
}  // namespace unf::vnfm
