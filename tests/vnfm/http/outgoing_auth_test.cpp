#include "vnfm/http/outgoing_auth.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/by_name.h"
#include "tests/support/fake_http_server.h"

namespace unf::vnfm {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing_support::by_name;

struct Offered {
  const char* name;
  json authentication;
  Credentials expected;
};
class CredentialsOf : public testing::TestWithParam<Offered> {};
TEST_P(CredentialsOf, TheFirstKindThatHasParameters) {
  EXPECT_EQ(credentials_of(GetParam().authentication), GetParam().expected);
}
const json kBasic{{"userName", "u"}, {"password", "p"}};
const json kOauth2{{"clientId", "c"}, {"clientPassword", "s"}, {"tokenEndpoint", "http://as/token"}};
INSTANTIATE_TEST_SUITE_P(
    SubscriptionAuthentication, CredentialsOf,
    testing::Values(Offered{"None", nullptr, {}}, Offered{"Tls", {{"authType", {"TLS_CERT"}}}, {}},
                    Offered{"Basic", {{"authType", {"BASIC"}}, {"paramsBasic", kBasic}}, BasicCredentials{"u", "p"}},
                    Offered{"Oauth2",
                            {{"authType", {"OAUTH2_CLIENT_CREDENTIALS"}}, {"paramsOauth2ClientCredentials", kOauth2}},
                            ClientCredentials{"c", "s", "http://as/token"}},
                    Offered{"InOrder",
                            {{"authType", {"OAUTH2_CLIENT_CREDENTIALS", "BASIC"}},
                             {"paramsBasic", kBasic},
                             {"paramsOauth2ClientCredentials", kOauth2}},
                            ClientCredentials{"c", "s", "http://as/token"}},
                    Offered{"WithoutParameters",
                            {{"authType", {"OAUTH2_CLIENT_CREDENTIALS", "BASIC"}}, {"paramsBasic", kBasic}},
                            BasicCredentials{"u", "p"}},
                    Offered{"NotOffered", {{"authType", {"TLS_CERT"}}, {"paramsBasic", kBasic}}, {}}),
    by_name);

/// A server of tokens and of what they are for: `/token` gives token-1, token-2, ...; `/resource` says what it was
/// given.
class OutgoingAuthTest : public testing::Test {
 protected:
  HttpResponse answer(const HttpRequest& request) {
    if (request.target == "/token") {
      return {.status = token_status, .body = token_body.empty() ? fresh_token() : token_body};
    }
    const auto given = std::string{request.header("Authorization")};
    return {.status = given == revoked ? 401U : 200U, .body = given};
  }
  std::string fresh_token() {
    return json{
        {"access_token", fmt::format("token-{}", ++tokens)}, {"token_type", "Bearer"}, {"expires_in", expires_in}}
        .dump();
  }
  Result<HttpResponse> send(const std::string& client = "c") {
    return auth.send({.uri = peer.url("/resource")}, ClientCredentials{client, "s", peer.url("/token")},
                     HttpClientRules::anywhere());
  }
  std::string sent() {
    const auto response = send();
    return response ? response->body : response.error().message;
  }

  std::atomic<int> tokens = 0;
  int expires_in = 3600;
  unsigned token_status = 200;
  std::string token_body;
  std::string revoked = "nobody";
  FakeHttpServer peer{[this](const HttpRequest& request) { return answer(request); }};
  OutgoingAuth auth;
};

TEST_F(OutgoingAuthTest, WithoutCredentialsNothingIsSaid) {
  EXPECT_EQ(auth.send({.uri = peer.url("/resource")}, {}, HttpClientRules::anywhere())->body, "");
}

TEST_F(OutgoingAuthTest, BasicAndBearerAreAHeader) {
  const auto rules = HttpClientRules::anywhere();
  EXPECT_EQ(auth.send({.uri = peer.url("/resource")}, BasicCredentials{"u", "p"}, rules)->body, "Basic dTpw");
  EXPECT_EQ(auth.send({.uri = peer.url("/resource")}, BearerToken{"t"}, rules)->body, "Bearer t");
}

TEST_F(OutgoingAuthTest, ATokenIsFetchedOnceForEachClient) {
  EXPECT_EQ(sent(), "Bearer token-1");
  EXPECT_EQ(sent(), "Bearer token-1");
  EXPECT_EQ(send("another")->body, "Bearer token-2");
  const auto asked = peer.asked();
  EXPECT_EQ(asked.front().method, "POST");
  EXPECT_EQ(asked.front().body, "grant_type=client_credentials");
  EXPECT_EQ(asked.front().header("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(asked.front().header("Authorization"), "Basic Yzpz");
}

TEST_F(OutgoingAuthTest, ATokenThatEndsSoonIsNotKept) {
  expires_in = 1;
  EXPECT_EQ(sent(), "Bearer token-1");
  EXPECT_EQ(sent(), "Bearer token-2");
}

TEST_F(OutgoingAuthTest, ATokenThatIsNotTakenIsReplacedOnce) {
  EXPECT_EQ(sent(), "Bearer token-1");
  revoked = "Bearer token-1";
  EXPECT_EQ(sent(), "Bearer token-2");
  EXPECT_EQ(sent(), "Bearer token-2");
  token_body = json{{"access_token", "token-2"}}.dump();
  revoked = "Bearer token-2";
  EXPECT_EQ(send()->status, 401U);
}

TEST_F(OutgoingAuthTest, TheRulesHoldForTheTokenEndpoint) {
  const auto sent = auth.send({.uri = peer.url("/resource")}, ClientCredentials{"c", "s", peer.url("/token")}, {});
  EXPECT_EQ(sent.error().code, Errc::unsupported);
  EXPECT_TRUE(peer.asked().empty());
}

struct BadToken {
  const char* name;
  unsigned status;
  const char* body;
  Errc code;
};
class BadTokens : public OutgoingAuthTest, public testing::WithParamInterface<BadToken> {};
TEST_P(BadTokens, AreErrorsWithoutTheSecret) {
  token_status = GetParam().status;
  token_body = GetParam().body;
  const auto sent = send();
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, GetParam().code);
  EXPECT_THAT(sent.error().message, testing::Not(testing::HasSubstr("Yzpz")));
  EXPECT_EQ(peer.asked().size(), 1U) << "the resource is not asked for";
}
INSTANTIATE_TEST_SUITE_P(
    Endpoint, BadTokens,
    testing::Values(BadToken{"Refused", 401, "{}", Errc::unsupported},
                    BadToken{"BadRequest", 400, "{}", Errc::unsupported},
                    BadToken{"Busy", 429, "{}", Errc::unavailable}, BadToken{"Broken", 500, "{}", Errc::unavailable},
                    BadToken{"NoJson", 200, "hello", Errc::malformed}, BadToken{"NoObject", 200, "[]", Errc::malformed},
                    BadToken{"NoToken", 200, "{\"access_token\": 7}", Errc::malformed},
                    BadToken{"TwoLines", 200, "{\"access_token\": \"a\\r\\nX: y\"}", Errc::malformed}),
    by_name);

}  // namespace
}  // namespace unf::vnfm
