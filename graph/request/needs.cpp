#include "graph/request/needs.h"

#include <optional>

namespace unf::graph {

void check_needs(const std::vector<PathGraph>& paths, const Context& context, Problems& problems) {
  for (const auto& path : paths) {
    std::vector<std::optional<FactSet>> known(path.node_count() + 1);
    known[path.entry] = FactSet{};
    for (const auto v : path.order()) {
      const auto& effects = path[v].kind->effects;
      effects.needs.each([&](Fact fact) {
        if (known[v]->contains(fact)) return;
        const auto& node = context.original[path[v].owners[0]];
        problems.add(node.at, node.id.get(), "'{}' ({}) needs {}, which nothing before it on path '{}' makes sure of",
                     node.id.get(), node.type, FactSet::name(fact), path.path);
      });
      auto behind = (*known[v] & effects.preserves) | effects.establishes;
      if (effects.emits != Emits::none) behind = effects.establishes;
      for (const auto e : path.out_edges(v)) {
        auto& there = known[path.target(e)];
        there = there ? *there & behind : behind;
      }
    }
  }
}

}  // namespace unf::graph
