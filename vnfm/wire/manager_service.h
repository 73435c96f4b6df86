#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/transport.h"
#include "vnfm/lifecycle/caller.h"
#include "vnfm/lifecycle/manager.h"

namespace unf::vnfm {

/// A caller, and the name in the certificate that proves it.
struct CertifiedCaller {
  std::string certificate_name;
  Caller caller;
};

/// Whom the Thrift service obeys.
struct ManagerAccess {
  /// By their certificates. None: everybody who can connect is the administrator of the tenant `default`.
  std::optional<std::vector<CertifiedCaller>> callers{};
  std::uint64_t max_package = 1ULL << 30;  ///< [byte] of a CSAR that is uploaded
};

/// The Thrift service in front of a manager, which must outlive it. Each change goes to the audit log: who did what,
/// and what came of it.
[[nodiscard]] agent::ProcessorOf make_manager_service(Manager& manager, ManagerAccess access,
                                                      std::shared_ptr<spdlog::logger> audit);

}  // namespace unf::vnfm
