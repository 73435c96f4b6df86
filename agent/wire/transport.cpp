#include "agent/wire/transport.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <thrift/TConfiguration.h>
#include <thrift/TOutput.h>
#include <thrift/TProcessor.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/server/TThreadedServer.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TServerSocket.h>
#include <thrift/transport/TSocket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <future>

namespace unf::agent {
namespace {

using apache::thrift::TConfiguration;
using apache::thrift::TException;
using apache::thrift::protocol::TBinaryProtocol;
using apache::thrift::protocol::TBinaryProtocolFactory;
using apache::thrift::protocol::TProtocol;
using apache::thrift::server::TServerEventHandler;
using apache::thrift::server::TThreadedServer;
using apache::thrift::transport::TFramedTransport;
using apache::thrift::transport::TServerSocket;
using apache::thrift::transport::TSocket;
using apache::thrift::transport::TTransport;
using apache::thrift::transport::TTransportFactory;

constexpr int kIdleMs = 60'000;
constexpr int kMaxClients = 256;

std::shared_ptr<TConfiguration> limits() {
  return std::make_shared<TConfiguration>(kMaxMessageBytes, kMaxMessageBytes, 32);
}

std::shared_ptr<TSocket> socket_to(const Endpoint& endpoint) {
  return endpoint.path.empty() ? std::make_shared<TSocket>(endpoint.host, endpoint.port, limits())
                               : std::make_shared<TSocket>(endpoint.path, limits());
}

class FramedFactory : public TTransportFactory {
 public:
  std::shared_ptr<TTransport> getTransport(std::shared_ptr<TTransport> under) override {
    return std::make_shared<TFramedTransport>(std::move(under), limits());
  }
};

/// Tells start() once whether the server listens.
class Listening : public TServerEventHandler {
 public:
  void preServe() override { tell({}); }
  /// Returns false if it was told before.
  bool tell(Result<void> result) {
    if (told_.exchange(true)) return false;
    promise_.set_value(std::move(result));
    return true;
  }
  Result<void> wait() { return promise_.get_future().get(); }

 private:
  std::atomic<bool> told_ = false;
  std::promise<Result<void>> promise_;
};

bool is_stale_socket(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  try {
    TSocket{path}.open();
    return false;
  } catch (const TException&) {
    return true;
  }
}

}  // namespace

std::shared_ptr<TProtocol> connect(const Endpoint& endpoint, const Timeouts& timeouts) {
  const auto socket = socket_to(endpoint);
  socket->setConnTimeout(static_cast<int>(timeouts.connect.count()));
  socket->setSendTimeout(static_cast<int>(timeouts.call.count()));
  socket->setRecvTimeout(static_cast<int>(timeouts.call.count()));
  socket->open();
  return std::make_shared<TBinaryProtocol>(std::make_shared<TFramedTransport>(socket, limits()));
}

Result<std::unique_ptr<ThriftServer>> ThriftServer::start(const Endpoint& endpoint,
                                                          std::shared_ptr<apache::thrift::TProcessor> processor) {
  if (is_stale_socket(endpoint.path)) unlink(endpoint.path.c_str());
  const auto listener = endpoint.path.empty() ? std::make_shared<TServerSocket>(endpoint.host, endpoint.port)
                                              : std::make_shared<TServerSocket>(endpoint.path);
  listener->setSendTimeout(kIdleMs);
  listener->setRecvTimeout(kIdleMs);
  const auto server = std::make_shared<TThreadedServer>(
      std::move(processor), listener, std::make_shared<FramedFactory>(), std::make_shared<TBinaryProtocolFactory>());
  server->setConcurrentClientLimit(kMaxClients);

  const auto listening = std::make_shared<Listening>();
  server->setServerEventHandler(listening);
  std::unique_ptr<ThriftServer> self{new ThriftServer};
  self->server_ = server;
  self->thread_ = std::thread{[server, endpoint, listening] {
    try {
      server->serve();
    } catch (const TException& e) {
      if (!listening->tell(fail(Errc::unavailable, "{}: cannot listen: {}", endpoint.to_string(), e.what()))) {
        spdlog::error("{}: stopped serving: {}", endpoint.to_string(), e.what());
      }
    }
  }};
  if (auto result = listening->wait(); !result) return fail(result.error());
  self->endpoint_ = endpoint;
  if (endpoint.path.empty()) self->endpoint_.port = static_cast<std::uint16_t>(listener->getPort());
  return self;
}

ThriftServer::~ThriftServer() {
  server_->stop();
  if (thread_.joinable()) thread_.join();
  if (!endpoint_.path.empty()) unlink(endpoint_.path.c_str());
}

void prepare_process_for_thrift() {
  std::signal(SIGPIPE, SIG_IGN);
  apache::thrift::GlobalOutput.setOutputFunction([](const char* text) { spdlog::debug("thrift: {}", text); });
}

}  // namespace unf::agent
