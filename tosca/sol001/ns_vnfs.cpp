#include "tosca/sol001/ns_vnfs.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "tosca/sol001/nsd_lookup.h"

namespace unf::tosca {
namespace {

// A small VNFD may be the VNFD of many VNFs: these bound what all VNFs of a service have together.
constexpr std::size_t kMaxNsUnfs = 1U << 17;
constexpr std::size_t kMaxNsWeight = 1U << 22;  ///< values in the VNFDs, counted for each VNF

std::vector<std::string_view> port_names(const VnfTemplate& graph) {
  std::vector<std::string_view> names;
  for (const auto& [name, node] : graph.inputs) names.push_back(name);
  for (const auto& [name, node] : graph.outputs) names.push_back(name);
  return names;
}

/// The node template that stands for the network service itself. nullptr: there is none.
const NodeTemplate* own_ns_node(const Document& document) {
  const auto* type = document.substitution == nullptr ? nullptr : document.substitution->find("node_type");
  const auto is_own = [&](const NodeTemplate& node) {
    return node.type != nullptr && node.type->base == base::ns && (type == nullptr || node.type->name == type->text);
  };
  const auto own = std::ranges::find_if(document.nodes, is_own);
  return own == document.nodes.end() ? nullptr : &*own;
}

/// The VNFD that a VNF is bound to. nullptr: reported.
const Vnfd* bound_vnfd(Documents& documents, const Document& document, const NodeTemplate& node,
                       std::span<const Vnfd> vnfds) {
  const auto id = vnf_property(documents, document, node, "descriptor_id");
  const auto flavour = vnf_property(documents, document, node, "flavour_id");
  std::vector<const Vnfd*> found;
  for (const auto& vnfd : vnfds) {
    if (!id.empty() && vnfd.descriptor_id == id) found.push_back(&vnfd);
  }
  if (found.empty()) {
    for (const auto& vnfd : vnfds) {
      if (vnfd.node_type == node.type->name) found.push_back(&vnfd);
    }
  }
  if (found.size() > 1) std::erase_if(found, [&](const Vnfd* vnfd) { return vnfd->flavour != flavour; });
  if (found.size() == 1) return found.front();
  if (found.empty() && documents.incomplete()) return nullptr;  // its VNFD may be the broken one
  documents.problems().add(node.at, "VNF `{}`: {} with {}node type {}{}, expected one", node.name,
                           found.empty() ? "no VNFD" : fmt::format("{} VNFDs", found.size()),
                           id.empty() ? "" : fmt::format("descriptor_id {} or ", id), node.type->name,
                           flavour.empty() ? "" : fmt::format(" and flavour {}", flavour));
  return nullptr;
}

/// The ports of a VNF that its requirements put on virtual links.
std::vector<NsPort> ports_on_links(const Document& document, const NodeTemplate& node, const VnfTemplate& graph,
                                   Problems& problems) {
  std::vector<NsPort> ports;
  std::set<std::string_view> seen;
  for (const auto& requirement : node.requirements) {
    if (requirement.name == "dependency") continue;
    const bool is_input = graph.inputs.contains(requirement.name);
    const bool is_output = graph.outputs.contains(requirement.name);
    if (!is_input && !is_output) {
      const auto known = port_names(graph);
      if (known.empty()) continue;  // its VNFD is broken, and reported
      problems.add(requirement.at, "VNF `{}` has no port `{}`, expected {}{}", node.name, requirement.name,
                   one_of(known), problems.suggest(requirement.name, known));
      continue;
    }
    if (!seen.insert(requirement.name).second) {
      problems.add(requirement.at, "port `{}` of VNF `{}` has a virtual link already, expected one", requirement.name,
                   node.name);
      continue;
    }
    if (!leads_to_ns_link(document, node, requirement, problems)) continue;
    if (is_input) ports.push_back({node.name, requirement.name, requirement.target, true});
    if (is_output) ports.push_back({node.name, requirement.name, requirement.target, false});
  }
  return ports;
}

/// Reads VNFDs, each once, for as long as what all VNFs have together is within bounds.
class NsVnfdReader {
 public:
  NsVnfdReader(Documents& documents, Artifacts& artifacts) : documents_(documents), artifacts_(artifacts) {}

