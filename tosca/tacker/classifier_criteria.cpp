#include "tosca/tacker/classifier_criteria.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string_view>
#include <vector>

#include "tosca/sol001/classifier.h"
#include "tosca/sol001/functions.h"

namespace unf::tosca {
namespace {

/// Keys of Tacker that no path can be chosen by here.
constexpr std::string_view kUnsupportedCriteria[] = {
    "eth_src",        "eth_dst",     "vlan_pcp",    "mpls_label",  "mpls_tc",    "ip_ecn",  "icmpv4_type",
    "icmpv4_code",    "arp_op",      "arp_spa",     "arp_tpa",     "arp_sha",    "arp_tha", "ipv6_flabel",
    "ipv6_nd_target", "ipv6_nd_sll", "ipv6_nd_tll", "icmpv6_type", "icmpv6_code"};
/// Keys that are read.
const std::vector<std::string_view> kCriteria{"eth_type",
                                              "vlan_id",
                                              "ip_dscp",
                                              "ip_proto",
                                              "ip_src_prefix",
                                              "ip_dst_prefix",
                                              "ipv6_src",
                                              "ipv6_dst",
                                              "source_port_range",
                                              "destination_port_range",
                                              "network_src_port_id",
                                              "network_dst_port_id",
                                              "network_id",
                                              "network_name",
                                              "tenant_id"};

/// `2048`, `0x0800`, or the name of an IP version.
std::optional<std::uint16_t> tacker_ether_type(std::string_view text) {
  if (text == "ipv4" || text == "ip" || text == "IPv4") return 0x0800;
  if (text == "ipv6" || text == "IPv6") return 0x86dd;
  std::uint64_t number = 0;
  const bool hexadecimal = text.starts_with("0x");
  if (!hexadecimal) {
    const auto decimal = to_unsigned(text);
    if (!decimal) return std::nullopt;
    number = *decimal;
  } else {
    if (text.size() < 3 || text.size() > 6) return std::nullopt;
    for (const char c : text.substr(2)) {
      const auto digit = std::string_view{"0123456789abcdef"}.find(static_cast<char>(std::tolower(c)));
      if (digit == std::string_view::npos) return std::nullopt;
      number = number * 16 + digit;
    }
  }
  return number <= 65535 ? std::optional{static_cast<std::uint16_t>(number)} : std::nullopt;
}

/// Reads the criteria of one classifier.
class CriteriaReader {
 public:
  CriteriaReader(Documents& documents, const Document& document, const std::string& path)
      : documents_(documents), problems_(documents.problems()), document_(document), path_(path) {}

  std::optional<TackerClassifier> read(const Value& classifier) {
    for (const auto& [key, written] : classifier.members) {
      if (!written->is_null()) read_criterion(*key, written);
    }
    if (!well_) return std::nullopt;
    for (const auto& wrong : contradictions_in(read_.match)) {
      problems_.add(classifier.at(), "a classifier of `{}` can match no packet: {}", path_, wrong);
      well_ = false;
    }
    if (!well_) return std::nullopt;
    if (read_.source.empty()) read_.source = network_;
    return std::move(read_);
  }

 private:
  void read_criterion(const Value& key, const ValuePtr& written) {
    const auto& name = key.text;
    const bool is_neutron = name.starts_with("network_");
    const auto value = evaluate(documents_, document_, path_, written, is_neutron ? Late::allowed : Late::refused);
    if (value == nullptr && !is_neutron) {
      well_ = false;
      return;
    }
    // An id that is said at deployment is known by the name of its input until then.
    const auto* named = value == nullptr ? written->find("get_input") : value.get();
    const auto text = named != nullptr && named->is_scalar() ? named->text : std::string{};
    const auto refuse = [&](std::string_view expected) {
      problems_.add(written->at(), "`{}` of a classifier of `{}` is {}, expected {}", name, path_,
                    value == nullptr ? written->describe() : value->describe(), expected);
      well_ = false;
    };
    if (auto* end = end_named(name)) {
      if (text.empty()) refuse("the name or id of a port or network");
      *end = text;
    } else if (!match_on(name, text, refuse)) {
      read_no_match(key);
    }
  }

  /// Where an id of Neutron is put. nullptr: the key is of something else.
  std::string* end_named(std::string_view key) {
    if (key == "network_src_port_id") return &read_.source;
    if (key == "network_dst_port_id") return &read_.destination;
    return key == "network_id" || key == "network_name" ? &network_ : nullptr;
  }

  /// Puts a criterion into the match, or has `refuse` called with what was expected. False: the key is of no match.
  template <typename Refuse>
  bool match_on(std::string_view key, const std::string& text, const Refuse& refuse) {
    auto& match = read_.match;
    const Criterion criterion{text, refuse};
    const auto prefix_to = [&](std::optional<IpPrefix>& place) {
      const auto before = place;
      criterion.to(place);
      if (before && place != before) refuse("the same prefix as the one before");
    };
    const auto ports_to = [&](PortRange& place) {
      const auto range = port_range(text);
      if (!range) return refuse("FIRST-LAST, from 0 to 65535");
      place = *range;
    };
    if (key == "eth_type") {
      match.ether_type = tacker_ether_type(text);
      if (!match.ether_type) refuse("an EtherType such as 0x0800");
    } else if (key == "vlan_id") {
      criterion.to(match.vlan, 4094);
    } else if (key == "ip_dscp") {
      criterion.to(match.dscp, 63);
    } else if (key == "ip_proto") {
      criterion.to(match.proto, 255);
    } else if (key == "ip_src_prefix" || key == "ipv6_src") {
      prefix_to(match.src);
    } else if (key == "ip_dst_prefix" || key == "ipv6_dst") {
      prefix_to(match.dst);
    } else if (key == "source_port_range") {
      ports_to(match.sport);
    } else if (key == "destination_port_range") {
      ports_to(match.dport);
    } else {
      return false;
    }
    return true;
  }

  void read_no_match(const Value& key) {
    const auto& name = key.text;
    if (name == "tenant_id") {
      documents_.report().map(key.at(), fmt::format("`tenant_id` of a classifier of `{}`", path_), "",
                              "a graph is one tenant's");
      return;
    }
    well_ = false;
    if (std::ranges::find(kUnsupportedCriteria, name) != std::end(kUnsupportedCriteria)) {
      problems_.add(key.at(),
                    "`{}` of a classifier of `{}` is not supported, expected a match on protocols, addresses, ports, "
                    "VLAN or DSCP",
                    name, path_);
    } else {
      problems_.add(key.at(), "unknown key `{}` in a classifier of `{}`, expected {}{}", name, path_, one_of(kCriteria),
                    problems_.suggest(name, kCriteria));
    }
  }

  Documents& documents_;
  Problems& problems_;
  const Document& document_;
  const std::string& path_;
  TackerClassifier read_;
  std::string network_;  ///< that packets come from, where no source port is named
  bool well_ = true;     ///< nothing was reported
};

}  // namespace

std::optional<TackerClassifier> read_classifier(Documents& documents, const Document& document, const std::string& path,
                                                const Value& classifier) {
  return CriteriaReader{documents, document, path}.read(classifier);
}

}  // namespace unf::tosca
