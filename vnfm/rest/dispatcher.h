#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "vnfm/http/http_server.h"
#include "vnfm/rest/api.h"
#include "vnfm/rest/authenticator.h"
#include "vnfm/rest/query/json_body.h"

namespace unf::vnfm {

struct DispatcherConfig {
  bool tls = false;                     ///< clients come by https
  std::string root;                     ///< what URIs begin with; empty: the request's Host
  bool strict = false;                  ///< refuses requests without `Version`, where SOL013 demands it
  std::uint64_t max_json = 1U << 20;    ///< [byte]
  std::uint64_t max_file = 1ULL << 32;  ///< [byte], of a package
  std::filesystem::path upload_directory = "/tmp";
};

/// Leads requests to routes as ETSI GS NFV-SOL 013 wants it: URIs, methods, callers, versions, media types, bodies,
/// ProblemDetails. It serves `/{api}/api_versions`, `/{api}/v{n}/api_versions` and, made of the same table,
/// `/openapi.json`. Each change goes to the audit log: who did what, and what came of it.
class Dispatcher {
 public:
  /// Errors: none; a table that contradicts itself ends the program.
  Dispatcher(DispatcherConfig config, std::vector<Api> apis, std::unique_ptr<Authenticator> authenticator,
             std::shared_ptr<spdlog::logger> audit);
  ~Dispatcher();

  [[nodiscard]] std::variant<HttpResponse, HttpPlan> operator()(const HttpRequest& head);
  [[nodiscard]] const nlohmann::json& openapi() const { return openapi_; }

 private:
  struct Entry;
  struct Found;

  void add(const Api& api, Route route);
  void add_versions(const std::vector<Api>& apis);
  [[nodiscard]] std::variant<Found, HttpResponse> find(const HttpRequest& head) const;
  [[nodiscard]] std::optional<HttpResponse> check_version(const Entry& entry, const HttpRequest& head) const;
  [[nodiscard]] HttpResponse answer(const Entry& entry, ApiRequest request, HttpRequest http);
  [[nodiscard]] Result<HttpResponse> handle(const Entry& entry, ApiRequest& request, const HttpRequest& http) const;

  const DispatcherConfig config_;
  const std::shared_ptr<Authenticator> authenticator_;
  const std::shared_ptr<spdlog::logger> audit_;
  std::vector<std::unique_ptr<const Entry>> entries_;
  nlohmann::json openapi_;
  std::atomic<std::uint64_t> uploads_ = 0;
};

}  // namespace unf::vnfm
