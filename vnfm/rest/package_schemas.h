#pragma once

#include <nlohmann/json.hpp>

/// The data types of the VNF package management interface, ETSI GS NFV-SOL 005 9.5, as JSON Schemas.
namespace unf::vnfm::pkgm {

/// VnfPkgInfo, 9.5.2.5.
[[nodiscard]] const nlohmann::json& package();

[[nodiscard]] nlohmann::json create_request();
/// Also the answer to it.
[[nodiscard]] nlohmann::json modify_request();
[[nodiscard]] nlohmann::json upload_from_uri_request();

}  // namespace unf::vnfm::pkgm
