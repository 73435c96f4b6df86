#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/result.h"

namespace unf::vnfm {

struct HttpHeader {
  std::string name;
  std::string value;
  friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};

/// The value of the header `name`, in any case; empty, if there is none.
[[nodiscard]] std::string_view find_header(const std::vector<HttpHeader>& headers, std::string_view name);

/// Who sent a request, as far as the connection tells.
struct HttpPeer {
  std::string address;                         ///< numeric
  std::vector<std::string> certificate_names;  ///< of a verified client certificate: subject common name, then SANs
};

struct HttpRequest {
  std::string method;
  std::string target;  ///< path and query as they were sent
  std::vector<HttpHeader> headers;
  HttpPeer peer;
  std::string body;

  [[nodiscard]] std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

/// Bytes of a file.
struct FileRange {
  std::filesystem::path file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct HttpResponse {
  unsigned status = 200;
  std::vector<HttpHeader> headers{};  ///< without Content-Length, Connection and Date, which the server adds
  std::string body{};
  std::optional<FileRange> file{};  ///< sent instead of `body`

  [[nodiscard]] std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

/// 400 malformed, 404 not_found, 409 conflict, 422 unsupported, 503 unavailable and no_capacity, 500 internal.
[[nodiscard]] unsigned status_of(Errc code);

/// ProblemDetails (RFC 7807; ETSI GS NFV-SOL 013 6.3), their title the status' reason phrase.
[[nodiscard]] nlohmann::json problem_details(unsigned status, std::string_view detail);
/// An answer with them; 429 and 503 say when to ask again (Retry-After, RFC 9110 10.2.3).
[[nodiscard]] HttpResponse problem_response(unsigned status, std::string_view detail);

}  // namespace unf::vnfm
