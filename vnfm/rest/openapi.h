#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "vnfm/rest/api.h"

namespace unf::vnfm {

/// The OpenAPI 3.0.3 document of a routing table.
[[nodiscard]] nlohmann::json make_openapi(const std::vector<Api>& apis);

}  // namespace unf::vnfm
