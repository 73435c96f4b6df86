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

/// The managers that a verb speaks to: `server` if it is given, else those of `deploy --local` on this machine and the
/// default one. Errors: malformed `server`.
[[nodiscard]] Result<std::vector<ManagerClient>> managers(const std::string& server);

/// The one among them that has the service. Errors: not_found; conflict, if several have it; unavailable.
[[nodiscard]] Result<ManagerClient> manager_of(const std::string& server, const std::string& id);

}  // namespace unf::vnfm
