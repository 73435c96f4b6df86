#include "vnfm/rest/api.h"

namespace unf::vnfm {

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

std::string entity_tag(std::int64_t revision) { return fmt::format("\"{:x}\"", revision); }

std::optional<HttpResponse> refuse_stale(const ApiRequest& request, std::int64_t revision) {
  const auto& wanted = request.if_match;
  if (wanted.empty() || wanted == "*") return std::nullopt;
  const auto tag = entity_tag(revision);
  for (auto at = wanted.find(tag); at != wanted.npos; at = wanted.find(tag, at + 1)) {
    const bool weak = at >= 2 && wanted.compare(at - 2, 2, "W/") == 0;  // which no If-Match takes
    if (!weak) return std::nullopt;
  }
  return problem_response(412, fmt::format("If-Match: {}: the resource has changed, expected {}", wanted, tag));
}

HttpResponse json_response(unsigned status, const nlohmann::json& body, std::vector<HttpHeader> headers) {
  headers.push_back({"Content-Type", "application/json"});
  return {.status = status,
          .headers = std::move(headers),
          .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

}  // namespace unf::vnfm
