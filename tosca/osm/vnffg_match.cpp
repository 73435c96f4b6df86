#include "tosca/osm/vnffg_match.h"

#include "tosca/osm/nsd_names.h"
#include "tosca/sol001/classifier.h"

namespace unf::tosca {

std::optional<Match> read_match_attributes(const Value& attributes, const std::string& what, YangReader& reader) {
  reader.check_keys(attributes, nsd_keys::kMatchAttributes, what);
  Match match;
  bool well = true;
  const auto refuse = [&](const Value& value, std::string_view key, std::string_view expected) {
    reader.problems().add(value.at(), "`{}` of {} is {}, expected {}", key, what, value.describe(), expected);
    well = false;
  };
  if (const auto* proto = reader.text(attributes, "ip-proto")) {
    match.proto = protocol_number(proto->text);
    if (!match.proto) refuse(*proto, "ip-proto", "a number from 0 to 255, or a name such as tcp");
  }
  const auto prefix_to = [&](std::string_view key, std::optional<IpPrefix>& place) {
    const auto* value = reader.text(attributes, key);
    if (value == nullptr) return;
    const auto prefix = IpPrefix::parse(value->text);
    if (!prefix) return refuse(*value, key, "an address, or a prefix such as 10.0.0.0/24");
    place = *prefix;
  };
  const auto ports_to = [&](std::string_view key, PortRange& place) {
    const auto* value = reader.text(attributes, key);
    if (value == nullptr || value->text == "0") return;  // any
    const auto range = port_range(value->text);
    if (!range) return refuse(*value, key, "a port, 0 for any, or FIRST-LAST, from 0 to 65535");
    place = *range;
  };
  prefix_to("source-ip-address", match.src);
  prefix_to("destination-ip-address", match.dst);
  ports_to("source-port", match.sport);
  ports_to("destination-port", match.dport);
  if (!well) return std::nullopt;
  for (const auto& wrong : contradictions_in(match)) {
    reader.problems().add(attributes.at(), "{} can match no packet: {}", what, wrong);
    well = false;
  }
  return well ? std::optional{match} : std::nullopt;
}

}  // namespace unf::tosca
