#include "dataplane/tables/flow_table.h"

#include <rte_acl.h>
#include <rte_errno.h>
#include <rte_malloc.h>

#include <algorithm>
#include <cassert>
#include <new>
#include <vector>

namespace unf::dataplane {
namespace {

constexpr std::uint8_t kHasPorts = 0x80;  // in a key's proto_class: the packet has ports
constexpr std::uint8_t kMaxClasses = 0x80;
constexpr std::uint32_t kWideFields = 3;  // VLAN, DSCP, NIC: only in tables that ask for them

constexpr std::uint32_t address_words(bool v6) { return v6 ? 4 : 1; }
constexpr std::uint32_t field_count(bool v6, bool wide) {
  return 1 + 2 * address_words(v6) + 2 + (wide ? kWideFields : 0);
}

/// The packet's key in rte_acl's terms: one byte first, then groups of four.
rte_acl_config acl_config(bool v6, bool wide) {
  rte_acl_config config{};
  config.num_categories = 1;
  std::uint32_t offset = 0;
  std::uint8_t group = 0;
  const auto add = [&](int type, std::uint8_t size) {
    const auto n = config.num_fields++;
    config.defs[n] = {static_cast<std::uint8_t>(type), size, static_cast<std::uint8_t>(n), group, offset};
    offset += size;
    if (offset % 4 == 0) ++group;
  };
  add(RTE_ACL_FIELD_TYPE_BITMASK, 1);  // protocol class
  offset = 4;
  group = 1;
  for (std::uint32_t i = 0; i < 2 * address_words(v6); ++i) add(RTE_ACL_FIELD_TYPE_MASK, 4);
  add(RTE_ACL_FIELD_TYPE_RANGE, 2);  // ports
  add(RTE_ACL_FIELD_TYPE_RANGE, 2);
  if (wide) {
    add(RTE_ACL_FIELD_TYPE_BITMASK, 2);  // VLAN
    add(RTE_ACL_FIELD_TYPE_BITMASK, 1);  // DSCP
    add(RTE_ACL_FIELD_TYPE_BITMASK, 1);  // NIC
  }
  assert(config.num_fields == field_count(v6, wide));
  return config;
}

RTE_ACL_RULE_DEF(AclRule, field_count(true, true));

bool has_ports(const Match& match) { return !match.sport.any() || !match.dport.any(); }
bool is_wide(const FlowRule& rule) { return rule.match.vlan || rule.match.dscp || rule.nic; }

/// Whether a packet of the version can match at all.
bool applies(const Match& match, bool v6) {
  if (match.ether_type && *match.ether_type != (v6 ? ether_type::ipv6 : ether_type::ipv4)) return false;
  return (!match.src || match.src->v6 == v6) && (!match.dst || match.dst->v6 == v6);
}

class AclRuleWriter {
 public:
  explicit AclRuleWriter(AclRule& rule) : at_(rule.field) {}
  void exact8(std::optional<std::uint8_t> value) { bits8(value.value_or(0), value ? 0xff : 0); }
  void bits8(std::uint8_t value, std::uint8_t mask) {
    at_->value.u8 = value;
    at_++->mask_range.u8 = mask;
  }
  void exact16(std::optional<std::uint16_t> value) {
    at_->value.u16 = value.value_or(0);
    at_++->mask_range.u16 = value ? 0xffff : 0;
  }
  void range(PortRange range) {
    at_->value.u16 = range.first;
    at_++->mask_range.u16 = range.last;
  }
  void prefix(const std::optional<IpPrefix>& prefix, bool v6) {
    for (std::uint32_t word = 0; word < address_words(v6); ++word) {
      const int bits = prefix ? std::clamp(prefix->length - 32 * static_cast<int>(word), 0, 32) : 0;
      Be32 value{0U};
      if (prefix) std::memcpy(&value, prefix->address.data() + 4 * word, 4);
      at_->value.u32 = value;
      at_++->mask_range.u32 = static_cast<std::uint32_t>(bits);
    }
  }

 private:
  rte_acl_field* at_;
};

AclRule acl_rule(const FlowRule& rule, bool v6, bool wide, const std::array<std::uint8_t, 256>& proto_class) {
  const auto& match = rule.match;
  AclRule acl{};
  acl.data.category_mask = 1;
  acl.data.userdata = rule.verdict;
  AclRuleWriter write{acl};
  const std::uint8_t ports = has_ports(match) ? kHasPorts : 0;
  if (match.proto)
    write.bits8(proto_class[*match.proto] | ports, (kMaxClasses - 1) | ports);
  else
    write.bits8(ports, ports);
  write.prefix(match.src, v6);
  write.prefix(match.dst, v6);
  write.range(match.sport);
  write.range(match.dport);
  if (wide) {
    write.exact16(match.vlan);
    write.exact8(match.dscp);
    write.exact8(rule.nic);
  }
  return acl;
}

Result<rte_acl_ctx*> build_acl(std::span<const FlowRule> rules, bool v6, const std::string& name,
                               const std::array<std::uint8_t, 256>& proto_class) {
  const bool wide = std::any_of(rules.begin(), rules.end(), is_wide);
  const auto size = RTE_ACL_RULE_SZ(field_count(v6, wide));
  std::vector<std::byte> bytes;
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!applies(rules[i].match, v6)) continue;
    auto rule = acl_rule(rules[i], v6, wide, proto_class);
    rule.data.priority = static_cast<std::int32_t>(rules.size() - i);
    const auto raw = std::as_bytes(std::span{&rule, 1}).first(size);
    bytes.insert(bytes.end(), raw.begin(), raw.end());
    ++count;
  }
  if (count == 0) return nullptr;

