#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "graph/model/catalog.h"

namespace unf::graph {

/// The headers of a packet, and what they are followed by.
inline constexpr auto kEthernet = fields(Field::eth_dst, Field::eth_src, Field::eth_type, Field::eth_vlan);
inline constexpr auto kIp =
    fields(Field::ip_version, Field::ip_ihl, Field::ip_dscp, Field::ip_len, Field::ip_id, Field::ip_frag, Field::ip_ttl,
           Field::ip_proto, Field::ip_checksum, Field::ip_src, Field::ip_dst, Field::ip_options);
inline constexpr auto kTransport = fields(Field::l4_sport, Field::l4_dport, Field::l4_checksum, Field::tcp_seq,
                                          Field::tcp_ack, Field::tcp_flags, Field::tcp_window, Field::tcp_options);
inline constexpr auto kPayload = fields(Field::payload_len, Field::payload_bytes);

/// What a uNF of a given configuration does to packets: its descriptor with implicit accesses closed
/// over, so that one that forgot them does no harm, and narrowed to the properties that are configured.
struct Effects {
  FieldSet reads, writes;
  FactSet needs;        ///< must hold of what comes in
  FactSet establishes;  ///< hold of what leaves by another gate than `drop`
  FactSet preserves;
  bool only_checks = false;  ///< drops what lacks a fact it establishes, and does nothing else
  bool drops = true;
  bool deterministic = true;
  Emits emits = Emits::none;
  StateClass state = StateClass::none;

  /// Whether it matters whose it is: it keeps something of packets, or tells somebody about them.
  [[nodiscard]] bool remembers() const { return state != StateClass::none && state != StateClass::config; }
  /// Whether its result follows from the packet alone, each time the same.
  [[nodiscard]] bool is_function() const { return deterministic && !remembers() && emits == Emits::none; }
};

[[nodiscard]] Effects effects_of(const UnfDescriptor& descriptor, const nlohmann::json& schema,
                                 const nlohmann::json& config);

/// Whether a packet can leave by `gate` where the uNF is configured so (`unf-gates` of UnfDescriptor::config).
[[nodiscard]] bool can_take(std::string_view gate, const Catalog::Entry& type, const nlohmann::json& config);

/// Their names, with commas between them.
[[nodiscard]] std::string field_names(FieldSet set);

/// The fields that say whether a fact holds.
[[nodiscard]] FieldSet fields_of(Fact fact);

}  // namespace unf::graph
