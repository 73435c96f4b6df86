#include "tosca/paper/request_links.h"

#include <optional>

#include "tosca/paper/fields.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {
namespace {

/// The port that `written` names, or the only one if that is absent. nullopt: reported.
std::optional<std::string> port_of(const std::map<std::string, std::string>& ports, const Value* written,
                                   const Value& link, const std::string& vnf, std::string_view what,
                                   Problems& problems) {
  if (written == nullptr && ports.size() == 1) return ports.begin()->first;
  if (written != nullptr && written->is_scalar() && ports.contains(written->text)) return written->text;
  std::vector<std::string_view> names;
  for (const auto& [name, node] : ports) names.push_back(name);
  problems.add(written == nullptr ? link.at() : written->at(), "a link of VNF `{}` has {}, expected its {} {}{}", vnf,
               written == nullptr ? fmt::format("no {}", what) : written->describe(), what, one_of(names),
               problems.suggest(written == nullptr ? "" : written->text, names));
  return std::nullopt;
}

void read_link(const Value& link, const RequestNodes& nodes, RequestLinks& into, Problems& problems) {
  const auto* from = paper_reference(link, "from", "a link of `sfc`", problems);
  const auto* to = from == nullptr ? nullptr : paper_reference(link, "to", "a link of `sfc`", problems);
  if (to == nullptr) return;
  report_unknown_keys(link, {"from", "label", "to", "input"}, "a link of `sfc`", problems);
  for (const auto* end : {from, to}) {
    if (nodes.vnf(end->text) != nullptr || nodes.has_endpoint(end->text)) continue;
    problems.add(end->at(), "a link of `sfc` names `{}`, expected a node or an endpoint{}", end->text,
                 problems.suggest(end->text, [&] { return nodes.names(); }));
    return;
  }
  const auto* source = nodes.vnf(from->text);
  const auto* target = nodes.vnf(to->text);
  if (source == nullptr && target == nullptr) {
    problems.add(link.at(), "a link leads from endpoint `{}` to endpoint `{}`, expected a VNF between them", from->text,
                 to->text);
    return;
  }
  std::optional<std::string> output, input;
  if (source != nullptr) {
    output = port_of(source->graph.outputs, link.find("label"), link, source->name, "output", problems);
    if (!output) return;
  }
  if (target != nullptr) {
    input = port_of(target->graph.inputs, link.find("input"), link, target->name, "input", problems);
    if (!input) return;
  }
  into.next[from->text].push_back(to->text);
  if (output && input) into.between_vnfs.push_back({source->name, *output, target->name, *input, link.at()});
}

}  // namespace

RequestLinks read_request_links(const Value& sfc, const RequestNodes& nodes, Problems& problems) {
  RequestLinks links;
  for (const auto& link : paper_list(sfc, "links", problems)) read_link(*link, nodes, links, problems);
  return links;
}

}  // namespace unf::tosca
