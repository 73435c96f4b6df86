#pragma once

#include "dataplane/net/frame.h"
#include "graph/model/descriptor.h"

namespace unf::dataplane {

/// Passes everything on.
namespace forward {
enum : Gate { drop, out };
inline constexpr UnfDescriptor kDescriptor{
    .type = "Forward", .gates = {"drop", "out"}, .drops = false, .nominal_cycles = 1};

[[nodiscard]] Gate process(Frame frame) noexcept;
}  // namespace forward

}  // namespace unf::dataplane
