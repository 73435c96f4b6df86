#include "dataplane/unfs/flow_rules.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {
namespace {

constexpr std::string_view kAny = "any";

template <typename T>
using Parsed = tl::expected<T, std::string>;

template <typename T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

/// The words of a line, without a comment at its end.
std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  for (auto at = line.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(kBlanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(kBlanks, end);
  }
  return words;
}

struct Protocol {
  std::string_view name;
  std::uint8_t number;
};
constexpr std::array kProtocols{// IANA protocol numbers
                                Protocol{"icmp", 1},   Protocol{"igmp", 2},   Protocol{"ipip", 4},
                                Protocol{"tcp", 6},    Protocol{"udp", 17},   Protocol{"gre", 47},
                                Protocol{"esp", 50},   Protocol{"ah", 51},    Protocol{"icmpv6", 58},
                                Protocol{"ospf", 89},  Protocol{"pim", 103},  Protocol{"vrrp", 112},
                                Protocol{"l2tp", 115}, Protocol{"sctp", 132}, Protocol{"udplite", 136}};

Parsed<std::optional<std::uint8_t>> parse_proto(std::string_view word) {
  if (word == kAny) return std::nullopt;
  for (const auto& known : kProtocols) {
    if (word == known.name) return known.number;
  }
  if (const auto proto = number<std::uint8_t>(word)) return *proto;
  return wrong("unknown protocol {}, expected any, a name such as tcp, or a number from 0 to 255", quote(word));
}

Parsed<std::optional<IpPrefix>> parse_address(std::string_view word) {
  if (word == kAny) return std::nullopt;
  if (const auto prefix = IpPrefix::parse(word)) return *prefix;
  return wrong("bad address {}, expected any, or a prefix such as 10.0.0.0/8 or 2001:db8::/32", quote(word));
}

Parsed<PortRange> parse_ports(std::string_view word) {
  if (word == kAny) return PortRange{};
  const auto dash = word.find('-');
  const auto first = number<std::uint16_t>(word.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number<std::uint16_t>(word.substr(dash + 1));
  if (first && last && *first <= *last) return PortRange{*first, *last};
  return wrong("bad ports {}, expected any, N or A-B, from 0 to 65535", quote(word));
}

Parsed<FlowRule> parse_rule(std::string_view line, const FlowVerdicts& verdicts) {
  const auto words = words_of(line);
  if (words.size() != 6) return wrong("{} words, expected {} PROTO SRC SPORTS DST DPORTS", words.size(), verdicts.form);
  const auto verdict = verdicts.of(words[0]);
  if (!verdict) return wrong("unknown {} {}, expected {}", verdicts.what, quote(words[0]), verdicts.expected);
  const auto proto = parse_proto(words[1]);
  if (!proto) return wrong("{}", proto.error());
  const auto src = parse_address(words[2]), dst = parse_address(words[4]);
  for (const auto* address : {&src, &dst}) {
    if (!*address) return wrong("{}", address->error());
  }
  const auto sport = parse_ports(words[3]), dport = parse_ports(words[5]);
  for (const auto* ports : {&sport, &dport}) {
    if (!*ports) return wrong("{}", ports->error());
  }

  if (*src && *dst && (*src)->v6 != (*dst)->v6)
    return wrong("one address is IPv4, the other IPv6, expected one version");
  const bool ports = !sport->any() || !dport->any();
  const bool without = *proto && **proto != ip_proto::tcp && **proto != ip_proto::udp && **proto != ip_proto::sctp;
  if (ports && without) return wrong("ports with protocol {}, which has none, expected any", words[1]);
  return FlowRule{.match = {.proto = *proto, .src = *src, .dst = *dst, .sport = *sport, .dport = *dport},
                  .verdict = *verdict};
}

}  // namespace

Result<std::vector<FlowRule>> parse_flow_rules(const Artifact& file, const FlowVerdicts& verdicts) {
  return parse_rules(file, [&](std::string_view line, unsigned) { return parse_rule(line, verdicts); });
}

Result<OwnFlowTable> build_flow_table(const nlohmann::json& config, const Artifacts& artifacts,
                                      const FlowVerdicts& verdicts) {
  return find_rules(config, artifacts)
      .and_then([&](const Artifact* file) { return parse_flow_rules(*file, verdicts); })
      .and_then([](const std::vector<FlowRule>& rules) { return FlowTable::build(rules); })
      .map([](FlowTable* table) { return OwnFlowTable{table}; });
}

std::string protocol_name(std::uint8_t proto) {
  const auto* known = std::ranges::find(kProtocols, proto, &Protocol::number);
  return known == kProtocols.end() ? std::to_string(proto) : std::string{known->name};
}

}  // namespace unf::dataplane
