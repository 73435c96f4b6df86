#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "vnfm/http/http_server.h"

namespace unf::vnfm {

/// A server on loopback that answers as a test says, and remembers what it was asked.
class FakeHttpServer {
 public:
  using Answer = std::function<HttpResponse(const HttpRequest&)>;

  explicit FakeHttpServer(Answer answer) : answer_(std::move(answer)) {
    HttpConfig config;
    config.listen.port = 0;
    server_ = HttpServer::start(config, [this](const HttpRequest&) { return plan(); }).value();
  }

  [[nodiscard]] std::string url(const std::string& path = {}) const {
    return "http://" + server_->endpoint().to_string() + path;
  }
  [[nodiscard]] std::vector<HttpRequest> asked() const {
    const std::lock_guard lock{mutex_};
    return asked_;
  }

 private:
  [[nodiscard]] HttpPlan plan() {
    return {.max_body = 1 << 20, .answer = [this](const HttpRequest& request) {
              {
                const std::lock_guard lock{mutex_};
                asked_.push_back(request);
              }
              return answer_(request);
            }};
  }

  const Answer answer_;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> asked_;
  std::unique_ptr<HttpServer> server_;  // ends first
};

}  // namespace unf::vnfm
