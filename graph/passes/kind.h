#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>

#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/passes/effects.h"
#include "graph/passes/rule_table.h"

namespace unf::graph {

/// What a uNF does, whoever owns it: a type and a configuration. Two of the same kind do the same to the same packet.
struct Kind {
  std::size_t index = 0;  ///< in the order they were first asked for
  std::string type;
  nlohmann::json config;
  const UnfDescriptor* descriptor = nullptr;
  Effects effects;
  CyclesPerPacket cost;
  std::shared_ptr<const RuleTable> table;  ///< what it sorts packets by; nullptr: by more than these headers

  [[nodiscard]] std::string_view gate_name(Gate gate) const { return descriptor->gates[gate]; }
};

/// The kinds of a compilation, each once: they are compared by address.
class Kinds {
 public:
  /// `host` says what they cost.
  Kinds(const Catalog& catalog, const Host& host, Artifacts files)
      : artifacts(std::move(files)), catalog_(&catalog), host_(&host) {}
  Kinds(const Kinds&) = delete;
  Kinds& operator=(const Kinds&) = delete;

  /// nullptr: the catalogue has no such type.
  [[nodiscard]] const Kind* of(const std::string& type, const nlohmann::json& config);
  [[nodiscard]] const Kind& at(std::size_t index) const { return kinds_[index]; }

  Artifacts artifacts;  ///< the rule files of all kinds, also of those that were made by merging

 private:
  const Catalog* catalog_;
  const Host* host_;
  std::deque<Kind> kinds_;
  std::unordered_map<std::string, const Kind*> plain_;       // without configuration, by type
  std::unordered_map<std::string, const Kind*> configured_;  // by type and configuration
};

}  // namespace unf::graph
