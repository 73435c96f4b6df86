#include "vnfm/rest/dispatcher.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <regex>

#include "vnfm/rest/media_type.h"
#include "vnfm/rest/openapi.h"

namespace unf::vnfm {
using nlohmann::json;

/// A route, ready to be found and used.
struct Dispatcher::Entry {
  Route route;
  std::vector<std::string> path;      ///< segments; `{name}` takes any, a last `{name...}` all that follow
  std::string pattern;                ///< the whole path, for the audit log and messages
  std::vector<std::string> versions;  ///< empty: any
  bool checks_version = true;
  std::shared_ptr<Authenticator> authenticator;
  std::optional<JsonSchema> schema;  ///< of the body

  [[nodiscard]] bool matches(const std::vector<std::string>& segments) const {
    const bool takes_rest = !path.empty() && path.back().ends_with("...}");
    if (takes_rest ? segments.size() < path.size() : segments.size() != path.size()) return false;
    return std::equal(path.begin(), path.end(), segments.begin(), [](const auto& wanted, const auto& segment) {
      return wanted.starts_with('{') || wanted == segment;
    });
  }

  [[nodiscard]] std::map<std::string, std::string, std::less<>> parameters(std::vector<std::string> segments) const {
    std::map<std::string, std::string, std::less<>> values;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (!path[i].starts_with('{')) continue;
      auto name = path[i].substr(1, path[i].size() - 2);
      auto value = segments[i];
      if (name.ends_with("...")) {
        name.resize(name.size() - 3);
        for (std::size_t rest = i + 1; rest < segments.size(); ++rest) value += "/" + segments[rest];
      }
      values.emplace(std::move(name), std::move(value));
    }
    return values;
  }
};

struct Dispatcher::Found {
  const Entry* entry;
  Target target;
};

namespace {

std::vector<std::string> segments_of(std::string_view path) {
  auto target = parse_target(path);
  assert(target && "a route's path is a path");
  return std::move(target->path);
}

bool may(const Caller& caller, const Route& route) {
  const bool reads = route.method == "GET" || route.reads_only;
  return caller.role >= (reads ? Role::reader : Role::member);
}

bool takes_content_type(Route::Takes takes, const std::string& type) {
  switch (takes) {
    case Route::Takes::nothing:
      return true;
    case Route::Takes::json:
      return type.empty() || type == "application/json";
    case Route::Takes::merge_patch:
      return type.empty() || type == "application/merge-patch+json" || type == "application/json";
    case Route::Takes::file:
      return type.empty() || type == "application/zip" || type == "application/octet-stream";
  }
  return false;
}

const char* expected_type(Route::Takes takes) {
  return takes == Route::Takes::json          ? "application/json"
         : takes == Route::Takes::merge_patch ? "application/merge-patch+json"
                                              : "application/zip";
}

/// A host and a port as they may stand in a URI (RFC 3986 3.2.2), and nothing that could lead elsewhere.
bool is_authority(std::string_view host) {
  return !host.empty() && host.size() <= 262 &&
         host.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyz"
             "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
             "0123456789.-_:[]") == host.npos;
}

}  // namespace

Dispatcher::Dispatcher(DispatcherConfig config, std::vector<Api> apis, std::unique_ptr<Authenticator> authenticator,
                       std::shared_ptr<spdlog::logger> audit)
    : config_(std::move(config)),
      authenticator_(std::move(authenticator)),
      audit_(std::move(audit)),
      openapi_(make_openapi(apis)) {
  add_versions(apis);
  for (auto& api : apis) {
    for (auto& route : api.routes) add(api, std::move(route));
  }
  Api own;
  add(own, {.method = "GET", .path = "/openapi.json", .summary = "This interface", .handler = [this](const auto&) {
              return json_response(200, openapi_);
            }});
}

Dispatcher::~Dispatcher() = default;

void Dispatcher::add(const Api& api, Route route) {
  auto entry = std::make_unique<Entry>();
  entry->pattern = api.name.empty() ? route.path : api.root() + route.path;
  entry->path = segments_of(entry->pattern);
  entry->versions = api.versions;
  entry->checks_version = api.checks_version;
  entry->authenticator = api.authenticator == nullptr ? authenticator_ : api.authenticator;
  if (!route.body.is_null()) entry->schema.emplace(route.body);
  entry->route = std::move(route);
  entries_.push_back(std::move(entry));
}

/// ETSI GS NFV-SOL 013 9.3. They answer whatever Version says.
void Dispatcher::add_versions(const std::vector<Api>& apis) {
  std::map<std::string, json> of_name;  // all majors
  const auto route = [](const std::string& path, const json& versions) {
    return Route{.method = "GET", .path = path, .summary = "Versions", .handler = [path, versions](const auto&) {
                   const auto prefix = path.substr(0, path.rfind('/'));
                   return json_response(200, {{"uriPrefix", prefix}, {"apiVersions", versions}});
                 }};
  };
  for (const auto& api : apis) {
    auto versions = json::array();
    for (const auto& version : api.versions) versions.push_back({{"version", version}, {"isDeprecated", false}});
    auto& all = of_name.try_emplace(api.name, json::array()).first->second;
    all.insert(all.end(), versions.begin(), versions.end());
    add({}, route(api.root() + "/api_versions", versions));
  }
  for (const auto& [name, versions] : of_name) add({}, route("/" + name + "/api_versions", versions));
}

