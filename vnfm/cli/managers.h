#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "vnfm/wire/manager_client.h"

namespace unf::vnfm {

/// Where sockets lie: UNF_RUN_DIR, else /run/unf for root, else $XDG_RUNTIME_DIR/unf.
[[nodiscard]] std::filesystem::path run_directory();

inline constexpr auto kDefaultServer = "127.0.0.1:9891";
inline constexpr auto kLocalSocket = "vnfm.sock";

/// How a verb reaches managers.
struct Reach {
  std::string server;  ///< empty: every `deploy --local` of this machine, and the default manager
  std::string ca;      ///< as ClientTls; empty: no TLS
  std::string certificate;
  std::string key;
};

/// The manager that `server` names, or the default one. Errors: malformed `server`.
[[nodiscard]] Result<ManagerClient> the_manager(const Reach& reach);

/// A service, and the manager that has it.
struct FoundService {
  wire::ServiceInfo info;
  ManagerClient manager;
};

/// The services of all managers in reach; without a `server` those that do not answer are left out, unless none
/// answers. Errors: malformed `server`; what the manager of `server`, or else the default one, refuses or fails with.
[[nodiscard]] Result<std::vector<FoundService>> all_services(const Reach& reach);

/// The manager that has the service. Errors: as all_services; not_found; conflict, if several managers have it.
[[nodiscard]] Result<ManagerClient> manager_of(const Reach& reach, const std::string& id);

}  // namespace unf::vnfm
