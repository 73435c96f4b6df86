#include "vnfm/rest/dispatcher.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

#include "tests/support/by_name.h"
#include "vnfm/rest/list.h"

namespace unf::vnfm {
namespace {
using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::by_name;

const json kThing = json::parse(R"({"type": "object", "required": ["id"],
    "properties": {"id": {"type": "string"}, "size": {"type": "integer"}, "more": {"type": "object", "properties": {}}}})");

/// An interface with a resource that has each kind of route; its list has five things, two on a page.
class Dispatch : public testing::Test {
 protected:
  Dispatch() { serve({}); }

  void serve(DispatcherConfig config, std::unique_ptr<Authenticator> authenticator = make_open_authenticator()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(audit_);
    sink->set_pattern("%v");
    dispatcher_ =
        std::make_unique<Dispatcher>(std::move(config), std::vector{things(1), things(2)}, std::move(authenticator),
                                     std::make_shared<spdlog::logger>("audit", sink));
  }

  Api things(unsigned major) {
    const auto version = fmt::format("{}.2.0", major);
    return {.name = "things",
            .major = major,
            .title = "Things",
            .versions = {fmt::format("{}.1.0", major), version},
            .routes = {
                {.method = "GET",
                 .path = "/things",
                 .handler = [this](auto& request) { return list(request); },
                 .answer = kThing,
                 .is_list = true},
                {.method = "POST",
                 .path = "/things",
                 .handler = [](auto& request) -> Result<HttpResponse> {
                   const auto id = request.body["id"].template get<std::string>();
                   return json_response(201, request.body, {{"Location", request.root + request.path + "/" + id}});
                 },
                 .success = 201,
                 .takes = Route::Takes::json,
                 .body = kThing,
                 .answer = kThing},
                {.method = "GET",
                 .path = "/things/{thingId}",
                 .handler = [](auto& request) -> Result<HttpResponse> {
                   if (request.parameter("thingId") == "none")
                     return fail(Errc::not_found, "thing none: there is none");
                   if (request.parameter("thingId") == "late") return fail(Errc::unavailable, "thing late: not yet");
                   return json_response(200, {{"id", request.parameter("thingId")}});
                 }},
                {.method = "PATCH",
                 .path = "/things/{thingId}",
                 .handler = [](auto&) -> Result<HttpResponse> { return fail(Errc::conflict, "it is busy"); },
                 .takes = Route::Takes::merge_patch,
                 .body = {{"type", "object"}}},
                {.method = "PUT",
                 .path = "/things/{thingId}/content",
                 .handler = [](auto& request) -> Result<HttpResponse> {
                   return HttpResponse{.status = 202, .body = request.file.string()};
                 },
                 .success = 202,
                 .takes = Route::Takes::file},
                {.method = "GET",
                 .path = "/things/{thingId}/files/{path...}",
                 .handler = [](auto& request) -> Result<HttpResponse> {
                   return HttpResponse{.body = request.parameter("path") + " " +
                                               fmt::format("{}", fmt::join(request.accept, ","))};
                 },
                 .produces = {"text/plain", "application/zip"}},
                {.method = "POST",
                 .path = "/things/{thingId}/poke",
                 .handler = [](auto&) -> Result<HttpResponse> { return HttpResponse{.status = 202}; },
                 .success = 202},
            }};
  }

  Result<HttpResponse> list(const ApiRequest& request) {
    return list_resources(request, {.schema = kThing, .excluded_by_default = {"more"}, .page = 2},
                          PageMarkers{"secret"},
                          [](const std::string& after, std::size_t limit) -> Result<std::vector<Listed>> {
                            std::vector<Listed> listed;
                            for (int i = 1; i <= 5 && listed.size() < limit; ++i) {
                              const auto id = fmt::format("t{}", i);
                              if (id > after) listed.push_back({id, {{"id", id}, {"size", i}, {"more", {{"a", 1}}}}});
                            }
                            return listed;
                          });
  }

  HttpResponse send(HttpRequest request) {
    if (request.header("Host").empty()) request.headers.push_back({"Host", "vnfm:9890"});
    auto considered = (*dispatcher_)(request);
    if (auto* response = std::get_if<HttpResponse>(&considered)) return *response;
    return std::get<HttpPlan>(considered).answer(std::move(request));
  }
  HttpResponse get(const std::string& target, std::vector<HttpHeader> headers = {}) {
    return send({.method = "GET", .target = target, .headers = std::move(headers)});
  }

