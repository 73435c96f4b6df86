#pragma once

#include <optional>

#include "agent/base/endpoint.h"
#include "agent/base/tls.h"
#include "agent/base/yaml.h"
#include "vnfm/lifecycle/caller.h"

namespace unf::vnfm {

/// Whether only this machine can reach it.
[[nodiscard]] bool is_local(const agent::Endpoint& endpoint);

/// `tls` of `parent`, a server's. nullopt: there is none.
[[nodiscard]] std::optional<agent::ServerTls> read_server_tls(agent::YamlReader& reader, const YAML::Node& parent);

/// name, tenant and role of `item`, a map.
[[nodiscard]] Caller read_caller(agent::YamlReader& reader, const YAML::Node& item);

}  // namespace unf::vnfm
