#include "vnfm/http/http_server_tls.h"

namespace unf::vnfm::http_server {

Result<void> TlsFiles::load() {
  if (!files_) return {};
  auto context = std::make_shared<TlsContext>(TlsContext::tls_server);
  return agent::configure(context->native_handle(), *files_).map([&] {
    const std::lock_guard lock{mutex_};
    context_ = std::move(context);
  });
}

std::shared_ptr<TlsContext> TlsFiles::context() {
  const std::lock_guard lock{mutex_};
  return context_;
}

}  // namespace unf::vnfm::http_server
