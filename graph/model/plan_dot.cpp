#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <vector>

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

const char* shape_of(const Plan::Node& node) {
  return node.type == "NicIngress" ? "invhouse" : node.type == "NicEgress" ? "house" : "box";
}

constexpr std::string_view kHidden = "shape=point, style=invis, width=0, height=0, label=\"\"";

/// One of the two graphs; `prefix` tells its nodes from the other's.
class Drawing {
 public:
  Drawing(const Plan& plan, const Colours& colours, std::string prefix)
      : colours_(colours),
        prefix_(std::move(prefix)),
        service_(plan.services.size() == 1 ? plan.services[0] + '/' : std::string{}) {}

  /// Its name in the text, which is no label.
  std::string name(std::string_view of) const { return dot_text(fmt::format("{}{}", prefix_, of)); }
  std::string name(const NodeId& id) const { return name(id.get()); }

  std::string node(const Plan::Node& node) const {
    return fmt::format("{} [label={}, shape={}, {}];\n", name(node.id), label_of(node), shape_of(node),
                       colours_.fill(node));
  }

  /// The points where packets from `nodes` are dropped.
  std::string drops(const std::vector<const Plan::Node*>& nodes, const std::vector<Plan::Edge>& edges) const {
    std::string dot;
    for (const auto& edge : edges) {
      const auto is_from = [&](const Plan::Node* node) { return node->id == edge.from; };
      if (!edge.to && std::any_of(nodes.begin(), nodes.end(), is_from))
        dot += fmt::format("{} [shape=point, width=0.05, label=\"\"];\n", target_of(edge));
    }
    return dot;
  }

  std::string edge(const Plan::Edge& edge, std::string_view more = "") const {
    return fmt::format("{} -> {} [label={}{}{}];\n", name(edge.from), target_of(edge), label_of(edge), style_of(edge),
                       more);
  }

  /// An edge that rises from the bottom of a column to the top of another, by `corner`, a node that does not show.
  std::string edge_over(const Plan::Edge& edge, const std::string& corner) const {
    return fmt::format("{} [{}];\n", corner, kHidden) +
           fmt::format("{} -> {} [dir=none{}];\n", corner, name(edge.from), style_of(edge)) +
           fmt::format("{} -> {} [label={}{}];\n", corner, target_of(edge), label_of(edge), style_of(edge));
  }

 private:
  std::string target_of(const Plan::Edge& edge) const {
    return edge.to ? name(*edge.to) : name(fmt::format("drop_{}", edge.id.get()));
  }

  std::string label_of(const Plan::Node& node) const {
    std::string label = node.type;
    if (const auto replica = node.id.get().find('#'); replica != std::string::npos)
      label += ' ' + node.id.get().substr(replica);
    for (const auto& owner : node.owners) {
      const auto& path = owner.get();
      label += '\n' + (path.rfind(service_, 0) == 0 ? path.substr(service_.size()) : path);
    }
    if (node.nic) label += "\nNIC " + node.nic->get();
    return dot_text(label);
  }

  static std::string label_of(const Plan::Edge& edge) {
    auto label = edge.gate;
    if (!edge.paths.empty()) label += fmt::format(" [{}]", fmt::join(edge.paths, ", "));
    if (!edge.becomes.empty()) label += fmt::format(" becomes {}", edge.becomes);
    return dot_text(label);
  }

  static std::string style_of(const Plan::Edge& edge) {
    return fmt::format("{}{}", edge.link == Plan::Link::call ? "" : ", style=bold",
                       edge.port == Plan::Port::balance  ? ", arrowhead=empty"
                       : edge.port == Plan::Port::branch ? ", arrowhead=open"
                                                         : "");
  }

  const Colours& colours_;
  std::string prefix_;
  std::string service_;  ///< what all owner paths begin with, and labels leave out
};

