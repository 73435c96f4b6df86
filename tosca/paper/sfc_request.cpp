#include "tosca/paper/sfc_request.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "tosca/sol001/classifier.h"
#include "tosca/sol001/unf_config.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxUnfsOfRequest = 1U << 17;

/// A VNF template: its uNFs, and links labelled with the gates that packets leave by (paper IV-D.1).
struct PaperTemplate {
  const ChainDocument* document;
  const Value* value;
  SourcePlace at;
};

class SfcRequestReader {
 public:
  SfcRequestReader(Documents& context, std::span<const ChainDocument> documents, std::span<const Vnfd> others)
      : context_(context), problems_(context.problems()), documents_(documents), others_(others) {}

  ServiceRequest read() {
    const Value* request = nullptr;
    for (const auto& document : documents_) {
      report_unknown_keys(*document.tree, {"$schema", "description", "unfs", "vnfs", "sfc"}, "an SFC request",
                          problems_);
      read_descriptors(*document.tree);
      read_templates(document);
      const auto* sfc = map_at(*document.tree, "sfc", problems_);
      if (sfc == nullptr) continue;
      if (request != nullptr) problems_.add(sfc->at(), "a second `sfc`, expected one");
      request = sfc;
    }
    if (request == nullptr) {
      if (problems_.empty())
        problems_.add({std::string{documents_.front().file}, 1}, "no `sfc`, expected the chain that is asked for");
      return {};
    }
    read_request(*request);
    return std::move(service_);
  }

 private:
  /// Types are those of the catalogue; what a descriptor says of one is lifted there.
  void read_descriptors(const Value& tree) {
    const auto* unfs = list_at(tree, "unfs", problems_);
    for (const auto& unf : unfs == nullptr ? std::vector<ValuePtr>{} : unfs->items) {
      const auto* type = unf->find("type") == nullptr ? unf->find("PacketProcessorClass") : unf->find("type");
      if (type == nullptr || !type->is_scalar()) {
        problems_.add(unf->at(), "a uNF descriptor is {}, expected a map with `type` or `PacketProcessorClass`",
                      unf->describe());
        continue;
      }
      const bool known = context_.catalog().find(type->text) != nullptr;
      context_.report().map(unf->at(), fmt::format("descriptor of `{}`", type->text), known ? "a uNF type" : "",
                            known ? "" : "the catalogue does not have it");
    }
  }

  void read_templates(const ChainDocument& document) {
    const auto* vnfs = list_at(*document.tree, "vnfs", problems_);
    for (const auto& vnf : vnfs == nullptr ? std::vector<ValuePtr>{} : vnfs->items) {
      const auto name = name_in(*vnf, "a VNF template");
      if (!name) continue;
      report_unknown_keys(*vnf, {"name", "description", "nodes", "links"}, fmt::format("VNF template `{}`", *name),
                          problems_);
      if (!templates_.try_emplace(*name, PaperTemplate{&document, vnf.get(), vnf->at()}).second)
        problems_.add(vnf->at(), "a second VNF template `{}`, expected another name", *name);
    }
  }

  /// Its member `name`. nullopt: reported.
  std::optional<std::string> name_in(const Value& value, std::string_view what) {
    const auto* name = value.is_map() ? value.find("name") : nullptr;
    if (name != nullptr && name->is_scalar() && !name->text.empty() && name->text.size() <= 128 &&
        name->text.find_first_of("/#") == std::string::npos)
      return name->text;
    problems_.add(name == nullptr ? value.at() : name->at(),
                  "{} has {}, expected a `name` of 1 to 128 characters without `/` and `#`", what,
                  name == nullptr ? "no name" : fmt::format("the name {}", name->describe()));
    return std::nullopt;
  }