  std::ostringstream audit_;
  std::unique_ptr<Dispatcher> dispatcher_;
};

json body_of(const HttpResponse& response) { return json::parse(response.body); }

TEST_F(Dispatch, LeadsToTheRouteWithItsParameters) {
  const auto response = get("/things/v1/things/a%20b");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(body_of(response), (json{{"id", "a b"}}));
  EXPECT_EQ(response.header("Version"), "1.2.0");
  EXPECT_EQ(get("/things/v2/things/a").header("version"), "2.2.0");
  EXPECT_EQ(get("/things/v1/things/a/files/b/c.txt").body, "b/c.txt text/plain,application/zip");
}

TEST_F(Dispatch, CreatesWithALocation) {
  const auto response = send({.method = "POST",
                              .target = "/things/v1/things",
                              .headers = {{"Content-Type", "Application/JSON; charset=utf-8"}},
                              .body = R"({"id": "x", "unknown": 1})"});
  EXPECT_EQ(response.status, 201U) << response.body;
  EXPECT_EQ(response.header("Location"), "http://vnfm:9890/things/v1/things/x");
  EXPECT_THAT(audit_.str(), HasSubstr("POST /things/v1/things by anyone of default from : 201"));
}

TEST_F(Dispatch, SendsAFilesBodyToAFile) {
  HttpRequest request{.method = "PUT",
                      .target = "/things/v1/things/a/content",
                      .headers = {{"Content-Type", "application/zip"}, {"Host", "h"}}};
  const auto first = std::get<HttpPlan>((*dispatcher_)(request)), second = std::get<HttpPlan>((*dispatcher_)(request));
  EXPECT_FALSE(first.to_file.empty());
  EXPECT_NE(first.to_file, second.to_file);
  EXPECT_EQ(first.answer(request).body, first.to_file.string());
}

struct BadRequest {
  const char* name;
  HttpRequest request;
  unsigned status;
  const char* detail;
};
class BadRequests : public Dispatch, public testing::WithParamInterface<BadRequest> {};
TEST_P(BadRequests, AreAnsweredWithProblemDetails) {
  const auto response = send(GetParam().request);
  EXPECT_EQ(response.status, GetParam().status);
  EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
  const auto problem = body_of(response);
  EXPECT_EQ(problem["status"], GetParam().status);
  EXPECT_THAT(problem["detail"].get<std::string>(), HasSubstr(GetParam().detail));
}
INSTANTIATE_TEST_SUITE_P(
    Sol013, BadRequests,
    testing::Values(
        BadRequest{"UnknownPath", {.method = "GET", .target = "/other"}, 404, "no such resource"},
        BadRequest{"UnknownMajor", {.method = "GET", .target = "/things/v3/things"}, 404, "no such resource"},
        BadRequest{"Traversal", {.method = "GET", .target = "/things/v1/things/a/files/%2e%2e/x"}, 404, "no such path"},
        BadRequest{"UnknownThing", {.method = "GET", .target = "/things/v1/things/none"}, 404, "thing none"},
        BadRequest{"BadEscape", {.method = "GET", .target = "/things/v1/things/%zz"}, 400, "%zz"},
        BadRequest{"Method", {.method = "DELETE", .target = "/things/v1/things/a"}, 405, "DELETE: expected GET, PATCH"},
        BadRequest{"UnknownMethod", {.method = "BREW", .target = "/things/v1/things"}, 405, "expected GET, POST"},
        BadRequest{"Version",
                   {.method = "GET", .target = "/things/v1/things", .headers = {{"Version", "2.2.0"}}},
                   406,
                   "expected one of 1.1.0, 1.2.0"},
        BadRequest{"VersionFormat",
                   {.method = "GET", .target = "/things/v1/things", .headers = {{"Version", "one"}}},
                   400,
                   "MAJOR.MINOR.PATCH"},
        BadRequest{"Accept",
                   {.method = "GET", .target = "/things/v1/things", .headers = {{"Accept", "text/html"}}},
                   406,
                   "expected application/json"},
        BadRequest{"ContentType",
                   {.method = "POST",
                    .target = "/things/v1/things",
                    .headers = {{"Content-Type", "text/xml"}},
                    .body = "<a/>"},
                   415,
                   "text/xml: expected application/json"},
        BadRequest{"PatchContentType",
                   {.method = "PATCH",
                    .target = "/things/v1/things/a",
                    .headers = {{"Content-Type", "application/json-patch+json"}},
                    .body = "[]"},
                   415,
                   "merge-patch"},
        BadRequest{"NoBody", {.method = "POST", .target = "/things/v1/things"}, 400, "no body"},
        BadRequest{"NoJson", {.method = "POST", .target = "/things/v1/things", .body = "{"}, 400, "JSON: "},
        BadRequest{"TwiceInOne",
                   {.method = "POST", .target = "/things/v1/things", .body = R"({"id":"a","id":"b"})"},
                   400,
                   "id: given twice"},
        BadRequest{"Missing", {.method = "POST", .target = "/things/v1/things", .body = "{}"}, 400, "id"},
        BadRequest{"WrongType", {.method = "POST", .target = "/things/v1/things", .body = R"({"id": 1})"}, 400, "id: "},
        BadRequest{"Conflict", {.method = "PATCH", .target = "/things/v1/things/a", .body = "{}"}, 409, "busy"},
        BadRequest{
            "Host", {.method = "GET", .target = "/things/v1/things", .headers = {{"Host", "a/b<c>"}}}, 400, "Host"},
        BadRequest{"Filter", {.method = "GET", .target = "/things/v1/things?filter=(eq,colour,red)"}, 400, "colour"},
        BadRequest{"EmptyishFilter", {.method = "GET", .target = "/things/v1/things?filter=("}, 400, "filter"},
        BadRequest{"Selectors",
                   {.method = "GET", .target = "/things/v1/things?all_fields&fields=id"},
                   400,
                   "attribute selectors"},
        BadRequest{"ForgedMarker",
                   {.method = "GET", .target = "/things/v1/things?nextpage_opaque_marker=7435"},
                   400,
                   "nextpage_opaque_marker"}),
    by_name);

TEST_F(Dispatch, SaysWhenToAskAgain) {
  const auto late = get("/things/v1/things/late");
  EXPECT_EQ(late.status, 503U);
  EXPECT_EQ(late.header("Retry-After"), "1");
  EXPECT_EQ(problem_response(429, "too many").header("Retry-After"), "1");
  EXPECT_EQ(get("/things/v1/things/none").header("Retry-After"), "");
}

TEST_F(Dispatch, SaysWhichMethodsThereAre) {
  EXPECT_EQ(send({.method = "DELETE", .target = "/things/v1/things"}).header("Allow"), "GET, POST");
}

TEST_F(Dispatch, TellsItsVersionsWhateverVersionSays) {
  const auto of_one = get("/things/v1/api_versions", {{"Version", "9.9.9"}});
  EXPECT_EQ(body_of(of_one), json::parse(R"({"uriPrefix": "/things/v1", "apiVersions": [
      {"version": "1.1.0", "isDeprecated": false}, {"version": "1.2.0", "isDeprecated": false}]})"));
  const auto of_all = body_of(get("/things/api_versions"));
  EXPECT_EQ(of_all["uriPrefix"], "/things");
  EXPECT_EQ(of_all["apiVersions"].size(), 4U);
}

