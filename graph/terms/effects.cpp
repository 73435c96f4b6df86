#include "graph/terms/effects.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace unf::graph {
namespace {

using enum Field;
constexpr auto kFindsBehindIp = fields(eth_type, ip_version, ip_ihl, ip_frag, ip_proto);
constexpr auto kPseudoHeader = fields(ip_src, ip_dst, ip_proto, l4_sport, l4_dport);

FieldSet with_implicit_reads(FieldSet reads) {
  if (reads.intersects(kTransport | kPayload)) reads = reads | kFindsBehindIp;
  if (reads.intersects(kIp)) reads = reads | fields(eth_type);
  return reads;
}

FieldSet with_implicit_writes(FieldSet writes) {
  if (writes.contains(payload_len)) writes = writes | fields(ip_len, payload_bytes, l4_checksum);
  if (writes.intersects(kIp)) writes = writes | fields(ip_checksum);
  if (writes.intersects(kPseudoHeader)) writes = writes | fields(l4_checksum);
  return writes;
}

/// The fields that `member` of the schema's configured properties lists; none of them has it: `all`.
FieldSet narrowed(FieldSet all, const nlohmann::json& schema, const nlohmann::json& config, const char* member) {
  const auto properties = schema.find("properties");
  if (properties == schema.end()) return all;
  bool narrows = false;
  FieldSet used;
  for (const auto& [name, property] : properties->items()) {
    const auto list = property.find(member);
    if (list == property.end()) continue;
    narrows = true;
    if (!config.contains(name)) continue;
    for (const auto& field : *list) {
      if (const auto known = FieldSet::parse(field.get_ref<const std::string&>())) used.insert(*known);
    }
  }
  return narrows ? used : all;
}

}  // namespace

bool can_take(std::string_view gate, const Catalog::Entry& type, const nlohmann::json& config) {
  const auto properties = type.config_schema.value("properties", nlohmann::json::object());
  for (const auto& [name, property] : properties.items()) {
    if (!property.is_object() || !property.contains("unf-gates")) continue;
    const auto& gates = property.at("unf-gates");
    const auto at = std::ranges::find(gates, nlohmann::json(gate));
    if (at == gates.end()) continue;
    const auto value = config.find(name);
    const auto given = value == config.end() ? 0U : value->is_array() ? value->size() : 1U;
    return static_cast<std::size_t>(at - gates.begin()) < given;
  }
  return true;
}

std::string field_names(FieldSet set) {
  std::vector<std::string_view> names;
  set.each([&](Field field) { names.push_back(FieldSet::name(field)); });
  return fmt::format("{}", fmt::join(names, ", "));
}

FieldSet fields_of(Fact fact) {
  switch (fact) {
    case Fact::ip_header_ok:
      return fields(eth_type, ip_version, ip_ihl, ip_len, ip_options);
    case Fact::ip_checksum_ok:
      return kIp | fields(eth_type);
    case Fact::l4_header_ok:
      return kFindsBehindIp | fields(ip_len, ip_options, tcp_options);
  }
  return FieldSet::all();
}

Effects effects_of(const UnfDescriptor& d, const nlohmann::json& schema, const nlohmann::json& config) {
  Effects effects{.reads = with_implicit_reads(narrowed(d.reads, schema, config, "unf-reads")),
                  .writes = with_implicit_writes(narrowed(d.writes, schema, config, "unf-writes")),
                  .needs = d.requires_facts,
                  .establishes = d.establishes,
                  .preserves = d.preserves,
                  .only_checks = d.only_checks,
                  .drops = d.drops,
                  .deterministic = d.deterministic,
                  .emits = d.emits,
                  .state = d.state};
  FactSet::all().each([&](Fact fact) {
    if (!effects.writes.intersects(fields_of(fact))) effects.preserves.insert(fact);
  });
  return effects;
}

}  // namespace unf::graph
