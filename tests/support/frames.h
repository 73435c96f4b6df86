#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/net/checksum.h"
#include "dataplane/net/headers.h"

namespace unf::testing_support {

using Bytes = std::vector<std::byte>;

/// Bytes given as numbers.
[[nodiscard]] Bytes bytes(std::initializer_list<unsigned> values);
[[nodiscard]] Bytes bytes(std::string_view text);
[[nodiscard]] std::string_view text_of(const Bytes& bytes);

/// What lies before the IP header.
struct LinkSpec {
  dataplane::MacAddress dst{0x02, 0, 0, 0, 0, 0x02};
  dataplane::MacAddress src{0x02, 0, 0, 0, 0, 0x01};
  std::vector<std::uint16_t> vlans{};  ///< ids, outer first; outer of two by 0x88a8
};

struct Ipv4Spec {
  LinkSpec link{};
  std::string_view src = "10.0.0.1";
  std::string_view dst = "192.168.1.2";
  std::uint8_t proto = dataplane::ip_proto::udp;
  std::uint8_t ttl = 64;
  std::uint8_t dscp = 0;
  std::uint16_t id = 0;
  std::uint16_t fragment = 0;  ///< flags and offset as in the header
  Bytes options{};             ///< padded to a multiple of 4
  Bytes payload{};             ///< with its transport header
};
/// A sound IPv4 frame, header checksum filled in.
[[nodiscard]] Bytes ipv4_frame(const Ipv4Spec& spec = {});

struct Ipv6Spec {
  LinkSpec link{};
  std::string_view src = "2001:db8::1";
  std::string_view dst = "2001:db8::2";
  std::uint8_t next_header = dataplane::ip_proto::udp;
  std::uint8_t hop_limit = 64;
  std::uint8_t dscp = 0;
  Bytes payload{};  ///< with extension and transport headers
};
[[nodiscard]] Bytes ipv6_frame(const Ipv6Spec& spec = {});

struct TcpSpec {
  LinkSpec link{};
  bool v6 = false;
  std::string_view src = "";  ///< empty: the default of the version
  std::string_view dst = "";
  std::uint16_t sport = 40000;
  std::uint16_t dport = 80;
  std::uint32_t seq = 1000;
  std::uint32_t ack = 2000;
  std::uint8_t flags = dataplane::tcp_flag::ack | dataplane::tcp_flag::psh;
  std::uint8_t ttl = 64;
  std::uint16_t id = 0;
  Bytes ip_options{};  ///< IPv4 only
  Bytes extensions{};  ///< IPv6 only; the first is of type `first_extension`, the last says TCP
  std::uint8_t first_extension = 0;
  Bytes tcp_options{};  ///< padded to a multiple of 4
  std::string_view payload = "";
};
/// A sound TCP segment, checksums filled in.
[[nodiscard]] Bytes tcp_frame(const TcpSpec& spec = {});

struct UdpSpec {
  LinkSpec link{};
  bool v6 = false;
  std::string_view src = "";
  std::string_view dst = "";
  std::uint16_t sport = 5000;
  std::uint16_t dport = 53;
  std::string_view payload = "";
};
[[nodiscard]] Bytes udp_frame(const UdpSpec& spec = {});

/// `GET target HTTP/1.1` with a Host line.
[[nodiscard]] std::string get_request(std::string_view target);
/// A TCP segment with that request.
[[nodiscard]] Bytes http_frame(std::string_view target, TcpSpec spec = {});
/// A frame of another type than IP.
[[nodiscard]] Bytes ethernet_frame(std::uint16_t type, const Bytes& payload, const LinkSpec& link = {});
/// An ARP request.
[[nodiscard]] Bytes arp_frame(const LinkSpec& link = {});

/// The frame's IPv4 header; it has one.
[[nodiscard]] dataplane::Ipv4Header& ipv4(Bytes& frame);
[[nodiscard]] dataplane::Ipv6Header& ipv6(Bytes& frame);
/// Its TCP header.
[[nodiscard]] dataplane::TcpHeader& tcp(Bytes& frame);
/// Fills in the IPv4 header checksum, if it is IPv4.
void fix_ipv4_checksum(Bytes& frame);
/// Whether the IPv4 header checksum and the transport checksum are right.
[[nodiscard]] bool checksums_ok(std::span<std::byte> frame);

}  // namespace unf::testing_support
