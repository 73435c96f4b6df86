#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/result.h"

namespace unf::vnfm {

/// The path of an attribute (ETSI GS NFV-SOL 013 5.2.2): names between `/`; `~1` is a `/` and `~0` a `~` in a name
/// (RFC 6901). Lists have no name of their own: a path leads into each of their elements.
using AttributePath = std::vector<std::string>;

/// What `schema`, the JSON Schema of a resource, says of the attribute at `path`, and the path, its names decoded.
struct SchemaAttribute {
  AttributePath path;
  const nlohmann::json* schema = nullptr;
};

/// Where `keys` is set, the last name may be `@key`: the names of a map's entries.
/// Errors: malformed, if the resource has no such attribute.
[[nodiscard]] Result<SchemaAttribute> find_attribute(const nlohmann::json& schema, std::string_view path,
                                                     bool keys = false);

/// The schema of a list's elements, whatever lists lie in each other, else `schema` itself.
[[nodiscard]] const nlohmann::json& element_schema(const nlohmann::json& schema);

/// The schema of the member `name` of an object or map; nullptr, if it has none.
[[nodiscard]] const nlohmann::json* member_schema(const nlohmann::json& schema, const std::string& name);

}  // namespace unf::vnfm
