#pragma once

#include <optional>

#include "vnfm/http/http_server_connection.h"

namespace unf::vnfm::http_server {

using HeadParser = http::request_parser<http::empty_body>;

/// What came of reading the head of a request.
struct HeadRead {
  bool whole = false;                     ///< the parser has the head
  std::optional<HttpResponse> refusal{};  ///< what is wrong with it; not `whole` and none: the peer is gone
};

/// Reads the head of a request, within the limits of the connection.
Task<HeadRead> read_head(Connection& connection, HeadParser& parser);

/// The request of a head that was read.
[[nodiscard]] HttpRequest request_of(const HeadParser& parser, const HttpPeer& peer);

}  // namespace unf::vnfm::http_server
