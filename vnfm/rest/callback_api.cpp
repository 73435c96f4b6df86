#include "vnfm/rest/callback_api.h"

#include "vnfm/rest/schema.h"

namespace unf::vnfm {

Api make_callback_api(PackageFollower& follower) {
  using namespace schema;
  constexpr auto kPath = "/vnf_packages";
  const auto& [user, password] = follower.credentials();
  Api api{.name = "callbacks", .major = 1, .title = "Notifications to this manager", .versions = {"1.0.0"}};
  api.checks_version = false;  // it is that of the NFVO's interface
  api.authenticator = make_basic_authenticator({{{.name = user, .tenant = "nfvo", .role = Role::member}, password}});
  api.routes = {{.method = "GET",
                 .path = kPath,
                 .summary = "Test of a callback",
                 .handler = [](const auto&) -> Result<HttpResponse> { return HttpResponse{.status = 204}; },
                 .success = 204},
                {.method = "POST",
                 .path = kPath,
                 .summary = "Something has become of a package",
                 .handler = [&follower](const ApiRequest& request) -> Result<HttpResponse> {
                   follower.notify(request.body["vnfdId"]);
                   return HttpResponse{.status = 204};
                 },
                 .success = 204,
                 .takes = Route::Takes::json,
                 .body = object({{"notificationType", text()}, {"vnfPkgId", text()}, {"vnfdId", text()}},
                                {"notificationType", "vnfdId"})}};
  return api;
}

}  // namespace unf::vnfm
