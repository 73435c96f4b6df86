#include "agent/base/transport.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <thrift/TConfiguration.h>
#include <thrift/TOutput.h>
#include <thrift/TProcessor.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/server/TThreadedServer.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TSSLServerSocket.h>
#include <thrift/transport/TSSLSocket.h>
#include <thrift/transport/TServerSocket.h>
#include <thrift/transport/TSocket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <future>
#include <mutex>

namespace unf::agent {
namespace {

using apache::thrift::TConfiguration;
using apache::thrift::TConnectionInfo;
using apache::thrift::TException;
using apache::thrift::TProcessor;
using apache::thrift::TProcessorFactory;
using apache::thrift::protocol::TBinaryProtocol;
using apache::thrift::protocol::TBinaryProtocolFactory;
using apache::thrift::protocol::TProtocol;
using apache::thrift::server::TServerEventHandler;
using apache::thrift::server::TThreadedServer;
using apache::thrift::transport::SSLContext;
using apache::thrift::transport::TFramedTransport;
using apache::thrift::transport::TServerSocket;
using apache::thrift::transport::TSocket;
using apache::thrift::transport::TSSLException;
using apache::thrift::transport::TSSLServerSocket;
using apache::thrift::transport::TSSLSocket;
using apache::thrift::transport::TSSLSocketFactory;
using apache::thrift::transport::TTransport;
using apache::thrift::transport::TTransportFactory;

constexpr int kIdleMs = 60'000;
constexpr int kMaxClients = 256;

std::shared_ptr<TConfiguration> limits() {
  return std::make_shared<TConfiguration>(kMaxMessageBytes, kMaxMessageBytes, 32);
}

/// The context has its own floor: Thrift's names of versions stand for just one each.
template <typename Files>
Result<std::shared_ptr<SSLContext>> make_context(const Files& files) {
  auto context = std::make_shared<SSLContext>(apache::thrift::transport::SSLTLS);
  return configure(context->get(), files).map([&] { return context; });
}

/// To a server; what its certificate says is compared with the host.
class ClientTlsSocket final : public TSSLSocket {
 public:
  ClientTlsSocket(std::shared_ptr<SSLContext> context, const Endpoint& endpoint)
      : TSSLSocket(std::move(context), endpoint.host, endpoint.port, limits()) {
    server(false);
  }

 private:
  void authorize() override {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{SSL_get1_peer_certificate(ssl_), X509_free};
    const auto host = getHost();
    if (certificate == nullptr || (X509_check_host(certificate.get(), host.data(), host.size(), 0, nullptr) != 1 &&
                                   X509_check_ip_asc(certificate.get(), host.c_str(), 0) != 1)) {
      throw TSSLException("the server's certificate is not of " + host);
    }
  }
};

/// From a client; its certificate is the TLS library's matter, what it may do that of who reads its names.
class ServerTlsSocket final : public TSSLSocket {
 public:
  ServerTlsSocket(std::shared_ptr<SSLContext> context, THRIFT_SOCKET socket, std::shared_ptr<THRIFT_SOCKET> interrupt)
      : TSSLSocket(std::move(context), socket, std::move(interrupt), limits()) {
    server(true);
  }
  [[nodiscard]] std::vector<std::string> certificate_names() const {
    return ssl_ == nullptr ? std::vector<std::string>{} : agent::certificate_names(ssl_);
  }

 private:
  void authorize() override {}
};

std::shared_ptr<TSocket> socket_to(const Endpoint& endpoint, const std::optional<ClientTls>& tls) {
  if (!endpoint.path.empty()) return std::make_shared<TSocket>(endpoint.path, limits());
  if (!tls) return std::make_shared<TSocket>(endpoint.host, endpoint.port, limits());
  auto context = make_context(*tls);
  if (!context) throw TSSLException(context.error().message);
  return std::make_shared<ClientTlsSocket>(std::move(*context), endpoint);
}

class SocketPeer final : public Peer {
 public:
  SocketPeer(std::shared_ptr<TSocket> socket, std::shared_ptr<const std::atomic<bool>> serves)
      : socket_(std::move(socket)), serves_(std::move(serves)) {}
  std::vector<std::string> certificate_names() const override {
    const auto* tls = dynamic_cast<const ServerTlsSocket*>(socket_.get());
    return tls == nullptr ? std::vector<std::string>{} : tls->certificate_names();
  }
  std::string address() const override { return socket_->getPeerAddress(); }
  bool is_served() const override { return *serves_; }