  /// A member that names something. nullptr: reported.
  const Value* reference(const Value& value, std::string_view key, std::string_view what) {
    const auto* found = value.is_map() ? value.find(key) : nullptr;
    if (found != nullptr && found->is_scalar() && !found->text.empty()) return found;
    problems_.add(found == nullptr ? value.at() : found->at(), "{} has {}, expected `{}`", what,
                  found == nullptr ? fmt::format("no `{}`", key) : fmt::format("the `{}` {}", key, found->describe()),
                  key);
    return nullptr;
  }

  // VNFs ------------------------------------------------------------------------------------------------------------

  void read_request(const Value& sfc) {
    report_unknown_keys(sfc, {"name", "description", "nodes", "links", "endpoints", "paths"}, "`sfc`", problems_);
    const auto name = name_in(sfc, "`sfc`");
    if (name) service_.name = *name;
    const auto* nodes = list_at(sfc, "nodes", problems_);
    for (const auto& node : nodes == nullptr ? std::vector<ValuePtr>{} : nodes->items) read_vnf(*node);
    read_endpoints(sfc);
    if (!problems_.empty()) return;
    const auto* links = list_at(sfc, "links", problems_);
    for (const auto& link : links == nullptr ? std::vector<ValuePtr>{} : links->items) read_link(*link);
    if (!problems_.empty()) return;
    const auto* paths = list_at(sfc, "paths", problems_);
    if (paths == nullptr || paths->items.empty()) {
      derive_path(sfc);
    } else {
      for (const auto& path : paths->items) read_path(*path);
    }
    for (const auto& vnf : service_.vnfs) {
      const bool used = std::ranges::any_of(
          service_.paths, [&](const auto& path) { return std::ranges::find(path.hops, vnf.name) != path.hops.end(); });
      if (!used && problems_.empty())
        problems_.add(vnf.at, "VNF `{}` is on no path, expected a link or path that leads to it", vnf.name);
    }
  }

  void read_vnf(const Value& node) {
    const auto name = name_in(node, "a node of `sfc`");
    const auto* of = name ? reference(node, "vnf", fmt::format("node `{}`", *name)) : nullptr;
    if (of == nullptr) return;
    report_unknown_keys(node, {"name", "vnf"}, fmt::format("node `{}`", *name), problems_);
    if (vnf_named(*name) != nullptr) {
      problems_.add(node.at(), "a second node `{}`, expected another name", *name);
      return;
    }
    ServiceRequest::Vnf vnf;
    if (const auto known = templates_.find(of->text); known != templates_.end()) {
      auto [read, is_new] = read_.try_emplace(of->text);
      if (is_new) read->second = read_template(of->text, known->second);
      vnf.graph = read->second;
      vnf.vnfd_id = of->text;
    } else if (const auto* vnfd = vnfd_named(of->text)) {
      vnf = read_vnfd(context_, *vnfd, service_.artifacts);
    } else {
      problems_.add(of->at(), "node `{}` is of VNF template `{}`, which there is not{}", *name, of->text,
                    problems_.suggest(of->text, [&] { return template_names(); }));
      return;
    }
    unfs_ += vnf.graph.nodes.size();
    if (unfs_ > kMaxUnfsOfRequest) {
      problems_.add(node.at(), "too many uNFs, expected at most {}", kMaxUnfsOfRequest);
      return;
    }
    vnf.name = *name;
    vnf.at = node.at();
    context_.report().map(node.at(), fmt::format("VNF `{}`", *name), fmt::format("VNF of {}", of->text));
    service_.vnfs.push_back(std::move(vnf));
  }

  [[nodiscard]] const Vnfd* vnfd_named(std::string_view name) const {
    const auto found = std::ranges::find_if(others_, [&](const auto& vnfd) {
      return vnfd.descriptor_id == name || vnfd.node_type == name || vnfd.document->title() == name;
    });
    return found == others_.end() ? nullptr : &*found;
  }
  [[nodiscard]] std::vector<std::string_view> template_names() const {
    std::vector<std::string_view> names;
    for (const auto& [name, one] : templates_) names.push_back(name);
    return names;
  }
  [[nodiscard]] const ServiceRequest::Vnf* vnf_named(std::string_view name) const {
    const auto found = std::ranges::find(service_.vnfs, name, &ServiceRequest::Vnf::name);
    return found == service_.vnfs.end() ? nullptr : &*found;
  }

