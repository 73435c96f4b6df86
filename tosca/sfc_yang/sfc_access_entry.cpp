#include "tosca/sfc_yang/sfc_access_entry.h"

#include <fmt/format.h>

#include "tosca/sfc_yang/sfc_entries.h"
#include "tosca/sfc_yang/yang_name.h"
#include "tosca/sol001/classifier.h"

namespace unf::tosca {
namespace {

/// Reads the criteria of one entry.
class SfcMatchReader {
 public:
  SfcMatchReader(const SfcAccessList& list, const std::string& element, Report& report)
      : list_(list), element_(element), report_(report), problems_(report.problems) {
    if (list.type == "ipv4-acl") match_.ether_type = kIpv4;
    if (list.type == "ipv6-acl") match_.ether_type = kIpv6;
  }

  /// nullopt: reported.
  std::optional<Match> read(const Value& ace) {
    if (const auto* matches = ace.find("matches")) {
      for (const auto& member : matches->members) read_criterion(member);
    }
    if (!well_) return std::nullopt;
    const auto contradictions = contradictions_in(match_);
    for (const auto& wrong : contradictions) problems_.add(ace.at(), "{} can match no packet: {}", element_, wrong);
    if (!contradictions.empty()) return std::nullopt;
    if (match_.src || match_.dst) match_.ether_type.reset();  // the prefix says it
    return match_;
  }

 private:
  void read_criterion(const Value::Member& member) {
    const auto& value = *member.value;
    const std::string name{local_part(member.key->text)};
    const auto refuse = [&](std::string_view expected) { this->refuse(name, value, expected); };
    const Criterion criterion{value.text, refuse};
    if (name == "source-ipv4-network" || name == "source-ipv6-network") {
      criterion.to(match_.src);
    } else if (name == "destination-ipv4-network" || name == "destination-ipv6-network") {
      criterion.to(match_.dst);
    } else if (name == "protocol") {
      criterion.to(match_.proto, 255);
    } else if (name == "dscp") {
      criterion.to(match_.dscp, 63);
    } else if (name == "source-port-range") {
      read_ports(name, value, match_.sport);
    } else if (name == "destination-port-range") {
      read_ports(name, value, match_.dport);
    } else {
      problems_.add(member.key->at(),
                    "`{}` of {} is not supported, expected a match on addresses, protocol, ports or DSCP", name,
                    element_);
      well_ = false;
    }
  }

  void read_ports(const std::string& name, const Value& value, PortRange& ports) {
    const auto lower = to_unsigned(sfc_leaf(value, "lower-port"));
    const bool is_one = value.find("upper-port") == nullptr;
    const auto range = port_range(lower, is_one ? lower : to_unsigned(sfc_leaf(value, "upper-port")));
    if (!range) return refuse(name, value, "`lower-port` and perhaps `upper-port`, from 0 to 65535");
    if (list_.opendaylight && *lower == 0 && is_one) {
      report_.map(value.at(), fmt::format("`{}` of {}", name, element_), "",
                  "a `lower-port` of 0 by itself is any port in OpenDaylight's documents");
      return;
    }
    ports = *range;
  }

  void refuse(const std::string& name, const Value& value, std::string_view expected) {
    problems_.add(value.at(), "`{}` of {} is {}, expected {}", name, element_, value.describe(), expected);
    well_ = false;
  }

  const SfcAccessList& list_;
  const std::string& element_;
  Report& report_;
  Problems& problems_;
  Match match_;
  bool well_ = true;
};

/// The path that an entry's action names. nullopt: there is none of that name or direction, which is reported.
std::optional<SfcTarget> named_target(const Value& action, const std::string& element, const SfcAccessList& list,
                                      const SfcPaths& paths, Problems& problems) {
  auto target = paths.names.target(action.text);
  if (!target) {
    problems.add(action.at(), "{} leads to `{}`, expected a path or a rendered path{}", element, action.text,
                 problems.suggest(action.text, [&] { return paths.names.path_names(); }));
    return std::nullopt;
  }
  const auto& own = list.default_for;
  if (own && own->reverse && own->path == target->path) target->reverse = true;
  const auto& path = paths.paths[target->path];
  if (target->reverse && path.symmetric != true && !path.symmetry_is_chosen) {
    problems.add(action.at(),
                 "{} leads to the other direction of path `{}`, which has none, expected `symmetric`: true", element,
                 path.name);
    return std::nullopt;
  }
  return target;
}

}  // namespace

std::optional<SfcAccessEntry> read_sfc_access_entry(const Value& ace, const SfcAccessList& list, const SfcPaths& paths,
                                                    Report& report) {
  SfcAccessEntry entry{.rule = sfc_leaf(ace, "rule-name")};
  entry.element = fmt::format("entry `{}` of access list `{}`", entry.rule, list.name);
  const auto match = SfcMatchReader{list, entry.element, report}.read(ace);
  if (!match) return std::nullopt;
  entry.match = *match;
  if (const auto* action = ace.find("actions", "service-function-acl:rendered-service-path")) {
    entry.names_target = true;
    entry.target = named_target(*action, entry.element, list, paths, report.problems);
    if (!entry.target) return std::nullopt;
  } else if (ace.find("actions", "deny") == nullptr) {
    entry.target = list.default_for;
  }
  return entry;
}

}  // namespace unf::tosca
