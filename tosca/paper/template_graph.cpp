#include "tosca/paper/template_graph.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "tosca/paper/fields.h"
#include "tosca/sol001/unf_circle.h"
#include "tosca/sol001/unf_config.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kIngress = "NicIngress", kEgress = "NicEgress";

class PaperTemplateReader {
 public:
  PaperTemplateReader(const std::string& name, const PaperTemplate& from, Documents& context, Artifacts& artifacts)
      : name_(name), from_(from), context_(context), problems_(context.problems()), artifacts_(artifacts) {
    document_.file = from.document->file;
    document_.root = from.document->root;
    document_.tree = from.document->tree;
  }

  VnfTemplate read() {
    read_nodes();
    if (problems_.empty()) read_links();
    if (problems_.empty() && (graph_.inputs.empty() || graph_.outputs.empty())) {
      problems_.add(from_.at, "VNF template `{}` has no way {}, expected a node of type {}", name_,
                    graph_.inputs.empty() ? "in" : "out", graph_.inputs.empty() ? kIngress : kEgress);
    }
    if (problems_.empty()) refuse_circle();
    return std::move(graph_);
  }

 private:
  void read_nodes() {
    std::set<std::string, std::less<>> names;
    for (const auto& node : paper_list(*from_.value, "nodes", problems_)) {
      const auto name = paper_name(*node, fmt::format("a node of VNF template `{}`", name_), problems_);
      const auto* type = name ? paper_reference(*node, "type", fmt::format("node `{}`", *name), problems_) : nullptr;
      if (type == nullptr) continue;
      report_unknown_keys(*node, {"name", "type", "config"}, fmt::format("node `{}`", *name), problems_);
      if (!names.insert(*name).second) {
        problems_.add(node->at(), "a second node `{}` in VNF template `{}`, expected another name", *name, name_);
        continue;
      }
      read_node(*node, *name, *type);
    }
  }

  void read_node(const Value& node, const std::string& name, const Value& type) {
    const auto* entry = context_.catalog().find(type.text);
    if (entry == nullptr) {
      problems_.add(type.at(), "node `{}` is of type `{}`, which is no uNF of the catalogue{}", name, type.text,
                    problems_.suggest(type.text, [&] { return type_names(); }));
      return;
    }
    document_.nodes.assign(1, {.name = name, .value = &node, .at = node.at()});
    document_.node_index = {{document_.nodes.front().name, 0}};
    auto config =
        unf_config(context_, document_, *entry, name, properties_in(map_at(node, "config", problems_)), artifacts_);
    if (!config) return;
    if (type.text == kIngress) graph_.inputs.emplace(name, name);
    if (type.text == kEgress) graph_.outputs.emplace(name, name);
    graph_.nodes.push_back({name, type.text, std::move(*config), node.at()});
  }

  [[nodiscard]] std::vector<std::string_view> type_names() const {
    std::vector<std::string_view> names;
    for (const auto& [type, entry] : context_.catalog().entries()) names.push_back(type);
    return names;
  }

  void read_links() {
    for (const auto& node : graph_.nodes) {
      node_names_.push_back(node.name);
      types_[node.name] = node.type;
    }
    std::set<std::pair<std::string, std::string>> taken;
    const auto what = fmt::format("a link of VNF template `{}`", name_);
    for (const auto& link : paper_list(*from_.value, "links", problems_)) {
      auto edge = read_link(*link, what);
      if (!edge) continue;
      if (!taken.insert({edge->from, edge->gate}).second) {
        problems_.add(link->at(), "gate `{}` of `{}` leads to two nodes, expected one", edge->gate, edge->from);
        continue;
      }
      graph_.edges.push_back(std::move(*edge));
    }
  }

  /// nullopt: reported.
  std::optional<VnfTemplate::Edge> read_link(const Value& link, const std::string& what) {
    const auto* from = paper_reference(link, "from", what, problems_);
    const auto* to = from == nullptr ? nullptr : paper_reference(link, "to", what, problems_);
    if (to == nullptr) return std::nullopt;
    report_unknown_keys(link, {"from", "label", "to"}, what, problems_);
    const bool from_is_node = is_node(*from, what), to_is_node = is_node(*to, what);
    if (!from_is_node || !to_is_node) return std::nullopt;
    auto gate = gate_of(link, *from, *to);
    if (!gate) return std::nullopt;
    const bool to_ingress = types_[to->text] == kIngress;
    if (to_ingress || types_[from->text] == kEgress) {
      problems_.add(link.at(), "the link from `{}` to `{}` leads {}, expected links inside the VNF", from->text,
                    to->text, to_ingress ? "to a NicIngress" : "on from a NicEgress");
      return std::nullopt;
    }
    return VnfTemplate::Edge{from->text, std::move(*gate), to->text, link.at()};
  }

  bool is_node(const Value& end, const std::string& what) {
    if (types_.contains(end.text)) return true;
    problems_.add(end.at(), "{} names `{}`, expected one of its nodes{}", what, end.text,
                  problems_.suggest(end.text, node_names_));
    return false;
  }

  /// The gate that a link's label names, or the only one if there is no label. nullopt: reported.
  std::optional<std::string> gate_of(const Value& link, const Value& from, const Value& to) {
    const auto type = types_[from.text];
    const auto& descriptor = context_.catalog().find(type)->descriptor;
    const std::vector<std::string_view> gates(descriptor.gates.begin() + 1, descriptor.gates.end());
    const auto* label = link.find("label");
    if (label == nullptr && gates.size() == 1) return std::string{gates.front()};
    const std::string gate = label != nullptr && label->is_scalar() ? label->text : "";
    if (std::ranges::find(gates, gate) != gates.end()) return gate;
    problems_.add(label == nullptr ? link.at() : label->at(),
                  "the link from `{}` to `{}` has {}, expected a gate of {}: {}{}", from.text, to.text,
                  label == nullptr ? "no label" : fmt::format("the label {}", label->describe()), type, one_of(gates),
                  problems_.suggest(gate, gates));
    return std::nullopt;
  }

  void refuse_circle() {
    const auto circle = unfs_of_circles(graph_);
    if (circle.empty()) return;
    problems_.add(from_.at, "links of VNF template `{}` lead round in a circle through {}, expected none", name_,
                  one_of({circle.begin(), circle.end()}));
  }

  const std::string& name_;
  const PaperTemplate& from_;
  Documents& context_;
  Problems& problems_;
  Artifacts& artifacts_;
  Document document_;  ///< TOSCA with one node template, the uNF whose configuration is being read
  VnfTemplate graph_;
  std::vector<std::string_view> node_names_;            ///< as written
  std::map<std::string_view, std::string_view> types_;  ///< by node
};

}  // namespace

VnfTemplate read_paper_template(const std::string& name, const PaperTemplate& from, Documents& context,
                                Artifacts& artifacts) {
  return PaperTemplateReader{name, from, context, artifacts}.read();
}

}  // namespace unf::tosca
