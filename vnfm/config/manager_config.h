#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "graph/model/inventory.h"
#include "graph/model/result.h"
#include "tosca/package/signature.h"
#include "vnfm/config/nfvo_use.h"
#include "vnfm/config/rest_config.h"
#include "vnfm/lifecycle/lifecycle.h"
#include "vnfm/wire/manager_service.h"

namespace unf::vnfm {

/// What vnfm.yaml says.
struct ManagerConfig {
  std::string listen = "127.0.0.1:9891";  ///< of Thrift: HOST:PORT or the path of a Unix socket
  std::optional<agent::ServerTls> tls;    ///< of Thrift
  ManagerAccess access;                   ///< likewise
  std::filesystem::path state = "/var/lib/unf/vnfm";
  RestConfig rest;
  std::optional<NfvoUse> nfvo;
  tosca::SignatureRules signatures;  ///< of packages
  LifecycleConfig lifecycle;
  std::filesystem::path image_map;  ///< file; empty: none
  bool pass_unmapped = false;       ///< VDUs that are not in it
  Inventory inventory;              ///< `hosts` and `links` of the file
};

/// Errors: malformed, FILE:LINE and what was expected, a line a problem.
[[nodiscard]] Result<ManagerConfig> read_manager_config(const std::string& file, const std::string& text);

}  // namespace unf::vnfm
