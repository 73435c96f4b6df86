#pragma once

#include <optional>

#include "dataplane/net/checksum.h"
#include "dataplane/unf/unf_type.h"
#include "graph/model/match.h"

namespace unf::dataplane {

/// Sets header fields to what it was configured with, and patches the checksums over them: IPv4's, those of TCP, UDP
/// and ICMPv6, SCTP's CRC. What a packet has not, or not within reach of its checksum, stays as it is: ports of
/// fragments of SCTP, addresses and ports of a TCP or UDP header that is cut off, all of them where the IP header is
/// broken.
class HeaderRewriter {
 public:
  enum : Gate { drop, out };
  static constexpr UnfDescriptor kDescriptor{
      .type = "HeaderRewriter",
      .gates = {"drop", "out"},
      .reads = fields(Field::eth_type, Field::ip_version, Field::ip_ihl, Field::ip_dscp, Field::ip_len, Field::ip_frag,
                      Field::ip_ttl, Field::ip_proto, Field::ip_checksum, Field::ip_src, Field::ip_dst,
                      Field::ip_options, Field::l4_sport, Field::l4_dport, Field::l4_checksum),
      .writes = fields(Field::eth_dst, Field::eth_src, Field::ip_dscp, Field::ip_ttl, Field::ip_checksum, Field::ip_src,
                       Field::ip_dst, Field::l4_sport, Field::l4_dport, Field::l4_checksum),
      .drops = false,
      .state = StateClass::config,
      .preserves = facts(Fact::ip_header_ok, Fact::ip_checksum_ok, Fact::l4_header_ok),
      .replay = Replay::marked,  // once a field is new, what its checksum lacks is not known any more
      .nominal_cycles = 30,
      .config =
          R"({"type":"object","properties":{)"
          R"("eth_src":{"type":"string","pattern":"^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$",)"
          R"("description":"MAC address","unf-reads":[],"unf-writes":["eth.src"]},)"
          R"("eth_dst":{"type":"string","pattern":"^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$",)"
          R"("description":"MAC address","unf-reads":[],"unf-writes":["eth.dst"]},)"
          R"("ip_src":{"type":"string","pattern":"^[0-9a-fA-F:.]{2,45}$",)"
          R"("description":"IPv4 or IPv6 address, of packets of its version",)"
          R"("unf-reads":["eth.type","ip.version","ip.ihl","ip.len","ip.frag","ip.proto","ip.options","ip.src",)"
          R"("ip.checksum","l4.checksum"],"unf-writes":["ip.src","ip.checksum","l4.checksum"]},)"
          R"("ip_dst":{"type":"string","pattern":"^[0-9a-fA-F:.]{2,45}$",)"
          R"("description":"IPv4 or IPv6 address, of packets of its version",)"
          R"("unf-reads":["eth.type","ip.version","ip.ihl","ip.len","ip.frag","ip.proto","ip.options","ip.dst",)"
          R"("ip.checksum","l4.checksum"],"unf-writes":["ip.dst","ip.checksum","l4.checksum"]},)"
          R"("sport":{"type":"integer","minimum":0,"maximum":65535,"description":"of TCP, UDP, SCTP",)"
          R"("unf-reads":["eth.type","ip.version","ip.ihl","ip.len","ip.frag","ip.proto","ip.options","l4.sport",)"
          R"("l4.checksum"],"unf-writes":["l4.sport","l4.checksum"]},)"
          R"("dport":{"type":"integer","minimum":0,"maximum":65535,"description":"of TCP, UDP, SCTP",)"
          R"("unf-reads":["eth.type","ip.version","ip.ihl","ip.len","ip.frag","ip.proto","ip.options","l4.dport",)"
          R"("l4.checksum"],"unf-writes":["l4.dport","l4.checksum"]},)"
          R"("dscp":{"type":"integer","minimum":0,"maximum":63,"description":"ECN stays",)"
          R"("unf-reads":["eth.type","ip.dscp","ip.checksum"],"unf-writes":["ip.dscp","ip.checksum"]},)"
          R"("ttl":{"type":"integer","minimum":1,"maximum":255,"description":"or IPv6 hop limit",)"
          R"("unf-reads":["eth.type","ip.ttl","ip.checksum"],"unf-writes":["ip.ttl","ip.checksum"]}},)"
          R"("additionalProperties":false})"};

  /// Errors: malformed, for addresses.
  static Result<HeaderRewriter> make(const UnfSetup& setup);

  [[nodiscard]] Gate operator()(Packet& packet, Context& context) noexcept;

 private:
  struct Values {
    std::optional<MacAddress> eth_src, eth_dst;
    std::optional<IpPrefix> ip_src, ip_dst;  // hosts
    std::optional<std::uint16_t> sport, dport;
    std::optional<std::uint8_t> dscp, ttl;
  };
  explicit HeaderRewriter(const Values& values) noexcept;
  void rewrite_flow(Frame frame, const Network& ip, ChecksumPatch& header) const noexcept;

  Values to_;
  bool flow_;  // addresses or ports
  bool ip_;    // anything behind Ethernet
};

}  // namespace unf::dataplane
