#include "dataplane/unfs/nic.h"

namespace unf::dataplane {

Gate nic_ingress::process(Frame) noexcept { return out; }
Gate nic_egress::process(Frame) noexcept { return out; }

}  // namespace unf::dataplane
