#include "graph/compile/service_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "graph/place/replicate.h"
#include "graph/place/stages.h"
#include "graph/request/expand.h"
#include "graph/request/needs.h"
#include "graph/rewrite/optimise.h"
#include "graph/rewrite/splice.h"
#include "graph/terms/hosts.h"

namespace unf::graph {
namespace {

/// Collects lines of the report, each once: paths that share VNFs repeat each other.
class Report {
 public:
  void add(std::vector<Plan::ReportLine> lines) {
    for (auto& line : lines) {
      const bool first = seen_.emplace(line.rule, line.nodes, line.applied, line.reason).second;
      if (first) lines_.push_back(std::move(line));
    }
  }
  std::vector<Plan::ReportLine> take() { return std::move(lines_); }

 private:
  std::set<std::tuple<std::string, std::vector<NodeId>, bool, std::string>> seen_;
  std::vector<Plan::ReportLine> lines_;
};

void append(std::vector<Plan::ReportLine>& report, const std::vector<Plan::ReportLine>& more) {
  report.insert(report.end(), more.begin(), more.end());
}

Result<Placed> place_replicas(UnfGraph graph, bool in_stages, const Context& context, Cores& cores,
                              std::optional<std::size_t> core_before) {
  std::vector<Plan::ReportLine> report;
  const auto passes = in_stages ? std::vector<Pass>{parallelise, replicate} : std::vector<Pass>{replicate};
  for (const auto pass : passes) {
    auto rewrite = pass(std::move(graph), context);
    if (!rewrite) return fail(std::move(rewrite.error()));
    append(report, rewrite->report);
    graph = std::move(rewrite->graph);
  }
  return place(std::move(graph), cores, core_before).map([&](Placed placed) {
    append(report, placed.report);
    placed.report = std::move(report);
    return placed;
  });
}

/// Without stages [us].
double latency_of(const PathGraph& path, const Host& host) {
  return longest(path, link_costs(host)) / largest_core(host) * 1e6;
}
double asked_latency_of(const PathGraph& path) { return static_cast<double>(path.max_latency->get()) / 1e3; }

/// Whether a path asks for less latency than it has without stages.
bool is_too_slow(const PathGraph& path, const Host& host) {
  return path.max_latency && latency_of(path, host) > asked_latency_of(path);
}

Plan::ReportLine line_of_latency(const PathGraph& path, const Host& host, bool has_stages) {
  return {
      .rule = "R13",
      .applied = has_stages,
      .reason = fmt::format("path {}: {}, packets may take {:.3f} us one uNF after the other, at most {:.3f} us are "
                            "asked for",
                            path.path, has_stages ? "it has stages" : "it has no stages", latency_of(path, host),
                            asked_latency_of(path))};
}

bool has_stages(const UnfGraph& graph) {
  const auto nodes = graph.nodes();
  return std::ranges::any_of(nodes, [&](UnfGraph::Vertex v) { return graph[v].stage != 0; });
}

/// Whose counts edges are: each counts for the original edges that its packets cross.
class Counters {
 public:
  explicit Counters(const UnfGraph& original) : original_(original) {}

  void add_owner(Owner owner) {
    const auto& path = original_[owner].owners[0];
    counters_[path].owner = path;
    if (is_io(original_[owner])) io_.emplace(path, original_[owner].type);
  }

  void add(const PlanPart::Edge& edge, EdgeId id) {
    for (const auto index : edge.stands_for) {
      const auto& crossed = original_.original_edges[index];
      auto& from = counters_.at(crossed.from);
      (crossed.to ? from.out : from.drop).push_back(id);
      if (crossed.to) counters_.at(*crossed.to).in.push_back(id);
    }
  }

