#include "vnfm/http/http_server.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <vector>

#include "vnfm/http/http_server_census.h"
#include "vnfm/http/http_server_loop.h"
#include "vnfm/http/http_server_session.h"
#include "vnfm/http/http_server_tls.h"

namespace unf::vnfm {
using namespace http_server;

/// The listener: accepts connections and gives each to a loop.
class HttpServer::Impl {
 public:
  Impl(const HttpConfig& config, HttpHandler handler)
      : config_(config),
        handler_(std::move(handler)),
        tls_(config.tls),
        census_(config.limits.max_connections, config.limits.max_connections_per_peer),
        loops_(config.limits.io_threads),
        acceptor_(loops_.front().context),
        workers_(config.limits.workers, config.limits.max_waiting) {}

  ~Impl() {
    for (auto& loop : loops_) {
      asio::post(loop.context, [this, &loop] {
        error_code ignored;
        if (&loop == &loops_.front()) acceptor_.close(ignored);
        loop.stop();
      });
    }
    for (auto& loop : loops_) {
      if (loop.thread.joinable()) loop.thread.join();
    }
    workers_.join();
  }

  Result<void> start() {
    if (auto loaded = tls_.load(); !loaded) return loaded;
    error_code error;
    const auto& listen = config_.listen;
    tcp::resolver resolver{loops_.front().context};
    const auto found = resolver.resolve(listen.host, std::to_string(listen.port), tcp::resolver::passive, error);
    if (!error) acceptor_.open(found->endpoint().protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) acceptor_.bind(found->endpoint(), error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail(Errc::unavailable, "{}: cannot listen: {}", listen.to_string(), error.message());
    endpoint_ = {.host = listen.host, .port = acceptor_.local_endpoint().port()};

    make_room_for_connections();
    spdlog::debug("listens on {}", endpoint_.to_string());
    asio::co_spawn(loops_.front().context, accept(), asio::detached);
    for (auto& loop : loops_) loop.start();
    return {};
  }

  Result<void> reload_tls() { return tls_.load(); }
  const agent::Endpoint& endpoint() const { return endpoint_; }

 private:
  /// Raises the number of files that this process may have open.
  void make_room_for_connections() const {
    rlimit files{};
    const rlim_t wanted = config_.limits.max_connections + 256;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return;
    files.rlim_cur = std::min(files.rlim_max, wanted);
    setrlimit(RLIMIT_NOFILE, &files);
  }

  Task<void> accept() {
    auto& own = loops_.front();
    asio::steady_timer pause{own.context};
    for (std::size_t next = 0; !own.stopping; next = (next + 1) % loops_.size()) {
      error_code error;
      bool short_of_memory = false;
      try {
        co_await accept_one(loops_[next], error);
      } catch (const std::bad_alloc&) {
        short_of_memory = true;
      }
      if (!error && !short_of_memory) continue;
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
      // Most often the process has no file left to open; there will be one once a connection ends.
      pause.expires_after(milliseconds{20});
      co_await pause.async_wait(reporting(error));
    }
  }

  Task<void> accept_one(Loop& loop, error_code& error) {
    tcp::socket socket{loop.context};
    co_await acceptor_.async_accept(socket, reporting(error));
    if (error) co_return;
    error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    if (gone) co_return;
    auto address = peer.address().to_string();
    if (!census_.enter(address)) {
      if (!tls_.are_given()) turn_away(socket);
      co_return;
    }
    asio::co_spawn(loop.context, serve(loop, std::move(socket), Presence{census_, std::move(address)}), asio::detached);
  }

  /// A connection that there is no memory for is closed; the others go on.
  Task<void> serve(Loop& loop, tcp::socket socket, Presence presence) {
    if (loop.stopping) co_return;
    try {
      error_code ignored;
      socket.set_option(tcp::no_delay{true}, ignored);
      Connection connection{std::move(socket), tls_.context(), config_.limits, {.address = presence.address()}};
      const Registration registration{loop, connection.stream.socket()};
      if (!co_await connection.shake_hands()) co_return;
      Session session{connection, handler_, workers_};
      co_await session.run();
      co_await connection.end_tls();
    } catch (const std::exception& e) {
      spdlog::error("a connection ended with {}", e.what());
    }
  }

  const HttpConfig config_;
  const HttpHandler handler_;
  agent::Endpoint endpoint_;
  TlsFiles tls_;
  Census census_;  ///< connections leave it as late as with their loop
  std::vector<Loop> loops_;
  tcp::acceptor acceptor_;  ///< of the first loop's thread
  Workers workers_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpConfig& config, HttpHandler handler) {
  auto impl = std::make_unique<Impl>(config, std::move(handler));
  if (auto started = impl->start(); !started) return fail(started.error());
  return std::unique_ptr<HttpServer>{new HttpServer{std::move(impl)}};
}

const agent::Endpoint& HttpServer::endpoint() const { return impl_->endpoint(); }
Result<void> HttpServer::reload_tls() { return impl_->reload_tls(); }

}  // namespace unf::vnfm
