#include "dataplane/unfs/header_classifier.h"

#include "dataplane/unfs/flow_rules.h"

namespace unf::dataplane {
Result<void*> HeaderClassifier::build_shared(const nlohmann::json& config, const Artifacts& artifacts, Memory&) {
  return build_flow_table(config, artifacts, kClassifierVerdicts).map([](OwnFlowTable table) -> void* {
    return table.release();
  });
}

void HeaderClassifier::free_shared(void* table) { FlowTable::free(static_cast<FlowTable*>(table)); }

Result<HeaderClassifier> HeaderClassifier::make(const UnfSetup& setup) {
  if (setup.shared != nullptr) return HeaderClassifier{static_cast<const FlowTable*>(setup.shared), nullptr};
  return build_flow_table(setup.config, setup.artifacts, kClassifierVerdicts).map([](OwnFlowTable table) {
    const auto* borrowed = table.get();
    return HeaderClassifier{borrowed, std::move(table)};
  });
}

void HeaderClassifier::process(const Burst& burst, Context& context) noexcept {
  FlowBatch batch{*table_};
  burst.each([&](std::size_t i) noexcept {
    const auto& packet = *burst.packets[i];
    const auto link = link_layer(packet.frame());
    const auto ip = network_layer(packet.frame(), link);
    if (ip.ok())
      batch.add(i, packet, link, ip);
    else
      burst.gates[i] = other;
  });
  batch.classify([&](std::size_t i, std::uint32_t verdict) noexcept {
    burst.gates[i] = verdict == 0 ? Gate{other} : static_cast<Gate>(verdict - 1);
    if (burst.gates[i] == drop) context.count(*burst.packets[i], denied);
  });
}

}  // namespace unf::dataplane
