#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/endpoint.h"
#include "agent/base/tls.h"
#include "graph/model/result.h"

namespace apache::thrift {
class TProcessor;
namespace protocol {
class TProtocol;
}
namespace server {
class TServer;
}
}  // namespace apache::thrift

namespace unf::agent {

/// A plan with its rule files fits; a length that no peer of ours sends is refused before anything is allocated.
inline constexpr int kMaxMessageBytes = 64 << 20;

struct Timeouts {
  std::chrono::milliseconds connect{2'000};
  std::chrono::milliseconds call{60'000};
};

/// A framed, binary connection that is open; with `tls` to a server whose certificate is of the endpoint's host. Throws
/// TTransportException: call it where the stub's calls are caught.
[[nodiscard]] std::shared_ptr<apache::thrift::protocol::TProtocol> connect(const Endpoint& endpoint,
                                                                           const Timeouts& timeouts,
                                                                           const std::optional<ClientTls>& tls = {});

/// Who is at the other end of a connection to a server.
class Peer {
 public:
  Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  virtual ~Peer() = default;
  /// As the function of this name says; of a certificate that was verified. Known once a call has come.
  [[nodiscard]] virtual std::vector<std::string> certificate_names() const = 0;
  /// Numeric; empty for a Unix socket.
  [[nodiscard]] virtual std::string address() const = 0;
  /// False once the server ends: a call that waits for something should answer.
  [[nodiscard]] virtual bool is_served() const = 0;
};

/// Who answers the calls of a connection.
using ProcessorOf = std::function<std::shared_ptr<apache::thrift::TProcessor>(std::shared_ptr<const Peer>)>;

/// Serves on threads of its own, one a connection, until it is destroyed.
class ThriftServer {
 public:
  /// Listens once this returns. A Unix socket that nobody listens on is replaced. Errors: unavailable; malformed for
  /// the files of `tls`.
  [[nodiscard]] static Result<std::unique_ptr<ThriftServer>> start(const Endpoint& endpoint, ProcessorOf processor_of,
                                                                   const std::optional<ServerTls>& tls = {});
  /// The same `processor` for everybody.
  [[nodiscard]] static Result<std::unique_ptr<ThriftServer>> start(
      const Endpoint& endpoint, std::shared_ptr<apache::thrift::TProcessor> processor);
  ~ThriftServer();
  ThriftServer(const ThriftServer&) = delete;
  ThriftServer& operator=(const ThriftServer&) = delete;

  /// With the port that was taken.
  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  /// Reads the files of TLS again, for the connections to come. Errors: malformed; then all stays.
  [[nodiscard]] Result<void> reload_tls();

 private:
  class TlsSockets;
  ThriftServer() = default;
  Endpoint endpoint_;
  std::shared_ptr<TlsSockets> tls_;  ///< null: none
  std::shared_ptr<std::atomic<bool>> serves_ = std::make_shared<std::atomic<bool>>(true);
  std::shared_ptr<apache::thrift::server::TServer> server_;
  std::thread thread_;
};

/// What the Thrift library has to say goes to spdlog's debug level, not to standard error. Ignores SIGPIPE, without
/// which the first client that leaves would end the process.
void prepare_process_for_thrift();

}  // namespace unf::agent
