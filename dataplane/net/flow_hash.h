#pragma once

#include <cstdint>

#include "dataplane/net/frame.h"

namespace unf::dataplane {

/// A hash of the flow a frame is of: the same for both directions, in every process, whatever VLAN it is on. TCP, UDP
/// and SCTP flows are told apart by addresses, protocol and ports. Fragments, all of a packet alike, other protocols
/// and packets with a broken IP header are told by their addresses alone; what has no IP header is one flow. It depends
/// on kFlowFields only.
[[nodiscard]] std::uint64_t flow_hash(Frame frame) noexcept;

}  // namespace unf::dataplane
