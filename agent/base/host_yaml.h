#pragma once

#include "agent/base/yaml.h"
#include "graph/model/inventory.h"

namespace unf::agent {

/// One entry of `hosts`. For .cpp files only.
[[nodiscard]] Host read_host(YamlReader& reader, const YAML::Node& node);

/// The `hosts` and `links` of a map.
[[nodiscard]] Inventory read_hosts_and_links(YamlReader& reader, const YAML::Node& node);

}  // namespace unf::agent
