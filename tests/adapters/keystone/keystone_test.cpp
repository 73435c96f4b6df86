#include <gmock/gmock.h>

#include <atomic>
#include <ctime>
#include <nlohmann/json.hpp>

#include "adapters/keystone/keystone_authenticator.h"
#include "vnfm/http/http_server.h"

namespace unf::adapters {
namespace {
using nlohmann::json;
using vnfm::Caller;
using vnfm::HttpPlan;
using vnfm::HttpRequest;
using vnfm::HttpResponse;
using vnfm::Role;

/// As Keystone answers: who logs in with `pw` gets a token; `good` is a token of `token_`.
class Keystone : public testing::Test {
 protected:
  Keystone() {
    vnfm::HttpConfig config;
    config.listen.port = 0;
    server_ = vnfm::HttpServer::start(config, [this](const HttpRequest& head) { return answer(head); }).value();
    authenticator_ = make_keystone_authenticator(
        {.url = fmt::format("http://{}/v3", server_->endpoint().to_string()), .user = "unf", .password = "pw"});
    token_ = {{"token",
               {{"user", {{"name", "mia"}}},
                {"project", {{"id", "p1"}}},
                {"roles", {{{"name", "member"}}, {{"name", "reader"}}}},
                {"expires_at", in_seconds(3600)}}}};
  }

  static std::string in_seconds(std::time_t seconds) {
    const auto at = std::time(nullptr) + seconds;
    std::tm utc{};
    gmtime_r(&at, &utc);
    char text[64];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000000Z", &utc)};
  }
  std::variant<HttpResponse, HttpPlan> answer(const HttpRequest& head) {
    if (head.target != "/v3/auth/tokens") return HttpResponse{.status = 404};
    if (head.method == "POST") {
      return HttpPlan{.max_body = 10'000, .answer = [this](const HttpRequest& request) {
                        const auto auth = json::parse(request.body)["auth"];
                        const bool right = auth["identity"]["password"]["user"]["password"] == "pw" &&
                                           auth["scope"]["project"]["name"] == "service";
                        if (!right) return HttpResponse{.status = 401};
                        ++logins_;
                        return HttpResponse{.status = 201,
                                            .headers = {{"X-Subject-Token", fmt::format("own{}", logins_.load())}},
                                            .body = "{}"};
                      }};
    }
    ++questions_;
    if (head.header("X-Auth-Token") != fmt::format("own{}", logins_.load())) return HttpResponse{.status = 401};
    if (broken_) return HttpResponse{.status = 500};
    if (ended_ || head.header("X-Subject-Token") != "good") return HttpResponse{.status = 404};
    return HttpResponse{.body = token_.dump()};
  }
  Result<Caller> who(const std::string& token) {
    return authenticator_->authenticate({.headers = {{"X-Auth-Token", token}}});
  }

  std::unique_ptr<vnfm::HttpServer> server_;
  std::unique_ptr<vnfm::Authenticator> authenticator_;
  json token_;
  std::atomic<int> logins_ = 0, questions_ = 0;
  std::atomic<bool> broken_ = false;
  std::atomic<bool> ended_ = false;
};

TEST_F(Keystone, SaysWhoseTokenItIs) {
  EXPECT_EQ(who("good"), (Caller{.name = "mia", .tenant = "p1", .role = Role::member}));
  EXPECT_EQ(authenticator_->authenticate({.headers = {{"Authorization", "Bearer good"}}})->name, "mia");
  EXPECT_EQ(questions_, 1) << "what it said is kept";
  EXPECT_EQ(who("bad").error().code, Errc::malformed);
  EXPECT_EQ(who("").error().code, Errc::malformed);
  EXPECT_EQ(logins_, 1);
  EXPECT_THAT(authenticator_->challenge(), testing::StartsWith("Keystone uri=\"http://127.0.0.1:"));
}

TEST_F(Keystone, RolesAreRanked) {
  token_["token"]["roles"] = {{{"name", "reader"}}, {{"name", "admin"}}, {{"name", "other"}}};
  EXPECT_EQ(who("good")->role, Role::admin);
}

TEST_F(Keystone, WithoutARoleACallerMayDoNothing) {
  token_["token"]["roles"] = json::array({{{"name", "other"}}});
  EXPECT_EQ(who("good")->role, Role::none);
}

TEST_F(Keystone, ATokenHoldsNoLongerThanItSays) {
  token_["token"]["expires_at"] = in_seconds(2);
  ASSERT_TRUE(who("good"));
  ended_ = true;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (who("good") && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_EQ(who("good").error().code, Errc::malformed);
}

TEST_F(Keystone, AClockThatIsAheadLocksNobodyOut) {
  token_["token"]["expires_at"] = in_seconds(-3600);
  EXPECT_TRUE(who("good"));
  EXPECT_TRUE(who("good"));
  EXPECT_EQ(questions_, 2) << "nothing is kept: who knows how long it holds";
}

TEST_F(Keystone, ATokenOfNoProjectIsRefused) {
  token_["token"].erase("project");
  EXPECT_EQ(who("good").error().code, Errc::malformed);
}

TEST_F(Keystone, LogsInAgainOnceItsOwnTokenHasEnded) {
  ASSERT_EQ(who("bad").error().code, Errc::malformed);
  ++logins_;  // Keystone knows our token no more
  EXPECT_TRUE(who("good"));
  EXPECT_EQ(logins_, 3);
}

TEST_F(Keystone, WhatItDoesNotAnswerIsNotTheCallersFault) {
  broken_ = true;
  EXPECT_EQ(who("good").error().code, Errc::unavailable);
  broken_ = false;
  token_ = {{"token", 1}};
  EXPECT_EQ(who("good").error().code, Errc::unavailable);
  server_.reset();
  EXPECT_EQ(who("good").error().code, Errc::unavailable);
}

}  // namespace
}  // namespace unf::adapters
