#pragma once

#include <chrono>
#include <memory>
#include <thread>

#include "agent/wire/endpoint.h"
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

/// A framed, binary connection that is open. Throws TTransportException: call it where the stub's calls are caught.
[[nodiscard]] std::shared_ptr<apache::thrift::protocol::TProtocol> connect(const Endpoint& endpoint,
                                                                           const Timeouts& timeouts);

/// Serves `processor` on threads of its own, one a connection, until it is destroyed.
class ThriftServer {
 public:
  /// Listens once this returns. A Unix socket that nobody listens on is replaced. Errors: unavailable.
  [[nodiscard]] static Result<std::unique_ptr<ThriftServer>> start(
      const Endpoint& endpoint, std::shared_ptr<apache::thrift::TProcessor> processor);
  ~ThriftServer();
  ThriftServer(const ThriftServer&) = delete;
  ThriftServer& operator=(const ThriftServer&) = delete;

  /// With the port that was taken.
  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  ThriftServer() = default;
  Endpoint endpoint_;
  std::shared_ptr<apache::thrift::server::TServer> server_;
  std::thread thread_;
};

/// What the Thrift library has to say goes to spdlog's debug level, not to standard error. Ignores SIGPIPE, without
/// which the first client that leaves would end the process.
void prepare_process_for_thrift();

}  // namespace unf::agent
