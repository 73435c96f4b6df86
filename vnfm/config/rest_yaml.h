#pragma once

#include "agent/base/yaml.h"
#include "vnfm/config/rest_config.h"

namespace unf::vnfm {

/// Reads `rest` of vnfm.yaml, and the secrets in the files that it names; defaults for what is not there. For .cpp
/// files only.
[[nodiscard]] RestConfig read_rest(agent::YamlReader& reader, const YAML::Node& parent);

}  // namespace unf::vnfm
