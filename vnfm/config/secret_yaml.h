#pragma once

#include <string>

#include "agent/base/yaml.h"

namespace unf::vnfm {

/// The first line of the file that `secret_file` of `node` names, which its owner alone may read. For .cpp files only.
[[nodiscard]] std::string read_secret(agent::YamlReader& reader, const YAML::Node& node);

}  // namespace unf::vnfm