  /// The VNF that `node` stands for. nullopt: reported.
  std::optional<ServiceRequest::Vnf> read(const NodeTemplate& node, const Vnfd& vnfd) {
    auto [known, is_new] = read_.try_emplace(vnfd.document);
    if (is_new) known->second = read_vnfd(documents_, vnfd, artifacts_);
    const auto unfs_before = unfs_;
    unfs_ += known->second.graph.nodes.size();
    if (unfs_ > kMaxNsUnfs) {
      if (unfs_before <= kMaxNsUnfs) {
        documents_.problems().add(node.at, "too many uNFs in the network service, expected at most {}", kMaxNsUnfs);
      }
      return std::nullopt;
    }
    const auto weight_before = weight_;
    weight_ += vnfd.document->tree->weight;
    if (weight_ > kMaxNsWeight) {
      if (weight_before <= kMaxNsWeight) {
        documents_.problems().add(node.at, "the VNFDs of all VNFs come to too much, expected at most {} values",
                                  kMaxNsWeight);
      }
      return std::nullopt;
    }
    auto vnf = known->second;
    vnf.name = node.name;
    vnf.at = node.at;
    return vnf;
  }

 private:
  Documents& documents_;
  Artifacts& artifacts_;
  std::map<const Document*, ServiceRequest::Vnf> read_;
  std::size_t unfs_ = 0;
  std::size_t weight_ = 0;
};

}  // namespace

const ServiceRequest::Vnf* NsVnfs::find(std::string_view vnf) const {
  const auto found = std::ranges::find(vnfs, vnf, &ServiceRequest::Vnf::name);
  return found == vnfs.end() ? nullptr : &*found;
}

const NsPort* NsVnfs::first_port(std::string_view vnf, bool is_input) const {
  const auto found =
      std::ranges::find_if(ports, [&](const auto& port) { return port.vnf == vnf && port.is_input == is_input; });
  return found == ports.end() ? nullptr : &*found;
}

NsVnfs read_ns_vnfs(Documents& documents, const Document& document, std::span<const Vnfd> vnfds, Artifacts& artifacts) {
  auto& problems = documents.problems();
  const auto before = problems.size();
  const auto* own = own_ns_node(document);
  NsVnfs read;
  NsVnfdReader reader{documents, artifacts};
  for (const auto& node : document.nodes) {
    read.complete = read.complete && node.type != nullptr;
    if (node.type == nullptr) continue;
    if (node.type->is_vnf()) {
      const auto* vnfd = bound_vnfd(documents, document, node, vnfds);
      auto vnf = vnfd == nullptr ? std::nullopt : reader.read(node, *vnfd);
      if (!vnf) continue;
      auto ports = ports_on_links(document, node, vnf->graph, problems);
      std::ranges::move(ports, std::back_inserter(read.ports));
      read.vnfs.push_back(*std::move(vnf));
    } else if (node.type->base == base::ns && &node != own) {
      problems.add(node.at, "nested network service `{}` of type {} is not supported, expected VNFs", node.name,
                   node.type->name);
    } else if (node.type->base == base::vdu || node.type->base == base::pnf) {
      problems.add(node.at, "`{}` of type {} in a network service is not supported, expected VNFs", node.name,
                   node.type->name);
    }
  }
  read.complete = read.complete && problems.size() == before;
  if (read.vnfs.empty() && problems.empty()) {
    problems.add({std::string{document.file}, 1},
                 "the network service has no VNF, expected node templates of types derived from {}", base::vnf);
  }
  return read;
}

}  // namespace unf::tosca
