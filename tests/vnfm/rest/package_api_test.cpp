#include "vnfm/rest/package_api.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include <fstream>

#include "tests/support/by_name.h"
#include "tests/support/sample_csar.h"
#include "tests/support/test_catalog.h"
#include "tests/vnfm/store/store_fixture.h"
#include "vnfm/rest/dispatcher.h"

namespace unf::vnfm {
namespace {
using nlohmann::json;
using testing::HasSubstr;
using testing_support::by_name;

/// The interface over a store, with an onboarded package `id_`.
class PackageApiTest : public StoreFixture {
 protected:
  PackageApiTest() {
    const auto log = std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
    store_ = lead_store(directory_).value();
    packages_ = Packages::open(store_, root_ / "packages", testing_support::test_catalog(), {}, log).value();
    dispatcher_ = std::make_unique<Dispatcher>(DispatcherConfig{.upload_directory = packages_->incoming()},
                                               std::vector{make_package_api(*packages_, markers_, 2)},
                                               make_open_authenticator(), log);
    id_ = json::parse(send("POST", "", {}, "{}").body)["id"];
    EXPECT_EQ(send("PUT", "/" + id_ + "/package_content", {}, sample_csar()).status, 202U);
    packages_->wait();
  }

  HttpResponse send(const std::string& method, const std::string& below, std::vector<HttpHeader> headers = {},
                    const std::string& body = {}) {
    headers.push_back({"Host", "h"});
    HttpRequest request{.method = method, .target = "/vnfpkgm/v1/vnf_packages" + below, .headers = std::move(headers)};
    auto considered = (*dispatcher_)(request);
    if (auto* response = std::get_if<HttpResponse>(&considered)) return *response;
    const auto& plan = std::get<HttpPlan>(considered);
    if (plan.to_file.empty()) {
      request.body = body;
    } else {
      std::ofstream{plan.to_file, std::ios::binary} << body;
    }
    return plan.answer(std::move(request));
  }
  std::string content() { return "/" + id_ + "/package_content"; }

