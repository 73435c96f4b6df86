#include "vnfm/cli/rest_server.h"

#include <openssl/rand.h>

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

Result<std::unique_ptr<RestServer>> RestServer::start(const ManagerConfig& config, const Adapters& adapters,
                                                      const std::shared_ptr<LedStore>& store, const Catalog& catalog,
                                                      const std::shared_ptr<spdlog::logger>& log) {
  auto secret = page_secret(*store);
  if (!secret) return fail(secret.error());
  std::unique_ptr<RestServer> rest{new RestServer{PageMarkers{std::move(*secret)}}};
  rest->tls_ = config.rest.http.tls.has_value();
  auto packages = Packages::open(store, config.state / "packages", catalog, config.rest.fetching, log);
  if (!packages) return fail(packages.error());
  rest->packages_ = std::move(*packages);

  auto dispatch = config.rest.dispatcher;
  dispatch.tls = rest->tls_;
  dispatch.upload_directory = rest->packages_->incoming();
  rest->dispatcher_ = std::make_unique<Dispatcher>(
      std::move(dispatch), std::vector{make_package_api(*rest->packages_, rest->markers_, config.rest.page)},
      make_authenticator(config.rest, adapters), log);
  auto server =
      HttpServer::start(config.rest.http, [&to = *rest->dispatcher_](const HttpRequest& head) { return to(head); });
  if (!server) return fail(server.error());
  rest->server_ = std::move(*server);
  return rest;
}

std::string RestServer::root() const { return (tls_ ? "https://" : "http://") + server_->endpoint().to_string(); }

}  // namespace unf::vnfm
