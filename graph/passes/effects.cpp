#include "graph/passes/effects.h"

#include <algorithm>

namespace unf::graph {
namespace {

using enum Field;
constexpr auto kIp = fields(ip_version, ip_ihl, ip_dscp, ip_len, ip_id, ip_frag, ip_ttl, ip_proto, ip_checksum, ip_src,
                            ip_dst, ip_options);
constexpr auto kBehindIp = fields(l4_sport, l4_dport, l4_checksum, tcp_seq, tcp_ack, tcp_flags, tcp_window, tcp_options,
                                  payload_len, payload_bytes);

}  // namespace

FieldSet read_by(const UnfDescriptor& descriptor) {
  auto reads = descriptor.reads;
  if (reads.intersects(kBehindIp)) reads = reads | fields(eth_type, ip_version, ip_ihl, ip_frag, ip_proto);
  if (reads.intersects(kIp)) reads = reads | fields(eth_type);
  return reads;
}

FieldSet written_by(const UnfDescriptor& descriptor) {
  auto writes = descriptor.writes;
  if (writes.contains(payload_len)) writes = writes | fields(ip_len, payload_bytes, l4_checksum);
  if (writes.intersects(kIp)) writes = writes | fields(ip_checksum);
  return writes;
}

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

}  // namespace unf::graph
