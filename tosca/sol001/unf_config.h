#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "graph/model/artifacts.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {

/// A uNF's configuration from the properties that are written for `name`: functions replaced, checked against the
/// type's schema, rule files named by their digests and put into `artifacts`. Of properties with the same name the
/// first counts. nullopt: reported.
[[nodiscard]] std::optional<nlohmann::json> unf_config(Documents& documents, const Document& document,
                                                       const Catalog::Entry& type, const std::string& name,
                                                       const std::vector<Value::Member>& properties,
                                                       Artifacts& artifacts);

/// The properties that a configuration's schema declares, by name.
[[nodiscard]] const nlohmann::json& declared_in(const nlohmann::json& schema);

/// The members of a map; none of anything else, or of nullptr.
[[nodiscard]] const std::vector<Value::Member>& properties_in(const Value* map);

}  // namespace unf::tosca