  const rte_acl_param param{name.c_str(), SOCKET_ID_ANY, static_cast<std::uint32_t>(size), count};
  auto* acl = rte_acl_create(&param);
  if (acl == nullptr)
    return fail(Errc::no_capacity, "no memory for a table of {} rules: {}", count, rte_strerror(rte_errno));
  const auto config = acl_config(v6, wide);
  auto error = rte_acl_add_rules(acl, reinterpret_cast<const rte_acl_rule*>(bytes.data()), count);
  if (error == 0) error = rte_acl_build(acl, &config);
  if (error != 0) {
    rte_acl_free(acl);
    return fail(Errc::no_capacity, "no table of {} rules can be built: {}", count, rte_strerror(-error));
  }
  return acl;
}

void classify(const rte_acl_ctx* acl, const std::uint8_t** keys, std::uint32_t* verdicts,
              std::uint32_t count) noexcept {
  if (count == 0) return;
  if (acl == nullptr || rte_acl_classify(acl, keys, verdicts, count, 1) != 0) std::fill_n(verdicts, count, 0U);
}

}  // namespace

Result<FlowTable*> FlowTable::build(std::span<const FlowRule> rules) {
  std::array<std::uint8_t, 256> proto_class{};
  std::uint8_t classes = 1;
  for (const auto& rule : rules) {
    assert(rule.verdict != 0);
    if (!rule.match.proto || proto_class[*rule.match.proto] != 0) continue;
    if (classes == kMaxClasses) {
      return fail(Errc::unsupported, "the rules name more than {} protocols", kMaxClasses - 1);
    }
    proto_class[*rule.match.proto] = classes++;
  }

  void* memory = rte_zmalloc("flow_table", sizeof(FlowTable), alignof(std::max_align_t));
  if (memory == nullptr) return fail(Errc::no_capacity, "no memory for a flow table");
  OwnFlowTable table{new (memory) FlowTable{}};
  table->proto_class_ = proto_class;
  const auto unique = fmt::format("{}", fmt::ptr(memory));
  for (const bool v6 : {false, true}) {
    const auto acl = build_acl(rules, v6, unique + (v6 ? ".6" : ".4"), proto_class);
    if (!acl) return fail(acl.error());
    (v6 ? table->v6_ : table->v4_) = *acl;
  }
  return table.release();
}

void FlowTable::free(FlowTable* table) noexcept {
  if (table == nullptr) return;
  rte_acl_free(table->v4_);
  rte_acl_free(table->v6_);
  rte_free(table);
}

FlowKey FlowTable::key(const Packet& packet, const Link& link, const Network& ip) const noexcept {
  const auto frame = packet.frame();
  const auto ports = ports_of(frame, ip);
  FlowKey key;
  key.proto_class = static_cast<std::uint8_t>(proto_class_[ip.proto] | (ports.present ? kHasPorts : 0));
  auto* at = key.rest.data();
  if (ip.version == Network::Version::v4) {
    std::memcpy(at, frame.data() + ip.begin + offsetof(Ipv4Header, src), 2 * sizeof(Ipv4Address));
    at += 2 * sizeof(Ipv4Address);
  } else {
    std::memcpy(at, frame.data() + ip.begin + offsetof(Ipv6Header, src), 2 * sizeof(Ipv6Address));
    at += 2 * sizeof(Ipv6Address);
  }
  struct Rest {
    Be16 sport, dport, vlan;
    std::uint8_t dscp, nic;
  };
  const Rest rest{ports.src, ports.dst, link.vlan, ip.dscp, packet.in_nic};
  std::memcpy(at, &rest, sizeof rest);
  return key;
}

void FlowTable::adopt(FlowKey& key, std::uint8_t proto) const noexcept {
  key.proto_class = static_cast<std::uint8_t>(proto_class_[proto] | (key.proto_class & kHasPorts));
}

void FlowTable::classify4(const std::uint8_t** keys, std::uint32_t* verdicts, std::uint32_t count) const noexcept {
  classify(v4_, keys, verdicts, count);
}
void FlowTable::classify6(const std::uint8_t** keys, std::uint32_t* verdicts, std::uint32_t count) const noexcept {
  classify(v6_, keys, verdicts, count);
}

Result<FlowTableList*> FlowTableList::build(std::span<const std::vector<FlowRule>> tables) {
  assert(!tables.empty() && tables.size() <= kCapacity);
  void* memory = rte_zmalloc("flow_tables", sizeof(FlowTableList), alignof(std::max_align_t));
  if (memory == nullptr) return fail(Errc::no_capacity, "no memory for a list of flow tables");
  OwnFlowTableList list{new (memory) FlowTableList{}};
  for (const auto& rules : tables) {
    const auto table = FlowTable::build(rules);
    if (!table) return fail(table.error());
    list->tables[list->count++] = *table;
  }
  return list.release();
}

void FlowTableList::free(FlowTableList* list) noexcept {
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->count; ++i) FlowTable::free(list->tables[i]);
  rte_free(list);
}

}  // namespace unf::dataplane
