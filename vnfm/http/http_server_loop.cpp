#include "vnfm/http/http_server_loop.h"

#include <spdlog/spdlog.h>

namespace unf::vnfm::http_server {

void Loop::start() {
  thread = std::thread{[this] { run(); }};
}

void Loop::stop() {
  stopping = true;
  error_code ignored;
  for (auto* socket : sockets) socket->close(ignored);
  work.reset();
}

void Loop::run() {
  while (true) {
    try {
      context.run();
      return;
    } catch (const std::exception& e) {
      spdlog::error("a connection ended with {}", e.what());
    }
  }
}

}  // namespace unf::vnfm::http_server
