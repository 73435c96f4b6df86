#include "graph/model/filter_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "graph/model/quote.h"

namespace unf {
namespace {

constexpr std::string_view kAny = "any";
constexpr std::string_view kBlanks = " \t\r";

template <typename T>
using Parsed = tl::expected<T, std::string>;

template <typename... Args>
tl::unexpected<std::string> wrong(fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected<std::string>{fmt::format(format, std::forward<Args>(args)...)};
}

template <typename T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

/// The words of a line, without a comment at its end.
std::vector<std::string_view> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  for (auto at = line.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(kBlanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(kBlanks, end);
  }
  return words;
}

/// IANA protocol numbers.
struct Protocol {
  std::string_view name;
  std::uint8_t number;
};
constexpr std::array kProtocols{Protocol{"icmp", 1},   Protocol{"igmp", 2},   Protocol{"ipip", 4},
                                Protocol{"tcp", 6},    Protocol{"udp", 17},   Protocol{"gre", 47},
                                Protocol{"esp", 50},   Protocol{"ah", 51},    Protocol{"icmpv6", 58},
                                Protocol{"ospf", 89},  Protocol{"pim", 103},  Protocol{"vrrp", 112},
                                Protocol{"l2tp", 115}, Protocol{"sctp", 132}, Protocol{"udplite", 136}};

Parsed<std::optional<std::uint8_t>> parse_proto(std::string_view word) {
  if (word == kAny) return std::nullopt;
  for (const auto& protocol : kProtocols) {
    if (word == protocol.name) return protocol.number;
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

/// Where a file stands in its list.
struct Position {
  std::size_t index, count;
};

Parsed<std::size_t> parse_verdict(std::string_view word, const FilterVerdicts& verdicts, Position file) {
  const auto known = std::ranges::find(verdicts.words, word);
  if (known == verdicts.words.end()) {
    return wrong("unknown {} {}, expected {}", verdicts.what, quote(word), verdicts.expected);
  }
  const auto verdict = static_cast<std::size_t>(known - verdicts.words.begin());
  const auto table = table_of(verdict);
  if (table && *table >= file.count)
    return wrong("{} is not in the list of rule files, which has {}", word, file.count);
  if (table && *table <= file.index) return wrong("{} does not come behind table{}", word, file.index + 1);
  return verdict;
}

Parsed<FilterRule> parse_rule(const std::vector<std::string_view>& words, const FilterVerdicts& verdicts,
                              Position file) {
  if (words.size() != 6) return wrong("{} words, expected {} PROTO SRC SPORTS DST DPORTS", words.size(), verdicts.form);
  const auto verdict = parse_verdict(words[0], verdicts, file);
  if (!verdict) return wrong("{}", verdict.error());
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
  const bool with_ports = !sport->any() || !dport->any();
  if (with_ports && *proto && !has_ports(**proto))
    return wrong("ports with protocol {}, which has none, expected any", words[1]);
  return FilterRule{.verdict = *verdict,
                    .match = {.proto = *proto, .src = *src, .dst = *dst, .sport = *sport, .dport = *dport}};
}

std::string address_text(const std::optional<IpPrefix>& prefix) {
  return prefix ? prefix->to_string() : std::string{kAny};
}
std::string ports_text(const PortRange& ports) {
  if (ports.any()) return std::string{kAny};
  return ports.first == ports.last ? std::to_string(ports.first) : fmt::format("{}-{}", ports.first, ports.last);
}

/// The rules of a file; what is wrong with its lines is added to `problems`.
FilterTable parse_file(const Artifact& file, const FilterVerdicts& verdicts, Position position, std::string& problems) {
  FilterTable rules;
  std::string_view text = file.text;
  for (unsigned line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    const auto words = words_of(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (words.empty()) continue;
    auto rule = parse_rule(words, verdicts, position);
    if (rule)
      rules.push_back(std::move(*rule));
    else
      problems += fmt::format("{}{}:{}: {}", problems.empty() ? "" : "\n", file.name, line, rule.error());
  }
  return rules;
}

}  // namespace

Result<FilterTable> parse_filter_rules(const Artifact& file, const FilterVerdicts& verdicts) {
  return parse_filter_tables(std::array{&file}, verdicts).map([](std::vector<FilterTable> tables) {
    return std::move(tables.front());
  });
}

Result<std::vector<FilterTable>> parse_filter_tables(std::span<const Artifact* const> files,
                                                     const FilterVerdicts& verdicts) {
  std::vector<FilterTable> tables;
  std::string problems;
  for (std::size_t i = 0; i < files.size(); ++i) {
    tables.push_back(parse_file(*files[i], verdicts, {i, files.size()}, problems));
  }
  if (!problems.empty()) return fail(Errc::malformed, "{}", problems);
  return tables;
}

std::string to_text(std::span<const FilterRule> rules, const FilterVerdicts& verdicts) {
  std::string text;
  for (const auto& [verdict, match] : rules) {
    fmt::format_to(std::back_inserter(text), "{} {} {} {} {} {}\n", verdicts.words[verdict],
                   match.proto ? protocol_name(*match.proto) : std::string{kAny}, address_text(match.src),
                   ports_text(match.sport), address_text(match.dst), ports_text(match.dport));
  }
  return text;
}

std::string protocol_name(std::uint8_t proto) {
  const auto* known = std::ranges::find(kProtocols, proto, &Protocol::number);
  return known == kProtocols.end() ? std::to_string(proto) : std::string{known->name};
}

}  // namespace unf
