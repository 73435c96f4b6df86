#include "vnfm/lifecycle/planner.h"

#include <algorithm>

namespace unf::vnfm {
namespace {

bool has(const std::vector<std::string>& list, const std::string& name) {
  return std::ranges::find(list, name) != list.end();
}

/// Those graphs of `all` that have a part of one of `members`, or of `service`.
std::map<GraphId, std::shared_ptr<const Graph>> of_services(std::map<GraphId, std::shared_ptr<const Graph>> all,
                                                            const std::vector<Member>& members,
                                                            const std::string& service) {
  std::erase_if(all, [&](const auto& entry) {
    const auto& services = entry.second->services;
    return !has(services, service) &&
           std::ranges::none_of(members, [&](const auto& member) { return has(services, member.id); });
  });
  return all;
}

/// Where what runs of `members` does; empty: nothing does. Errors: no_capacity, if that is not one host.
Result<HostId> host_of(const std::vector<const Member*>& members,
                       const std::map<GraphId, std::shared_ptr<const Graph>>& graphs) {
  HostId host;
  for (const auto* member : members) {
    for (const auto& [id, graph] : graphs) {
      if (graph->plan.empty() || !has(graph->services, member->id)) continue;
      if (!host.get().empty() && host != graph->host) {
        return fail(Errc::no_capacity, "graph {}: would join what runs on host '{}' and on '{}', and cannot move",
                    id.get(), host.get(), graph->host.get());
      }
      host = graph->host;
    }
  }
  return host;
}

}  // namespace

bool meet(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::ranges::any_of(a, [&](const auto& each) { return b.contains(each); });
}

Result<void> Planner::note(const Service& service) {
  if (!service.desired) {
    const std::lock_guard lock{mutex_};
    placed_.erase(service.id);
    return {};
  }
  return member_of(service, *service.desired).map([&](const Member& member) {
    const std::lock_guard lock{mutex_};
    placed_.insert_or_assign(service.id, Placed{service.tenant, member.networks(), service.since});
  });
}

std::set<std::string> Planner::graph_around(const std::string& tenant, std::set<std::string> networks) const {
  const std::lock_guard lock{mutex_};
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [id, placed] : placed_) {
      if (placed.tenant != tenant || !meet(placed.networks, networks)) continue;
      const auto before = networks.size();
      networks.insert(placed.networks.begin(), placed.networks.end());
      grew = grew || networks.size() != before;
    }
  }
  return networks;
}

Result<Member> Planner::member_of(const Service& service, const Desired& desired) {
  return descriptors_.of(service.tenant, desired).and_then([&](const Descriptors::Described& described) {
    return make_member(service.id, *described, desired, service.is_vnf(), descriptors_.catalog(), graphs_.inventory());
  });
}

std::set<std::string> Planner::networks_of(const Service& service, const Operation& operation) {
  std::set<std::string> networks;
  for (const auto* desired : {&service.desired, &operation.target}) {
    if (!*desired) continue;
    if (const auto member = member_of(service, **desired)) networks.merge(member->networks());
  }
  return networks;
}

std::pair<GraphId, std::shared_ptr<const Graph>> Planner::graph_of(const Service& service) const {
  for (auto& [id, graph] : graphs_.all()) {
    if (has(graph->services, service.id)) return {id, graph};
  }
  return {};
}

/// By rank; the service itself as `desired`, behind the others if it is new.
Result<std::vector<Member>> Planner::members_around(const Service& service, const std::optional<Desired>& desired) {
  std::vector<std::pair<std::int64_t, Member>> ranked;
  std::set<std::string> networks;
  if (desired) {
    auto member = member_of(service, *desired);
    if (!member) return fail(member.error());
    networks = member->networks();
    ranked.emplace_back(service.since == 0 ? std::numeric_limits<std::int64_t>::max() : service.since,
                        std::move(*member));
  }
  std::vector<std::string> others;
  {
    const std::lock_guard lock{mutex_};
    const auto self = placed_.find(service.id);
    if (self != placed_.end()) networks.insert(self->second.networks.begin(), self->second.networks.end());
  }
  networks = graph_around(service.tenant, std::move(networks));
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [id, placed] : placed_) {
      if (id != service.id && placed.tenant == service.tenant && meet(placed.networks, networks)) others.push_back(id);
    }
  }
  for (const auto& id : others) {
    const auto entry = store_.store().get(service_key(service.tenant, id));
    if (!entry) return fail(entry.error());
    if (!*entry) continue;
    const auto other = read_service(**entry);
    if (!other) return fail(other.error());
    if (!other->desired) continue;
    auto member = member_of(*other, *other->desired);
    if (!member) return fail(member.error());
    ranked.emplace_back(other->since, std::move(*member));
  }
  std::ranges::sort(ranked, {}, [](const auto& each) { return each.first; });
  std::vector<Member> members;
  for (auto& [rank, member] : ranked) members.push_back(std::move(member));
  return members;
}

