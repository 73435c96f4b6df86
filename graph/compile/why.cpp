#include "graph/compile/why.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "graph/terms/effects.h"
#include "graph/terms/pass.h"

namespace unf::graph {
namespace {

Result<const Plan::Node*> find(const Plan& plan, const std::string& name) {
  std::vector<const Plan::Node*> found;
  std::vector<std::string> all;
  for (const auto& node : plan.original.nodes) {
    const auto& id = node.id.get();
    if (id == name) return &node;
    all.push_back(id);
    if (id.ends_with("/" + name)) found.push_back(&node);
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) return fail(Errc::not_found, "no uNF '{}', expected one of: {}", name, fmt::join(all, ", "));
  std::vector<std::string> ids;
  for (const auto* node : found) ids.push_back(node->id.get());
  return fail(Errc::conflict, "'{}' is one of several, expected one of: {}", name, fmt::join(ids, ", "));
}

const Plan::Node* deployed(const Plan& plan, const Plan::Node& original) {
  const auto at = std::ranges::find_if(plan.nodes, [&](const Plan::Node& node) {
    return std::ranges::find(node.owners, original.owners[0]) != node.owners.end();
  });
  return at == plan.nodes.end() ? nullptr : &*at;
}

/// What two uNFs of which the report says nothing are to each other.
std::string relation(const Plan& plan, const Catalog& catalog, const Plan::Node& a, const Plan::Node& b) {
  const auto* here = deployed(plan, a);
  const auto* there = deployed(plan, b);
  if (here != nullptr && here == there) return fmt::format("{} does the work of both", here->id.get());
  const auto gone = [](const Plan::Node& node) {
    return fmt::format("no packet needs {}: others decide in its place, or none comes to it", node.id.get());
  };
  if (here == nullptr) return gone(a);
  if (there == nullptr) return gone(b);
  const auto effects = [&](const Plan::Node& node) {
    const auto* entry = catalog.find(node.type);
    return effects_of(entry->descriptor, entry->config_schema, node.config);
  };
  const auto first = effects(a), second = effects(b);
  if (is_io(a.type) || is_io(b.type)) return "one of them is where packets enter or leave";
  if (a.type == b.type && a.config == b.config) {
    return first.remembers()
               ? "they are of one kind, but each owner's has a state of its own"
               : "they are of one kind, but no packet passes both, and neither stands before what both serve";
  }
  if (a.type == b.type) {
    const auto differences = nlohmann::json::diff(a.config, b.config);
    std::vector<std::string> members;
    for (const auto& change : differences) members.push_back(change.at("path").get<std::string>().substr(1));
    return fmt::format("they are of one type, but configured differently: {}", fmt::join(members, ", "));
  }
  const auto both = (first.writes & (second.reads | second.writes)) | (second.writes & first.reads);
  if (!both.empty())
    return fmt::format("they are of different types, and their order matters for: {}", field_names(both));
  return "they are of different types; their order does not matter to packets, and no other order is cheaper";
}

}  // namespace

Result<std::string> why(const Plan& plan, const Catalog& catalog, const std::string& a, const std::string& b) {
  const auto first = find(plan, a), second = find(plan, b);
  for (const auto* found : {&first, &second}) {
    if (!*found) return fail(found->error().code, "{}", found->error().message);
  }
  std::string text;
  for (const auto& line : plan.report) {
    const auto is_about = [&](const Plan::Node& node) {
      return std::ranges::find(line.nodes, node.id) != line.nodes.end();
    };
    if (!is_about(**first) || !is_about(**second)) continue;
    text += fmt::format("{} {}: {}\n", line.applied ? "did    " : "did not", line.rule, line.reason);
  }
  return text.empty() ? relation(plan, catalog, **first, **second) + "\n" : text;
}

}  // namespace unf::graph
