#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/result.h"
#include "vnfm/http/message.h"
#include "vnfm/lifecycle/caller.h"
#include "vnfm/rest/authenticator.h"
#include "vnfm/rest/query/uri.h"

namespace unf::vnfm {

/// A request that a route takes, with all that the dispatcher has checked.
struct ApiRequest {
  Caller caller;
  Query query{};
  std::map<std::string, std::string, std::less<>> parameters{};  ///< of the path, by the names of the route
  nlohmann::json body{};                                         ///< as the route's schema wants it; null without one
  std::filesystem::path file{};                                  ///< with the body of a route that takes a file
  std::string content_type{};                                    ///< without its parameters
  std::string if_match{};                                        ///< entity tags, or empty
  std::string range{};                                           ///< of bytes, or empty
  std::vector<std::string> accept{};                             ///< of what the route produces, what the client takes
  std::string path{};                                            ///< of the target, as it was sent
  std::string root{};                                            ///< what URIs begin with: `http://HOST:PORT`

  [[nodiscard]] const std::string& parameter(std::string_view name) const { return parameters.find(name)->second; }
};

/// One method of one resource.
struct Route {
  /// What its body is.
  enum class Takes { nothing, json, merge_patch, file };
  using Handler = std::function<Result<HttpResponse>(ApiRequest&)>;

  std::string method;
  std::string
      path;  ///< below the API's root: `/vnf_instances/{vnfInstanceId}`; a last `{name...}` takes all that follows
  std::string summary;
  Handler handler;  ///< an error becomes ProblemDetails with the status of its code (status_of)
  unsigned success = 200;
  Takes takes = Takes::nothing;
  nlohmann::json body{};                                  ///< JSON Schema of the body
  nlohmann::json answer{};                                ///< JSON Schema of the answer; of an element, if it is a list
  bool is_list = false;                                   ///< takes filter, selectors and page markers
  std::vector<std::string> produces{"application/json"};  ///< empty: any
  bool reads_only = false;                                ///< a reader may call it, also where it is no GET
};

/// One major version of an interface.
struct Api {
  std::string name;    ///< `vnflcm`
  unsigned major = 1;  ///< of the root `/vnflcm/v1`
  std::string title;
  std::vector<std::string> versions;  ///< that `Version` may ask for; the last is the one that is served
  std::vector<Route> routes;
  bool checks_version = true;  ///< else `Version` is that of something else
  /// Who calls it; null: those whom the dispatcher knows.
  std::shared_ptr<Authenticator> authenticator{};

  [[nodiscard]] std::string root() const { return fmt::format("/{}/v{}", name, major); }
};

/// The strong entity tag of a resource that was last changed at `revision` (RFC 9110 8.8.3).
[[nodiscard]] std::string entity_tag(std::int64_t revision);

/// What to answer instead, if the request is for another state of a resource than that of `revision` (If-Match; ETSI GS
/// NFV-SOL 013 5.7).
[[nodiscard]] std::optional<HttpResponse> refuse_stale(const ApiRequest& request, std::int64_t revision);

[[nodiscard]] HttpResponse json_response(unsigned status, const nlohmann::json& body,
                                         std::vector<HttpHeader> headers = {});

}  // namespace unf::vnfm
