#include "vnfm/http/http_server_workers.h"

#include <spdlog/spdlog.h>

namespace unf::vnfm::http_server {

HttpResponse out_of_memory() { return problem_response(503, "the manager is short of memory: try again later"); }

HttpResponse Workers::too_many() { return problem_response(503, "too many requests are waiting: try again later"); }

HttpResponse Workers::failed(const std::exception& why) {
  spdlog::error("a request ended with {}", why.what());
  return problem_response(500, "an internal error; the manager's log says more");
}

}  // namespace unf::vnfm::http_server
