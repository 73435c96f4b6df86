#include "vnfm/http/http_server_body.h"

#include <spdlog/spdlog.h>

#include <new>
#include <vector>

#include "vnfm/http/http_server_workers.h"

namespace unf::vnfm::http_server {
namespace {

/// Whether there is memory for a text of so many bytes.
bool has_room(std::string& text, std::size_t bytes) try {
  text.reserve(bytes);
  return true;
} catch (const std::bad_alloc&) {
  return false;
}

/// Reads until the parser is done. `step` is called before the first piece, and with what came of each.
template <typename Parser, typename Step>
Task<std::optional<HttpResponse>> read_rest(Connection& connection, Parser& parser, std::uint64_t max_body, Step step) {
  parser.body_limit(max_body);
  error_code none;
  step(none);
  const auto start = steady_clock::now();
  std::uint64_t received = 0;
  while (!parser.is_done()) {
    connection.deadline.set(start + connection.time_for(connection.limits.body, received), Deadline::Ends::reads);
    error_code error;
    received += co_await http::async_read_some(connection.stream, connection.buffer, parser, reporting(error));
    step(error);
    if (!error) continue;
    if (connection.deadline.passed()) {
      co_return problem_response(408, fmt::format("the body arrives too slowly, expected at least {} bytes a second",
                                                  connection.limits.min_bytes_per_second));
    }
    if (error == http::error::body_limit) {
      co_return problem_response(413, fmt::format("the body is too long, expected at most {} bytes", max_body));
    }
    if (is_of_http(error)) co_return problem_response(400, fmt::format("not an HTTP body: {}", error.message()));
    spdlog::debug("a body ended early: {}", error.message());
    co_return problem_response(503, "the body cannot be stored now: try again later");
  }
  connection.deadline.clear();
  co_return std::nullopt;
}

/// Not by Beast's string_body: where it finds no memory, Asio ends the program.
Task<std::optional<HttpResponse>> read_to_memory(Connection& connection, HeadParser& head, std::uint64_t max_body,
                                                 std::string& text) {
  http::request_parser<http::buffer_body> parser{std::move(head)};
  std::vector<char> chunk(kChunk);
  if (!has_room(text, parser.content_length().value_or(0))) co_return out_of_memory();
  co_return co_await read_rest(connection, parser, max_body, [&](error_code& of_step) {
    auto& [at, left, more] = parser.get().body();
    if (at != nullptr) text.append(chunk.data(), chunk.size() - left);
    at = chunk.data();
    left = chunk.size();
    if (of_step == http::error::need_buffer) of_step = {};
  });
}

Task<std::optional<HttpResponse>> read_to_file(Connection& connection, HeadParser& head, const HttpPlan& plan) {
  http::request_parser<http::file_body> parser{std::move(head)};
  error_code error;
  parser.get().body().open(plan.to_file.c_str(), beast::file_mode::write, error);
  if (error) {
    spdlog::error("{}: {}", plan.to_file.string(), error.message());
    co_return problem_response(503, "the body cannot be stored now: try again later");
  }
  co_return co_await read_rest(connection, parser, plan.max_body, [](error_code&) {});
}

}  // namespace

Task<std::optional<HttpResponse>> read_body(Connection& connection, HeadParser& parser, const HttpPlan& plan,
                                            HttpRequest& request) {
  if (const auto length = parser.content_length(); length && *length > plan.max_body) {
    co_return problem_response(413, fmt::format("the body has {} bytes, expected at most {}", *length, plan.max_body));
  }
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    connection.deadline.set(connection.limits.write, Deadline::Ends::everything);
    error_code error;
    co_await asio::async_write(connection.stream, asio::buffer(kContinue), reporting(error));
    if (error) co_return problem_response(408, "the client went away before its body");
  }
  if (!plan.to_file.empty()) co_return co_await read_to_file(connection, parser, plan);
  co_return co_await read_to_memory(connection, parser, plan.max_body, request.body);
}

}  // namespace unf::vnfm::http_server
