#pragma once

#include <memory>

#include "vnfm/lifecycle/manager.h"

namespace apache::thrift {
class TProcessor;
}

namespace unf::vnfm {

/// The Thrift service in front of a manager, which must outlive it.
[[nodiscard]] std::shared_ptr<apache::thrift::TProcessor> make_manager_service(Manager& manager);

}  // namespace unf::vnfm
