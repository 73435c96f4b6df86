#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "graph/model/result.h"
#include "vnfm/http/ip_network.h"
#include "vnfm/http/message.h"

namespace unf::vnfm {

/// Whom requests may go to and what they may cost. URIs come from clients: without rules they could have the manager
/// ask whatever it can reach (server-side request forgery).
struct HttpClientRules {
  std::vector<IpNetwork> allowed{};  ///< beside public addresses
  std::chrono::milliseconds connect{2'000};
  std::chrono::milliseconds total{5'000};
  std::uint64_t max_answer = 64 << 10;  ///< [byte]
};

/// A request to somebody else.
struct OutgoingRequest {
  std::string method = "GET";
  std::string uri;
  std::vector<HttpHeader> headers{};
  std::string body{};
  std::string user{}, password{};                ///< for Basic authentication (RFC 7617), where `user` is not empty
  std::filesystem::path to_file{};               ///< the answer's body goes there, not to HttpResponse::body
  const std::atomic<bool>* cancelled = nullptr;  ///< ends it, within a second, once true
};

/// Whether requests may go to a URI at all, before its host is looked up: http or https, and no credentials in it.
/// Errors: unsupported, and why.
[[nodiscard]] Result<void> check_uri(const std::string& uri);

/// Sends a request by HTTP/1.1 or 2. Redirects are not followed; the rules hold for the address that is connected to,
/// so a name that leads elsewhere the second time gains nothing. Calls may come from any thread. Errors: unsupported
/// for a URI or an address that the rules forbid, and for an answer beyond max_answer; unavailable, if there is no
/// answer in time.
[[nodiscard]] Result<HttpResponse> send_request(const OutgoingRequest& request, const HttpClientRules& rules);

}  // namespace unf::vnfm
