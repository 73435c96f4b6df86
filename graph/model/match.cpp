#include "graph/model/match.h"

#include <arpa/inet.h>

#include <charconv>

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
