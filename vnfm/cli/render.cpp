#include "vnfm/cli/render.h"

#include <cmath>

#include "vnfm/cli/table.h"

namespace unf::vnfm {
namespace {

using nlohmann::json;

std::uint64_t number(const json& object, const std::string& key, const char* member) {
  const auto at = object.find(key);
  return at == object.end() ? 0 : at->value(member, std::uint64_t{0});
}

/// A member that lives as long as `object`; empty if there is none.
const json& member(const json& object, const char* name) {
  static const json kNone = json::object();
  const auto at = object.find(name);
  return at == object.end() || at->is_null() ? kNone : *at;
}

struct Flow {
  std::uint64_t in = 0, out = 0, drop = 0, lost = 0;
  std::string why;
};

/// What passed each node, from what passed its edges.
std::map<std::string, Flow> flows(const json& shown) {
  std::map<std::string, Flow> flows;
  const auto& counted = member(shown, "edges");
  for (const auto& edge : member(member(shown, "plan"), "edges")) {
    const auto id = std::to_string(edge.at("id").get<std::uint32_t>());
    const auto packets = number(counted, id, "packets");
    auto& from = flows[edge.at("from")];
    from.lost += number(counted, id, "drops");
    if (edge.at("to").is_null()) {
      from.drop += packets;
    } else {
      from.out += packets;
      flows[edge.at("to")].in += packets;
    }
  }
  for (const auto& [node, counters] : member(shown, "nodes").items()) {
    for (const auto& [name, count] : counters.items()) {
      if (count == 0) continue;
      auto& why = flows[node].why;
      why += fmt::format("{}{} {}", why.empty() ? "" : ", ", name, count.get<std::uint64_t>());
    }
  }
  return flows;
}

bool is(const json& node, const char* type) { return node.at("type") == type; }

/// What crossed the service's border.
Flow border(const json& shown) {
  Flow total;
  const auto by_node = flows(shown);
  const auto& nodes = member(member(shown, "plan"), "nodes");
  for (const auto& node : nodes) {
    const auto at = by_node.find(node.at("id"));
    if (at == by_node.end()) continue;
    const auto& flow = at->second;
    if (is(node, "NicIngress")) total.in += flow.out + flow.drop + flow.lost;
    if (is(node, "NicEgress")) total.out += flow.in;
    total.drop += flow.drop;
    total.lost += flow.lost;
  }
  return total;
}

std::string unf_table(const json& shown) {
  const auto by_node = flows(shown);
  const auto& nodes = member(member(shown, "plan"), "nodes");
  Table table{{"uNF", "type", "runner", "in", "out", "drop", "why"}};
  for (const auto& node : nodes) {
    const auto at = by_node.find(node.at("id"));
    auto flow = at == by_node.end() ? Flow{} : at->second;
    if (is(node, "NicIngress") && flow.in == 0) flow.in = flow.out + flow.drop + flow.lost;
    if (is(node, "NicEgress") && flow.out == 0) flow.out = flow.in;
    if (flow.lost != 0) flow.why += fmt::format("{}lost on links {}", flow.why.empty() ? "" : ", ", flow.lost);
    table.add({node.at("id"), node.at("type"), node.at("runner"), fmt::to_string(flow.in), fmt::to_string(flow.out),
               fmt::to_string(flow.drop), flow.why});
  }
  return table.text();
}

std::string link_table(const json& shown) {
  const auto& counted = member(shown, "edges");
  Table table{{"link", "from", "gate", "to", "packets", "bytes", "lost"}};
  for (const auto& edge : member(member(shown, "plan"), "edges")) {
    const auto id = std::to_string(edge.at("id").get<std::uint32_t>());
    table.add({id, edge.at("from"), edge.at("gate"),
               edge.at("to").is_null() ? "(drop)" : edge.at("to").get<std::string>(),
               fmt::to_string(number(counted, id, "packets")), fmt::to_string(number(counted, id, "bytes")),
               fmt::to_string(number(counted, id, "drops"))});
  }
  return table.text();
}

std::string owner_table(const json& shown) {
  Table table{{"owner", "in", "out", "drop"}};
  for (const auto& [owner, count] : member(shown, "owners").items()) {
    table.add({owner, fmt::to_string(count.value("in", std::uint64_t{0})),
               fmt::to_string(count.value("out", std::uint64_t{0})),
               fmt::to_string(count.value("drop", std::uint64_t{0}))});
  }
  return table.text();
}

std::string nic_table(const json& shown) {
  std::string text;
  for (const auto& [nic, counts] : member(shown, "nics").items()) {
    text += fmt::format("nic {}:", nic);
    for (const auto& [name, count] : counts.items()) {
      if (count.is_primitive()) text += fmt::format(" {} {}", name, count.dump());
    }
    text += '\n';
  }
  for (const auto& [name, count] : shown.items()) {  // what the Rx and Tx services count: unmatched, bridged, ...
    if (count.is_number_unsigned() && name != "epoch" && name != "generation" && count != 0) {
      text += fmt::format("{} {}\n", name, count.get<std::uint64_t>());
    }
  }
  return text;
}

std::string plain(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// What uNFs say of their state: a line for each number, lists of records as tables.
std::string report_text(const json& shown) {
  std::string text;
  for (const auto& [node, report] : member(shown, "reports").items()) {
    text += node + ":\n";
    for (const auto& [name, value] : report.items()) {
      if (value.is_array() && !value.empty() && value.front().is_object()) {
        std::vector<std::string> headings;
        for (const auto& [heading, cell] : value.front().items()) headings.push_back(heading);
        Table table{headings};
        for (const auto& record : value) {
          std::vector<std::string> cells;
          for (const auto& heading : headings) cells.push_back(plain(record.value(heading, json{})));
          table.add(std::move(cells));
        }
        text += table.text();
      } else if (value.is_object()) {
        Table table{{name, "count"}};
        for (const auto& [key, count] : value.items()) table.add({key, plain(count)});
        text += table.text();
      } else {
        text += fmt::format("{} {}\n", name, plain(value));
      }
    }
  }
  return text;
}

std::string process_table(const json& shown) {
  Table table{{"process", "pid", "restarts", "state"}};
  for (const auto& process : member(shown, "processes")) {
    table.add({process.value("name", ""), fmt::to_string(process.value("pid", 0)),
               fmt::to_string(process.value("restarts", 0)), process.value("ready", false) ? "ready" : "not ready"});
  }
  return table.empty() ? "" : table.text();
}

std::string heading(const json& shown) {
  const auto detail = shown.value("detail", "");
  return fmt::format("service {}: {}{}{} on host {}, generation {}\n", shown.value("id", ""), shown.value("state", ""),
                     detail.empty() ? "" : ": ", detail, shown.value("host", ""), shown.value("generation", 0));
}

}  // namespace

std::string state_name(wire::ServiceState::type state) { return wire::_ServiceState_VALUES_TO_NAMES.at(state); }

std::string plan_text(const Plan& plan) {
  Table nodes{{"uNF", "type", "host", "core", "runner", "cycles", "also for"}};
  for (const auto& node : plan.nodes) {
    std::vector<std::string> others;
    for (const auto& owner : node.owners) {
      if (owner.get() != node.id.get()) others.push_back(owner.get());
    }
    nodes.add({node.id.get(), node.type, node.host.get(), fmt::to_string(node.core.get()), node.runner.get(),
               fmt::to_string(node.cycles_per_packet.get()), fmt::format("{}", fmt::join(others, ", "))});
  }
  constexpr std::array kLinks{"call", "ring", "nsh"};
  Table edges{{"link", "from", "gate", "to", "by", "paths"}};
  for (const auto& edge : plan.edges) {
    edges.add({fmt::to_string(edge.id.get()), edge.from.get(), edge.gate, edge.to ? edge.to->get() : "(drop)",
               edge.to ? kLinks[static_cast<std::size_t>(edge.link)] : "",
               fmt::format("{}", fmt::join(edge.paths, ", "))});
  }
  std::string text = fmt::format("service {}\n\n{}\n{}\n", plan.graph.get(), nodes.text(), edges.text());
  for (const auto& line : plan.report) {
    std::vector<std::string> names;
    for (const auto& node : line.nodes) names.push_back(node.get());
    text += fmt::format("{} {}{}{}: {}\n", line.applied ? "did    " : "did not", line.rule, names.empty() ? "" : " ",
                        fmt::join(names, ", "), line.reason);
  }
  const auto& totals = plan.totals;
  return text + fmt::format("{}uNFs {} -> {}, cycles per packet {} -> {}, {} {} on {} {}\n",
                            plan.report.empty() ? "" : "\n", totals.nodes_before, totals.nodes_after,
                            totals.cycles_before, totals.cycles_after, totals.cores,
                            totals.cores == 1 ? "core" : "cores", totals.hosts, totals.hosts == 1 ? "host" : "hosts");
}

std::string show_text(const json& shown) {
  auto text = heading(shown) + '\n';
  for (const auto& part : {unf_table(shown), link_table(shown), owner_table(shown), report_text(shown),
                           nic_table(shown), process_table(shown)}) {
    if (!part.empty()) text += part + '\n';
  }
  text.pop_back();
  return text;
}

std::string top_text(const json& shown, const json& before, double seconds) {
  const auto now = flows(shown);
  const auto then = flows(before);
  const auto& nodes = member(member(shown, "plan"), "nodes");
  Table table{{"uNF", "runner", "packets/s", "in", "out", "drop", "why"}};
  for (const auto& node : nodes) {
    const auto seen = [&](const std::map<std::string, Flow>& by_node) {
      const auto at = by_node.find(node.at("id"));
      auto flow = at == by_node.end() ? Flow{} : at->second;
      if (is(node, "NicIngress") && flow.in == 0) flow.in = flow.out + flow.drop + flow.lost;
      if (is(node, "NicEgress") && flow.out == 0) flow.out = flow.in;
      return flow;
    };
    const auto flow = seen(now);
    const auto earlier = seen(then).in;
    const auto rate =
        before.empty() || seconds <= 0 || earlier > flow.in ? 0.0 : static_cast<double>(flow.in - earlier) / seconds;
    table.add({node.at("id"), node.at("runner"), fmt::format("{:.0f}", rate), fmt::to_string(flow.in),
               fmt::to_string(flow.out), fmt::to_string(flow.drop), flow.why});
  }
  return heading(shown) + '\n' + table.text() + '\n' + nic_table(shown) + process_table(shown);
}

std::string summary_line(const json& shown) {
  const auto total = border(shown);
  return fmt::format("{} {}: in {}, out {}, dropped {}, lost {}, unmatched {}", shown.value("id", ""),
                     shown.value("state", ""), total.in, total.out, total.drop, total.lost,
                     shown.value("unmatched", std::uint64_t{0}));
}

json to_json(const wire::ServiceInfo& service) {
  return {{"id", service.id},     {"state", state_name(service.state)}, {"detail", service.detail},
          {"host", service.host}, {"generation", service.generation},   {"unfs", service.unfs}};
}

json list_json(const std::vector<wire::ServiceInfo>& services, const std::vector<std::string>& managers) {
  auto list = json::array();
  for (std::size_t i = 0; i < services.size(); ++i) {
    list.push_back(to_json(services[i]));
    list.back()["manager"] = managers[i];
  }
  return list;
}

std::string list_text(const std::vector<wire::ServiceInfo>& services, const std::vector<std::string>& managers) {
  Table table{{"service", "state", "host", "uNFs", "generation", "manager", "detail"}};
  for (std::size_t i = 0; i < services.size(); ++i) {
    const auto& service = services[i];
    table.add({service.id, state_name(service.state), service.host, fmt::to_string(service.unfs),
               fmt::to_string(service.generation), managers[i], service.detail});
  }
  return table.text();
}

}  // namespace unf::vnfm
