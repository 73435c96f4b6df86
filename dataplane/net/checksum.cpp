#include "dataplane/net/checksum.h"

namespace unf::dataplane {

std::uint16_t transport_checksum(Frame frame, const Network& ip) noexcept {
  const auto body = frame.subspan(ip.payload, ip.end - ip.payload);
  const bool v4 = ip.version == Network::Version::v4;
  const auto addresses = v4 ? frame.subspan(ip.begin + offsetof(Ipv4Header, src), 2 * sizeof(Ipv4Address))
                            : frame.subspan(ip.begin + offsetof(Ipv6Header, src), 2 * sizeof(Ipv6Address));
  const std::array<Be16, 2> length_proto{static_cast<std::uint16_t>(body.size()), ip.proto};
  auto sum = sum_words(addresses);
  sum = sum_words(std::as_bytes(std::span{length_proto}), sum);
  return static_cast<std::uint16_t>(~fold(sum_words(body, sum)));
}

}  // namespace unf::dataplane
