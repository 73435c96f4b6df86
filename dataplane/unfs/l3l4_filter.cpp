#include "dataplane/unfs/l3l4_filter.h"

namespace unf::dataplane {
namespace {

enum Verdict : std::uint32_t { no_verdict, allow, deny };  // as kFilterVerdicts has them

}  // namespace

Result<L3L4Filter> L3L4Filter::make(const UnfSetup& setup) {
  return RuleFileTables::of(setup, kFilterVerdicts).map([](RuleFileTables tables) {
    return L3L4Filter{std::move(tables)};
  });
}

void L3L4Filter::process(const Burst& burst, Context& context) noexcept {
  FlowBatch batch{tables_[0]};
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
