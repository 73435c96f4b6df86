#include "tests/support/packet_fields.h"

namespace unf::testing_support {
namespace {

using namespace dataplane;

class Finder {
 public:
  explicit Finder(const Bytes& frame) : frame_(frame) {
    FieldSet::all().each([&](Field field) { found_[field]; });
  }

  void add(Field field, std::size_t offset, std::size_t size, std::uint8_t mask = 0xff) {
    auto& at = found_[field];
    for (std::size_t i = offset; i < offset + size && i < frame_.size(); ++i) {
      at.mask.emplace_back(i, mask);
      at.bytes.push_back(frame_[i] & std::byte{mask});
    }
  }
  /// A field that is a size: it is read, but lies in other fields.
  void add_size(Field field, std::size_t size) {
    for (int shift = 0; shift < 32; shift += 8)
      found_[field].bytes.push_back(static_cast<std::byte>(size >> shift & 0xff));
  }
  std::map<Field, FieldBytes> take() { return std::move(found_); }

 private:
  const Bytes& frame_;
  std::map<Field, FieldBytes> found_;
};

void find_ipv4(Finder& find, const Network& ip) {
  const auto at = ip.begin;
  find.add(Field::ip_version, at, 1, 0xf0);
  find.add(Field::ip_ihl, at, 1, 0x0f);
  find.add(Field::ip_dscp, at + 1, 1);
  find.add(Field::ip_len, at + 2, 2);
  find.add(Field::ip_id, at + 4, 2);
  find.add(Field::ip_frag, at + 6, 2);
  find.add(Field::ip_ttl, at + 8, 1);
  find.add(Field::ip_proto, at + 9, 1);
  find.add(Field::ip_checksum, at + 10, 2);
  find.add(Field::ip_src, at + 12, 4);
  find.add(Field::ip_dst, at + 16, 4);
  find.add(Field::ip_options, at + 20, ip.payload - at - 20);
}

void find_ipv6(Finder& find, const Network& ip) {
  const auto at = ip.begin;
  find.add(Field::ip_version, at, 1, 0xf0);
  find.add(Field::ip_dscp, at, 1, 0x0f);
  find.add(Field::ip_dscp, at + 1, 1, 0xf0);
  find.add(Field::ip_id, at + 1, 1, 0x0f);  // the flow label
  find.add(Field::ip_id, at + 2, 2);
  find.add(Field::ip_len, at + 4, 2);
  find.add(Field::ip_proto, at + 6, 1);
  find.add(Field::ip_ttl, at + 7, 1);
  find.add(Field::ip_src, at + 8, 16);
  find.add(Field::ip_dst, at + 24, 16);
  find.add(Field::ip_options, at + 40, ip.payload - at - 40);
}

void find_transport(Finder& find, Bytes& frame, const Network& ip) {
  const auto at = ip.payload;
  auto payload = ip.payload;
  if (ports_of(frame, ip).present) {
    find.add(Field::l4_sport, at, 2);
    find.add(Field::l4_dport, at + 2, 2);
  }
  if (const auto* tcp = tcp_of(frame, ip)) {
    find.add(Field::tcp_seq, at + 4, 4);
    find.add(Field::tcp_ack, at + 8, 4);
    find.add(Field::tcp_options, at + 12, 1, 0xf0);
    find.add(Field::tcp_flags, at + 13, 1);
    find.add(Field::tcp_window, at + 14, 2);
    find.add(Field::l4_checksum, at + 16, 2);
    payload += (tcp->data_offset >> 4) * 4U;
    find.add(Field::tcp_options, at + 20, payload - at - 20);
  } else if (ip.proto == ip_proto::udp && !ip.later_fragment && ip.end - at >= sizeof(UdpHeader)) {
    find.add(Field::l4_checksum, at + 6, 2);
    payload += static_cast<std::uint32_t>(sizeof(UdpHeader));
  } else if (ip.proto == ip_proto::sctp && ports_of(frame, ip).present) {
    payload += 4;
    if (ip.end - at >= sizeof(SctpHeader)) {
      find.add(Field::payload_bytes, payload, 4);  // the verification tag
      find.add(Field::l4_checksum, at + 8, 4);
      payload = at + static_cast<std::uint32_t>(sizeof(SctpHeader));
    }
  } else if (ip.proto == ip_proto::icmpv6 && !ip.later_fragment && ip.end - at >= 4) {
    find.add(Field::payload_bytes, at, 2);
    find.add(Field::l4_checksum, at + 2, 2);
    payload += 4;
  }
  find.add(Field::payload_bytes, payload, ip.end - payload);
  find.add_size(Field::payload_len, ip.end - payload);
}

}  // namespace

std::map<Field, FieldBytes> packet_fields(const Bytes& original) {
  auto frame = original;
  Finder find{frame};
  find.add(Field::eth_dst, 0, 6);
  find.add(Field::eth_src, 6, 6);
  const auto link = link_layer(frame);
  if (link.end >= 14) find.add(Field::eth_type, link.end - 2, 2);
  for (std::uint32_t tag = 14; tag < link.end; tag += 4) find.add(Field::eth_vlan, tag, 2);
  const auto ip = network_layer(frame, link);
  if (!ip.ok()) return find.take();
  if (ip.version == Network::Version::v4)
    find_ipv4(find, ip);
  else
    find_ipv6(find, ip);
  find_transport(find, frame, ip);
  return find.take();
}

}  // namespace unf::testing_support
