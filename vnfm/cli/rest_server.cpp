#include "vnfm/cli/rest_server.h"

#include <openssl/rand.h>

#include "vnfm/rest/lcm_api.h"
#include "vnfm/rest/package_api.h"

namespace unf::vnfm {
namespace {

/// Made once, so that a page marker is of use after a restart, and to each manager of the store.
Result<std::string> page_secret(LedStore& store) {
  const std::string key = "secret/page-markers";
  const auto entry = store.store().get(key);
  if (!entry) return fail(entry.error());
  if (*entry) return (*entry)->value;
  std::string secret(32, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), static_cast<int>(secret.size())) != 1) {
    return fail(Errc::unavailable, "no random bytes");
  }
  return store.commit({.when = {Compare::absent(key)}, .puts = {{key, secret}}}).map([&](Revision) { return secret; });
}

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
  auto secret = page_secret(*manager.store());
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
  rest->dispatcher_ =
      std::make_unique<Dispatcher>(std::move(dispatch), std::move(apis), make_authenticator(config, adapters), log);
  auto server =
      HttpServer::start(config.http, [&to = *rest->dispatcher_](const HttpRequest& head) { return to(head); });
  if (!server) return fail(server.error());
  rest->server_ = std::move(*server);
  return rest;
}

std::string RestServer::root() const { return (tls_ ? "https://" : "http://") + server_->endpoint().to_string(); }

}  // namespace unf::vnfm
