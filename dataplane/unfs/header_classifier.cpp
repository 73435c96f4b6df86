#include "dataplane/unfs/header_classifier.h"

namespace unf::dataplane {
Result<HeaderClassifier> HeaderClassifier::make(const UnfSetup& setup) {
  return RuleFileTable::of(setup, kClassifierVerdicts).map([](RuleFileTable table) {
    return HeaderClassifier{std::move(table)};
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
