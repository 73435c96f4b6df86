#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "graph/model/catalog.h"

namespace unf::graph {

/// What a uNF of a given configuration does to packets (graph.md 2.1): its descriptor with implicit accesses closed
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
