#pragma once

#include <optional>

#include "vnfm/http/http_server_head.h"

namespace unf::vnfm::http_server {

/// Reads the body of a request whose head was read to where the plan wants it: to `request` or to a file. Returns what
/// to answer instead, if that fails.
Task<std::optional<HttpResponse>> read_body(Connection& connection, HeadParser& parser, const HttpPlan& plan,
                                            HttpRequest& request);

}  // namespace unf::vnfm::http_server
