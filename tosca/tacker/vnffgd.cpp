#include "tosca/tacker/vnffgd.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "tosca/chain/chain.h"
#include "tosca/tacker/forwarding_path.h"

namespace unf::tosca {
namespace {

SourcePlace start_of(const Document& document) { return {std::string{document.file}, 1}; }

/// What of `entries` describes paths, and what neither has paths nor is a VNFD.
struct TackerEntries {
  std::vector<const Document*> graphs, others;
};

TackerEntries sorted_out(Documents& documents, std::span<const Document* const> entries) {
  TackerEntries sorted;
  for (const auto* entry : entries) {
    const auto& read = documents.read_topology(*entry);
    if (std::ranges::any_of(read.nodes, is_forwarding_path)) {
      sorted.graphs.push_back(&read);
    } else if (!is_tacker_vnfd(documents, read)) {
      sorted.others.push_back(&read);
    }
  }
  return sorted;
}

std::vector<TackerVnfd> read_all_vnfds(Documents& documents) {
  std::vector<TackerVnfd> vnfds;
  for (const auto& [file, document] : documents.all()) {
    if (document != nullptr && document->is_tacker() && is_tacker_vnfd(documents, *document))
      vnfds.push_back(read_tacker_vnfd(documents, *document));
  }
  return vnfds;
}

/// The chain of one VNF: in by its first connection point that is not for management, out by the second.
Chain chain_of_vnfd(const TackerVnfd& vnfd, Problems& problems) {
  Chain chain{.name = vnfd.document->title(), .at = start_of(*vnfd.document)};
  const auto points = vnfd.data_points();
  if (points.empty()) {
    problems.add(chain.at, "VNFD `{}` has no connection point but for management, expected one that packets come in by",
                 chain.name);
    return chain;
  }
  const auto& in = points.front()->name;
  const auto& out = points[points.size() > 1 ? 1 : 0]->name;
  chain.vnfs.push_back(vnfd.as("vnf", chain.at));
  chain.paths.push_back({.name = fmt::format("{}-to-{}", in, out),
                         .in = {vnfd.network_of(in), vnfd.network_of(in)},
                         .out = {vnfd.network_of(out), vnfd.network_of(out)},
                         .hops = {{"vnf", in, out, chain.at}},
                         .symmetric = points.size() > 1,
                         .at = chain.at});
  return chain;
}

/// Notes what became of groups, virtual links, and VNFs that no path goes through.
void map_elements(const Document& document, const Chain& chain, Report& report) {
  const auto* groups = document.tree->find("topology_template", "groups");
  for (const auto& group : groups == nullptr ? std::vector<Value::Member>{} : groups->members) {
    report.map(group.key->at(), fmt::format("group `{}`", group.key->text), fmt::format("service `{}`", chain.name));
  }
  for (const auto& node : document.nodes) {
    if (node.type == nullptr || is_forwarding_path(node)) continue;
    const bool known = std::ranges::any_of(chain.vnfs, [&](const auto& vnf) { return vnf.vnf.name == node.name; });
    if (node.type->base == base::tacker_vl) {
      report.map(node.at, fmt::format("virtual link `{}`", node.name), "",
                 "paths say where packets come in and go out");
    } else if (!known) {
      report.map(node.at, fmt::format("VNF `{}`", node.name), "", "no path goes through it");
    }
  }
}

/// The chain of a VNFFGD, or of an NSD with VNFFGs.
Chain chain_of_graph(Documents& documents, const Document& graph, std::span<const TackerVnfd> vnfds,
                     std::span<const Vnfd> others) {
  Chain chain{.name = graph.title(), .at = start_of(graph)};
  Forwarders forwarders{documents, graph, vnfds, others};
  for (const auto& node : graph.nodes) {
    if (!is_forwarding_path(node)) continue;
    auto paths = read_forwarding_path(documents, graph, node, forwarders);
    std::ranges::move(paths, std::back_inserter(chain.paths));
  }
  chain.vnfs = forwarders.vnfs();
  chain.artifacts = forwarders.artifacts();
  map_elements(graph, chain, documents.report());
  return chain;
}

/// Reports that there is not one description of a service.
void report_no_single_graph(const TackerEntries& entries, std::span<const TackerVnfd> vnfds, Problems& problems) {
  const auto& graphs = entries.graphs;
  for (const auto* graph : graphs) {
    problems.add(start_of(*graph), "one of {} VNFFGDs, expected one: name its file", graphs.size());
  }
  if (!graphs.empty()) return;
  for (const auto& vnfd : vnfds) {
    problems.add(start_of(*vnfd.document),
                 "one of {} VNFDs and no VNFFGD, expected one VNFD, or a VNFFGD that joins them", vnfds.size());
  }
}

}  // namespace

ServiceRequest read_tacker(Documents& documents, std::span<const Document* const> entries,
                           std::span<const Vnfd> others) {
  auto& problems = documents.problems();
  const auto sorted = sorted_out(documents, entries);
  const auto vnfds = read_all_vnfds(documents);
  Chain chain;
  if (sorted.graphs.size() == 1) {
    chain = chain_of_graph(documents, *sorted.graphs.front(), vnfds, others);
  } else if (sorted.graphs.empty() && vnfds.size() == 1) {
    chain = chain_of_vnfd(vnfds.front(), problems);
  } else {
    report_no_single_graph(sorted, vnfds, problems);
  }
  if (sorted.graphs.empty() && vnfds.empty() && problems.empty() && !sorted.others.empty()) {
    problems.add(start_of(*sorted.others.front()),
                 "neither VNFFGD nor VNFD, expected node templates of {}, or of {} and {}", base::tacker_fp_v2,
                 base::tacker_vdu, base::tacker_cp);
  }
  if (!problems.empty()) return {};
  return service_of(std::move(chain), documents.images(), documents.report());
}

}  // namespace unf::tosca