  /// Its ports are called like the NicIngress and NicEgress in it.
  VnfTemplate read_template(const std::string& name, const PaperTemplate& from) {
    VnfTemplate graph;
    Document document;
    document.file = from.document->file;
    document.root = from.document->root;
    document.tree = from.document->tree;
    std::set<std::string, std::less<>> names;
    const auto* nodes = list_at(*from.value, "nodes", problems_);
    for (const auto& node : nodes == nullptr ? std::vector<ValuePtr>{} : nodes->items) {
      const auto called = name_in(*node, fmt::format("a node of VNF template `{}`", name));
      const auto* type = called ? reference(*node, "type", fmt::format("node `{}`", *called)) : nullptr;
      if (type == nullptr) continue;
      report_unknown_keys(*node, {"name", "type", "config"}, fmt::format("node `{}`", *called), problems_);
      if (!names.insert(*called).second) {
        problems_.add(node->at(), "a second node `{}` in VNF template `{}`, expected another name", *called, name);
        continue;
      }
      const auto* entry = context_.catalog().find(type->text);
      if (entry == nullptr) {
        problems_.add(type->at(), "node `{}` is of type `{}`, which is no uNF of the catalogue{}", *called, type->text,
                      problems_.suggest(type->text, [&] { return type_names(); }));
        continue;
      }
      document.nodes.assign(1, {.name = *called, .value = node.get(), .at = node->at()});
      document.node_index = {{document.nodes.front().name, 0}};
      auto config = unf_config(context_, document, *entry, *called, properties_in(map_at(*node, "config", problems_)),
                               service_.artifacts);
      if (!config) continue;
      if (type->text == "NicIngress") graph.inputs.emplace(*called, *called);
      if (type->text == "NicEgress") graph.outputs.emplace(*called, *called);
      graph.nodes.push_back({*called, type->text, std::move(*config), node->at()});
    }
    if (problems_.empty()) read_template_links(name, *from.value, graph);
    if (problems_.empty() && (graph.inputs.empty() || graph.outputs.empty())) {
      problems_.add(from.at, "VNF template `{}` has no way {}, expected a node of type {}", name,
                    graph.inputs.empty() ? "in" : "out", graph.inputs.empty() ? "NicIngress" : "NicEgress");
    }
    if (problems_.empty()) refuse_cycle(name, from, graph);
    return graph;
  }

  [[nodiscard]] std::vector<std::string_view> type_names() const {
    std::vector<std::string_view> names;
    for (const auto& [type, entry] : context_.catalog().entries()) names.push_back(type);
    return names;
  }