std::variant<HttpResponse, HttpPlan> Dispatcher::operator()(const HttpRequest& head) {
  auto found = find(head);
  if (auto* refusal = std::get_if<HttpResponse>(&found)) return std::move(*refusal);
  auto& [entry, target] = std::get<Found>(found);
  const auto& route = entry->route;

  const auto refuse = [&, entry = entry](unsigned status, const std::string& detail) {
    auto response = problem_response(status, detail);
    if (!entry->versions.empty()) response.headers.push_back({"Version", entry->versions.back()});
    return response;
  };
  auto caller = entry->authenticator->authenticate(head);
  if (!caller) {
    audit_->warn("{} {} from {}: refused: {}", head.method, entry->pattern, head.peer.address, caller.error().message);
    if (caller.error().code != Errc::malformed) return refuse(status_of(caller.error().code), caller.error().message);
    auto response = refuse(401, caller.error().message);
    if (auto challenge = entry->authenticator->challenge(); !challenge.empty()) {
      response.headers.push_back({"WWW-Authenticate", std::move(challenge)});
    }
    return response;
  }
  if (!may(*caller, route)) {
    audit_->warn("{} {} by {} of {}: refused: not its role", head.method, entry->pattern, caller->name, caller->tenant);
    return refuse(403, fmt::format("{} may {}", caller->name, caller->role == Role::none ? "do nothing" : "only read"));
  }
  if (auto wrong_version = check_version(*entry, head)) return std::move(*wrong_version);

  ApiRequest request{.caller = std::move(*caller),
                     .query = std::move(target.query),
                     .parameters = entry->parameters(std::move(target.path)),
                     .content_type = media_type(head.header("Content-Type")),
                     .if_match = std::string{head.header("If-Match")},
                     .range = std::string{head.header("Range")},
                     .accept = acceptable(head.header("Accept"), route.produces),
                     .path = head.target.substr(0, head.target.find('?')),
                     .root = config_.root};
  if (request.accept.empty() && !route.produces.empty()) {
    return refuse(406, fmt::format("Accept: {}: expected {}", head.header("Accept"), fmt::join(route.produces, ", ")));
  }
  if (!takes_content_type(route.takes, request.content_type)) {
    return refuse(415, fmt::format("Content-Type: {}: expected {}", request.content_type, expected_type(route.takes)));
  }
  if (request.root.empty()) {
    const auto host = head.header("Host");
    if (!is_authority(host)) return refuse(400, "Host: expected a host, or a host and a port");
    request.root = fmt::format("{}://{}", config_.tls ? "https" : "http", host);
  }
  HttpPlan plan{.max_body = config_.max_json};
  if (route.takes == Route::Takes::file) {
    plan.max_body = config_.max_file;
    plan.to_file = config_.upload_directory / fmt::format("upload-{}-{}", getpid(), uploads_++);
    request.file = plan.to_file;
  }
  plan.answer = [this, entry = entry, request = std::move(request)](HttpRequest http) {
    return answer(*entry, request, std::move(http));
  };
  return plan;
}

std::variant<Dispatcher::Found, HttpResponse> Dispatcher::find(const HttpRequest& head) const {
  auto target = parse_target(head.target);
  if (!target) return problem_response(status_of(target.error().code), target.error().message);
  std::string allowed;
  for (const auto& entry : entries_) {
    if (!entry->matches(target->path)) continue;
    if (entry->route.method == head.method) return Found{entry.get(), std::move(*target)};
    allowed += (allowed.empty() ? "" : ", ") + entry->route.method;
  }
  if (allowed.empty()) return problem_response(404, "there is no such resource");
  auto response = problem_response(405, fmt::format("{}: expected {}", head.method, allowed));
  response.headers.push_back({"Allow", allowed});
  return response;
}

/// ETSI GS NFV-SOL 013 9.2. A missing version means the highest one, unless configuration is strict.
std::optional<HttpResponse> Dispatcher::check_version(const Entry& entry, const HttpRequest& head) const {
  static const std::regex kFormat{R"(\d{1,9}\.\d{1,9}\.\d{1,9}(-impl:\S{1,100})?)"};
  const std::string wanted{head.header("Version")};
  if (entry.versions.empty() || !entry.checks_version || (wanted.empty() && !config_.strict)) return std::nullopt;
  const auto refuse = [&](unsigned status, const std::string& detail) {
    auto response = problem_response(status, detail);
    response.headers.push_back({"Version", entry.versions.back()});
    return response;
  };
  if (wanted.empty()) return refuse(400, "Version: missing, expected " + entry.versions.back());
  if (!std::regex_match(wanted, kFormat)) {
    return refuse(400, "Version: expected MAJOR.MINOR.PATCH, for example " + entry.versions.back());
  }
  if (std::ranges::find(entry.versions, wanted.substr(0, wanted.find('-'))) == entry.versions.end()) {
    return refuse(406, fmt::format("Version: {}: expected one of {}", wanted, fmt::join(entry.versions, ", ")));
  }
  return std::nullopt;
}

HttpResponse Dispatcher::answer(const Entry& entry, ApiRequest request, HttpRequest http) {
  const auto& route = entry.route;
  auto handled = handle(entry, request, http);
  auto response =
      handled ? std::move(*handled) : problem_response(status_of(handled.error().code), handled.error().message);
  if (!entry.versions.empty()) response.headers.push_back({"Version", entry.versions.back()});
  if (route.method != "GET") {
    audit_->info("{} {} by {} of {} from {}: {}", http.method, request.path, request.caller.name, request.caller.tenant,
                 http.peer.address, response.status);
  }
  return response;
}

Result<HttpResponse> Dispatcher::handle(const Entry& entry, ApiRequest& request, const HttpRequest& http) const {
  if (entry.schema) {
    if (http.body.empty()) return fail(Errc::malformed, "there is no body, expected JSON");
    auto body = parse_json(http.body);
    if (!body) return fail(body.error());
    if (auto checked = entry.schema->check(*body); !checked) return fail(checked.error());
    request.body = std::move(*body);
  }
  return entry.route.handler(request);
}

}  // namespace unf::vnfm
