#include "dataplane/unfs/l3l4_filter.h"

#include "dataplane/unfs/flow_rules.h"

namespace unf::dataplane {
namespace {

enum Verdict : std::uint32_t { no_verdict, allow, deny };  // as kFilterVerdicts has them

}  // namespace

Result<void*> L3L4Filter::build_shared(const nlohmann::json& config, const Artifacts& artifacts, Memory&) {
  return build_flow_table(config, artifacts, kFilterVerdicts).map([](OwnFlowTable table) -> void* {
    return table.release();
  });
}

void L3L4Filter::free_shared(void* table) { FlowTable::free(static_cast<FlowTable*>(table)); }

Result<L3L4Filter> L3L4Filter::make(const UnfSetup& setup) {
  if (setup.shared != nullptr) return L3L4Filter{static_cast<const FlowTable*>(setup.shared), nullptr};
  return build_flow_table(setup.config, setup.artifacts, kFilterVerdicts).map([](OwnFlowTable table) {
    const auto* borrowed = table.get();
    return L3L4Filter{borrowed, std::move(table)};
  });
}

void L3L4Filter::process(const Burst& burst, Context& context) noexcept {
  FlowBatch batch{*table_};
  const auto discard = [&](std::size_t i, std::size_t reason) noexcept {
    burst.gates[i] = drop;
    context.count(*burst.packets[i], reason);
  };
  burst.each([&](std::size_t i) noexcept {
    const auto& packet = *burst.packets[i];
    const auto link = link_layer(packet.frame());
    const auto ip = network_layer(packet.frame(), link);
    if (ip.ok())
      batch.add(i, packet, link, ip);
    else
      discard(i, ip.defect == Defect::none ? not_ip : malformed);
  });
  batch.classify([&](std::size_t i, std::uint32_t verdict) noexcept {
    if (verdict == allow)
      burst.gates[i] = out;
    else
      discard(i, verdict == deny ? denied : no_match);
  });
}

}  // namespace unf::dataplane