  void read_template_links(const std::string& name, const Value& value, VnfTemplate& graph) {
    const auto* links = list_at(value, "links", problems_);
    std::vector<std::string_view> known;
    std::map<std::string_view, const VnfTemplate::Node*> nodes;
    for (const auto& node : graph.nodes) {
      known.push_back(node.name);
      nodes[node.name] = &node;
    }
    std::set<std::pair<std::string_view, std::string>> taken;
    for (const auto& link : links == nullptr ? std::vector<ValuePtr>{} : links->items) {
      const auto what = fmt::format("a link of VNF template `{}`", name);
      const auto* from = reference(*link, "from", what);
      const auto* to = from == nullptr ? nullptr : reference(*link, "to", what);
      if (to == nullptr) continue;
      report_unknown_keys(*link, {"from", "label", "to"}, what, problems_);
      bool well = true;
      for (const auto* end : {from, to}) {
        if (nodes.contains(end->text)) continue;
        problems_.add(end->at(), "{} names `{}`, expected one of its nodes{}", what, end->text,
                      problems_.suggest(end->text, known));
        well = false;
      }
      if (!well) continue;
      const auto& descriptor = context_.catalog().find(nodes[from->text]->type)->descriptor;
      const std::vector<std::string_view> gates(descriptor.gates.begin() + 1, descriptor.gates.end());
      const auto* label = link->find("label");
      std::string gate = label != nullptr && label->is_scalar() ? label->text : "";
      if (label == nullptr && gates.size() == 1) gate = gates.front();
      if (std::ranges::find(gates, gate) == gates.end()) {
        problems_.add(label == nullptr ? link->at() : label->at(),
                      "the link from `{}` to `{}` has {}, expected a gate of {}: {}{}", from->text, to->text,
                      label == nullptr ? "no label" : fmt::format("the label {}", label->describe()),
                      nodes[from->text]->type, one_of(gates), problems_.suggest(gate, gates));
        continue;
      }
      if (nodes[to->text]->type == "NicIngress" || nodes[from->text]->type == "NicEgress") {
        problems_.add(link->at(), "the link from `{}` to `{}` leads {}, expected links inside the VNF", from->text,
                      to->text, nodes[to->text]->type == "NicIngress" ? "to a NicIngress" : "on from a NicEgress");
        continue;
      }
      if (!taken.insert({nodes[from->text]->name, gate}).second) {
        problems_.add(link->at(), "gate `{}` of `{}` leads to two nodes, expected one", gate, from->text);
        continue;
      }
      graph.edges.push_back({from->text, gate, to->text, link->at()});
    }
  }

  void refuse_cycle(const std::string& name, const PaperTemplate& from, const VnfTemplate& graph) {
    std::map<std::string_view, std::size_t> left;
    std::map<std::string_view, std::vector<std::string_view>> next;
    for (const auto& node : graph.nodes) left[node.name];
    for (const auto& edge : graph.edges) {
      ++left[edge.to];
      next[edge.from].push_back(edge.to);
    }
    std::vector<std::string_view> free;
    for (const auto& [node, count] : left) {
      if (count == 0) free.push_back(node);
    }
    while (!free.empty()) {
      const auto node = free.back();
      free.pop_back();
      left.erase(node);
      for (const auto to : next[node]) {
        if (--left[to] == 0) free.push_back(to);
      }
    }
    if (left.empty()) return;
    std::vector<std::string_view> round;
    for (const auto& [node, count] : left) round.push_back(node);
    problems_.add(from.at, "links of VNF template `{}` lead round in a circle through {}, expected none", name,
                  one_of(round));
  }

  // Links and paths -------------------------------------------------------------------------------------------------

  void read_endpoints(const Value& sfc) {
    const auto* endpoints = list_at(sfc, "endpoints", problems_);
    for (const auto& endpoint : endpoints == nullptr ? std::vector<ValuePtr>{} : endpoints->items) {
      const auto name = name_in(*endpoint, "an endpoint");
      if (!name) continue;
      report_unknown_keys(*endpoint, {"name", "network"}, fmt::format("endpoint `{}`", *name), problems_);
      const auto* network = scalar_at(*endpoint, "network", problems_);
      if (is_endpoint(*name) || vnf_named(*name) != nullptr) {
        problems_.add(endpoint->at(), "a second node or endpoint `{}`, expected another name", *name);
        continue;
      }
      service_.endpoints.push_back({*name, network == nullptr ? *name : network->text});
    }
    if (service_.endpoints.empty() && problems_.empty())
      problems_.add(sfc.at(), "no `endpoints` of `sfc`, expected those where packets enter and leave");
  }

  [[nodiscard]] bool is_endpoint(std::string_view name) const {
    return std::ranges::find(service_.endpoints, name, &ServiceRequest::Endpoint::name) != service_.endpoints.end();
  }
  [[nodiscard]] std::vector<std::string_view> end_names() const {
    std::vector<std::string_view> names;
    for (const auto& vnf : service_.vnfs) names.push_back(vnf.name);
    for (const auto& endpoint : service_.endpoints) names.push_back(endpoint.name);
    return names;
  }

