#pragma once

#include <spdlog/logger.h>

#include <memory>

#include "vnfm/config/manager_config.h"
#include "vnfm/http/http_server.h"
#include "vnfm/lifecycle/manager.h"
#include "vnfm/rest/dispatcher.h"
#include "vnfm/rest/query/paging.h"
#include "vnfm/server/adapters.h"

namespace unf::vnfm {

/// The REST interfaces of a manager, which outlives them.
class RestServer {
 public:
  /// Listens once this returns. Errors: as Store and HttpServer::start.
  [[nodiscard]] static Result<std::unique_ptr<RestServer>> start(const RestConfig& config, const Adapters& adapters,
                                                                 Manager& manager,
                                                                 const std::shared_ptr<spdlog::logger>& log);
  /// `http://HOST:PORT`, with the port that was taken.
  [[nodiscard]] std::string root() const;
  /// As HttpServer::reload_tls.
  [[nodiscard]] Result<void> reload_tls() { return server_->reload_tls(); }

 private:
  explicit RestServer(PageMarkers markers) : markers_(std::move(markers)) {}
  PageMarkers markers_;
  bool tls_ = false;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace unf::vnfm
