#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "vnfm_types.h"

namespace unf::vnfm {

/// As vnfm.thrift has them, states and types by their names.
[[nodiscard]] nlohmann::json to_json(const wire::PackageInfo& package);
[[nodiscard]] nlohmann::json to_json(const wire::InstanceInfo& instance);
[[nodiscard]] nlohmann::json to_json(const wire::OperationInfo& operation);

/// As tables; for a single one, a line an attribute.
[[nodiscard]] std::string table_of(const std::vector<wire::PackageInfo>& packages);
[[nodiscard]] std::string table_of(const std::vector<wire::InstanceInfo>& instances);
[[nodiscard]] std::string table_of(const std::vector<wire::OperationInfo>& operations);
[[nodiscard]] std::string attributes_of(const nlohmann::json& shown);

}  // namespace unf::vnfm
