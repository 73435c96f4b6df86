#include "vnfm/http/message.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace unf::vnfm {
namespace {

bool equal_in_any_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// RFC 9110 15, for the statuses that we answer errors with.
std::string_view reason_phrase(unsigned status) {
  struct Reason {
    unsigned status;
    std::string_view phrase;
  };
  static constexpr Reason kReasons[] = {
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  const auto* at = std::ranges::find(kReasons, status, &Reason::status);
  return at == std::end(kReasons) ? "Error" : at->phrase;
}

}  // namespace

std::string_view find_header(const std::vector<HttpHeader>& headers, std::string_view name) {
  const auto at = std::ranges::find_if(headers, [&](const auto& h) { return equal_in_any_case(h.name, name); });
  return at == headers.end() ? std::string_view{} : at->value;
}

unsigned status_of(Errc code) {
  switch (code) {
    case Errc::malformed:
      return 400;
    case Errc::not_found:
      return 404;
    case Errc::conflict:
      return 409;
    case Errc::unsupported:
      return 422;
    case Errc::no_capacity:
    case Errc::unavailable:
      return 503;
    case Errc::internal:
      break;
  }
  return 500;
}

nlohmann::json problem_details(unsigned status, std::string_view detail) {
  return {{"type", "about:blank"}, {"title", reason_phrase(status)}, {"status", status}, {"detail", detail}};
}

HttpResponse problem_response(unsigned status, std::string_view detail) {
  HttpResponse response{
      .status = status,
      .headers = {{"Content-Type", "application/problem+json"}},
      .body = problem_details(status, detail).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
  if (status == 429 || status == 503) response.headers.push_back({"Retry-After", "1"});  // [s]
  return response;
}

}  // namespace unf::vnfm