TEST_F(Dispatch, AMissingVersionIsRefusedWhereConfigurationIsStrict) {
  serve({.strict = true});
  EXPECT_EQ(get("/things/v1/things").status, 400U);
  EXPECT_EQ(get("/things/v1/things", {{"Version", "1.1.0"}}).status, 200U);
  EXPECT_EQ(get("/things/v1/things", {{"Version", "1.1.0-impl:example.com:x:1"}}).status, 200U);
  EXPECT_EQ(get("/things/v1/api_versions").status, 200U);
}

TEST_F(Dispatch, UrisBeginWithTheConfiguredRoot) {
  serve({.root = "https://vnfm.example"});
  const auto response = send({.method = "POST", .target = "/things/v1/things", .body = R"({"id": "x"})"});
  EXPECT_EQ(response.header("Location"), "https://vnfm.example/things/v1/things/x");
}

TEST_F(Dispatch, ListsPageByPage) {
  std::string target = "/things/v1/things?filter=(gt,size,1)&exclude_default";
  std::vector<std::string> seen;
  for (int page = 0; page < 2; ++page) {
    const auto response = get(target);
    ASSERT_EQ(response.status, 200U) << response.body;
    for (const auto& thing : body_of(response)) {
      EXPECT_FALSE(thing.contains("more"));
      seen.push_back(thing["id"]);
    }
    const auto link = response.header("Link");
    if (page == 1) {
      EXPECT_EQ(link, "");
    } else {
      EXPECT_THAT(link,
                  AllOf(testing::StartsWith("<http://vnfm:9890/things/v1/things?filter="),
                        testing::EndsWith(R"(>; rel="next")"), HasSubstr("&exclude_default&nextpage_opaque_marker=")));
      target = link.substr(1, link.find('>') - 1).substr(std::string_view{"http://vnfm:9890"}.size());
    }
  }
  EXPECT_THAT(seen, ElementsAre("t2", "t3", "t4", "t5"));
}

