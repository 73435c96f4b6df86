#include "tosca/sol001/nfp_rule.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "tosca/sol001/classifier.h"
#include "tosca/sol001/functions.h"

namespace unf::tosca {
namespace {

const std::vector<std::string_view> kProperties{"ether_destination_address",
                                                "ether_source_address",
                                                "ether_type",
                                                "vlan_tag",
                                                "protocol",
                                                "dscp",
                                                "source_port_range",
                                                "destination_port_range",
                                                "source_ip_address_prefix",
                                                "destination_ip_address_prefix",
                                                "extended_criteria"};

std::optional<PortRange> range_in(const Value& value) {
  if (!value.is_list() || value.items.size() != 2) return std::nullopt;
  const auto port = [](const Value& item) -> std::optional<std::uint64_t> {
    return item.text == "UNBOUNDED" ? std::optional<std::uint64_t>{65535} : to_unsigned(item.text);
  };
  return port_range(port(*value.items[0]), port(*value.items[1]));
}

/// Of binary digits, the first the most significant.
std::uint64_t number_of(std::string_view bits) {
  std::uint64_t number = 0;
  for (const char bit : bits) number = number * 2 + (bit == '1' ? 1 : 0);
  return number;
}

/// Six binary digits.
std::optional<std::uint8_t> dscp(std::string_view bits) {
  if (bits.size() != 6 || bits.find_first_not_of("01") != bits.npos) return std::nullopt;
  return static_cast<std::uint8_t>(number_of(bits));
}

/// Fields behind the source MAC address, which masks count their bits from (SOL001 7.10, Mask).
enum class Masked { ether_type, proto, dscp, src, dst, sport, dport };
struct Field {
  Masked field;
  std::uint64_t first;  ///< bit
  std::uint64_t bits;
};
constexpr Field kEtherType{Masked::ether_type, 0, 16};
constexpr std::array kIpv4Fields{kEtherType,
                                 Field{Masked::dscp, 24, 6},
                                 Field{Masked::proto, 88, 8},
                                 Field{Masked::src, 112, 32},
                                 Field{Masked::dst, 144, 32},
                                 Field{Masked::sport, 176, 16},
                                 Field{Masked::dport, 192, 16}};  // behind a header without options
constexpr std::array kIpv6Fields{kEtherType,
                                 Field{Masked::dscp, 20, 6},
                                 Field{Masked::proto, 64, 8},
                                 Field{Masked::src, 80, 128},
                                 Field{Masked::dst, 208, 128},
                                 Field{Masked::sport, 336, 16},
                                 Field{Masked::dport, 352, 16}};

/// `1010`, or `0xa` of as many bits. nullopt: it is none.
std::optional<std::string> bits_of(std::string_view value, std::uint64_t length) {
  std::string bits;
  if (value.starts_with("0x")) {
    for (const char c : value.substr(2)) {
      const auto digit =
          std::string_view{"0123456789abcdef"}.find(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
      if (digit == std::string_view::npos) return std::nullopt;
      for (int bit = 3; bit >= 0; --bit) bits += (digit >> bit & 1) != 0 ? '1' : '0';
    }
    if (bits.size() < length || bits.find('1') < bits.size() - length) return std::nullopt;
    bits.erase(0, bits.size() - length);
  } else {
    bits = value;
  }
  return bits.size() == length && bits.find_first_not_of("01") == bits.npos ? std::optional{bits} : std::nullopt;
}

IpPrefix prefix_of(std::string_view bits, bool v6) {
  IpPrefix prefix{.v6 = v6, .length = static_cast<std::uint8_t>(bits.size())};
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (bits[i] == '1') prefix.address[i / 8] |= static_cast<std::uint8_t>(0x80U >> (i % 8));
  }
  return prefix;
}

PortRange range_of(std::string_view bits) {
  const auto free = 16 - bits.size();
  const auto first = static_cast<std::uint16_t>(number_of(bits) << free);
  return {first, static_cast<std::uint16_t>(first | ((1U << free) - 1))};
}

/// Adds what `bits`, from the first of `field` on, demand of it. False: only whole fields, and beginnings of addresses
/// and ports, can be matched; or something else is demanded of the field already.
bool add_masked(Match& match, Masked field, std::uint64_t width, std::string_view bits, bool v6) {
  const auto set = [](auto& place, auto value) {
    if (place && *place != value) return false;
    place = value;
    return true;
  };
  const bool whole = bits.size() == width;
  switch (field) {
    case Masked::ether_type:
      return whole && set(match.ether_type, static_cast<std::uint16_t>(number_of(bits)));
    case Masked::proto:
      return whole && set(match.proto, static_cast<std::uint8_t>(number_of(bits)));
    case Masked::dscp:
      return whole && set(match.dscp, static_cast<std::uint8_t>(number_of(bits)));
    case Masked::src:
      return set(match.src, prefix_of(bits, v6));
    case Masked::dst:
      return set(match.dst, prefix_of(bits, v6));
    case Masked::sport:
    case Masked::dport: {
      auto& range = field == Masked::sport ? match.sport : match.dport;
      if (!range.any()) return range == range_of(bits);
      range = range_of(bits);
      return true;
    }
  }
  return false;
}

/// Adds a Mask of extended_criteria, cut at the fields that it goes over. Empty: done; else what is wrong with it.
std::string add_mask(Match& match, const Value& mask) {
  const auto at = [&](const char* key) { return mask.find(key) == nullptr ? std::string{} : mask.find(key)->text; };
  const auto start = to_unsigned(at("starting_point")), length = to_unsigned(at("length"));
  constexpr std::uint64_t kMost = 512;
  if (!start || !length || *length == 0 || *start > kMost || *length > kMost)
    return "no good `starting_point` and `length`, expected bits behind the source MAC address";
  const auto bits = bits_of(at("value"), *length);
  if (!bits) return fmt::format("no good `value`, expected {} binary digits, or 0x and hexadecimal ones", *length);
  if (!match.ether_type && *start == 0 && *length >= 16)
    match.ether_type = static_cast<std::uint16_t>(number_of(std::string_view{*bits}.substr(0, 16)));
  if (*start == 0 && *length == 16 && match.ether_type == number_of(*bits)) return {};  // whatever type it is
  const bool v6 = match.ether_type == kIpv6;
  if (!v6 && match.ether_type != kIpv4) return "bits of a packet of an unknown type, expected `ether_type`";
  const auto& fields = v6 ? kIpv6Fields : kIpv4Fields;
  for (std::uint64_t done = 0; done < *length;) {
    const auto bit = *start + done;
    const auto field = std::ranges::find(fields, bit, &Field::first);
    if (field == fields.end())
      return fmt::format(
          "bit {}, where no field begins that paths are chosen by, expected one of ether type, DSCP, "
          "protocol, addresses, ports",
          bit);
    const auto taken = std::min(field->bits, *length - done);
    if (!add_masked(match, field->field, field->bits, std::string_view{*bits}.substr(done, taken), v6))
      return fmt::format("bits {} to {}, which are no whole field, or are said to be something else, too", bit,
                         bit + taken - 1);
    done += taken;
  }
  return {};
}

}  // namespace

std::optional<Match> read_nfp_rule(Documents& documents, const Document& document, const Policy& policy) {
  auto& problems = documents.problems();
  Match match;
  if (policy.properties == nullptr) return match;
  bool well = true;
  const auto refuse = [&](const Value& value, std::string_view name, std::string_view expected) {
    problems.add(value.at(), "`{}` of `{}` is {}, expected {}", name, policy.name, value.describe(), expected);
    well = false;
  };
  const auto prefix = [&](const Value& value, std::string_view name) -> std::optional<IpPrefix> {
    auto parsed = value.is_scalar() ? IpPrefix::parse(value.text) : Result<IpPrefix>{fail(Errc::malformed, "")};
    if (!parsed) refuse(value, name, "an address prefix such as 10.0.0.0/24 or 2001:db8::/32");
    return parsed ? std::optional{*parsed} : std::nullopt;
  };
  ValuePtr masks;  // last: what they mean depends on the ether type
  for (const auto& [key, written] : policy.properties->members) {
    if (written->is_null()) continue;
    const auto evaluated = evaluate(documents, document, policy.name, written);
    if (evaluated == nullptr) {
      well = false;
      continue;
    }
    const auto& value = *evaluated;
    const auto& name = key->text;
    if (name == "ether_type") {
      if (value.text == "ipv4")
        match.ether_type = kIpv4;
      else if (value.text == "ipv6")
        match.ether_type = kIpv6;
      else
        refuse(value, name, "ipv4 or ipv6");
    } else if (name == "protocol") {
      if (match.proto = protocol_number(value.text); !match.proto)
        refuse(value, name, "a keyword of the IANA protocol numbers, or 0 to 255");
    } else if (name == "source_ip_address_prefix") {
      match.src = prefix(value, name);
    } else if (name == "destination_ip_address_prefix") {
      match.dst = prefix(value, name);
    } else if (name == "source_port_range" || name == "destination_port_range") {
      const auto range = range_in(value);
      if (!range)
        refuse(value, name, "[ FIRST, LAST ], from 0 to 65535");
      else
        (name == "source_port_range" ? match.sport : match.dport) = *range;
    } else if (name == "dscp") {
      if (match.dscp = dscp(value.text); !match.dscp) refuse(value, name, "six digits 0 or 1");
    } else if (name == "vlan_tag") {
      const auto* tag = value.is_list() && value.items.size() == 1 ? value.items.front().get() : &value;
      const auto id = tag->is_scalar() ? to_unsigned(tag->text) : std::nullopt;
      if (!id || *id > 4094)
        refuse(value, name, "a list of one VLAN identifier from 0 to 4094");
      else
        match.vlan = static_cast<std::uint16_t>(*id);
    } else if (name == "extended_criteria" && value.is_list()) {
      masks = evaluated;
    } else if (std::find(kProperties.begin(), kProperties.end(), name) != kProperties.end()) {
      problems.add(key->at(),
                   "`{}` of `{}` is not supported, expected a match on protocols, addresses, ports, VLAN or DSCP", name,
                   policy.name);
      well = false;
    } else {
      problems.add(key->at(), "unknown property `{}` of `{}`, expected {}{}", name, policy.name, one_of(kProperties),
                   problems.suggest(name, kProperties));
      well = false;
    }
  }
  for (const auto& mask : masks == nullptr ? std::vector<ValuePtr>{} : masks->items) {
    if (const auto wrong = add_mask(match, *mask); !wrong.empty()) {
      problems.add(mask->at(), "a mask of `{}` has {}", policy.name, wrong);
      well = false;
    }
  }
  for (const auto& wrong : contradictions_in(match)) {
    problems.add(policy.at, "rule `{}` can match no packet: {}", policy.name, wrong);
    well = false;
  }
  return well ? std::optional{match} : std::nullopt;
}

}  // namespace unf::tosca