  /// One of the ports, or the only one where `written` is not there. nullopt: reported.
  std::optional<std::string> port(const std::map<std::string, std::string>& ports, const Value* written,
                                  const Value& link, const std::string& vnf, std::string_view what) {
    if (written == nullptr && ports.size() == 1) return ports.begin()->first;
    if (written != nullptr && written->is_scalar() && ports.contains(written->text)) return written->text;
    std::vector<std::string_view> names;
    for (const auto& [name, node] : ports) names.push_back(name);
    problems_.add(written == nullptr ? link.at() : written->at(), "a link of VNF `{}` has {}, expected its {} {}{}",
                  vnf, written == nullptr ? fmt::format("no {}", what) : written->describe(), what, one_of(names),
                  problems_.suggest(written == nullptr ? "" : written->text, names));
    return std::nullopt;
  }

  void read_link(const Value& link) {
    const auto* from = reference(link, "from", "a link of `sfc`");
    const auto* to = from == nullptr ? nullptr : reference(link, "to", "a link of `sfc`");
    if (to == nullptr) return;
    report_unknown_keys(link, {"from", "label", "to", "input"}, "a link of `sfc`", problems_);
    for (const auto* end : {from, to}) {
      if (vnf_named(end->text) != nullptr || is_endpoint(end->text)) continue;
      problems_.add(end->at(), "a link of `sfc` names `{}`, expected a node or an endpoint{}", end->text,
                    problems_.suggest(end->text, [&] { return end_names(); }));
      return;
    }
    const auto* source = vnf_named(from->text);
    const auto* target = vnf_named(to->text);
    if (source == nullptr && target == nullptr) {
      problems_.add(link.at(), "a link leads from endpoint `{}` to endpoint `{}`, expected a VNF between them",
                    from->text, to->text);
      return;
    }
    std::optional<std::string> output, input;
    if (source != nullptr && !(output = port(source->graph.outputs, link.find("label"), link, source->name, "output")))
      return;
    if (target != nullptr && !(input = port(target->graph.inputs, link.find("input"), link, target->name, "input")))
      return;
    next_[from->text].push_back(to->text);
    if (source != nullptr && target != nullptr)
      service_.links.push_back({source->name, *output, target->name, *input, link.at()});
  }

  /// Without paths: all packets go, both ways, from the endpoint that links lead from to the one that they lead to.
  void derive_path(const Value& sfc) {
    std::set<std::string> targets;
    for (const auto& [from, ends] : next_) targets.insert(ends.begin(), ends.end());
    std::vector<std::string> first, last;
    for (const auto& endpoint : service_.endpoints) {
      const bool leads = next_.contains(endpoint.name), led_to = targets.contains(endpoint.name);
      if (leads && !led_to) first.push_back(endpoint.name);
      if (led_to && !leads) last.push_back(endpoint.name);
    }
    if (first.size() != 1 || last.size() != 1) {
      problems_.add(sfc.at(), "links lead from {} endpoints and to {}, expected one each, or `paths`", first.size(),
                    last.size());
      return;
    }
    std::map<std::string, std::size_t> left;
    for (const auto& vnf : service_.vnfs) left[vnf.name];
    for (const auto& link : service_.links) ++left[link.to_vnf];
    ServiceRequest::Path path{
        .name = service_.name, .in = first.front(), .out = last.front(), .symmetric = true, .at = sfc.at()};
    for (bool any = true; any;) {  // in the order of the links, else as written
      any = false;
      for (const auto& vnf : service_.vnfs) {
        const auto found = left.find(vnf.name);
        if (found == left.end() || found->second != 0) continue;
        left.erase(found);
        path.hops.push_back(vnf.name);
        for (const auto& link : service_.links) {
          if (link.vnf == vnf.name) --left[link.to_vnf];
        }
        any = true;
        break;
      }
    }
    if (!left.empty()) {
      problems_.add(sfc.at(), "links of `sfc` lead round in a circle through `{}`, expected none", left.begin()->first);
      return;
    }
    add_path(std::move(path));
  }

