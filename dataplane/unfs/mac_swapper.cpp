#include "dataplane/unfs/mac_swapper.h"

#include <utility>

#include "dataplane/net/headers.h"

namespace unf::dataplane::mac_swapper {

Gate process(Packet& packet, Context& context) noexcept {
  auto* eth = header_at<EthernetHeader>(packet.frame(), 0);
  if (eth == nullptr) {
    context.count(packet, truncated);
    return drop;
  }
  std::swap(eth->dst, eth->src);
  return out;
}

}  // namespace unf::dataplane::mac_swapper
