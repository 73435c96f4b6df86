#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "vnfm/lifecycle/overview.h"
#include "vnfm/lifecycle/records.h"
#include "vnfm/packages/packages.h"
#include "vnfm_types.h"

namespace unf::vnfm {

/// What clients see.
[[nodiscard]] wire::ServiceInfo to_wire(const Overview::Entry& service);
[[nodiscard]] wire::PackageInfo to_wire(const Package& package);
[[nodiscard]] wire::InstanceInfo to_wire(const Service& instance);
[[nodiscard]] wire::OperationInfo to_wire(const Operation& operation);

/// What clients ask for. Errors: malformed, with the name of the field.
[[nodiscard]] Result<graph::CompileOptions> from_wire(const wire::DeployOptions& options);
/// JSON that is an object.
[[nodiscard]] Result<nlohmann::json> object_of(const std::string& name, const wire::Json& text);
/// An operation's parameters as SOL003 has them: InstantiateVnfRequest; ChangeVnfFlavourRequest.
[[nodiscard]] Result<nlohmann::json> instantiation_parameters(const wire::Instantiation& instantiation);
[[nodiscard]] Result<nlohmann::json> flavour_parameters(const wire::Instantiation& instantiation);
/// ScaleVnfRequest; fewer, if `steps` is negative.
[[nodiscard]] Result<nlohmann::json> scale_parameters(const std::string& aspect, std::int32_t steps);
/// ScaleVnfToLevelRequest: to `level`, or, if that is empty, to the levels of aspects.
[[nodiscard]] nlohmann::json level_parameters(const std::string& level,
                                              const std::map<std::string, std::int32_t>& scale);
/// ExtVirtualLinkData of connection points on networks.
[[nodiscard]] nlohmann::json external_links(const std::map<std::string, std::string>& networks);

}  // namespace unf::vnfm
