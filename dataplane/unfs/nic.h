#pragma once

#include "dataplane/net/frame.h"
#include "graph/model/descriptor.h"

namespace unf::dataplane {

/// Where packets enter. `unf-io` (or unf-replay) does the I/O; inside a graph, where one VNF follows another, it passes
/// on.
namespace nic_ingress {
enum : Gate { drop, out };
inline constexpr UnfDescriptor kDescriptor{
    .type = "NicIngress", .gates = {"drop", "out"}, .drops = false, .nominal_cycles = 20};

[[nodiscard]] Gate process(Frame frame) noexcept;
}  // namespace nic_ingress

/// Where packets leave: by its `nic`, or by the pair of the NIC they came in by; a reflected one by that NIC itself.
/// `unf-io` sends; inside a graph it passes on.
namespace nic_egress {
enum : Gate { drop, out };
inline constexpr UnfDescriptor kDescriptor{
    .type = "NicEgress", .gates = {"drop", "out"}, .drops = false, .nominal_cycles = 20};

[[nodiscard]] Gate process(Frame frame) noexcept;
}  // namespace nic_egress

}  // namespace unf::dataplane
