#include "graph/passes/kind.h"

namespace unf::graph {

const Kind* Kinds::of(const std::string& type, const nlohmann::json& config) {
  auto& known = config.empty() ? plain_ : configured_;
  const auto [at, first] = known.try_emplace(config.empty() ? type : type + config.dump(), nullptr);
  if (!first) return at->second;
  const auto* entry = catalog_->find(type);
  if (entry == nullptr) return nullptr;
  const auto measured = host_->cycles.find(type);
  at->second = &kinds_.emplace_back(Kind{
      .index = kinds_.size(),
      .type = type,
      .config = config,
      .descriptor = &entry->descriptor,
      .effects = effects_of(entry->descriptor, entry->config_schema, config),
      .cost = measured != host_->cycles.end() ? measured->second : CyclesPerPacket{entry->descriptor.nominal_cycles}});
  if (auto table = rule_table(type, config, artifacts)) {
    kinds_.back().table = std::make_shared<const RuleTable>(std::move(*table));
  }
  return at->second;
}

}  // namespace unf::graph