/// A frame around `nodes` and where they drop packets.
std::string cluster(const std::string& name, const std::string& label, const std::vector<const Plan::Node*>& nodes,
                    const std::vector<Plan::Edge>& edges, const Drawing& drawing) {
  auto dot = fmt::format("    subgraph cluster_{} {{\n      label={}; style=filled; color=\"#f4f4f4\"; fontsize=9;\n",
                         name, dot_text(label));
  for (const auto* node : nodes) dot += "      " + drawing.node(*node);
  return dot + drawing.drops(nodes, edges) + "    }\n";
}

/// The graph as it was asked for: a VNF is a column, from top to bottom; three stand in a row, and each row is below
/// the one before, so that the picture fits the width of a page.
class AskedFor {
 public:
  AskedFor(const Plan& plan, const Colours& colours) : plan_(plan), drawing_(plan, colours, "asked for: ") {
    std::map<std::string, std::size_t> columns;
    for (const auto& node : plan.original.nodes) {
      const auto vnf = vnf_of(node.owners[0]);
      const auto column = columns.emplace(vnf, columns_.size()).first->second;
      if (column == columns_.size()) columns_.push_back({vnf, {}});
      columns_[column].nodes.push_back(&node);
      column_of_.emplace(node.id, column);
    }
  }

  std::string text() const {
    const auto& totals = plan_.totals;
    auto dot = fmt::format("  subgraph cluster_asked {{\n    label={};\n",
                           dot_text(fmt::format("as asked for: {} uNFs, {} cycles per packet", totals.nodes_before,
                                                totals.cycles_before)));
    for (std::size_t i = 0; i < columns_.size(); ++i)
      dot += cluster(fmt::format("vnf_{}", i), columns_[i].vnf, columns_[i].nodes, plan_.original.edges, drawing_);
    for (const auto& edge : plan_.original.edges) dot += edge_text(edge);
    for (std::size_t first = 0; first < columns_.size(); first += kInRow) dot += row(first);
    return dot + "  }\n";
  }

  /// The nodes that the last row ends with.
  std::vector<std::string> lowest() const {
    return columns_.empty() ? std::vector<std::string>{} : ends_of_row((columns_.size() - 1) / kInRow * kInRow);
  }

 private:
  static constexpr std::size_t kInRow = 3;

  struct Column {
    std::string vnf;
    std::vector<const Plan::Node*> nodes;
  };

  bool is_in(const NodeId& node, std::size_t column) const { return column_of_.at(node) == column; }

  /// Whether it leads from a column of a row to another of it.
  bool is_over(const Plan::Edge& edge) const {
    if (!edge.to) return false;
    const auto from = column_of_.at(edge.from), to = column_of_.at(*edge.to);
    return from != to && from / kInRow == to / kInRow;
  }

  std::string corner_of(const Plan::Edge& edge) const { return drawing_.name(fmt::format("over_{}", edge.id.get())); }

  std::string edge_text(const Plan::Edge& edge) const {
    if (is_over(edge)) return drawing_.edge_over(edge, corner_of(edge));
    const bool rises = edge.to && column_of_.at(edge.from) / kInRow > column_of_.at(*edge.to) / kInRow;
    return drawing_.edge(edge, rises ? ", constraint=false" : "");
  }

  std::string head_of(std::size_t column) const { return drawing_.name(fmt::format("column_{}", column)); }