  PageMarkers markers_{"secret"};
  std::shared_ptr<LedStore> store_;
  std::unique_ptr<Packages> packages_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::string id_;
};

TEST_F(PackageApiTest, ShowsWithLinksAndTag) {
  const auto response = send("GET", "/" + id_);
  const auto info = json::parse(response.body);
  EXPECT_EQ(info["onboardingState"], "ONBOARDED");
  EXPECT_EQ(info["_links"]["self"]["href"], "http://h/vnfpkgm/v1/vnf_packages/" + id_);
  EXPECT_THAT(info["_links"]["vnfd"]["href"].get<std::string>(), testing::EndsWith("/vnfd"));
  EXPECT_THAT(std::string{response.header("ETag")}, testing::MatchesRegex("\"[0-9a-f]+\""));
}

TEST_F(PackageApiTest, WhatWasSeenBeforeAChangeIsStale) {
  const std::string seen{send("GET", "/" + id_).header("ETag")};
  const auto disable = R"({"operationalState": "DISABLED"})";
  EXPECT_EQ(send("PATCH", "/" + id_, {{"If-Match", "\"0\""}}, disable).status, 412U);
  EXPECT_EQ(send("PATCH", "/" + id_, {{"If-Match", "W/" + seen}}, disable).status, 412U);
  EXPECT_EQ(send("PATCH", "/" + id_, {{"If-Match", "\"0\", " + seen}}, disable).status, 200U);
  EXPECT_EQ(send("DELETE", "/" + id_, {{"If-Match", seen}}).status, 412U);
  EXPECT_EQ(send("DELETE", "/" + id_, {{"If-Match", "*"}}).status, 204U);
}

TEST_F(PackageApiTest, ListsWithoutWhatIsLongUnlessItIsAskedFor) {
  const auto listed = json::parse(send("GET", "").body);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_FALSE(listed[0].contains("additionalArtifacts"));
  EXPECT_EQ(listed[0]["vnfdId"], kSampleVnfd);
  EXPECT_TRUE(json::parse(send("GET", "?all_fields").body)[0].contains("additionalArtifacts"));
}

struct Range {
  const char* name;
  const char* header;
  unsigned status;
  std::uint64_t offset = 0, length = 0;  ///< of a content of 100 bytes
};
class Ranges : public PackageApiTest, public testing::WithParamInterface<Range> {};
TEST_P(Ranges, GivePartsOfTheContent) {
  std::filesystem::resize_file(root_ / "packages" / (id_ + ".csar"), 100);
  const auto response = send("GET", content(), {{"Range", GetParam().header}});
  EXPECT_EQ(response.status, GetParam().status);
  if (GetParam().status == 416) {
    EXPECT_EQ(response.header("Content-Range"), "bytes */100");
    return;
  }
  ASSERT_TRUE(response.file);
  EXPECT_EQ(response.file->offset, GetParam().offset);
  EXPECT_EQ(response.file->length, GetParam().length);
}
INSTANTIATE_TEST_SUITE_P(
    Rfc9110, Ranges,
    testing::Values(Range{"None", "", 200, 0, 100}, Range{"First", "bytes=0-9", 206, 0, 10},
                    Range{"Middle", "bytes=10-19", 206, 10, 10}, Range{"FromOn", "bytes=90-", 206, 90, 10},
                    Range{"BeyondTheEnd", "bytes=90-1000", 206, 90, 10}, Range{"LastOnes", "bytes=-30", 206, 70, 30},
                    Range{"MoreThanAll", "bytes=-300", 206, 0, 100}, Range{"Behind", "bytes=100-", 416},
                    Range{"Backwards", "bytes=9-0", 416}, Range{"NoNumbers", "bytes=-", 416},
                    Range{"Words", "bytes=a-b", 416}, Range{"Unit", "lines=0-9", 416},
                    Range{"Negative", "bytes=--1", 416}, Range{"NoLastBytes", "bytes=-0", 416}),
    by_name);

struct BadPackageRequest {
  const char* name;
  const char* method;
  const char* below;  ///< `ID` stands for the package's
  const char* body;
  unsigned status;
  const char* detail;
};
class BadPackageRequests : public PackageApiTest, public testing::WithParamInterface<BadPackageRequest> {};
TEST_P(BadPackageRequests, AreRefused) {
  std::string below = GetParam().below;
  if (const auto at = below.find("ID"); at != below.npos) below.replace(at, 2, id_);
  const auto response = send(GetParam().method, below, {}, GetParam().body);
  EXPECT_EQ(response.status, GetParam().status) << response.body;
  EXPECT_THAT(json::parse(response.body)["detail"].get<std::string>(), HasSubstr(GetParam().detail));
}
INSTANTIATE_TEST_SUITE_P(
    Sol005, BadPackageRequests,
    testing::Values(
        BadPackageRequest{"Unknown", "GET", "/none", "", 404, "none: there is none"},
        BadPackageRequest{"UnknownContent", "GET", "/none/package_content", "", 404, "there is none"},
        BadPackageRequest{"UploadTwice", "PUT", "/ID/package_content", "x", 409, "is ONBOARDED, expected CREATED"},
        BadPackageRequest{"EmptyUpload", "PUT", "/ID/package_content", "", 400, "expected a CSAR"},
        BadPackageRequest{"UnknownArtifact", "GET", "/ID/artifacts/a/b", "", 404, "a/b: there is no such file"},
        BadPackageRequest{"State", "PATCH", "/ID", R"({"operationalState": "ON"})", 400, "operationalState"},
        BadPackageRequest{"SameState", "PATCH", "/ID", R"({"operationalState": "ENABLED"})", 409, "is ENABLED already"},
        BadPackageRequest{"Enabled", "DELETE", "/ID", "", 409, "expected DISABLED"},
        BadPackageRequest{"FileUri", "POST", "/ID/package_content/upload_from_uri",
                          R"({"addressInformation": "file:///etc/passwd"})", 422, "expected http: or https:"},
        BadPackageRequest{"NoUri", "POST", "/ID/package_content/upload_from_uri", "{}", 400, "addressInformation"}),
    by_name);

}  // namespace
}  // namespace unf::vnfm
