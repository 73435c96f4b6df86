#include "vnfm/server/rest_server.h"

#include "vnfm/rest/callback_api.h"
#include "vnfm/rest/fm_api.h"
#include "vnfm/rest/lcm_api.h"
#include "vnfm/rest/package_api.h"
#include "vnfm/store/secret.h"

namespace unf::vnfm {
namespace {

std::unique_ptr<Authenticator> make_authenticator(const RestConfig& config, const Adapters& adapters) {
  switch (config.auth) {
    case RestConfig::Auth::static_token:
      return make_token_authenticator(config.callers);
    case RestConfig::Auth::basic:
      return make_basic_authenticator(config.callers);
    case RestConfig::Auth::keystone:
      return adapters.keystone(config.keystone);
    case RestConfig::Auth::none:
      break;
  }
  return make_open_authenticator();
}

}  // namespace

Result<std::unique_ptr<RestServer>> RestServer::start(const RestConfig& config, const Adapters& adapters,
                                                      Manager& manager, const std::shared_ptr<spdlog::logger>& log) {
  auto secret = secret_of(*manager.store(), "page-markers");
  if (!secret) return fail(secret.error());
  std::unique_ptr<RestServer> rest{new RestServer{PageMarkers{std::move(*secret)}}};
  rest->tls_ = config.http.tls.has_value();

  auto dispatch = config.dispatcher;
  dispatch.tls = rest->tls_;
  dispatch.upload_directory = manager.packages().incoming();
  std::vector apis{make_package_api(manager.packages(), rest->markers_, config.page)};
  for (const unsigned major : {1U, 2U}) {
    apis.push_back(make_lcm_api(major, manager.lifecycle(), manager.subscriptions(), rest->markers_, config.page));
  }
  apis.push_back(make_fm_api(manager.alarms(), manager.subscriptions(), rest->markers_, config.page));
  auto* const follower = manager.package_follower();
  if (follower != nullptr) apis.push_back(make_callback_api(*follower));
  rest->dispatcher_ =
      std::make_unique<Dispatcher>(std::move(dispatch), std::move(apis), make_authenticator(config, adapters), log);
  auto server =
      HttpServer::start(config.http, [&to = *rest->dispatcher_](const HttpRequest& head) { return to(head); });
  if (!server) return fail(server.error());
  rest->server_ = std::move(*server);
  if (follower != nullptr) {
    follower->start((config.dispatcher.root.empty() ? rest->root() : config.dispatcher.root) + kPackageCallback);
  }
  return rest;
}

std::string RestServer::root() const { return (tls_ ? "https://" : "http://") + server_->endpoint().to_string(); }

}  // namespace unf::vnfm
