#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/terms/effects.h"
#include "graph/terms/rule_table.h"

namespace unf::graph {

/// What a uNF does, whoever owns it: a type and a configuration. Two of the same kind do the same to the same packet.
struct Kind {
  std::size_t index = 0;  ///< no other kind of its graph has it
  std::string type;
  nlohmann::json config;
  const UnfDescriptor* descriptor = nullptr;
  Effects effects;
  CyclesPerPacket cost;
  std::shared_ptr<const RuleTables> tables;  ///< what it sorts packets by; nullptr: by more than these headers

  [[nodiscard]] std::string_view gate_name(Gate gate) const { return descriptor->gates[gate]; }
  /// Whether it does not matter whose uNF a packet passes.
  [[nodiscard]] bool is_anybodys() const { return effects.deterministic && !effects.remembers(); }
};

/// What a uNF of the type costs on `host`, as measured there or else nominally: once, and a lookup more for each table
/// behind the first that it decides by, whether or not packets come to it.
[[nodiscard]] CyclesPerPacket cost_of(const Catalog::Entry& type, const RuleTables* tables, const Host& host);

/// The kinds of a graph, each once: they are compared by address.
class Kinds {
 public:
  /// `host` says what they cost.
  Kinds(const Catalog& catalog, const Host& host, Artifacts files = {})
      : artifacts(std::move(files)), catalog_(&catalog), host_(&host) {}
  Kinds(const Kinds&) = delete;
  Kinds& operator=(const Kinds&) = delete;

  /// nullptr: the catalogue has no such type.
  [[nodiscard]] const Kind* of(const std::string& type, const nlohmann::json& config);
  [[nodiscard]] const Kind& at(std::size_t index) const { return *kinds_[index]; }
  [[nodiscard]] std::size_t count() const { return plain_.size() + configured_.size(); }
  /// Forgets all but these, and the rule files that only others name.
  void keep_only(const std::set<const Kind*>& used);

  Artifacts artifacts;  ///< the rule files of all kinds, also of those that were made by merging

 private:
  const Catalog* catalog_;
  const Host* host_;
  std::vector<std::unique_ptr<Kind>> kinds_;                 // by index; null: that index is free
  std::vector<std::size_t> free_;                            // indexes
  std::unordered_map<std::string, const Kind*> plain_;       // without configuration, by type
  std::unordered_map<std::string, const Kind*> configured_;  // by type and configuration
};

/// Adds the rule files that `config` names, alone or in a list.
void add_files(const nlohmann::json& config, const Artifacts& from, Artifacts& to);

}  // namespace unf::graph
