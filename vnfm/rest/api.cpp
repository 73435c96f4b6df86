#include "vnfm/rest/api.h"

namespace unf::vnfm {

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
