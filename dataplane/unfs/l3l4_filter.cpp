#include "dataplane/unfs/l3l4_filter.h"

#include <array>
#include <charconv>

#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {
namespace {

enum Verdict : std::uint32_t { no_verdict, allow, deny };
constexpr std::string_view kAny = "any";
constexpr std::string_view kRuleForm = "allow|deny PROTO SRC SPORTS DST DPORTS";

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

Parsed<std::optional<std::uint8_t>> parse_proto(std::string_view word) {
  struct Name {
    std::string_view name;
    std::uint8_t proto;
  };
  static constexpr std::array kProtocols{// IANA protocol numbers
                                         Name{"icmp", 1},    Name{"igmp", 2},   Name{"ipip", 4},     Name{"tcp", 6},
                                         Name{"udp", 17},    Name{"gre", 47},   Name{"esp", 50},     Name{"ah", 51},
                                         Name{"icmpv6", 58}, Name{"ospf", 89},  Name{"pim", 103},    Name{"vrrp", 112},
                                         Name{"l2tp", 115},  Name{"sctp", 132}, Name{"udplite", 136}};
  if (word == kAny) return std::nullopt;
  for (const auto& [name, proto] : kProtocols) {
    if (word == name) return proto;
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

Parsed<FlowRule> parse_rule(std::string_view line, unsigned) {
  const auto words = words_of(line);
  if (words.size() != 6) return wrong("{} words, expected {}", words.size(), kRuleForm);
  if (words[0] != "allow" && words[0] != "deny")
    return wrong("unknown action {}, expected allow or deny", quote(words[0]));
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
                  .verdict = words[0] == "allow" ? allow : deny};
}

Result<OwnFlowTable> build_table(const nlohmann::json& config, const Artifacts& artifacts) {
  return find_rules(config, artifacts)
      .and_then([](const Artifact* file) { return parse_filter_rules(*file); })
      .and_then([](const std::vector<FlowRule>& rules) { return FlowTable::build(rules); })
      .map([](FlowTable* table) { return OwnFlowTable{table}; });
}

}  // namespace

Result<std::vector<FlowRule>> parse_filter_rules(const Artifact& file) { return parse_rules(file, parse_rule); }

Result<void*> L3L4Filter::build_shared(const nlohmann::json& config, const Artifacts& artifacts, Memory&) {
  return build_table(config, artifacts).map([](OwnFlowTable table) -> void* { return table.release(); });
}

void L3L4Filter::free_shared(void* table) { FlowTable::free(static_cast<FlowTable*>(table)); }

Result<L3L4Filter> L3L4Filter::make(const UnfSetup& setup) {
  if (setup.shared != nullptr) return L3L4Filter{static_cast<const FlowTable*>(setup.shared), nullptr};
  return build_table(setup.config, setup.artifacts).map([](OwnFlowTable table) {
    const auto* borrowed = table.get();
    return L3L4Filter{borrowed, std::move(table)};
  });
}

void L3L4Filter::process(const Burst& burst, Context& context) noexcept {
  FlowBatch batch{*table_};
  const auto discard = [&](std::size_t i, std::size_t reason) noexcept {
    burst.gates[i] = drop;
    context.count(*burst.packets[i], reason);
  };
  burst.each([&](std::size_t i) noexcept {
    const auto& packet = *burst.packets[i];
    const auto link = link_layer(packet.frame());
    const auto ip = network_layer(packet.frame(), link);
    if (ip.ok())
      batch.add(i, packet, link, ip);
    else
      discard(i, ip.defect == Defect::none ? not_ip : malformed);
  });
  batch.classify([&](std::size_t i, std::uint32_t verdict) noexcept {
    if (verdict == allow)
      burst.gates[i] = out;
    else
      discard(i, verdict == deny ? denied : no_match);
  });
}

}  // namespace unf::dataplane
