#include "tests/support/differential/differential.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <set>

namespace unf::testing_support {
namespace {

std::string text_of(const std::vector<ToyRun::Sent>& sent) {
  std::vector<std::string> texts;
  for (const auto& [nic, packet] : sent) texts.push_back(fmt::format("{}:{}", nic, fmt::join(packet, ",")));
  return fmt::format("[{}]", fmt::join(texts, " "));
}

using Change = std::function<bool(ServiceRequest&)>;

/// Takes a node out of a template: what leads to it leads to where its first gate leads.
bool remove_node(VnfTemplate& graph, const std::string& name) {
  const auto onwards = std::ranges::find(graph.edges, name, &VnfTemplate::Edge::from);
  if (onwards == graph.edges.end()) return false;
  const auto next = onwards->to;
  std::erase_if(graph.edges, [&](const auto& e) { return e.from == name; });
  for (auto& edge : graph.edges) {
    if (edge.to == name) edge.to = next;
  }
  std::erase_if(graph.nodes, [&](const auto& n) { return n.name == name; });
  return true;
}

/// Takes out what nothing leads to any more.
void tidy(VnfTemplate& graph) {
  std::set<std::string> reached{"in"};
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const auto& edge : graph.edges) {
      if (reached.contains(edge.from)) reached.insert(edge.to);
    }
  }
  for (const auto& [output, node] : graph.outputs) {
    if (output == "out") reached.insert(node);
  }
  std::erase_if(graph.outputs, [&](const auto& output) { return !reached.contains(output.second); });
  std::erase_if(graph.nodes, [&](const auto& n) { return !reached.contains(n.name); });
  std::erase_if(graph.edges, [&](const auto& e) { return !reached.contains(e.from); });
}

std::vector<Change> changes(const ServiceRequest& request) {
  std::vector<Change> list;
  for (std::size_t p = 0; p < request.paths.size(); ++p) {
    list.push_back([p](ServiceRequest& r) {
      if (r.paths.size() < 2) return false;
      r.paths.erase(r.paths.begin() + static_cast<std::ptrdiff_t>(p));
      return true;
    });
    for (std::size_t h = 0; h < request.paths[p].hops.size(); ++h) {
      list.push_back([p, h](ServiceRequest& r) {
        if (r.paths[p].hops.size() < 2) return false;
        r.paths[p].hops.erase(r.paths[p].hops.begin() + static_cast<std::ptrdiff_t>(h));
        return true;
      });
    }
    list.push_back([p](ServiceRequest& r) { return std::exchange(r.paths[p].symmetric, false); });
    list.push_back([p](ServiceRequest& r) { return !std::exchange(r.paths[p].matches, {}).empty(); });
  }
  for (std::size_t v = 0; v < request.vnfs.size(); ++v) {
    list.push_back([v](ServiceRequest& r) { return !std::exchange(r.vnfs[v].initial, {}).empty(); });
    for (const auto& node : request.vnfs[v].graph.nodes) {
      if (node.type == "NicIngress" || node.type == "NicEgress") continue;
      list.push_back([v, name = node.name](ServiceRequest& r) { return remove_node(r.vnfs[v].graph, name); });
    }
    for (std::size_t e = 0; e < request.vnfs[v].graph.edges.size(); ++e) {
      list.push_back([v, e](ServiceRequest& r) {
        auto& edges = r.vnfs[v].graph.edges;
        if (edges[e].from == "in") return false;
        edges.erase(edges.begin() + static_cast<std::ptrdiff_t>(e));
        return true;
      });
      list.push_back([v, e](ServiceRequest& r) { return std::exchange(r.vnfs[v].graph.edges[e].to, "out") != "out"; });
    }
  }
  return list;
}

void tidy(ServiceRequest& request) {
  std::set<std::string> used;
  for (const auto& path : request.paths) used.insert(path.hops.begin(), path.hops.end());
  for (auto& vnf : request.vnfs) tidy(vnf.graph);
  std::erase_if(request.vnfs, [&](const auto& v) { return !used.contains(v.name); });
  std::erase_if(request.links, [&](const auto& l) {
    const auto has = [&](const std::string& vnf, const std::string& output) {
      const auto at = std::ranges::find(request.vnfs, vnf, &ServiceRequest::Vnf::name);
      return at != request.vnfs.end() && (output.empty() || at->graph.outputs.contains(output));
    };
    return !has(l.vnf, l.output) || !has(l.to_vnf, "");
  });
}

}  // namespace