  /// Nodes that do not show, at one height: the head of each column, behind the corners of the edges that lead to it.
  std::string row(std::size_t first) const {
    std::vector<std::string> heads;
    std::string lines;
    for (auto column = first; column < std::min(first + kInRow, columns_.size()); ++column) {
      std::set<NodeId> inner;  // an edge of the VNF leads to them
      for (const auto& edge : plan_.original.edges) {
        if (!edge.to || !is_in(*edge.to, column)) continue;
        if (is_over(edge)) heads.push_back(corner_of(edge));
        if (is_in(edge.from, column)) inner.insert(*edge.to);
      }
      heads.push_back(head_of(column));
      for (const auto* node : columns_[column].nodes) {
        if (inner.count(node->id) == 0)
          lines += fmt::format("{} -> {} [style=invis, weight=20];\n", heads.back(), drawing_.name(node->id));
      }
      if (first == 0) continue;
      for (const auto& end : ends_of_row(first - kInRow))
        lines += fmt::format("{} -> {} [style=invis];\n", end, heads.back());
    }
    return fmt::format("    {{\n      rank=same;\n      node [{}];\n      edge [style=invis];\n      {};\n    }}\n",
                       kHidden, fmt::join(heads, " -> ")) +
           lines;
  }

  /// What the next row is below: the nodes of the row's largest VNF from which no edge of it leads on.
  std::vector<std::string> ends_of_row(std::size_t first) const {
    auto largest = first;
    for (auto column = first; column < std::min(first + kInRow, columns_.size()); ++column) {
      if (columns_[column].nodes.size() > columns_[largest].nodes.size()) largest = column;
    }
    std::set<NodeId> inner;
    for (const auto& edge : plan_.original.edges) {
      if (edge.to && is_in(edge.from, largest) && is_in(*edge.to, largest)) inner.insert(edge.from);
    }
    std::vector<std::string> ends;
    for (const auto* node : columns_[largest].nodes) {
      if (inner.count(node->id) == 0) ends.push_back(drawing_.name(node->id));
    }
    return ends;
  }

  const Plan& plan_;
  Drawing drawing_;
  std::vector<Column> columns_;  ///< in the order of the service's VNFs
  std::map<NodeId, std::size_t> column_of_;
};

/// The graph as it is planned, from top to bottom, below the nodes `above`.
std::string planned(const Plan& plan, const Colours& colours, const std::vector<std::string>& above) {
  const Drawing drawing{plan, colours, ""};
  auto dot = fmt::format("  subgraph cluster_planned {{\n    label={};\n",
                         dot_text(fmt::format("as planned: {} uNFs, {} cycles per packet", plan.totals.nodes_after,
                                              plan.totals.cycles_after)));
  // Where packets leave is drawn by itself, at the bottom: what receives them is at the top.
  std::map<std::tuple<HostId, RunnerId, bool>, std::vector<const Plan::Node*>> runners;
  for (const auto& node : plan.nodes) runners[{node.host, node.runner, node.type == "NicEgress"}].push_back(&node);
  std::size_t number = 0;
  for (const auto& [where, nodes] : runners) {
    const auto& [host, runner, is_egress] = where;
    const auto label =
        fmt::format("{} {} (core {}){}", host.get(), runner.get(), nodes.front()->core.get(), is_egress ? ", out" : "");
    dot += cluster(fmt::format("runner_{}", number++), label, nodes, plan.edges, drawing);
  }
  std::set<NodeId> entered;
  for (const auto& edge : plan.edges) {
    dot += drawing.edge(edge);
    if (edge.to) entered.insert(*edge.to);
  }
  for (const auto& node : plan.nodes) {
    if (entered.count(node.id) != 0) continue;
    for (const auto& end : above) dot += fmt::format("{} -> {} [style=invis];\n", end, drawing.name(node.id));
  }
  return dot + "  }\n";
}

}  // namespace

std::string to_dot(const Plan& plan) {
  const Colours colours{plan};
  const AskedFor asked_for{plan, colours};
  return fmt::format("digraph {} {{\n", dot_text(plan.graph.get())) +
         "  nodesep=0.25; ranksep=0.28; fontname=\"Helvetica\"; fontsize=12;\n"
         "  node [fontname=\"Helvetica\", fontsize=10, margin=\"0.08,0.04\"];\n"
         "  edge [fontname=\"Helvetica\", fontsize=9, arrowsize=0.7];\n" +
         asked_for.text() + planned(plan, colours, asked_for.lowest()) + "}\n";
}

}  // namespace unf
