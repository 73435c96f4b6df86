#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>
#include <set>

#include "graph/model/plan.h"

namespace unf {
namespace {

std::string dot_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// `service/vnf` of an owner path.
std::string vnf_of(const OwnerPath& owner) { return owner.get().substr(0, owner.get().rfind('/')); }

/// A colour for each VNF, in the order of their names; there are twelve.
class Colours {
 public:
  explicit Colours(const Plan& plan) {
    std::set<std::string> vnfs;
    for (const auto& node : plan.original.nodes) vnfs.insert(vnf_of(node.owners[0]));
    for (const auto& node : plan.nodes) {
      for (const auto& owner : node.owners) vnfs.insert(vnf_of(owner));
    }
    for (const auto& vnf : vnfs) colour_of_.emplace(vnf, kColours[colour_of_.size() % kColours.size()]);
  }

  /// One uNF's: a stripe for each VNF it works for.
  std::string fill(const Plan::Node& node) const {
    std::set<std::string> stripes;
    for (const auto& owner : node.owners) stripes.insert(colour_of_.at(vnf_of(owner)));
    const bool is_io = node.type == "NicIngress" || node.type == "NicEgress";  // houses have no stripes
    return fmt::format("style={}, fillcolor=\"{}\"", stripes.size() > 1 && !is_io ? "striped" : "filled",
                       stripes.size() > 1 && is_io ? *stripes.begin() : fmt::format("{}", fmt::join(stripes, ":")));
  }

 private:
  static constexpr std::array<std::string_view, 12> kColours{"#8dd3c7", "#ffffb3", "#bebada", "#fb8072",
                                                             "#80b1d3", "#fdb462", "#b3de69", "#fccde5",
                                                             "#d9d9d9", "#bc80bd", "#ccebc5", "#ffed6f"};
  std::map<std::string, std::string> colour_of_;
};

std::string label_of(const Plan::Node& node) {
  std::string label = node.type;
  if (const auto replica = node.id.get().find('#'); replica != std::string::npos)
    label += ' ' + node.id.get().substr(replica);
  for (const auto& owner : node.owners) label += '\n' + owner.get();
  if (node.nic) label += "\nNIC " + node.nic->get();
  return dot_text(label);
}

const char* shape_of(const Plan::Node& node) {
  return node.type == "NicIngress" ? "invhouse" : node.type == "NicEgress" ? "house" : "box";
}

/// One of the two graphs; `prefix` tells its nodes from the other's.
class Drawing {
 public:
  Drawing(const Colours& colours, std::string prefix) : colours_(colours), prefix_(std::move(prefix)) {}

  std::string node(const Plan::Node& node) const {
    return fmt::format("{} [label={}, shape={}, {}];\n", name(node.id), label_of(node), shape_of(node),
                       colours_.fill(node));
  }

  std::string edges(const std::vector<Plan::Edge>& edges) const {
    std::string dot;
    for (const auto& edge : edges) {
      auto label = edge.gate;
      if (!edge.paths.empty()) label += fmt::format(" [{}]", fmt::join(edge.paths, ", "));
      if (!edge.becomes.empty()) label += fmt::format(" becomes {}", edge.becomes);
      const auto to = edge.to ? name(*edge.to) : dot_text(fmt::format("{}drop_{}", prefix_, edge.id.get()));
      if (!edge.to) dot += fmt::format("  {} [shape=point, width=0.05, label=\"\"];\n", to);
      dot += fmt::format("  {} -> {} [label={}{}{}];\n", name(edge.from), to, dot_text(label),
                         edge.link == Plan::Link::call ? "" : ", style=bold",
                         edge.port == Plan::Port::balance  ? ", arrowhead=empty"
                         : edge.port == Plan::Port::branch ? ", arrowhead=open"
                                                           : "");
    }
    return dot;
  }

 private:
  std::string name(const NodeId& id) const { return dot_text(prefix_ + id.get()); }

  const Colours& colours_;
  std::string prefix_;
};

std::string asked_for(const Plan& plan, const Colours& colours) {
  const Drawing drawing{colours, "asked for: "};
  auto dot = fmt::format("  subgraph cluster_asked {{\n    label={};\n",
                         dot_text(fmt::format("as asked for: {} uNFs, {} cycles per packet", plan.totals.nodes_before,
                                              plan.totals.cycles_before)));
  for (const auto& node : plan.original.nodes) dot += "    " + drawing.node(node);
  return dot + drawing.edges(plan.original.edges) + "  }\n";
}

std::string planned(const Plan& plan, const Colours& colours) {
  const Drawing drawing{colours, ""};
  auto dot = fmt::format("  subgraph cluster_planned {{\n    label={};\n",
                         dot_text(fmt::format("as planned: {} uNFs, {} cycles per packet", plan.totals.nodes_after,
                                              plan.totals.cycles_after)));
  std::map<std::pair<HostId, RunnerId>, std::vector<const Plan::Node*>> runners;
  for (const auto& node : plan.nodes) runners[{node.host, node.runner}].push_back(&node);
  std::size_t cluster = 0;
  for (const auto& [where, nodes] : runners) {
    const auto& [host, runner] = where;
    dot += fmt::format("    subgraph cluster_{} {{\n      label={};\n", cluster++,
                       dot_text(fmt::format("{} {} (core {})", host.get(), runner.get(), nodes.front()->core.get())));
    for (const auto* node : nodes) dot += "      " + drawing.node(*node);
    dot += "    }\n";
  }
  return dot + drawing.edges(plan.edges) + "  }\n";
}

}  // namespace

std::string to_dot(const Plan& plan) {
  const Colours colours{plan};
  return fmt::format("digraph {} {{\n  rankdir=LR;\n", dot_text(plan.graph.get())) + asked_for(plan, colours) +
         planned(plan, colours) + "}\n";
}

}  // namespace unf