std::optional<std::string> difference(const RandomService& service, const graph::CompileOptions& options,
                                      std::uint64_t seed, int packets) {
  const auto compiled = graph::compile(service.request, service.catalog, service.inventory, options);
  if (!compiled) return "it is refused: " + compiled.error().message;
  return difference(*compiled, service.catalog, seed, packets);
}

std::optional<std::string> difference(const Plan& plan, const Catalog& catalog, std::uint64_t seed, int packets) {
  const auto original = plan.as_original();
  ToyRun asked_for{original, catalog}, planned{plan, catalog};
  std::mt19937_64 random(seed);
  for (int i = 0; i < packets; ++i) {
    const auto& classifier = plan.classifiers[random() % plan.classifiers.size()];
    const auto packet = random_packet(random, classifier.match);
    if (!fits(classifier.match, packet)) continue;
    const auto expected = asked_for.receive(classifier.path, packet);
    const auto sent = planned.receive(classifier.path, packet);
    if (sent != expected) {
      return fmt::format("path {}, packet {}: leaves {}, expected {}", classifier.path, fmt::join(packet, ","),
                         text_of(sent), text_of(expected));
    }
  }
  const auto expected = asked_for.counts();
  for (const auto& [owner, count] : planned.counts()) {
    const auto& other = expected.at(owner);
    if (count == other) continue;
    return fmt::format("{} counts in {} out {} drop {}, expected in {} out {} drop {}", owner.get(), count.in,
                       count.out, count.drop, other.in, other.out, other.drop);
  }
  if (planned.observed() != asked_for.observed()) return "what uNFs keep of their packets differs";
  if (planned.misled() != 0)
    return fmt::format("{} packets came to another replica than their flow's", planned.misled());
  return std::nullopt;
}

RandomService shrink(RandomService service, const graph::CompileOptions& options, std::uint64_t seed, int packets) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    const auto list = changes(service.request);
    for (auto change = list.rbegin(); change != list.rend(); ++change) {
      auto candidate = service;
      if (!(*change)(candidate.request)) continue;
      tidy(candidate.request);
      const auto what = difference(candidate, options, seed, packets);
      if (!what || what->starts_with("it is refused")) continue;
      service = std::move(candidate);
      smaller = true;
      break;
    }
  }
  return service;
}

std::string to_text(const RandomService& service) {
  std::string text;
  std::set<std::string> types;
  for (const auto& vnf : service.request.vnfs) {
    text += fmt::format("vnf {}:", vnf.name);
    for (const auto& node : vnf.graph.nodes) {
      types.insert(node.type);
      text += fmt::format(" {}:{}", node.name, node.type);
      const auto files = graph::rule_digests(node.config);
      for (const auto& digest : files) {
        const auto file = service.request.artifacts.find(digest);
        auto lines = file == service.request.artifacts.end() ? std::string{} : file->second.text;
        std::ranges::replace(lines, '\n', ';');
        text += fmt::format("{{{}}}", lines);
      }
      if (files.empty() && !node.config.empty()) text += node.config.dump();
    }
    text += "\n   ";
    for (const auto& edge : vnf.graph.edges) text += fmt::format(" {}.{}>{}", edge.from, edge.gate, edge.to);
    for (const auto& [node, count] : vnf.initial) text += fmt::format(" {}x{}", node, count);
    text += "\n";
  }
  for (const auto& path : service.request.paths) {
    text += fmt::format("path {}: {} > {} > {}{}", path.name, path.in, fmt::join(path.hops, " "), path.out,
                        path.symmetric ? " symmetric" : "");
    for (const auto& match : path.matches) text += " " + to_json(match).dump();
    text += "\n";
  }
  for (const auto& type : types) {
    if (type.starts_with("Nic")) continue;
    auto json = to_json(service.catalog.find(type)->descriptor);
    json.erase("config");
    json.erase("counters");
    json.erase("version");
    text += json.dump() + "\n";
  }
  return text;
}

}  // namespace unf::testing_support
