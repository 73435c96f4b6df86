#include "tosca/sfc_yang/sfc_leftovers.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tosca/sfc_yang/sfc_entries.h"

namespace unf::tosca {
namespace {

void report_leaves(const SfcPath& path, Report& report) {
  for (const auto* leaf : {"transport-type", "sfc-encapsulation"}) {
    if (const auto* value = path.value->find(leaf))
      report.map(value->at(), fmt::format("`{}` of path `{}`", leaf, path.name), "",
                 "inside a host packets are not encapsulated");
  }
  if (const auto* tenant = path.value->find("tenant-id"))
    report.map(tenant->at(), fmt::format("`tenant-id` of path `{}`", path.name), "", "a graph is one tenant's");
}

/// Says which forwarder, on which node, would have served each function of a path.
void report_forwarders(const SfcPath& path, const SfcFunctions& functions, Report& report) {
  std::set<std::string> nodes;
  std::vector<std::string> served;
  for (const auto& hop : path.hops) {
    const auto& all = functions.functions.at(hop.function).forwarders;
    const auto forwarder = !hop.forwarder.empty() ? hop.forwarder : all.empty() ? "" : *all.begin();
    if (forwarder.empty()) continue;
    const auto node = functions.node_of(forwarder);
    if (!node.empty()) nodes.insert(node);
    served.push_back(
        fmt::format("`{}` by `{}`{}", hop.function, forwarder, node.empty() ? "" : fmt::format(" on `{}`", node)));
  }
  if (served.empty()) return;
  report.map(path.at, fmt::format("forwarders of path `{}`", path.name), "",
             fmt::format("{}: {}", fmt::join(served, ", "),
                         nodes.size() > 1 ? "a graph does not span hosts yet, and all of it runs on one"
                                          : "a graph runs on one host"));
}

void report_chains(const SfcPaths& paths, Report& report) {
  std::set<std::string_view> used;
  for (const auto& path : paths.paths) used.insert(path.chain);
  for (const auto& [name, chain] : paths.chains) {
    const bool has_path = used.contains(name);
    report.map(chain.at, fmt::format("chain `{}`", name), has_path ? "the types of a path's VNFs" : "",
               has_path ? "" : "no path is of it");
  }
}

void report_hosts(const Value& tree, const SfcFunctions& functions, Report& report) {
  for (const auto& [name, forwarder] : functions.forwarders) {
    report.map(forwarder.at, fmt::format("forwarder `{}`", name), "",
               "inside a host packets go from VNF to VNF without one");
  }
  for (const auto& node : sfc_entries(tree, kSfcNodes)) {
    report.map(node->at(), fmt::format("service node `{}`", sfc_leaf(*node, "name")), "",
               "hosts are those of the inventory");
  }
}

void report_unused_groups(const SfcFunctions& functions, const SfcPaths& paths, Report& report) {
  for (const auto& [name, group] : functions.groups) {
    if (!paths.used_groups.contains(name))
      report.map(group.at, fmt::format("group `{}`", name), "", "no path goes through it");
  }
}

void report_metadata(const Value& tree, Report& report) {
  for (const auto& list : {kSfcContextMetadata, kSfcVariableMetadata}) {
    for (const auto& metadata : sfc_entries(tree, list)) {
      report.map(metadata->at(), fmt::format("metadata `{}`", sfc_leaf(*metadata, "name")), "",
                 "inside a host packets carry no NSH header");
    }
  }
}

void report_other_modules(const Value& tree, Report& report) {
  for (const auto& [key, value] : tree.members) {
    if (std::ranges::find(kSfcLists, key->text, &SfcListName::top) == kSfcLists.end())
      report.map(key->at(), fmt::format("`{}`", key->text), "", "no path is chosen by it");
  }
}

}  // namespace

void report_sfc_leftovers(const Value& tree, const SfcFunctions& functions, const SfcPaths& paths, Report& report) {
  for (const auto& path : paths.paths) {
    report_leaves(path, report);
    report_forwarders(path, functions, report);
  }
  report_chains(paths, report);
  report_hosts(tree, functions, report);
  report_unused_groups(functions, paths, report);
  report_metadata(tree, report);
  report_other_modules(tree, report);
}

}  // namespace unf::tosca
