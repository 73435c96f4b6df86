#pragma once

#include <cstdint>
#include <string>

#include "graph/model/strong.h"

namespace unf {

/// `service/vnf/node`: what an owner called one uNF of his. State and counters are keyed by it.
using OwnerPath = Strong<struct OwnerPathTag, std::string>;
/// A deployed uNF: the smallest owner path of its owners, plus `#k` for replica k.
using NodeId = Strong<struct NodeIdTag, std::string>;
using HostId = Strong<struct HostIdTag, std::string>;
using NicName = Strong<struct NicNameTag, std::string>;
/// A runner process (or thread) of a host. `io` is the host's unf-io itself.
using RunnerId = Strong<struct RunnerIdTag, std::string>;
using GraphId = Strong<struct GraphIdTag, std::string>;
using EdgeId = Strong<struct EdgeIdTag, std::uint32_t>;
/// The forwarding path a packet is on; a classifier gives it, the packet carries it.
using PathId = Strong<struct PathIdTag, std::uint16_t>;
using CoreId = Strong<struct CoreIdTag, std::uint32_t>;

}  // namespace unf
