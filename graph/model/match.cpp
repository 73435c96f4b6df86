#include "graph/model/match.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "graph/model/json_reader.h"

namespace unf {
namespace {

void mask_host_bits(IpPrefix& prefix) {
  for (std::size_t byte = 0; byte < prefix.address.size(); ++byte) {
    const int kept = prefix.length - static_cast<int>(byte) * 8;
    if (kept >= 8) continue;
    prefix.address[byte] &= static_cast<std::uint8_t>(kept <= 0 ? 0 : 0xff00U >> kept);
  }
}

nlohmann::json range_json(const PortRange& range) { return {range.first, range.last}; }

template <typename T>
nlohmann::json optional_json(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

nlohmann::json optional_json(const std::optional<IpPrefix>& prefix) {
  return prefix ? nlohmann::json(prefix->to_string()) : nlohmann::json();
}

PortRange read_range(const JsonReader& json) {
  PortRange range;
  if (json.is_null()) return range;
  std::vector<std::uint16_t> ports;
  json.each([&](const JsonReader& port) { ports.push_back(port.number<std::uint16_t>()); });
  if (ports.size() != 2 || ports[0] > ports[1]) {
    json.problem("expected a range of ports, [FIRST, LAST]");
    return range;
  }
  return {ports[0], ports[1]};
}

std::optional<IpPrefix> read_prefix(const JsonReader& json) {
  if (json.is_null()) return std::nullopt;
  auto prefix = IpPrefix::parse(json.string());
  if (prefix) return *prefix;
  json.problem("{}", prefix.error().message);
  return std::nullopt;
}

template <typename T>
std::optional<T> read_optional(const JsonReader& json, T max) {
  if (json.is_null()) return std::nullopt;
  return json.number<T>(max);
}

}  // namespace

Result<IpPrefix> IpPrefix::parse(std::string_view text) {
  const auto bad = [&] {
    return fail(Errc::malformed, "'{}' is no IP prefix, expected ADDRESS or ADDRESS/LENGTH", text);
  };
  const auto slash = text.find('/');
  const std::string address{text.substr(0, slash)};
  IpPrefix prefix;
  if (inet_pton(AF_INET, address.c_str(), prefix.address.data()) != 1) {
    if (inet_pton(AF_INET6, address.c_str(), prefix.address.data()) != 1) return bad();
    prefix.v6 = true;
  }
  prefix.length = prefix.v6 ? 128 : 32;
  if (slash != std::string_view::npos) {
    const auto digits = text.substr(slash + 1);
    unsigned length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size() || length > prefix.length) return bad();
    prefix.length = static_cast<std::uint8_t>(length);
  }
  mask_host_bits(prefix);
  return prefix;
}

std::string IpPrefix::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(v6 ? AF_INET6 : AF_INET, address.data(), text.data(), text.size());
  return fmt::format("{}/{}", text.data(), length);
}

bool IpPrefix::covers(const IpPrefix& other) const {
  if (v6 != other.v6 || length > other.length) return false;
  const auto unlike = [&](std::size_t at) {  // a bit for each that differs, the first one highest
    std::uint64_t mine = 0, theirs = 0;
    std::memcpy(&mine, address.data() + at, sizeof(mine));
    std::memcpy(&theirs, other.address.data() + at, sizeof(theirs));
    return __builtin_bswap64(mine ^ theirs);
  };
  if (length == 0) return true;
  if (length <= 64) return unlike(0) >> (64 - length) == 0;
  return unlike(0) == 0 && unlike(8) >> (128 - length) == 0;
}

namespace {

/// What both allow of a member that may be unset; nullopt: nothing.
template <typename T>
std::optional<std::optional<T>> both(const std::optional<T>& a, const std::optional<T>& b) {
  if (!a) return b;
  if (!b || *a == *b) return a;
  return std::nullopt;
}
std::optional<std::optional<IpPrefix>> both(const std::optional<IpPrefix>& a, const std::optional<IpPrefix>& b) {
  if (!a) return b;
  if (!b || b->covers(*a)) return a;
  if (a->covers(*b)) return b;
  return std::nullopt;
}
std::optional<PortRange> both(const PortRange& a, const PortRange& b) {
  const PortRange range{std::max(a.first, b.first), std::min(a.last, b.last)};
  return range.first > range.last ? std::nullopt : std::optional{range};
}

template <typename T>
bool allows(const std::optional<T>& a, const std::optional<T>& b) {
  return !a || (b && *a == *b);
}
bool allows(const std::optional<IpPrefix>& a, const std::optional<IpPrefix>& b) { return !a || (b && a->covers(*b)); }
bool allows(const PortRange& a, const PortRange& b) { return a.first <= b.first && b.last <= a.last; }

}  // namespace

// What is cheap to compare and often differs comes first.

std::optional<Match> intersect(const Match& a, const Match& b) {
  const auto proto = both(a.proto, b.proto);
  if (!proto) return std::nullopt;
  const auto sport = both(a.sport, b.sport), dport = both(a.dport, b.dport);
  if (!sport || !dport) return std::nullopt;
  if ((!sport->any() || !dport->any()) && *proto && !has_ports(**proto)) return std::nullopt;
  const auto type = both(a.ether_type, b.ether_type), vlan = both(a.vlan, b.vlan);
  const auto dscp = both(a.dscp, b.dscp);
  if (!type || !vlan || !dscp) return std::nullopt;
  const auto src = both(a.src, b.src), dst = both(a.dst, b.dst);
  if (!src || !dst) return std::nullopt;
  if (*src && *dst && (*src)->v6 != (*dst)->v6) return std::nullopt;
  return Match{.ether_type = *type,
               .proto = *proto,
               .src = *src,
               .dst = *dst,
               .sport = *sport,
               .dport = *dport,
               .vlan = *vlan,
               .dscp = *dscp};
}

bool covers(const Match& a, const Match& b) {
  return allows(a.proto, b.proto) && allows(a.sport, b.sport) && allows(a.dport, b.dport) &&
         allows(a.ether_type, b.ether_type) && allows(a.vlan, b.vlan) && allows(a.dscp, b.dscp) &&
         allows(a.src, b.src) && allows(a.dst, b.dst);
}

nlohmann::json to_json(const Match& match) {
  return {{"ether_type", optional_json(match.ether_type)},
          {"proto", optional_json(match.proto)},
          {"src", optional_json(match.src)},
          {"dst", optional_json(match.dst)},
          {"sport", range_json(match.sport)},
          {"dport", range_json(match.dport)},
          {"vlan", optional_json(match.vlan)},
          {"dscp", optional_json(match.dscp)}};
}

Result<Match> match_from_json(const nlohmann::json& json) {
  JsonReader::Problems problems;
  const JsonReader reader{json, "", problems};
  Match match;
  if (reader.is_object()) {
    const auto optional = [&](const char* name) { return reader.member(name, true); };
    match.ether_type = read_optional<std::uint16_t>(optional("ether_type"), 0xffff);
    match.proto = read_optional<std::uint8_t>(optional("proto"), 0xff);
    match.src = read_prefix(optional("src"));
    match.dst = read_prefix(optional("dst"));
    match.sport = read_range(optional("sport"));
    match.dport = read_range(optional("dport"));
    match.vlan = read_optional<std::uint16_t>(optional("vlan"), 4095);
    match.dscp = read_optional<std::uint8_t>(optional("dscp"), 63);
  }
  return unless(problems, std::move(match));
}

}  // namespace unf
