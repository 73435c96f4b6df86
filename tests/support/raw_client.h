#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace unf::testing_support {

/// A TCP connection to 127.0.0.1 that says exactly what it is told to.
class RawClient {
 public:
  /// From the loopback address `from`. Throws where it cannot connect.
  explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1") : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in source{.sin_family = AF_INET}, server{.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, from, &source.sin_addr);
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&source), sizeof source) != 0 ||
        connect(socket_, reinterpret_cast<sockaddr*>(&server), sizeof server) != 0) {
      close(socket_);
      throw std::runtime_error{"no connection"};
    }
  }
  RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)), read_(std::move(other.read_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() {
    if (socket_ >= 0) close(socket_);
  }

  /// Whether all of it was taken.
  bool send(std::string_view text) const {
    while (!text.empty()) {
      const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// One response with its body by Content-Length; none, if the peer closed or nothing came for `patience`.
  std::optional<std::string> response(std::chrono::milliseconds patience = std::chrono::seconds{10}) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
      if (const auto end = read_.find("\r\n\r\n"); end != std::string::npos) {
        std::size_t length = 0;
        if (const auto at = read_.find("Content-Length: "); at < end) length = std::stoul(read_.substr(at + 16));
        if (read_.size() >= end + 4 + length) {
          auto text = read_.substr(0, end + 4 + length);
          read_.erase(0, text.size());
          return text;
        }
      }
      if (!more(until)) return std::nullopt;
    }
  }
  /// Whether the peer closes within `patience`; what it sends until then is dropped.
  bool closed(std::chrono::milliseconds patience = std::chrono::seconds{10}) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (more(until)) read_.clear();
    return ended_;
  }

 private:
  bool more(std::chrono::steady_clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd readable{.fd = socket_, .events = POLLIN};
    if (left.count() <= 0 || poll(&readable, 1, static_cast<int>(left.count())) <= 0) return false;
    char chunk[4096];
    const auto got = recv(socket_, chunk, sizeof chunk, 0);
    ended_ = got <= 0;
    if (ended_) return false;
    read_.append(chunk, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  std::string read_;
  bool ended_ = false;
};

}  // namespace unf::testing_support