 private:
  const std::shared_ptr<TSocket> socket_;
  const std::shared_ptr<const std::atomic<bool>> serves_;
};

class ProcessorByPeer final : public TProcessorFactory {
 public:
  ProcessorByPeer(ProcessorOf processor_of, std::shared_ptr<const std::atomic<bool>> serves)
      : processor_of_(std::move(processor_of)), serves_(std::move(serves)) {}
  std::shared_ptr<TProcessor> getProcessor(const TConnectionInfo& connection) override {
    return processor_of_(
        std::make_shared<SocketPeer>(std::dynamic_pointer_cast<TSocket>(connection.transport), serves_));
  }

 private:
  const ProcessorOf processor_of_;
  const std::shared_ptr<const std::atomic<bool>> serves_;
};

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

/// Makes the sockets of a server with TLS, and reads its files.
class ThriftServer::TlsSockets final : public TSSLSocketFactory {
 public:
  explicit TlsSockets(ServerTls files) : files_(std::move(files)) {}

  Result<void> load() {
    auto context = make_context(files_);
    if (!context) return fail(context.error());
    const std::lock_guard lock{mutex_};
    context_ = std::move(*context);
    return {};
  }
  std::shared_ptr<TSSLSocket> createSocket(THRIFT_SOCKET socket, std::shared_ptr<THRIFT_SOCKET> interrupt) override {
    const std::lock_guard lock{mutex_};
    return std::make_shared<ServerTlsSocket>(context_, socket, std::move(interrupt));
  }

 private:
  const ServerTls files_;
  std::mutex mutex_;
  std::shared_ptr<SSLContext> context_;
};

std::shared_ptr<TProtocol> connect(const Endpoint& endpoint, const Timeouts& timeouts,
                                   const std::optional<ClientTls>& tls) {
  const auto socket = socket_to(endpoint, tls);
  socket->setConnTimeout(static_cast<int>(timeouts.connect.count()));
  socket->setSendTimeout(static_cast<int>(timeouts.call.count()));
  socket->setRecvTimeout(static_cast<int>(timeouts.call.count()));
  socket->open();
  return std::make_shared<TBinaryProtocol>(std::make_shared<TFramedTransport>(socket, limits()));
}

Result<std::unique_ptr<ThriftServer>> ThriftServer::start(const Endpoint& endpoint,
                                                          std::shared_ptr<TProcessor> processor) {
  return start(endpoint, [processor](const auto&) { return processor; });
}

Result<std::unique_ptr<ThriftServer>> ThriftServer::start(const Endpoint& endpoint, ProcessorOf processor_of,
                                                          const std::optional<ServerTls>& tls) {
  std::unique_ptr<ThriftServer> self{new ThriftServer};
  if (tls) {
    self->tls_ = std::make_shared<TlsSockets>(*tls);
    if (auto loaded = self->reload_tls(); !loaded) return fail(loaded.error());
  }
  if (is_stale_socket(endpoint.path)) unlink(endpoint.path.c_str());
  std::shared_ptr<TServerSocket> listener;
  if (!endpoint.path.empty()) {
    listener = std::make_shared<TServerSocket>(endpoint.path);
  } else if (self->tls_) {
    listener = std::make_shared<TSSLServerSocket>(endpoint.host, endpoint.port, self->tls_);
  } else {
    listener = std::make_shared<TServerSocket>(endpoint.host, endpoint.port);
  }
  listener->setSendTimeout(kIdleMs);
  listener->setRecvTimeout(kIdleMs);
  const auto server = std::make_shared<TThreadedServer>(
      std::make_shared<ProcessorByPeer>(std::move(processor_of), self->serves_), listener,
      std::make_shared<FramedFactory>(), std::make_shared<TBinaryProtocolFactory>());
  server->setConcurrentClientLimit(kMaxClients);

  const auto listening = std::make_shared<Listening>();
  server->setServerEventHandler(listening);
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

Result<void> ThriftServer::reload_tls() { return tls_ == nullptr ? Result<void>{} : tls_->load(); }

ThriftServer::~ThriftServer() {
  if (server_ == nullptr) return;  // it never listened
  *serves_ = false;
  server_->stop();
  if (thread_.joinable()) thread_.join();
  if (!endpoint_.path.empty()) unlink(endpoint_.path.c_str());
}

void prepare_process_for_thrift() {
  std::signal(SIGPIPE, SIG_IGN);
  TSSLSocketFactory::setManualOpenSSLInitialization(true);  // else its last one would clean up what others still use
  apache::thrift::GlobalOutput.setOutputFunction([](const char* text) { spdlog::debug("thrift: {}", text); });
}

}  // namespace unf::agent
