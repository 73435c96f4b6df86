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

HttpResponse json_response(unsigned status, const nlohmann::json& body, std::vector<HttpHeader> headers) {
  headers.push_back({"Content-Type", "application/json"});
  return {.status = status,
          .headers = std::move(headers),
          .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

}  // namespace unf::vnfm
