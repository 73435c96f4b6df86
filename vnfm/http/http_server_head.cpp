#include "vnfm/http/http_server_head.h"

#include <limits>

namespace unf::vnfm::http_server {
namespace {

/// The answer to a head that could not be read; none, if there is nobody to answer.
std::optional<HttpResponse> refuse_unreadable(const error_code& error, const Connection& connection, bool has_target) {
  const auto& limits = connection.limits;
  if (connection.deadline.passed()) {
    return problem_response(408, fmt::format("the header took longer than {} ms", limits.header.count()));
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    if (has_target) {
      return problem_response(
          431, fmt::format("the header is too long, expected at most {} bytes", limits.max_header_bytes));
    }
    return problem_response(414,
                            fmt::format("the URI is too long, expected at most {} bytes", limits.max_target_bytes));
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message || !is_of_http(error)) return {};
  return problem_response(400, fmt::format("not an HTTP request: {}", error.message()));
}

/// What is wrong with a head that could be read.
std::optional<HttpResponse> refuse(const HeadParser& parser, const HttpLimits& limits) {
  const auto& header = parser.get();
  if (header.target().size() > limits.max_target_bytes) {
    return problem_response(
        414, fmt::format("the URI has {} bytes, expected at most {}", header.target().size(), limits.max_target_bytes));
  }
  const auto count = static_cast<std::size_t>(std::distance(header.begin(), header.end()));
  if (count > limits.max_headers) {
    return problem_response(431, fmt::format("{} header fields, expected at most {}", count, limits.max_headers));
  }
  const bool has_length = parser.content_length() || parser.chunked();
  const auto method = header.method();  // clients keep the type of an earlier request on a GET
  const bool takes_body = method == http::verb::post || method == http::verb::put || method == http::verb::patch;
  if (takes_body && !has_length && header.find(http::field::content_type) != header.end()) {
    return problem_response(411, "the length of the body is missing, expected Content-Length or chunked coding");
  }
  return std::nullopt;
}

}  // namespace

Task<HeadRead> read_head(Connection& connection, HeadParser& parser) {
  const auto& limits = connection.limits;
  parser.header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // the handler's plan says how long it may be
  connection.deadline.set(limits.header, Deadline::Ends::reads);
  error_code error;
  co_await http::async_read_header(connection.stream, connection.buffer, parser, reporting(error));
  HeadRead head{.whole = !error};
  if (error) {
    head.refusal = refuse_unreadable(error, connection, !parser.get().target().empty());
  } else {
    connection.deadline.clear();
    head.refusal = refuse(parser, limits);
  }
  co_return head;
}

HttpRequest request_of(const HeadParser& parser, const HttpPeer& peer) {
  const auto& header = parser.get();
  HttpRequest request{.method = std::string{header.method_string()}, .target = std::string{header.target()}};
  for (const auto& field : header) {
    request.headers.push_back({std::string{field.name_string()}, std::string{field.value()}});
  }
  request.peer = peer;
  return request;
}

}  // namespace unf::vnfm::http_server
