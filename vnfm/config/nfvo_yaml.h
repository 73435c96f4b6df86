#pragma once

#include <optional>

#include "agent/base/yaml.h"
#include "vnfm/config/nfvo_use.h"

namespace unf::vnfm {

/// Reads `nfvo` of vnfm.yaml, and the secrets in the files that it names; nothing, if it is not there. For .cpp files
/// only.
[[nodiscard]] std::optional<NfvoUse> read_nfvo(agent::YamlReader& reader, const YAML::Node& parent);

}  // namespace unf::vnfm
