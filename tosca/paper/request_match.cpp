#include "tosca/paper/request_match.h"

#include <string_view>
#include <vector>

#include "tosca/sol001/classifier.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {
namespace {

/// A port, or a list of the first and the last. nullopt: neither.
std::optional<PortRange> ports_of(const Value& value) {
  if (value.is_scalar()) return port_range(to_unsigned(value.text), to_unsigned(value.text));
  if (!value.is_list() || value.items.size() != 2) return std::nullopt;
  return port_range(to_unsigned(value.items[0]->text), to_unsigned(value.items[1]->text));
}

/// Calls `refuse` with what was expected if the value is wrong. A key that is unknown has been reported.
template <typename Refuse>
void read_criterion(const std::string& key, const Value& value, Match& match, const Refuse& refuse) {
  const Criterion criterion{value.text, refuse};
  const auto ports_to = [&](PortRange& ports) {
    const auto range = ports_of(value);
    if (!range) return refuse("a port, or [ FIRST, LAST ], from 0 to 65535");
    ports = *range;
  };
  if (key == "ether_type") criterion.to(match.ether_type, 65535);
  if (key == "proto" && !(match.proto = protocol_number(value.text)))
    refuse("a keyword of the IANA protocol numbers, or 0 to 255");
  if (key == "src") criterion.to(match.src);
  if (key == "dst") criterion.to(match.dst);
  if (key == "sport") ports_to(match.sport);
  if (key == "dport") ports_to(match.dport);
  if (key == "vlan") criterion.to(match.vlan, 4094);
  if (key == "dscp") criterion.to(match.dscp, 63);
}

}  // namespace

std::optional<Match> read_request_match(const Value& value, const std::string& path, Problems& problems) {
  static const std::vector<std::string_view> kKeys{"ether_type", "proto", "src",  "dst",
                                                   "sport",      "dport", "vlan", "dscp"};
  if (!value.is_map()) {
    problems.add(value.at(), "a match of {} is {}, expected a map of {}", path, value.describe(), one_of(kKeys));
    return std::nullopt;
  }
  report_unknown_keys(value, kKeys, fmt::format("a match of {}", path), problems);
  Match match;
  bool well = true;
  for (const auto& [key, member] : value.members) {
    if (member->is_null()) continue;
    const auto refuse = [&, &key = key, &member = member](std::string_view expected) {
      problems.add(member->at(), "`{}` of a match of {} is {}, expected {}", key->text, path, member->describe(),
                   expected);
      well = false;
    };
    read_criterion(key->text, *member, match, refuse);
  }
  for (const auto& wrong : contradictions_in(match)) {
    problems.add(value.at(), "a match of {} can match no packet: {}", path, wrong);
    well = false;
  }
  return well ? std::optional{match} : std::nullopt;
}

}  // namespace unf::tosca
