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
  std::string server;  ///< empty: those of `deploy --local` on this machine, and the default one
  std::string ca;      ///< as ClientTls; empty: no TLS
  std::string certificate;
  std::string key;
};

/// Errors of all: malformed `server`.

/// All that a verb may speak to.
[[nodiscard]] Result<std::vector<ManagerClient>> managers(const Reach& reach);
/// The one of `server`, or the default one.
[[nodiscard]] Result<ManagerClient> the_manager(const Reach& reach);
/// The one that has the service. Errors: not_found; conflict, if several have it; unavailable.
[[nodiscard]] Result<ManagerClient> manager_of(const Reach& reach, const std::string& id);

}  // namespace unf::vnfm
