#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "agent/base/endpoint.h"
#include "agent/base/tls.h"
#include "graph/model/result.h"
#include "vnfm/http/message.h"

namespace unf::vnfm {

/// What a peer may take of time and room. Each phase of a request has a deadline in all, not one a byte.
struct HttpLimits {
  std::chrono::milliseconds handshake{5'000};
  std::chrono::milliseconds header{5'000};
  std::chrono::milliseconds body{10'000};   ///< and what its bytes take at `min_bytes_per_second`
  std::chrono::milliseconds write{10'000};  ///< likewise
  std::chrono::milliseconds idle{60'000};   ///< between requests
  std::uint64_t min_bytes_per_second = 64 << 10;
  std::size_t max_header_bytes = 16 << 10;
  std::size_t max_headers = 100;
  std::size_t max_target_bytes = 8 << 10;
  std::size_t max_connections = 10'000;
  std::size_t max_connections_per_peer = 256;  ///< of one address
  std::size_t max_waiting = 1'024;             ///< requests that wait for a worker
  std::size_t io_threads = 2;
  std::size_t workers = 8;  ///< threads that answer
};

struct HttpConfig {
  agent::Endpoint listen{.host = "127.0.0.1", .port = 9890};
  HttpLimits limits{};
  std::optional<agent::ServerTls> tls{};  ///< TLS 1.2 and 1.3; none: plain HTTP
};

/// What becomes of a request whose head is accepted.
struct HttpPlan {
  std::uint64_t max_body = 0;       ///< [byte]; beyond it the answer is 413
  std::filesystem::path to_file{};  ///< the body goes there instead of to HttpRequest::body; removed after the answer
  std::function<HttpResponse(HttpRequest)> answer;
};

/// Answers a request by its head, or says what to do once its body is there. Called on the server's workers: it may
/// take its time, but no more of them than there are.
using HttpHandler = std::function<std::variant<HttpResponse, HttpPlan>(const HttpRequest& head)>;

/// An HTTP/1.1 server (RFC 9112) with keep-alive and pipelining, answers in order.
class HttpServer {
 public:
  /// Listens once this returns. Errors: unavailable, if it cannot; malformed for certificate and key files.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(const HttpConfig& config, HttpHandler handler);
  /// Closes all connections; requests that are being answered are answered first, to nobody.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// With the port that was taken.
  [[nodiscard]] const agent::Endpoint& endpoint() const;
  /// Reads certificate, key and client CA again, for the connections to come. Errors: malformed; then all stays.
  [[nodiscard]] Result<void> reload_tls();

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace unf::vnfm