TEST_F(Dispatch, AMarkerIsOfUseForItsListOnly) {
  const auto first = get("/things/v1/things");
  const auto link = first.header("Link");
  const std::string marker{link.substr(link.find("marker=") + 7, link.find('>') - link.find("marker=") - 7)};
  EXPECT_EQ(get("/things/v1/things?nextpage_opaque_marker=" + marker).status, 200U);
  EXPECT_EQ(get("/things/v2/things?nextpage_opaque_marker=" + marker).status, 400U);
  EXPECT_EQ(get("/things/v1/things?filter=(gt,size,1)&nextpage_opaque_marker=" + marker).status, 400U);
}

TEST_F(Dispatch, ReadersMayRead) {
  serve({}, make_token_authenticator({{{.name = "eve", .tenant = "t", .role = Role::reader}, "token-e"},
                                      {{.name = "mia", .tenant = "t", .role = Role::member}, "token-m"}}));
  EXPECT_EQ(get("/things/v1/things", {{"X-Auth-Token", "token-e"}}).status, 200U);
  HttpRequest poke{.method = "POST", .target = "/things/v1/things/a/poke", .headers = {{"X-Auth-Token", "token-e"}}};
  EXPECT_EQ(send(poke).status, 403U);
  EXPECT_THAT(audit_.str(), HasSubstr("POST /things/v1/things/{thingId}/poke by eve of t: refused"));
  poke.headers = {{"Authorization", "Bearer token-m"}};
  EXPECT_EQ(send(poke).status, 202U);
}

TEST_F(Dispatch, UnknownCallersAreAskedWhoTheyAre) {
  serve({}, make_token_authenticator({{{.name = "mia", .tenant = "t", .role = Role::member}, "token"}}));
  for (const auto& headers : std::vector<std::vector<HttpHeader>>{{},
                                                                  {{"X-Auth-Token", ""}},
                                                                  {{"X-Auth-Token", "toke"}},
                                                                  {{"X-Auth-Token", "tokenx"}},
                                                                  {{"Authorization", "Bearer"}},
                                                                  {{"Authorization", "Basic token"}}}) {
    const auto response = get("/things/v1/things", headers);
    EXPECT_EQ(response.status, 401U);
    EXPECT_EQ(response.header("WWW-Authenticate"), R"(Bearer realm="unf")");
    EXPECT_EQ(body_of(response)["status"], 401);
  }
  EXPECT_THAT(audit_.str(), HasSubstr("refused: not a known token"));
  EXPECT_THAT(audit_.str(), testing::Not(HasSubstr("tokenx")));
}

TEST_F(Dispatch, BasicAuthenticationTakesNameAndPassword) {
  serve({}, make_basic_authenticator({{{.name = "u", .tenant = "t", .role = Role::admin}, "p"}}));
  EXPECT_EQ(get("/things/v1/things", {{"Authorization", "Basic dTpw"}}).status, 200U);  // u:p
  EXPECT_EQ(get("/things/v1/things", {{"authorization", "basic dTpw"}}).status, 200U);
  for (const char* bad : {"", "Basic", "Basic dTpx", "Basic !!!!", "Basic dTpwcA==", "Bearer dTpw", "Basic dA=="}) {
    EXPECT_EQ(get("/things/v1/things", {{"Authorization", bad}}).status, 401U) << bad;
  }
}

TEST_F(Dispatch, ServesTheOpenApiDocumentOfItsTable) {
  const auto document = body_of(get("/openapi.json"));
  EXPECT_EQ(document["openapi"], "3.0.3");
  const auto& thing = document["paths"]["/things/v1/things/{thingId}/files/{path}"]["get"];
  EXPECT_EQ(thing["parameters"][1]["name"], "path");
  EXPECT_TRUE(thing["responses"]["200"]["content"].contains("application/zip"));
  const auto& create = document["paths"]["/things/v2/things"]["post"];
  EXPECT_EQ(create["requestBody"]["content"]["application/json"]["schema"], kThing);
  EXPECT_TRUE(create["responses"]["201"]["headers"].contains("Location"));
  EXPECT_EQ(document["paths"]["/things/v1/things"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
                    ["items"],
            kThing);
  EXPECT_EQ(document["paths"].size(), 10U);
}

}  // namespace
}  // namespace unf::vnfm
