#include "dataplane/unfs/header_classifier.h"

namespace unf::dataplane {

Result<HeaderClassifier> HeaderClassifier::make(const UnfSetup& setup) {
  return RuleFileTables::of(setup, kClassifierVerdicts).map([](RuleFileTables tables) {
    return HeaderClassifier{std::move(tables)};
  });
}

void HeaderClassifier::process(const Burst& burst, Context& context) noexcept {
  FlowBatch batch{tables_[0]};
  burst.each([&](std::size_t i) noexcept {
    const auto& packet = *burst.packets[i];
    const auto link = link_layer(packet.frame());
    const auto ip = network_layer(packet.frame(), link);
    if (ip.ok())
      batch.add(i, packet, link, ip);
    else
      burst.gates[i] = other;
  });
  const auto take = [&](std::size_t i, std::uint32_t verdict) noexcept {
    burst.gates[i] = verdict == 0 ? Gate{other} : static_cast<Gate>(verdict - 1);
    if (burst.gates[i] == drop) context.count(*burst.packets[i], denied);
  };
  if (tables_.count() == 1) return batch.classify(take);

  std::array<std::uint64_t, kMaxTables> left_to{};  // by table: which packets
  const auto take_or_leave = [&](std::size_t i, std::uint32_t verdict) noexcept {
    if (verdict > kClassifierGates)
      left_to[*table_of(verdict - 1)] |= std::uint64_t{1} << i;
    else
      take(i, verdict);
  };
  batch.classify(take_or_leave);
  for (std::size_t table = 1; table < tables_.count(); ++table) {
    if (left_to[table] != 0) batch.classify(tables_[table], left_to[table], take_or_leave);
  }
}

}  // namespace unf::dataplane