  void read_path(const Value& value) {
    const auto name = name_in(value, "a path");
    if (!name) return;
    const auto what = fmt::format("path `{}`", *name);
    report_unknown_keys(value,
                        {"name", "in", "out", "hops", "matches", "symmetric", "max_latency_us", "spi", "description"},
                        what, problems_);
    ServiceRequest::Path path{.name = *name, .at = value.at()};
    for (auto [key, place] : {std::pair{"in", &path.in}, {"out", &path.out}}) {
      const auto* endpoint = reference(value, key, what);
      if (endpoint == nullptr) return;
      if (!is_endpoint(endpoint->text)) {
        problems_.add(endpoint->at(), "`{}` of {} is {}, expected an endpoint{}", key, what, endpoint->describe(),
                      problems_.suggest(endpoint->text, [&] { return end_names(); }));
        return;
      }
      *place = endpoint->text;
    }
    const auto* hops = list_at(value, "hops", problems_);
    for (const auto& hop : hops == nullptr ? std::vector<ValuePtr>{} : hops->items) {
      if (!hop->is_scalar() || vnf_named(hop->text) == nullptr) {
        problems_.add(hop->at(), "a hop of {} is {}, expected a node of `sfc`{}", what, hop->describe(),
                      problems_.suggest(hop->text, [&] { return end_names(); }));
      } else if (std::ranges::find(path.hops, hop->text) != path.hops.end()) {
        problems_.add(hop->at(), "{} comes to VNF `{}` twice, expected once", what, hop->text);
      } else {
        path.hops.push_back(hop->text);
      }
    }
    if (hops == nullptr || hops->items.empty()) problems_.add(value.at(), "{} has no `hops`, expected nodes", what);
    if (const auto* symmetric = scalar_at(value, "symmetric", problems_)) {
      path.symmetric = symmetric->text == "true";
      if (symmetric->text != "true" && symmetric->text != "false")
        problems_.add(symmetric->at(), "`symmetric` of {} is {}, expected true or false", what, symmetric->describe());
    }
    if (const auto* spi = scalar_at(value, "spi", problems_)) {
      const auto number = to_unsigned(spi->text);
      if (!number || *number > kMaxSpi)
        problems_.add(spi->at(), "`spi` of {} is {}, expected 0 to {}", what, spi->describe(), kMaxSpi);
      else
        path.spi = static_cast<std::uint32_t>(*number);
    }
    if (const auto* latency = scalar_at(value, "max_latency_us", problems_)) {
      double us = 0;
      const auto* end = latency->text.data() + latency->text.size();
      const auto [read, error] = std::from_chars(latency->text.data(), end, us);
      if (error != std::errc{} || read != end || !(us >= 0.001 && us < 1e12))
        problems_.add(latency->at(), "`max_latency_us` of {} is {}, expected microseconds of at least 0.001", what,
                      latency->describe());
      else
        path.max_latency = Nanoseconds{static_cast<std::uint64_t>(us * 1000 + 0.5)};
    }
    const auto* matches = list_at(value, "matches", problems_);
    for (const auto& match : matches == nullptr ? std::vector<ValuePtr>{} : matches->items) {
      if (auto read = read_match(*match, what)) path.matches.push_back(*read);
    }
    if (std::ranges::find(path.matches, Match{}) != path.matches.end()) path.matches.clear();
    add_path(std::move(path));
  }

