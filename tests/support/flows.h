#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "graph/model/plan.h"

namespace unf::testing_support {

/// `from.gate>to` of each edge that is no drop, with `[paths]` behind it where it is for some only; without `prefix` in
/// names.
inline std::vector<std::string> flows(const std::vector<Plan::Edge>& edges, const std::string& prefix = "edge/") {
  const auto shortened = [&](const NodeId& id) {
    return id.get().starts_with(prefix) ? id.get().substr(prefix.size()) : id.get();
  };
  std::vector<std::string> texts;
  for (const auto& edge : edges) {
    if (!edge.to) continue;
    auto text = fmt::format("{}.{}>{}", shortened(edge.from), edge.gate, shortened(*edge.to));
    if (!edge.paths.empty()) text += fmt::format("[{}]", fmt::join(edge.paths, ","));
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace unf::testing_support
