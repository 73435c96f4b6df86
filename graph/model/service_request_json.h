#pragma once

#include <nlohmann/json.hpp>

#include "graph/model/service_request.h"

namespace unf {

/// What a request asks for, without where it was written. Requests that ask for the same are equal: lists whose order
/// says nothing are sorted, what is empty or as it is by default is left out, and files are known by their digests.
[[nodiscard]] nlohmann::json to_json(const ServiceRequest& request);

}  // namespace unf