Result<Graph> Planner::compile(const std::string& tenant, const GraphId& id, const std::vector<const Member*>& members,
                               const std::string& must_be_reached, const HostId& host_before) {
  const auto assembly = assemble(id.get(), members, graphs_.inventory());
  if (!assembly) return fail(assembly.error());
  if (const auto why = assembly->unreached.find(must_be_reached); why != assembly->unreached.end()) {
    return fail(Errc::unsupported, "VNF {}: {}", must_be_reached, why->second);
  }
  Graph graph{.tenant = tenant};
  for (const auto* member : members) graph.services.push_back(member->id);
  if (assembly->request.vnfs.empty()) return graph;

  auto options = members.front()->options;
  const bool bridges = std::ranges::any_of(
      members, [](const auto* member) { return member->options.default_action == Plan::Default::bridge; });
  if (bridges) options.default_action = Plan::Default::bridge;
  options.host_before = host_before;
  auto plan = graph::compile(assembly->request, descriptors_.catalog(), graphs_.inventory(), options);
  if (!plan) return fail(plan.error());
  graph.host = plan->nodes.front().host;
  const bool one_host = std::ranges::all_of(plan->nodes, [&](const auto& node) { return node.host == graph.host; });
  if (!one_host) return fail(Errc::unsupported, "graph {}: its plan is for several hosts, expected one", id.get());
  if (!host_before.get().empty() && graph.host != host_before) {
    return fail(Errc::no_capacity, "graph {}: runs on host '{}' and would have to move to '{}', which it cannot",
                id.get(), host_before.get(), graph.host.get());
  }
  graph.plan = dump(*plan);
  graph.parsed = std::make_shared<const Plan>(std::move(*plan));
  return graph;
}

/// That of the graph which its first members are in; a new one is called like its first member.
GraphId Planner::choose_id(const std::vector<const Member*>& members, const StoredGraphs& before,
                           const GraphIds& taken) const {
  for (const auto* member : members) {
    for (const auto& [id, graph] : before) {
      if (has(graph->services, member->id) && !taken.contains(id)) return id;
    }
  }
  GraphId id{members.front()->id};
  for (int n = 2; taken.contains(id) || graphs_.find(id); ++n)
    id = GraphId{fmt::format("{}-{}", members.front()->id, n)};
  return id;
}

Result<Planner::Replanned> Planner::replan(Update& change, const Service& service,
                                           const std::optional<Desired>& desired, bool renews) {
  const auto members = members_around(service, desired);
  if (!members) return fail(members.error());
  const auto before = of_services(graphs_.all(), *members, service.id);
  Replanned replanned;
  GraphIds taken;
  std::map<GraphId, Graph> after;
  for (const auto& joined : connected(*members)) {
    const auto id = choose_id(joined, before, taken);
    taken.insert(id);
    const auto host = host_of(joined, before);
    if (!host) return fail(host.error());
    auto graph = compile(service.tenant, id, joined, desired ? service.id : std::string{}, *host);
    if (!graph) return fail(graph.error());
    after.emplace(id, std::move(*graph));
  }
  for (const auto& [id, graph] : before) {
    if (has(graph->services, service.id)) replanned.before = graph->parsed;
    if (after.contains(id)) continue;
    // Joined to another one, or at its end.
    const auto heir = std::ranges::find_if(after, [&](const auto& entry) {
      return std::ranges::any_of(
          graph->services, [&](const auto& each) { return each != service.id && has(entry.second.services, each); });
    });
    if (heir != after.end() && heir->second.host == graph->host) {
      heir->second.replaces.push_back(id);
    } else {
      after.emplace(id, Graph{.tenant = service.tenant, .host = graph->host});
    }
  }
  for (auto& [id, graph] : after) {
    const bool own = has(graph.services, service.id);
    if (own) replanned.after = graph.parsed;
    const auto known = before.find(id);
    if (graph.plan.empty() && known != before.end()) graph.host = known->second->host;
    const bool same = known != before.end() && known->second->plan == graph.plan &&
                      known->second->services == graph.services && graph.replaces.empty();
    if (same && !(own && renews)) continue;
    // Those that shrink let go of NICs before others take them.
    replanned.graphs.insert(known == before.end() ? replanned.graphs.end() : replanned.graphs.begin(), id);
    if (auto put = graphs_.put(change, id, std::move(graph)); !put) return fail(put.error());
  }
  return replanned;
}

}  // namespace unf::vnfm
