#pragma once

#include <utility>  // before Asio's coroutine headers, which forget it (Boost 1.74, GCC 12)

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "vnfm/http/http_server.h"

/// What the parts of the HTTP server share. Beast takes long to compile: only http_server*.cpp include this.
namespace unf::vnfm::http_server {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

using TlsContext = asio::ssl::context;
template <typename T>
using Task = asio::awaitable<T>;

/// Bytes that are read or written at a time.
inline constexpr std::size_t kChunk = 64 << 10;

/// Has an operation report by `error` instead of by an exception.
inline auto reporting(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

/// Whether an error of Beast says that the peer's bytes are not HTTP.
[[nodiscard]] bool is_of_http(const error_code& error);

/// A TCP connection, with TLS or without, as one of Asio's streams.
class Stream {
 public:
  using executor_type = tcp::socket::executor_type;

  /// Plain if `context` is null.
  Stream(tcp::socket socket, std::shared_ptr<TlsContext> context);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] executor_type get_executor() { return socket().get_executor(); }
  [[nodiscard]] tcp::socket& socket() { return tls_ ? tls_->next_layer() : plain_; }
  /// Null if it is plain.
  [[nodiscard]] beast::ssl_stream<tcp::socket>* tls() { return tls_ ? &*tls_ : nullptr; }

  template <typename Buffers, typename Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Handler>(handler));
    return plain_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <typename Buffers, typename Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Handler>(handler));
    return plain_.async_write_some(buffers, std::forward<Handler>(handler));
  }

 private:
  std::shared_ptr<TlsContext> context_;
  tcp::socket plain_;  ///< unused with TLS
  std::optional<beast::ssl_stream<tcp::socket>> tls_;
};

/// Ends what a socket does once a phase has taken too long. It does so for good: a read that begins afterwards ends,
/// too. One thread uses it.
class Deadline {
 public:
  /// What stops working. After `reads` a response can still be written.
  enum class Ends { reads, everything };

  explicit Deadline(tcp::socket& socket);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void set(steady_clock::time_point at, Ends ends);
  void set(milliseconds from_now, Ends ends) { set(steady_clock::now() + from_now, ends); }
  void clear();
  [[nodiscard]] bool passed() const { return state_->passed; }

 private:
  struct State {
    explicit State(tcp::socket& s) : socket(&s), timer(s.get_executor()) {}
    tcp::socket* socket;
    asio::steady_timer timer;
    std::uint64_t turn = 0;
    bool passed = false;
  };
  std::shared_ptr<State> state_;
};

/// A connection of a client, and what its requests are read into.
struct Connection {
  Connection(tcp::socket socket, std::shared_ptr<TlsContext> context, const HttpLimits& of, HttpPeer of_peer)
      : limits(of), stream(std::move(socket), std::move(context)), peer(std::move(of_peer)) {}

  /// Does the TLS handshake, where there is TLS, and learns the names of the peer's certificate. False, if it failed.
  Task<bool> shake_hands();
  /// Lets the peer read the last answer: to close at once would discard it, if the peer is still sending.
  Task<void> hang_up();
  /// Says goodbye, where there is TLS and the connection is still open.
  Task<void> end_tls();
  /// The time that so many bytes may take.
  [[nodiscard]] steady_clock::duration time_for(milliseconds at_least, std::uint64_t bytes) const {
    return at_least + milliseconds{bytes * 1000 / limits.min_bytes_per_second};
  }

  const HttpLimits& limits;
  Stream stream;
  Deadline deadline{stream.socket()};
  beast::flat_buffer buffer{limits.max_header_bytes + kChunk};
  HttpPeer peer;
};

}  // namespace unf::vnfm::http_server
