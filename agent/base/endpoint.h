#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "graph/model/result.h"

namespace unf::agent {

/// Where a server listens: `HOST:PORT`, `[V6]:PORT`, or the path of a Unix socket.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;  ///< to listen on: 0 takes a free one
  std::string path;        ///< not empty: a Unix socket

  /// A text with a `/` is a path. Errors: malformed.
  [[nodiscard]] static Result<Endpoint> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace unf::agent
