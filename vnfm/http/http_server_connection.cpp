#include "vnfm/http/http_server_connection.h"

#include <spdlog/spdlog.h>

#include <array>

namespace unf::vnfm::http_server {

bool is_of_http(const error_code& error) {
  return error.category() == make_error_code(http::error::bad_value).category();
}

Stream::Stream(tcp::socket socket, std::shared_ptr<TlsContext> context)
    : context_(std::move(context)), plain_(std::move(socket)) {
  if (context_) tls_.emplace(std::move(plain_), *context_);
}

Deadline::Deadline(tcp::socket& socket) : state_(std::make_shared<State>(socket)) {}

Deadline::~Deadline() {
  state_->socket = nullptr;
  state_->timer.cancel();
}

void Deadline::set(steady_clock::time_point at, Ends ends) {
  const auto turn = ++state_->turn;
  state_->passed = false;
  state_->timer.expires_at(at);
  state_->timer.async_wait([state = state_, turn, ends](const error_code& error) {
    if (error || state->turn != turn || state->socket == nullptr) return;
    state->passed = true;
    error_code ignored;
    if (ends == Ends::reads) {
      state->socket->shutdown(tcp::socket::shutdown_receive, ignored);
    } else {
      state->socket->close(ignored);
    }
  });
}

void Deadline::clear() {
  ++state_->turn;
  state_->timer.cancel();
}

Task<bool> Connection::shake_hands() {
  auto* const tls = stream.tls();
  if (tls == nullptr) co_return true;
  deadline.set(limits.handshake, Deadline::Ends::everything);
  error_code error;
  co_await tls->async_handshake(asio::ssl::stream_base::server, reporting(error));
  if (error) {
    spdlog::debug("{}: TLS handshake: {}", peer.address, error.message());
    co_return false;
  }
  peer.certificate_names = agent::certificate_names(tls->native_handle());
  co_return true;
}

Task<void> Connection::hang_up() {
  error_code error;
  if (stream.tls() == nullptr) stream.socket().shutdown(tcp::socket::shutdown_send, error);
  deadline.set(milliseconds{1'000}, Deadline::Ends::everything);
  std::array<char, 4096> ignored;
  for (std::size_t read = 0; !error && read < (std::size_t{64} << 20);) {
    read += co_await stream.async_read_some(asio::buffer(ignored), reporting(error));
  }
}

Task<void> Connection::end_tls() {
  auto* const tls = stream.tls();
  if (tls == nullptr || !stream.socket().is_open()) co_return;
  deadline.set(limits.handshake, Deadline::Ends::everything);
  error_code error;
  co_await tls->async_shutdown(reporting(error));
}

}  // namespace unf::vnfm::http_server