  void add_path(ServiceRequest::Path path) {
    context_.report().map(
        path.at, fmt::format("path `{}`", path.name),
        fmt::format(
            "path from {} to {} through {}, {}{}", path.in, path.out, fmt::join(path.hops, ", "),
            path.matches.empty() ? std::string{"for all packets"} : fmt::format("by {} rules", path.matches.size()),
            path.symmetric ? ", both ways" : ""));
    const bool known =
        std::ranges::find(service_.paths, path.name, &ServiceRequest::Path::name) != service_.paths.end();
    if (known) problems_.add(path.at, "a second path `{}`, expected another name", path.name);
    service_.paths.push_back(std::move(path));
  }

  /// As a plan has it. nullopt: reported.
  std::optional<Match> read_match(const Value& value, const std::string& what) {
    static const std::vector<std::string_view> kKeys{"ether_type", "proto", "src",  "dst",
                                                     "sport",      "dport", "vlan", "dscp"};
    if (!value.is_map()) {
      problems_.add(value.at(), "a match of {} is {}, expected a map of {}", what, value.describe(), one_of(kKeys));
      return std::nullopt;
    }
    report_unknown_keys(value, kKeys, fmt::format("a match of {}", what), problems_);
    Match match;
    bool well = true;
    for (const auto& [key, member] : value.members) {
      if (member->is_null()) continue;
      const auto refuse = [&, &key = key, &member = member](std::string_view expected) {
        problems_.add(member->at(), "`{}` of a match of {} is {}, expected {}", key->text, what, member->describe(),
                      expected);
        well = false;
      };
      const Criterion criterion{member->text, refuse};
      const auto ports_to = [&, &member = member](PortRange& place) {
        const bool is_range = member->is_list() && member->items.size() == 2;
        const auto range = port_range(to_unsigned(is_range ? member->items[0]->text : member->text),
                                      to_unsigned(is_range ? member->items[1]->text : member->text));
        if ((!is_range && !member->is_scalar()) || !range) return refuse("a port, or [ FIRST, LAST ], from 0 to 65535");
        place = *range;
      };
      const auto& name = key->text;
      if (name == "ether_type") criterion.to(match.ether_type, 65535);
      if (name == "proto" && !(match.proto = protocol_number(member->text)))
        refuse("a keyword of the IANA protocol numbers, or 0 to 255");
      if (name == "src") criterion.to(match.src);
      if (name == "dst") criterion.to(match.dst);
      if (name == "sport") ports_to(match.sport);
      if (name == "dport") ports_to(match.dport);
      if (name == "vlan") criterion.to(match.vlan, 4094);
      if (name == "dscp") criterion.to(match.dscp, 63);
    }
    for (const auto& wrong : contradictions_in(match)) {
      problems_.add(value.at(), "a match of {} can match no packet: {}", what, wrong);
      well = false;
    }
    return well ? std::optional{match} : std::nullopt;
  }

  Documents& context_;
  Problems& problems_;
  std::span<const ChainDocument> documents_;
  std::span<const Vnfd> others_;
  std::map<std::string, PaperTemplate, std::less<>> templates_;
  std::map<std::string, VnfTemplate> read_;  ///< templates, by name
  std::size_t unfs_ = 0;
  std::map<std::string, std::vector<std::string>> next_;  ///< what links lead to, by where from
  ServiceRequest service_;
};

}  // namespace

Result<Catalog> catalog_with_descriptors(const FileSet& files, const Catalog& catalog) {
  auto all = catalog;
  for (const auto& [file, text] : files.files) {
    if (!is_document(file) || text.find("\"unfs\"") == std::string::npos) continue;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("unfs") || !json["unfs"].is_array()) continue;  // reported where it is read
    const auto described = Catalog::parse(json["unfs"].dump());
    if (!described) return fail(Errc::malformed, "{}: unfs: {}", file, described.error().message);
    all = all.with(*described);
  }
  return all;
}

ServiceRequest read_sfc_request(Documents& context, std::span<const ChainDocument> documents,
                                std::span<const Vnfd> others) {
  return SfcRequestReader{context, documents, others}.read();
}

}  // namespace unf::tosca
