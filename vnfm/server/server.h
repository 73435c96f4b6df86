#pragma once

#include <spdlog/logger.h>

#include <memory>

#include "graph/model/result.h"
#include "tosca/sol001/image_map.h"
#include "vnfm/config/manager_config.h"
#include "vnfm/server/adapters.h"

namespace unf::vnfm {

/// Runs the manager with its Thrift and REST servers, until SIGINT or SIGTERM; SIGHUP reads certificates again. Blocks
/// these signals in the calling thread. Errors: what keeps it from starting.
[[nodiscard]] Result<void> serve(const ManagerConfig& config, tosca::ImageMap images, const Adapters& adapters,
                                 const std::shared_ptr<spdlog::logger>& log);

}  // namespace unf::vnfm