  std::vector<Plan::Counter> take() {
    std::vector<Plan::Counter> list;
    for (auto& [owner, counter] : counters_) {
      for (auto* ids : {&counter.in, &counter.out, &counter.drop}) {
        std::ranges::sort(*ids);
        const auto [begin, end] = std::ranges::unique(*ids);
        ids->erase(begin, end);
      }
      // What comes from and goes to a NIC crosses no edge; neither of the two drops.
      const auto io = io_.find(owner);
      if (io != io_.end() && io->second == kNicIngress) counter.in = counter.out;
      if (io != io_.end() && io->second == kNicEgress) counter.out = counter.in;
      list.push_back(std::move(counter));
    }
    return list;
  }

 private:
  const UnfGraph& original_;
  std::map<OwnerPath, Plan::Counter> counters_;
  std::map<OwnerPath, std::string> io_;  // the types of those at NICs
};

void add_classifier(std::vector<Plan::Classifier>& classifiers, Plan::Classifier classifier) {
  classifier.id = static_cast<std::uint32_t>(classifiers.size() + 1);
  classifiers.push_back(std::move(classifier));
}

EdgeId add_edge(std::vector<Plan::Edge>& edges, Plan::Edge edge) {
  edge.id = EdgeId{static_cast<std::uint32_t>(edges.size() + 1)};
  edges.push_back(std::move(edge));
  return edges.back().id;
}

void add_original(Plan::Original& whole, const PlanPart& part) {
  whole.nodes.insert(whole.nodes.end(), part.nodes.begin(), part.nodes.end());
  for (const auto& [edge, stands_for] : part.edges) add_edge(whole.edges, edge);
  for (const auto& classifier : part.classifiers) add_classifier(whole.classifiers, classifier);
}

}  // namespace

struct ServiceGraph::Service {
  std::string name;
  std::size_t rank = 0;               // among the services
  std::vector<std::string> vnfs;      // what their owners' paths begin with
  std::vector<std::string> services;  // that its owners' paths begin with
  std::vector<PathGraph> paths;       // as cheap as they get
  std::vector<Bunch> bunches;
  std::vector<Islands::Id> islands;  // by bunch
  std::vector<Owner> owners;         // its nodes, and its edges, in original_
  std::vector<std::uint32_t> edges;
  Artifacts artifacts;
  PlanPart original;
  Load load;  // without optimisation
  std::vector<Plan::ReportLine> report;
};

ServiceGraph::ServiceGraph(std::string name, const Catalog& catalog, const Inventory& inventory, CompileOptions options)
    : name_(std::move(name)), catalog_(&catalog), inventory_(&inventory), options_(std::move(options)) {}
ServiceGraph::ServiceGraph(ServiceGraph&&) noexcept = default;
ServiceGraph& ServiceGraph::operator=(ServiceGraph&&) noexcept = default;
ServiceGraph::~ServiceGraph() = default;

Context ServiceGraph::context_of(const UnfGraph& original) const {
  return {*catalog_, *inventory_, *kinds_, original, options_.gate_shares, *options_.conditions};
}

Result<ServiceGraph::Touched> ServiceGraph::put(const ServiceRequest& request) {
  const auto known = rank_of_.find(request.name);
  const auto gone = known == rank_of_.end() ? nullptr : services_.at(known->second);
  auto original = expand(request, *catalog_, *inventory_, cores_ ? cores_->host().name : options_.host_before);
  if (!original) return fail(std::move(original.error()));
  const auto& host = *inventory_->find_host((*original)[original->nodes().at(0)].host);
  if (cores_ && host.name != cores_->host().name) {
    if (services_.size() > 1 || gone == nullptr) {
      return fail(Errc::no_capacity, "service '{}': needs host '{}', the others of graph '{}' run on '{}'",
                  request.name, host.name.get(), name_, cores_->host().name.get());
    }
    ServiceGraph moved{name_, *catalog_, *inventory_, options_};
    auto touched = moved.put(request);
    if (touched) *this = std::move(moved);
    return touched;
  }
  if (services_.empty()) {
    kinds_ = std::make_unique<Kinds>(*catalog_, host);
    kept_kinds_ = 0;
    cores_.emplace(host);
  }
  auto touched = make(request, std::move(*original), gone).and_then([&](const std::shared_ptr<Service>& service) {
    return change(gone, service);
  });
  looked_at_ += touched ? touched->paths : request.paths.size();
  forget_kinds();
  if (services_.empty()) cores_.reset();
  return touched;
}

Result<ServiceGraph::Touched> ServiceGraph::remove(const std::string& service) {
  const auto known = rank_of_.find(service);
  if (known == rank_of_.end()) return Touched{};
  auto touched = change(services_.at(known->second), nullptr);
  if (services_.empty()) cores_.reset();
  return touched;
}

/// The service as cheap as it gets, by itself.
Result<std::shared_ptr<ServiceGraph::Service>> ServiceGraph::make(const ServiceRequest& request, UnfGraph original,
                                                                  const std::shared_ptr<Service>& before) {
  kinds_->artifacts.insert(request.artifacts.begin(), request.artifacts.end());
  const auto context = context_of(original);
  auto asked_for = unfold(original, context);
  Problems problems;
  const auto check = [&](const auto& ranks, const std::string& name, const char* what) {
    const auto other = ranks.find(name);
    if (other == ranks.end() || (before && other->second == before->rank)) return;
    problems.add({}, request.name, "{} '{}' is one of service '{}' too, expected another name", what, name,
                 services_.at(other->second)->name);
  };
  for (const auto& path : asked_for) check(rank_of_path_, path.path, "path");
  for (const auto& vnf : request.vnfs) check(rank_of_vnf_, request.owner_of(vnf), "VNF");
  check_needs(asked_for, context, problems);
  if (!problems.empty()) return fail(problems.error());

  auto service = std::make_shared<Service>();
  service->name = request.name;
  service->rank = before ? before->rank : next_rank_;
  service->services = original.services;
  for (const auto& vnf : request.vnfs) service->vnfs.push_back(request.owner_of(vnf));
  service->artifacts = request.artifacts;
  set_rates(original, asked_for);
  service->load = load_of(original);
  Report report;
  for (const auto& path : asked_for) {
    auto rewrite = splice(path, context);
    report.add(std::move(rewrite.report));
    if (options_.consolidate) {
      rewrite = optimise(rewrite.graph, context);
      report.add(std::move(rewrite.report));
    }
    service->paths.push_back(std::move(rewrite.graph));
  }
  service->report = report.take();
  service->bunches = bunches_of(service->paths, context, options_.consolidate);
  if (options_.parallelize == CompileOptions::Parallelize::automatic) {
    for (auto& bunch : service->bunches) {
      const auto is_slow = [&](std::size_t path) { return is_too_slow(service->paths[path], cores_->host()); };
      if (std::ranges::any_of(bunch.paths, is_slow)) bunch.weight = std::max(bunch.weight, kAlone);
    }
  }
  service->islands.resize(service->bunches.size());
  adopt(*service, original);
  service->original = emit_original(std::move(original), context_of(original_));
  return service;
}

/// Takes its nodes and edges over into original_, and gives them the numbers that they have there.
void ServiceGraph::adopt(Service& service, const UnfGraph& original) {
  std::vector<Owner> owner_of{UnfGraph::sink()};
  for (const auto v : original.nodes()) {
    if (free_owners_.empty()) free_owners_.push_back(original_.add_node({}));
    owner_of.push_back(free_owners_.back());
    free_owners_.pop_back();
    original_[owner_of.back()] = original[v];
    service.owners.push_back(owner_of.back());
  }
  auto& edges = original_.original_edges;
  for (const auto& edge : original.original_edges) {
    if (free_edges_.empty()) {
      free_edges_.push_back(static_cast<std::uint32_t>(edges.size()));
      edges.emplace_back();
    }
    service.edges.push_back(free_edges_.back());
    free_edges_.pop_back();
    edges[service.edges.back()] = edge;
  }
  for (auto& path : service.paths) {
    for (const auto s : path.nodes()) {
      for (auto& owner : path[s].owners) owner = owner_of[owner];
      for (const auto e : path.out_edges(s)) {
        for (auto& edge : path[e].stands_for) edge = service.edges[edge];
        path[e].implies.clear();
      }
    }
  }
}

void ServiceGraph::forget(const Service& service) {
  for (const auto owner : service.owners) original_[owner] = {};
  for (const auto edge : service.edges) original_.original_edges[edge] = {};
  free_owners_.insert(free_owners_.end(), service.owners.begin(), service.owners.end());
  free_edges_.insert(free_edges_.end(), service.edges.begin(), service.edges.end());
}

/// Who is on an island, to be changed.
std::vector<ServiceGraph::Member>& ServiceGraph::members(Draft& draft, Islands::Id id) {
  const auto [at, first] = draft.try_emplace(id);
  if (const auto known = islands_.find(id); first && known != islands_.end()) at->second = known->second.members;
  return at->second;
}

double ServiceGraph::weight_of(const std::vector<Member>& members) {
  double weight = 0;
  for (const auto& member : members) weight += member.service->bunches[member.bunch].weight;
  return weight;
}

void ServiceGraph::leave(Draft& draft, const std::shared_ptr<Service>& service) {
  for (std::size_t bunch = 0; bunch < service->bunches.size(); ++bunch) {
    const auto id = service->islands[bunch];
    auto& here = members(draft, id);
    std::erase(here, Member{service, bunch});
    fill_.set(id, weight_of(here));
    if (here.empty()) fill_.erase(id);
  }
}

/// Where it was `before`, as far as there is room.
void ServiceGraph::enter(Draft& draft, const std::shared_ptr<Service>& service,
                         const std::shared_ptr<Service>& before) {
  for (std::size_t bunch = 0; bunch < service->bunches.size(); ++bunch) {
    const auto weight = service->bunches[bunch].weight;
    std::optional<Islands::Id> id;
    if (before && bunch < before->islands.size()) {
      id = before->islands[bunch];
      const auto& here = members(draft, *id);
      if (!here.empty() && !Islands::fits(weight_of(here), weight)) id.reset();
    }
    if (!id) id = fill_.with_room_for(weight);
    if (!id) id = next_island_++;
    auto& here = members(draft, *id);
    here.push_back({service, bunch});
    fill_.set(*id, weight_of(here));
  }
}

/// Islands that have become small join others, so that there are not too many.
void ServiceGraph::join_small(Draft& draft) {
  std::vector<Islands::Id> ids;
  for (const auto& [id, here] : draft) ids.push_back(id);
  for (const auto id : ids) {
    const auto weight = weight_of(draft[id]);
    if (draft[id].empty() || weight > 0.5) continue;
    const auto other = fill_.with_room_for(weight, id);
    if (!other) continue;
    auto moving = std::exchange(draft[id], {});
    auto& here = members(draft, *other);
    here.insert(here.end(), moving.begin(), moving.end());
    fill_.erase(id);
    fill_.set(*other, weight_of(here));
  }
}

/// Only what the change concerns; with `joining`, islands that become small join others.
ServiceGraph::Draft ServiceGraph::drafted(const std::shared_ptr<Service>& gone, const std::shared_ptr<Service>& come,
                                          bool joining) {
  Draft draft;
  if (gone) leave(draft, gone);
  if (come) enter(draft, come, gone);
  if (joining) join_small(draft);
  return draft;
}

ServiceGraph::Draft ServiceGraph::all_anew(const std::shared_ptr<Service>& gone, const std::shared_ptr<Service>& come) {
  Draft draft;
  for (const auto& [id, island] : islands_) draft[id];
  fill_ = {};
  auto services = services_;
  if (gone) services.erase(gone->rank);
  if (come) services.emplace(come->rank, come);
  for (const auto& [rank, service] : services) enter(draft, service, nullptr);
  return draft;
}

Result<ServiceGraph::Touched> ServiceGraph::change(const std::shared_ptr<Service>& gone,
                                                   const std::shared_ptr<Service>& come) {
  const auto attempt = [&](Draft draft, bool may_have_stages) {
    auto touched = carry_out(draft, may_have_stages);
    if (touched) return touched;
    fill_ = {};
    for (const auto& [id, island] : islands_) fill_.set(id, weight_of(island.members));
    return touched;
  };
  auto touched = attempt(drafted(gone, come, true), true);
  const auto is_full = [&] { return !touched && touched.error().code == Errc::no_capacity; };
  if (is_full()) touched = attempt(drafted(gone, come, false), true);
  if (is_full()) touched = attempt(all_anew(gone, come), true);
  // The members of stages have cores of their own.
  const bool has_stages = options_.parallelize != CompileOptions::Parallelize::off;
  if (is_full() && has_stages) touched = attempt(all_anew(gone, come), false);
  if (!touched) {
    if (come) forget(*come);
    return touched;
  }
  if (gone) {
    forget(*gone);
    for (const auto& path : gone->paths) rank_of_path_.erase(path.path);
    for (const auto& vnf : gone->vnfs) rank_of_vnf_.erase(vnf);
    rank_of_.erase(gone->name);
    services_.erase(gone->rank);
  }
  if (come) {
    for (const auto& path : come->paths) rank_of_path_.emplace(path.path, come->rank);
    for (const auto& vnf : come->vnfs) rank_of_vnf_.emplace(vnf, come->rank);
    rank_of_.emplace(come->name, come->rank);
    services_.emplace(come->rank, come);
    next_rank_ = std::max(next_rank_, come->rank + 1);
  }
  return touched;
}

/// All or nothing of it.
Result<ServiceGraph::Touched> ServiceGraph::carry_out(const Draft& draft, bool may_have_stages) {
  const auto release = [&](const Island& island) {
    for (const auto& name : island.names) names_.release(name);
    cores_->release(island.share);
  };
  const auto take = [&](const Island& island) {
    for (const auto& name : island.names) names_.take(name);
    cores_->take(island.share);
  };
  for (const auto& [id, members] : draft) {
    if (const auto known = islands_.find(id); known != islands_.end()) release(known->second);
  }
  std::map<Islands::Id, Island> made;
  for (const auto& [id, members] : draft) {
    if (members.empty()) continue;
    const auto known = islands_.find(id);
    const bool placed = known != islands_.end() && !known->second.share.loads.empty();
    auto island =
        realise(members, placed ? std::optional{known->second.share.loads[0].core} : std::nullopt, may_have_stages);
    if (island) {
      made.emplace(id, std::move(*island));
      continue;
    }
    for (const auto& [other, done] : made) release(done);
    for (const auto& [other, of_it] : draft) {
      if (const auto before = islands_.find(other); before != islands_.end()) take(before->second);
    }
    return fail(std::move(island.error()));
  }
  Touched touched;
  for (const auto& [id, members] : draft) islands_.erase(id);
  for (auto& [id, island] : made) {
    ++touched.islands;
    touched.nodes += island.part.nodes.size();
    for (const auto& member : island.members) {
      member.service->islands[member.bunch] = id;
      touched.paths += member.service->bunches[member.bunch].paths.size();
    }
    islands_.emplace(id, std::move(island));
  }
  return touched;
}

Result<ServiceGraph::Island> ServiceGraph::realise(std::vector<Member> members, std::optional<std::size_t> core_before,
                                                   bool may_have_stages) {
  std::ranges::sort(members, {}, [](const Member& member) { return std::pair{member.service->rank, member.bunch}; });
  std::vector<const PathGraph*> paths;
  for (const auto& member : members) {
    for (const auto path : member.service->bunches[member.bunch].paths) paths.push_back(&member.service->paths[path]);
  }
  const auto context = context_of(original_);
  auto folded = fold(paths, context, options_.consolidate, names_);
  Island island{.members = std::move(members), .report = std::move(folded.report), .names = std::move(folded.names)};
  std::vector<const PathGraph*> slow;
  if (options_.parallelize == CompileOptions::Parallelize::automatic) {
    std::ranges::copy_if(paths, std::back_inserter(slow),
                         [&](const PathGraph* path) { return is_too_slow(*path, cores_->host()); });
  }
  const bool wanted = options_.parallelize == CompileOptions::Parallelize::on || !slow.empty();
  const bool in_stages = wanted && may_have_stages;
  auto graph = in_stages ? folded.graph : std::move(folded.graph);
  auto placed = place_replicas(std::move(graph), in_stages, context, *cores_, core_before);
  if (!placed && in_stages) {
    island.report.push_back({.rule = "R13", .applied = false, .reason = placed.error().message});
    placed = place_replicas(std::move(folded.graph), false, context, *cores_, core_before);
  } else if (wanted && !in_stages) {
    island.report.push_back({.rule = "R13", .applied = false, .reason = "no core is left for the members of a stage"});
  }
  if (!placed) {
    for (const auto& name : island.names) names_.release(name);
    return fail(std::move(placed.error()));
  }
  append(island.report, placed->report);
  for (const auto* path : slow) {
    island.report.push_back(line_of_latency(*path, cores_->host(), has_stages(placed->graph)));
  }
  island.part = emit(placed->graph, context);
  island.load = load_of(placed->graph);
  island.share = std::move(placed->share);
  return island;
}

/// Those that nobody is of any more, once they are many, and what was done since is as much as this.
void ServiceGraph::forget_kinds() {
  constexpr std::size_t kSlack = 256;
  if (kinds_->count() < 2 * kept_kinds_ + kSlack || looked_at_ < rank_of_path_.size()) return;
  looked_at_ = 0;
  std::set<const Kind*> used;
  for (const auto& [rank, service] : services_) {
    for (const auto& path : service->paths) {
      for (const auto s : path.nodes()) used.insert(path[s].kind);
    }
  }
  kinds_->keep_only(used);
  kept_kinds_ = kinds_->count();
}

Plan ServiceGraph::plan() const {
  Plan plan;
  plan.graph = GraphId{name_};
  plan.default_action = options_.default_action;
  Counters counters{original_};
  Load before, after;
  std::set<std::string> names;
  for (const auto& [rank, service] : services_) {
    for (const auto& name : service->services) {
      if (names.insert(name).second) plan.services.push_back(name);
    }
    for (const auto owner : service->owners) counters.add_owner(owner);
    plan.artifacts.insert(service->artifacts.begin(), service->artifacts.end());
    add_original(plan.original, service->original);
    append(plan.report, service->report);
    before += service->load;
  }
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Plan::Classifier>> classifiers;  // by rank and path
  std::set<std::pair<HostId, CoreId>> cores;
  std::set<HostId> hosts;
  for (const auto& [id, island] : islands_) {
    for (const auto& node : island.part.nodes) {
      plan.nodes.push_back(node);
      add_files(node.config, kinds_->artifacts, plan.artifacts);
      hosts.insert(node.host);
      if (node.runner != RunnerId{"io"}) cores.emplace(node.host, node.core);
    }
    for (const auto& edge : island.part.edges) counters.add(edge, add_edge(plan.edges, edge.edge));
    auto next = island.part.classifiers.begin();
    for (const auto& [service, bunch] : island.members) {
      for (const auto path : service->bunches[bunch].paths) {
        const auto end = next + std::ssize(service->paths[path].matches);
        classifiers[{service->rank, path}].assign(next, end);
        next = end;
      }
    }
    plan.stages.insert(plan.stages.end(), island.part.stages.begin(), island.part.stages.end());
    append(plan.report, island.report);
    after += island.load;
  }
  for (const auto& [path, of_it] : classifiers) {
    for (const auto& classifier : of_it) add_classifier(plan.classifiers, classifier);
  }
  plan.counters = counters.take();
  plan.totals = {.nodes_before = plan.original.nodes.size(),
                 .nodes_after = plan.nodes.size(),
                 .cores = cores.size(),
                 .hosts = hosts.size(),
                 .cycles_before = before.cycles_per_packet(),
                 .cycles_after = after.cycles_per_packet()};
  return plan;
}

}  // namespace unf::graph
