#include "adapters/nfvo/http_nfvo.h"

#include <gmock/gmock.h>

#include <fstream>

#include "graph/model/digest.h"
#include "tests/support/by_name.h"
#include "tests/support/fake_http_server.h"

namespace unf::adapters {
namespace {

using namespace vnfm;
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
  std::unique_ptr<Nfvo> nfvo = make_http_nfvo(NfvoConfig{.url = peer.url(), .credentials = BearerToken{"secret"}});
};

TEST_F(HttpNfvoTest, AsksForAGrantAsTheInterfaceSays) {
  const auto asked = nfvo->request_grant(kRequest);
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
  const auto first = std::get<GrantPending>(nfvo->request_grant(kRequest).value());
  EXPECT_EQ(first.uri, peer.url("/grant/v1/grants/g"));
  EXPECT_EQ(first.retry_after, 7s);
  answer = {.status = 202};
  const auto second = std::get<GrantPending>(nfvo->poll_grant(first.uri).value());
  EXPECT_EQ(second.uri, first.uri);
  EXPECT_GT(second.retry_after, 0s);
  answer = {.status = 200, .body = kGrant};
  EXPECT_EQ(std::get<Granted>(nfvo->poll_grant(second.uri).value()).grant["id"], "g");
  EXPECT_EQ(peer.asked().back().method, "GET");
  EXPECT_EQ(peer.asked().back().target, "/grant/v1/grants/g");
}

TEST_F(HttpNfvoTest, ARefusalSaysWhy) {
  answer = problem_response(403, "no room in zone-1");
  EXPECT_EQ(std::get<GrantRefused>(nfvo->request_grant(kRequest).value()).detail, "no room in zone-1");
  answer = {.status = 403, .body = "<html>"};
  EXPECT_EQ(std::get<GrantRefused>(nfvo->request_grant(kRequest).value()).detail, "it does not say why");
}

TEST_F(HttpNfvoTest, NobodyThereIsUnavailable) {
  std::unique_ptr<Nfvo> nowhere = make_http_nfvo(NfvoConfig{.url = "http://127.0.0.1:1"});
  EXPECT_EQ(nowhere->request_grant(kRequest).error().code, Errc::unavailable);
}

TEST_F(HttpNfvoTest, SubscribesAsTheInterfaceSays) {
  answer = {.status = 201, .headers = {{"Location", "/vnfpkgm/v2/subscriptions/s"}}, .body = "{}"};
  const auto uri = nfvo->subscribe("http://vnfm/callback", {"nfvo", "pass"});
  ASSERT_TRUE(uri) << uri.error().message;
  EXPECT_EQ(*uri, peer.url("/vnfpkgm/v2/subscriptions/s"));
  const auto request = peer.asked().front();
  EXPECT_EQ(request.method + " " + request.target, "POST /vnfpkgm/v2/subscriptions");
  EXPECT_EQ(request.header("Version"), "2.1.0");
  const json basic{{"userName", "nfvo"}, {"password", "pass"}};
  EXPECT_EQ(json::parse(request.body), (json{{"callbackUri", "http://vnfm/callback"},
                                             {"authentication", {{"authType", {"BASIC"}}, {"paramsBasic", basic}}}}));
  answer.status = 303;
  EXPECT_EQ(nfvo->subscribe("http://vnfm/callback", {"nfvo", "pass"}), *uri) << "there is one";
  answer = problem_response(422, "callbackUri: nobody answers");
  EXPECT_EQ(nfvo->subscribe("http://vnfm/callback", {"nfvo", "pass"}).error().code, Errc::unsupported);
}

TEST_F(HttpNfvoTest, KnowsWhetherItIsSubscribed) {
  const auto uri = peer.url("/vnfpkgm/v2/subscriptions/s");
  answer = {.status = 200, .body = "{}"};
  EXPECT_EQ(nfvo->has_subscription(uri), true);
  answer.status = 404;
  EXPECT_EQ(nfvo->has_subscription(uri), false);
  EXPECT_TRUE(nfvo->unsubscribe(uri));
  answer.status = 503;
  EXPECT_EQ(nfvo->has_subscription(uri).error().code, Errc::unavailable);
  EXPECT_FALSE(nfvo->unsubscribe(uri));
  const auto asked = peer.asked().size();
  EXPECT_EQ(nfvo->has_subscription("http://other/vnfpkgm/v2/subscriptions/s"), false);
  EXPECT_TRUE(nfvo->unsubscribe("http://other/vnfpkgm/v2/subscriptions/s"));
  EXPECT_EQ(peer.asked().size(), asked) << "another NFVO's is nobody's business";
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
  const auto asked = nfvo->request_grant(kRequest);
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

// ---- packages

const std::string kContent = "what is in the package";

json package_info(const std::string& hash_function = "SHA-256", HashFunction function = HashFunction::sha256) {
  return {{"id", "p"},
          {"vnfdId", "v/1"},
          {"checksum", {{"algorithm", hash_function}, {"hash", hash_of(kContent, function)}}}};
}

/// Serves a package of either version, with ranges, as long as its entity tag is `tag`.
class PackageTest : public testing::TestWithParam<unsigned> {
 protected:
  PackageTest() {
    char name[] = "/tmp/unf-test-XXXXXX";
    directory = mkdtemp(name);
    download.file = directory / "content";
  }
  ~PackageTest() override { std::filesystem::remove_all(directory); }

  HttpResponse answer(const HttpRequest& request) {
    if (!request.target.ends_with("/package_content")) {
      return {.body = (GetParam() == 1 ? json::array({info}) : info).dump()};
    }
    const auto range = request.header("Range"), if_range = request.header("If-Range");
    const auto had = download.size();
    if (range.empty() || (!if_range.empty() && if_range != tag)) return {.headers = {{"ETag", tag}}, .body = content};
    EXPECT_EQ(range, fmt::format("bytes={}-", had));
    if (had >= content.size()) return {.status = 416};
    return {.status = 206, .headers = {{"ETag", tag}}, .body = content.substr(had)};
  }
  Result<void> fetch() {
    return nfvo->find_package("v/1").and_then(
        [&](const OfferedPackage& package) { return nfvo->fetch_content(package, download, cancelled); });
  }
  void begin_with(const std::string& bytes) { std::ofstream{download.file} << bytes; }
  std::string fetched() {
    std::ifstream in{download.file};
    return {std::istreambuf_iterator{in}, {}};
  }

  json info = package_info();
  std::string content = kContent;
  std::string tag = "\"one\"";
  std::filesystem::path directory;
  Download download;
  std::atomic<bool> cancelled = false;
  FakeHttpServer peer{[this](const HttpRequest& request) { return answer(request); }};
  std::unique_ptr<Nfvo> nfvo = make_http_nfvo(NfvoConfig{.url = peer.url(), .packages_major = GetParam()});
};
INSTANTIATE_TEST_SUITE_P(Versions, PackageTest, testing::Values(1U, 2U));

TEST_P(PackageTest, IsFoundByItsVnfdAndFetchedWhole) {
  ASSERT_TRUE(fetch());
  EXPECT_EQ(fetched(), kContent);
  const auto asked = peer.asked();
  EXPECT_EQ(asked[0].target, GetParam() == 1 ? "/vnfpkgm/v1/vnf_packages?filter=%28eq%2CvnfdId%2Cv%2F1%29"
                                             : "/vnfpkgm/v2/onboarded_vnf_packages/v%2F1");
  EXPECT_EQ(asked[0].header("Version"), GetParam() == 1 ? "1.2.0" : "2.1.0");
  EXPECT_EQ(asked[1].target, GetParam() == 1 ? "/vnfpkgm/v1/vnf_packages/p/package_content"
                                             : "/vnfpkgm/v2/onboarded_vnf_packages/v%2F1/package_content");
  EXPECT_EQ(asked[1].header("Range"), "");
  EXPECT_EQ(download.entity_tag, tag);
}

TEST_P(PackageTest, TheRestIsAskedForOfTheSameContent) {
  begin_with(kContent.substr(0, 5));
  download.entity_tag = tag;
  ASSERT_TRUE(fetch());
  EXPECT_EQ(fetched(), kContent);
  EXPECT_EQ(peer.asked().back().header("If-Range"), tag);
}

TEST_P(PackageTest, AnotherContentIsFetchedWhole) {
  begin_with("old");
  download.entity_tag = "\"old\"";
  ASSERT_TRUE(fetch());
  EXPECT_EQ(fetched(), kContent);
}

TEST_P(PackageTest, ABeginningOfSomethingElseIsThrownAway) {
  begin_with("old");  // whose entity tag nobody remembers
  EXPECT_EQ(fetch().error().code, Errc::unavailable);
  EXPECT_EQ(download.size(), 0U);
  ASSERT_TRUE(fetch());
  EXPECT_EQ(fetched(), kContent);
}

TEST_P(PackageTest, WhatIsThereIsNotFetchedAgain) {
  begin_with(kContent);
  ASSERT_TRUE(fetch());
  EXPECT_EQ(fetched(), kContent);
}

TEST_P(PackageTest, AWrongHashIsRefused) {
  content = "something else";
  const auto refused = fetch();
  EXPECT_EQ(refused.error().code, Errc::malformed);
  EXPECT_THAT(refused.error().message, HasSubstr("its SHA-256 is"));
  EXPECT_EQ(download.size(), 0U);
}

TEST_P(PackageTest, HashesMayBeSha512) {
  info = package_info("SHA-512", HashFunction::sha512);
  EXPECT_TRUE(fetch());
  info = package_info("MD5");
  EXPECT_EQ(fetch().error().code, Errc::unsupported);
}

TEST_P(PackageTest, AnotherVnfdIsNoAnswer) {
  info["vnfdId"] = "other";
  EXPECT_EQ(fetch().error().code, Errc::malformed);
}

TEST_F(HttpNfvoTest, APackageThatItDoesNotHaveIsNotFound) {
  answer = problem_response(404, "there is none");
  EXPECT_EQ(nfvo->find_package("v").error().code, Errc::not_found);
  std::unique_ptr<Nfvo> by_filter = make_http_nfvo(NfvoConfig{.url = peer.url(), .packages_major = 1});
  answer = {.body = "[]"};
  EXPECT_EQ(by_filter->find_package("v").error().code, Errc::not_found);
}

}  // namespace
}  // namespace unf::adapters
