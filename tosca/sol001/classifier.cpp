#include "tosca/sol001/classifier.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "tosca/text/value.h"

namespace unf::tosca {
namespace {

struct Protocol {
  std::string_view keyword;
  std::uint8_t number;
};

// clang-format off
/// IANA "Assigned Internet Protocol Numbers", keywords in lower case; the last ones are usual aliases.
constexpr std::array kProtocols{
    Protocol{"hopopt", 0}, Protocol{"icmp", 1}, Protocol{"igmp", 2}, Protocol{"ggp", 3}, Protocol{"ipv4", 4},
    Protocol{"st", 5}, Protocol{"tcp", 6}, Protocol{"cbt", 7}, Protocol{"egp", 8}, Protocol{"igp", 9},
    Protocol{"bbn-rcc-mon", 10}, Protocol{"nvp-ii", 11}, Protocol{"pup", 12}, Protocol{"argus", 13},
    Protocol{"emcon", 14}, Protocol{"xnet", 15}, Protocol{"chaos", 16}, Protocol{"udp", 17}, Protocol{"mux", 18},
    Protocol{"dcn-meas", 19}, Protocol{"hmp", 20}, Protocol{"prm", 21}, Protocol{"xns-idp", 22},
    Protocol{"trunk-1", 23}, Protocol{"trunk-2", 24}, Protocol{"leaf-1", 25}, Protocol{"leaf-2", 26},
    Protocol{"rdp", 27}, Protocol{"irtp", 28}, Protocol{"iso-tp4", 29}, Protocol{"netblt", 30},
    Protocol{"mfe-nsp", 31}, Protocol{"merit-inp", 32}, Protocol{"dccp", 33}, Protocol{"3pc", 34},
    Protocol{"idpr", 35}, Protocol{"xtp", 36}, Protocol{"ddp", 37}, Protocol{"idpr-cmtp", 38}, Protocol{"tp++", 39},
    Protocol{"il", 40}, Protocol{"ipv6", 41}, Protocol{"sdrp", 42}, Protocol{"ipv6-route", 43},
    Protocol{"ipv6-frag", 44}, Protocol{"idrp", 45}, Protocol{"rsvp", 46}, Protocol{"gre", 47}, Protocol{"dsr", 48},
    Protocol{"bna", 49}, Protocol{"esp", 50}, Protocol{"ah", 51}, Protocol{"i-nlsp", 52}, Protocol{"swipe", 53},
    Protocol{"narp", 54}, Protocol{"mobile", 55}, Protocol{"tlsp", 56}, Protocol{"skip", 57},
    Protocol{"ipv6-icmp", 58}, Protocol{"ipv6-nonxt", 59}, Protocol{"ipv6-opts", 60}, Protocol{"cftp", 62},
    Protocol{"sat-expak", 64}, Protocol{"kryptolan", 65}, Protocol{"rvd", 66}, Protocol{"ippc", 67},
    Protocol{"sat-mon", 69}, Protocol{"visa", 70}, Protocol{"ipcv", 71}, Protocol{"cpnx", 72}, Protocol{"cphb", 73},
    Protocol{"wsn", 74}, Protocol{"pvp", 75}, Protocol{"br-sat-mon", 76}, Protocol{"sun-nd", 77},
    Protocol{"wb-mon", 78}, Protocol{"wb-expak", 79}, Protocol{"iso-ip", 80}, Protocol{"vmtp", 81},
    Protocol{"secure-vmtp", 82}, Protocol{"vines", 83}, Protocol{"iptm", 84}, Protocol{"nsfnet-igp", 85},
    Protocol{"dgp", 86}, Protocol{"tcf", 87}, Protocol{"eigrp", 88}, Protocol{"ospfigp", 89},
    Protocol{"sprite-rpc", 90}, Protocol{"larp", 91}, Protocol{"mtp", 92}, Protocol{"ax.25", 93},
    Protocol{"ipip", 94}, Protocol{"micp", 95}, Protocol{"scc-sp", 96}, Protocol{"etherip", 97},
    Protocol{"encap", 98}, Protocol{"gmtp", 100}, Protocol{"ifmp", 101}, Protocol{"pnni", 102}, Protocol{"pim", 103},
    Protocol{"aris", 104}, Protocol{"scps", 105}, Protocol{"qnx", 106}, Protocol{"a/n", 107}, Protocol{"ipcomp", 108},
    Protocol{"snp", 109}, Protocol{"compaq-peer", 110}, Protocol{"ipx-in-ip", 111}, Protocol{"vrrp", 112},
    Protocol{"pgm", 113}, Protocol{"l2tp", 115}, Protocol{"ddx", 116}, Protocol{"iatp", 117}, Protocol{"stp", 118},
    Protocol{"srp", 119}, Protocol{"uti", 120}, Protocol{"smp", 121}, Protocol{"sm", 122}, Protocol{"ptp", 123},
    Protocol{"isis over ipv4", 124}, Protocol{"fire", 125}, Protocol{"crtp", 126}, Protocol{"crudp", 127},
    Protocol{"sscopmce", 128}, Protocol{"iplt", 129}, Protocol{"sps", 130}, Protocol{"pipe", 131},
    Protocol{"sctp", 132}, Protocol{"fc", 133}, Protocol{"rsvp-e2e-ignore", 134}, Protocol{"mobility header", 135},
    Protocol{"udplite", 136}, Protocol{"mpls-in-ip", 137}, Protocol{"manet", 138}, Protocol{"hip", 139},
    Protocol{"shim6", 140}, Protocol{"wesp", 141}, Protocol{"rohc", 142}, Protocol{"ethernet", 143},
    Protocol{"aggfrag", 144}, Protocol{"nsh", 145},
    Protocol{"icmpv6", 58}, Protocol{"icmp6", 58}, Protocol{"ospf", 89}, Protocol{"ipsec-esp", 50}, Protocol{"ipsec-ah", 51}};
// clang-format on

}  // namespace

std::optional<std::uint8_t> protocol_number(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (const auto number = to_unsigned(text)) {
    return *number <= 255 ? std::optional{static_cast<std::uint8_t>(*number)} : std::nullopt;
  }
  const auto* found =
      std::find_if(kProtocols.begin(), kProtocols.end(), [&](const Protocol& p) { return p.keyword == text; });
  return found == kProtocols.end() ? std::nullopt : std::optional{found->number};
}

std::optional<PortRange> port_range(std::optional<std::uint64_t> first, std::optional<std::uint64_t> last) {
  if (!first || !last || *first > *last || *last > UINT16_MAX) return std::nullopt;
  return PortRange{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
}

std::optional<PortRange> port_range(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = to_unsigned(text.substr(0, dash));
  return port_range(first, dash == text.npos ? first : to_unsigned(text.substr(dash + 1)));
}

std::vector<std::string> contradictions_in(const Match& match) {
  std::vector<std::string> found;
  if (match.src && match.dst && match.src->v6 != match.dst->v6)
    found.emplace_back("source and destination prefix are of different IP versions");
  for (const auto& side : {match.src, match.dst}) {
    if (side && match.ether_type && (*match.ether_type == kIpv6) != side->v6)
      found.emplace_back("its prefix is not of its `ether_type`");
  }
  if (match.proto && !has_ports(*match.proto) && !(match.sport.any() && match.dport.any()))
    found.emplace_back("ports with a protocol other than tcp, udp and sctp");
  return found;
}

}  // namespace unf::tosca
