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
  /// Any address: for URIs that the operator wrote down.
  [[nodiscard]] static HttpClientRules anywhere();

  std::vector<IpNetwork> allowed{};  ///< beside public addresses
  std::chrono::milliseconds connect{2'000};
  std::chrono::milliseconds total{5'000};
  std::uint64_t max_answer = 64 << 10;  ///< [byte]
};

/// PEM files of TLS connections to others.
struct OutgoingTls {
  std::filesystem::path ca{};           ///< who signs the certificates of servers; empty: whom the system trusts
  std::filesystem::path certificate{};  ///< ours, with its chain; empty: none is shown
  std::filesystem::path key{};
};

/// A request to somebody else.
struct OutgoingRequest {
  std::string method = "GET";
  std::string uri;
  std::vector<HttpHeader> headers{};
  std::string body{};
  std::string user{}, password{};  ///< for Basic authentication (RFC 7617), where `user` is not empty
  OutgoingTls tls{};
  std::filesystem::path to_file{};               ///< a body of 200 or 206 goes there, not to HttpResponse::body
  bool resumes = false;                          ///< a body of 206 goes behind what is in to_file
  const std::atomic<bool>* cancelled = nullptr;  ///< ends it, within a second, once true
};

/// Whether requests may go to a URI at all, before its host is looked up: http or https, and no credentials in it.
/// Errors: unsupported, and why.
[[nodiscard]] Result<void> check_uri(const std::string& uri);

/// Where the Location of an answer from `base` leads (RFC 9110 10.2.2). Errors: malformed for what is no URI, or is at
/// another server.
[[nodiscard]] Result<std::string> resolve_location(const std::string& base, const std::string& location);

/// Sends a request by HTTP/1.1 or 2. Redirects are not followed; the rules hold for the address that is connected to,
/// so a name that leads elsewhere the second time gains nothing. Calls may come from any thread. Errors: unsupported
/// for a URI or an address that the rules forbid, and for an answer beyond max_answer; unavailable, if there is no
/// answer in time.
[[nodiscard]] Result<HttpResponse> send_request(const OutgoingRequest& request, const HttpClientRules& rules);

/// As send_request; `answer` gets what has come, also of an answer that breaks off.
[[nodiscard]] Result<void> receive(const OutgoingRequest& request, const HttpClientRules& rules, HttpResponse& answer);

}  // namespace unf::vnfm
