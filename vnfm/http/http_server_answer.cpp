#include "vnfm/http/http_server_answer.h"

#include <algorithm>
#include <ctime>
#include <vector>

namespace unf::vnfm::http_server {
namespace {

std::string date_header() {
  const auto now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

Task<error_code> write_file(Connection& connection, FileRange range, steady_clock::time_point start) {
  error_code error;
  beast::file_posix file;
  file.open(range.file.c_str(), beast::file_mode::scan, error);
  if (!error) file.seek(range.offset, error);
  std::vector<char> chunk(std::min<std::uint64_t>(kChunk, range.length));
  std::uint64_t sent = 0;
  while (!error && sent < range.length) {
    const auto wanted = std::min<std::uint64_t>(chunk.size(), range.length - sent);
    const auto read = file.read(chunk.data(), wanted, error);
    if (!error && read == 0) error = http::error::partial_message;
    if (error) break;
    connection.deadline.set(start + connection.time_for(connection.limits.write, sent), Deadline::Ends::everything);
    co_await asio::async_write(connection.stream, asio::buffer(chunk.data(), read), reporting(error));
    sent += read;
  }
  co_return error;
}

}  // namespace

Task<bool> write_answer(Connection& connection, HttpResponse response, AnswerForm form) {
  auto& deadline = connection.deadline;
  const auto start = steady_clock::now();
  deadline.set(start + connection.time_for(connection.limits.write, response.body.size()), Deadline::Ends::everything);
  http::response<http::string_body> message{static_cast<http::status>(response.status), form.http_1_0 ? 10U : 11U};
  message.set(http::field::date, date_header());
  for (auto& [name, value] : response.headers) message.insert(name, value);
  message.keep_alive(!form.last);
  if (response.status != 204) {  // RFC 9110 8.6
    message.content_length(response.file ? response.file->length : response.body.size());
  }
  const bool in_one = !form.head_only && !response.file;
  if (in_one) message.body() = std::move(response.body);

  error_code error;
  http::response_serializer<http::string_body> serializer{message};
  if (in_one) {
    co_await http::async_write(connection.stream, serializer, reporting(error));
  } else {
    co_await http::async_write_header(connection.stream, serializer, reporting(error));
    if (!error && !form.head_only) error = co_await write_file(connection, *response.file, start);
  }
  deadline.clear();
  co_return !error;
}

void turn_away(tcp::socket& socket) {
  static constexpr std::string_view kFull =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.send(asio::buffer(kFull), 0, ignored);
}

}  // namespace unf::vnfm::http_server
