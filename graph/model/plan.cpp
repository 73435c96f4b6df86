#include "graph/model/plan.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "graph/model/json_reader.h"
#include "graph/model/unf_graph.h"

namespace unf {
namespace {

using json = nlohmann::json;

constexpr std::array<std::string_view, 3> kLinks{"call", "ring", "nsh"};
constexpr std::array<std::string_view, 4> kPorts{"single", "balance", "branch", "ordered"};
constexpr std::array<std::string_view, 2> kDefaults{"drop", "bridge"};

template <typename Enum, typename Texts>
std::string_view text(Enum e, const Texts& texts) {
  return texts[static_cast<std::size_t>(e)];
}

template <typename Id>
json ids_json(const std::vector<Id>& ids) {
  auto list = json::array();
  for (const auto& id : ids) list.push_back(id.get());
  return list;
}

template <typename Id>
json id_json(const std::optional<Id>& id) {
  return id ? json(id->get()) : json();
}

template <typename T, typename Write>
json list_json(const std::vector<T>& elements, Write write) {
  auto list = json::array();
  for (const auto& element : elements) list.push_back(write(element));
  return list;
}

json node_json(const Plan::Node& node) {
  return {{"id", node.id.get()},
          {"type", node.type},
          {"config", node.config},
          {"owners", ids_json(node.owners)},
          {"host", node.host.get()},
          {"core", node.core.get()},
          {"runner", node.runner.get()},
          {"nic", id_json(node.nic)},
          {"cycles_per_packet", node.cycles_per_packet.get()},
          {"rate_pps", node.rate_pps.get()}};
}

json edge_json(const Plan::Edge& edge) {
  json out{{"id", edge.id.get()},    {"from", edge.from.get()},         {"gate", edge.gate},
           {"to", id_json(edge.to)}, {"link", text(edge.link, kLinks)}, {"port", text(edge.port, kPorts)}};
  if (edge.nsh) out["nsh"] = {{"spi", edge.nsh->spi}, {"si", edge.nsh->si}};
  if (!edge.paths.empty()) out["paths"] = edge.paths;
  if (!edge.becomes.empty()) out["becomes"] = edge.becomes;
  return out;
}

json classifier_json(const Plan::Classifier& c) {
  return {{"id", c.id}, {"path", c.path}, {"in", c.in.get()}, {"match", to_json(c.match)}, {"to", c.to.get()}};
}

json counter_json(const Plan::Counter& counter) {
  json out{{"owner", counter.owner.get()},
           {"in", ids_json(counter.in)},
           {"out", ids_json(counter.out)},
           {"drop", ids_json(counter.drop)}};
  if (!counter.paths.empty()) out["paths"] = counter.paths;
  return out;
}

bool same(const Plan::Classifier& a, const Plan::Classifier& b) {
  return std::tie(a.id, a.path, a.in, a.match, a.to) == std::tie(b.id, b.path, b.in, b.match, b.to);
}

// Reading

template <typename Id>
Id read_id(const JsonReader& value) {
  return Id{value.string()};
}

template <typename Id>
std::vector<Id> read_ids(const JsonReader& list) {
  std::vector<Id> ids;
  list.each([&](const JsonReader& id) {
    if constexpr (std::is_same_v<typename Id::Value, std::string>) {
      ids.push_back(read_id<Id>(id));
    } else {
      ids.push_back(Id{id.number<typename Id::Value>()});
    }
  });
  return ids;
}

std::vector<std::string> read_strings(const JsonReader& list) {
  std::vector<std::string> strings;
  list.each([&](const JsonReader& s) { strings.push_back(s.string()); });
  return strings;
}

std::vector<std::string> read_paths(const JsonReader& parent) {
  if (!parent.has("paths")) return {};
  auto paths = read_strings(parent.member("paths"));
  std::sort(paths.begin(), paths.end());
  return paths;
}

template <typename T, typename Read>
std::vector<T> read_list(const JsonReader& list, Read read) {
  std::vector<T> elements;
  list.each([&](const JsonReader& element) { elements.push_back(read(element)); });
  return elements;
}

Plan::Node read_node(const JsonReader& n) {
  Plan::Node node;
  node.id = read_id<NodeId>(n.member("id"));
  node.type = n.member("type").string();
  const auto config = n.member("config");
  if (config.is_object()) node.config = config.value();
  const auto owners = n.member("owners");
  node.owners = read_ids<OwnerPath>(owners);
  if (node.owners.empty() && owners.value().is_array()) owners.problem("empty, expected the node's owner");
  node.host = read_id<HostId>(n.member("host"));
  node.core = CoreId{n.member("core").number<std::uint32_t>()};
  node.runner = read_id<RunnerId>(n.member("runner"));
  if (const auto nic = n.member("nic"); !nic.is_null()) node.nic = read_id<NicName>(nic);
  node.cycles_per_packet = CyclesPerPacket{n.member("cycles_per_packet").number<std::uint64_t>()};
  node.rate_pps = PacketsPerSecond{n.member("rate_pps").number<std::uint64_t>()};
  return node;
}

Plan::Edge read_edge(const JsonReader& e) {
  Plan::Edge edge;
  edge.id = EdgeId{e.member("id").number<std::uint32_t>()};
  edge.from = read_id<NodeId>(e.member("from"));
  edge.gate = e.member("gate").string();
  if (const auto to = e.member("to"); !to.is_null()) edge.to = read_id<NodeId>(to);
  edge.link = e.member("link").one_of<Plan::Link>(kLinks);
  edge.port = e.member("port").one_of<Plan::Port>(kPorts);
  if (e.has("nsh")) {
    const auto nsh = e.member("nsh");
    edge.nsh = Plan::Nsh{nsh.member("spi").number<std::uint32_t>(0xff'ffff), nsh.member("si").number<std::uint8_t>()};
  }
  edge.paths = read_paths(e);
  if (e.has("becomes")) edge.becomes = e.member("becomes").string();
  return edge;
}

Plan::Classifier read_classifier(const JsonReader& c) {
  Plan::Classifier classifier;
  classifier.id = c.member("id").number<std::uint32_t>();
  classifier.path = c.member("path").string();
  classifier.in = read_id<NicName>(c.member("in"));
  const auto match = c.member("match");
  if (auto read = match_from_json(match.value())) {
    classifier.match = *read;
  } else {
    match.problem("{}", read.error().message);
  }
  classifier.to = read_id<NodeId>(c.member("to"));
  return classifier;
}

Plan::Counter read_counter(const JsonReader& c) {
  Plan::Counter counter;
  counter.owner = read_id<OwnerPath>(c.member("owner"));
  counter.in = read_ids<EdgeId>(c.member("in"));
  counter.out = read_ids<EdgeId>(c.member("out"));
  counter.drop = read_ids<EdgeId>(c.member("drop"));
  counter.paths = read_paths(c);
  return counter;
}

Plan::ReportLine read_report_line(const JsonReader& r) {
  return {r.member("rule").string(), read_ids<NodeId>(r.member("nodes")), r.member("applied").boolean(),
          r.member("reason").string()};
}

Plan::Totals read_totals(const JsonReader& t) {
  const auto number = [&](const char* name) { return t.member(name).number<std::uint64_t>(); };
  return {number("nodes_before"), number("nodes_after"),   number("cores"),
          number("hosts"),        number("cycles_before"), number("cycles_after")};
}

/// Whether two edges of a gate with the same paths go together: flows are dealt over them, or packets take both.
bool may_share(const Plan::Edge& a, const Plan::Edge& b) {
  const bool several = a.port == Plan::Port::balance || a.port == Plan::Port::branch;
  return several && a.port == b.port && a.paths == b.paths && a.to != b.to;
}

/// Edges between nodes that exist, unique ids, gates with one target a path (or several that share its flows or get
/// each packet), classifiers that lead somewhere.
class GraphCheck {
 public:
  GraphCheck(std::string prefix, JsonReader::Problems& problems) : prefix_(std::move(prefix)), problems_(&problems) {}

  void check(const std::vector<Plan::Node>& nodes, const std::vector<Plan::Edge>& edges,
             const std::vector<Plan::Classifier>& classifiers, const std::vector<Plan::Counter>& counters) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (!nodes_.insert(nodes[i].id).second) note("nodes", i, ".id: '{}' twice", nodes[i].id.get());
    }
    for (std::size_t i = 0; i < edges.size(); ++i) check_edge(i, edges[i]);
    for (std::size_t i = 0; i < classifiers.size(); ++i) known(classifiers[i].to, "classifiers", i, "to");
    for (std::size_t i = 0; i < counters.size(); ++i) {
      for (const auto* list : {&counters[i].in, &counters[i].out, &counters[i].drop}) {
        for (const auto& id : *list) {
          if (!edges_.contains(id)) note("counters", i, ": no edge {}", id.get());
        }
      }
    }
  }

 private:
  void check_edge(std::size_t i, const Plan::Edge& edge) {
    if (!edges_.insert(edge.id).second) note("edges", i, ".id: {} twice", edge.id.get());
    known(edge.from, "edges", i, "from");
    if (edge.to) known(*edge.to, "edges", i, "to");
    if (!edge.to && edge.port == Plan::Port::balance) note("edges", i, ".to: null, expected a node to balance to");
    auto& siblings = by_gate_[{edge.from, edge.gate}];
    const bool overlaps = std::any_of(siblings.begin(), siblings.end(), [&](const Plan::Edge* other) {
      return intersect(edge.paths, other->paths).has_value() && !may_share(edge, *other);
    });
    if (overlaps) note("edges", i, ": gate '{}' of '{}' has two targets", edge.gate, edge.from.get());
    siblings.push_back(&edge);
  }
  void known(const NodeId& id, const char* list, std::size_t i, const char* member) {
    if (!nodes_.contains(id)) note(list, i, ".{}: no node '{}'", member, id.get());
  }
  template <typename... Args>
  void note(const char* list, std::size_t i, fmt::format_string<Args...> format, Args&&... args) {
    problems_->push_back(fmt::format("{}{}[{}]", prefix_, list, i) + fmt::format(format, std::forward<Args>(args)...));
  }

  std::string prefix_;
  JsonReader::Problems* problems_;
  std::set<NodeId> nodes_;
  std::set<EdgeId> edges_;
  std::map<std::pair<NodeId, std::string>, std::vector<const Plan::Edge*>> by_gate_;
};

/// Reads a stage off the edges around its members, up to the first thing that is wrong with it.
class StageReader {
 public:
  StageReader(const Plan& plan, std::size_t index) : plan_(plan), index_(index) {}

  Result<PlannedStage> read() {
    const auto& ids = plan_.stages[index_];
    if (ids.size() < 2 || ids.size() > Plan::kMaxStage)
      refuse("{} members, expected 2 to {}", ids.size(), Plan::kMaxStage);
    for (const auto& id : ids) add_member(id);
    for (std::size_t e = 0; e < plan_.edges.size(); ++e) {
      const auto& edge = plan_.edges[e];
      if (auto* member = member_of(edge.to)) add_branch(*member, e);
      if (auto* member = member_of(edge.from)) add_way_out(*member, e);
    }
    for (const auto& member : stage_.members) check_paths(member);
    for (const auto& classifier : plan_.classifiers) {
      if (member_of(classifier.to)) refuse("path {} enters at its member '{}'", classifier.path, classifier.to.get());
    }
    if (refused_) return fail(std::move(*refused_));
    return std::move(stage_);
  }

 private:
  using Member = PlannedStage::Member;
  template <typename... Args>
  void refuse(fmt::format_string<Args...> format, Args&&... args) {
    if (refused_) return;
    refused_ = {Errc::malformed,
                fmt::format("stages[{}]: ", index_) + fmt::format(format, std::forward<Args>(args)...)};
  }

  const NodeId& id_of(const Member& member) const { return plan_.nodes[member.node].id; }
  std::size_t index_of(const NodeId& id) const { return static_cast<std::size_t>(plan_.find(id) - plan_.nodes.data()); }
  Member* member_of(const std::optional<NodeId>& id) {
    const auto at = std::find_if(stage_.members.begin(), stage_.members.end(),
                                 [&](const Member& member) { return id_of(member) == id; });
    return at == stage_.members.end() ? nullptr : &*at;
  }

  void add_member(const NodeId& id) {
    const auto* node = plan_.find(id);
    if (node == nullptr) return refuse("no node '{}'", id.get());
    const auto in_stages = std::count_if(plan_.stages.begin(), plan_.stages.end(), [&](const auto& stage) {
      return std::find(stage.begin(), stage.end(), id) != stage.end();
    });
    if (member_of(id) != nullptr || in_stages > 1) refuse("'{}' is a member twice", id.get());
    if (node->runner == RunnerId{"io"}) refuse("'{}' is in runner io, expected one of its own", id.get());
    for (const auto& other : plan_.nodes) {
      if (&other != node && other.host == node->host && other.runner == node->runner) {
        return refuse("'{}' shares runner {} with '{}', expected one of its own", id.get(), node->runner.get(),
                      other.id.get());
      }
    }
    stage_.members.push_back({.node = static_cast<std::size_t>(node - plan_.nodes.data())});
  }
  void add_branch(Member& member, std::size_t e) {
    const auto& edge = plan_.edges[e];
    if (edge.port != Plan::Port::branch) {
      refuse("edge {} to '{}': port {}, expected branch", edge.id.get(), edge.to->get(), text(edge.port, kPorts));
    }
    if (split_ == nullptr) split_ = &edge;
    if (edge.from != split_->from || edge.gate != split_->gate) {
      refuse("is led to by '{}' of '{}' and '{}' of '{}', expected one gate", split_->gate, split_->from.get(),
             edge.gate, edge.from.get());
    }
    stage_.split = index_of(edge.from);
    member.branch.push_back(e);
  }
  void add_way_out(Member& member, std::size_t e) {
    const auto& edge = plan_.edges[e];
    const auto& id = edge.from.get();
    if (edge.gate == "drop") {
      if (edge.to) refuse("what '{}' drops goes to '{}'", id, edge.to->get());
      member.drop.push_back(e);
      return;
    }
    if (!edge.to) return refuse("edge {}: gate '{}' of '{}' drops", edge.id.get(), edge.gate, id);
    if (edge.port != Plan::Port::ordered) {
      refuse("edge {} from '{}': port {}, expected ordered", edge.id.get(), id, text(edge.port, kPorts));
    }
    if (join_ == nullptr) join_ = &edge;
    if (edge.to != join_->to) {
      refuse("its members lead to '{}' and '{}', expected one node", join_->to->get(), edge.to->get());
    }
    if (!member.out.empty() && plan_.edges[member.out.front()].gate != edge.gate) {
      refuse("'{}' has gates '{}' and '{}', expected one besides drop", id, plan_.edges[member.out.front()].gate,
             edge.gate);
    }
    stage_.join = index_of(*edge.to);
    member.out.push_back(e);
  }
  void check_paths(const Member& member) {
    const auto paths_of = [&](const Member& m) {
      std::set<std::vector<std::string>> paths;
      for (const auto e : m.branch) paths.insert(plan_.edges[e].paths);
      return paths;
    };
    if (member.branch.empty()) refuse("no edge leads to '{}'", id_of(member).get());
    if (member.out.empty()) refuse("no edge leads on from '{}'", id_of(member).get());
    if (paths_of(member) != paths_of(stage_.members.front())) {
      refuse("'{}' and '{}' get packets of other paths", id_of(stage_.members.front()).get(), id_of(member).get());
    }
  }

  const Plan& plan_;
  std::size_t index_;
  PlannedStage stage_;
  const Plan::Edge* split_ = nullptr;
  const Plan::Edge* join_ = nullptr;
  std::optional<Error> refused_;
};

void check_stages(const Plan& plan, JsonReader::Problems& problems) {
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    if (auto stage = planned_stage(plan, i); !stage) problems.push_back(std::move(stage.error().message));
  }
  for (std::size_t e = 0; e < plan.edges.size(); ++e) {
    const auto& edge = plan.edges[e];
    const bool to_stage = std::any_of(plan.stages.begin(), plan.stages.end(), [&](const auto& stage) {
      return edge.to && std::find(stage.begin(), stage.end(), *edge.to) != stage.end();
    });
    if (edge.port == Plan::Port::branch && !to_stage)
      problems.push_back(fmt::format("edges[{}].to: branches, expected a member of a stage", e));
  }
}

Artifacts read_artifacts(const JsonReader& list) {
  Artifacts artifacts;
  list.each_member([&](const std::string& digest, const JsonReader& a) {
    Artifact artifact{a.member("name").string(), a.member("text").string()};
    if (digest != digest_of(artifact.text)) a.problem("the text has the digest {}", digest_of(artifact.text));
    artifacts.emplace(digest, std::move(artifact));
  });
  return artifacts;
}

Plan read_plan(const JsonReader& p) {
  Plan plan;
  plan.graph = read_id<GraphId>(p.member("graph"));
  plan.services = read_strings(p.member("services"));
  plan.nodes = read_list<Plan::Node>(p.member("nodes"), read_node);
  plan.edges = read_list<Plan::Edge>(p.member("edges"), read_edge);
  plan.classifiers = read_list<Plan::Classifier>(p.member("classifiers"), read_classifier);
  plan.default_action = p.member("default").one_of<Plan::Default>(kDefaults);
  plan.stages = read_list<std::vector<NodeId>>(p.member("stages"), read_ids<NodeId>);
  p.member("slots").each_member([&](const std::string& name, const JsonReader& slot) {
    plan.slots[name] = {slot.member("offset").number<std::uint32_t>(), slot.member("bits").number<std::uint32_t>()};
  });
  plan.counters = read_list<Plan::Counter>(p.member("counters"), read_counter);
  plan.artifacts = read_artifacts(p.member("artifacts"));
  const auto original = p.member("original");
  plan.original.nodes = read_list<Plan::Node>(original.member("nodes"), read_node);
  plan.original.edges = read_list<Plan::Edge>(original.member("edges"), read_edge);
  plan.original.classifiers = original.has("classifiers")
                                  ? read_list<Plan::Classifier>(original.member("classifiers"), read_classifier)
                                  : plan.classifiers;
  plan.report = read_list<Plan::ReportLine>(p.member("report"), read_report_line);
  plan.totals = read_totals(p.member("totals"));
  return plan;
}

// Graphviz

}  // namespace

const Plan::Node* Plan::find(const NodeId& id) const {
  const auto at = std::find_if(nodes.begin(), nodes.end(), [&](const Node& n) { return n.id == id; });
  return at == nodes.end() ? nullptr : &*at;
}

bool Plan::reorders() const {
  const auto in_stage = [&](const NodeId& id) {
    return std::any_of(stages.begin(), stages.end(),
                       [&](const auto& stage) { return std::find(stage.begin(), stage.end(), id) != stage.end(); });
  };
  return std::any_of(edges.begin(), edges.end(),
                     [&](const Edge& edge) { return edge.port == Port::ordered && !in_stage(edge.from); });
}

Result<PlannedStage> planned_stage(const Plan& plan, std::size_t index) { return StageReader{plan, index}.read(); }

Plan Plan::as_original() const {
  Plan plan;
  plan.graph = graph;
  plan.services = services;
  plan.nodes = original.nodes;
  plan.edges = original.edges;
  plan.classifiers = original.classifiers;
  plan.default_action = default_action;
  plan.artifacts = artifacts;
  plan.original = original;

  std::map<OwnerPath, Counter> by_owner;
  for (const auto& node : plan.nodes) {
    auto& counter = by_owner[node.owners.at(0)];
    counter.owner = node.owners[0];
    for (const auto& edge : plan.edges) {
      if (edge.to == node.id) counter.in.push_back(edge.id);
      if (edge.from == node.id) (edge.to ? counter.out : counter.drop).push_back(edge.id);
    }
    // What comes from and goes to a NIC crosses no edge; neither node drops.
    if (node.type == "NicIngress") counter.in = counter.out;
    if (node.type == "NicEgress") counter.out = counter.in;
  }
  for (auto& [owner, counter] : by_owner) plan.counters.push_back(std::move(counter));
  plan.totals = {.nodes_before = totals.nodes_before,
                 .nodes_after = totals.nodes_before,
                 .cores = 1,
                 .hosts = totals.hosts,
                 .cycles_before = totals.cycles_before,
                 .cycles_after = totals.cycles_before};
  return plan;
}

json to_json(const Plan& plan) {
  json slots = json::object();
  for (const auto& [name, slot] : plan.slots) slots[name] = {{"offset", slot.offset}, {"bits", slot.bits}};
  json artifacts = json::object();
  for (const auto& [digest, artifact] : plan.artifacts) {
    artifacts[digest] = {{"name", artifact.name}, {"text", artifact.text}};
  }
  json original{{"nodes", list_json(plan.original.nodes, node_json)},
                {"edges", list_json(plan.original.edges, edge_json)}};
  const auto& ours = plan.classifiers;
  const auto& theirs = plan.original.classifiers;
  if (!std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(), same)) {
    original["classifiers"] = list_json(theirs, classifier_json);
  }
  const auto& t = plan.totals;
  return {{"format", Plan::kFormat},
          {"graph", plan.graph.get()},
          {"services", plan.services},
          {"nodes", list_json(plan.nodes, node_json)},
          {"edges", list_json(plan.edges, edge_json)},
          {"classifiers", list_json(plan.classifiers, classifier_json)},
          {"default", text(plan.default_action, kDefaults)},
          {"stages", list_json(plan.stages, ids_json<NodeId>)},
          {"slots", std::move(slots)},
          {"counters", list_json(plan.counters, counter_json)},
          {"artifacts", std::move(artifacts)},
          {"original", std::move(original)},
          {"report", list_json(plan.report,
                               [](const Plan::ReportLine& line) -> json {
                                 return {{"rule", line.rule},
                                         {"nodes", ids_json(line.nodes)},
                                         {"applied", line.applied},
                                         {"reason", line.reason}};
                               })},
          {"totals",
           {{"nodes_before", t.nodes_before},
            {"nodes_after", t.nodes_after},
            {"cores", t.cores},
            {"hosts", t.hosts},
            {"cycles_before", t.cycles_before},
            {"cycles_after", t.cycles_after}}}};
}

std::string dump(const Plan& plan) { return to_json(plan).dump(2, ' ', false, json::error_handler_t::replace) + "\n"; }

Result<Plan> parse_plan(std::string_view plan_text) {
  const auto parsed = json::parse(plan_text, nullptr, false);
  if (!parsed.is_object()) return fail(Errc::malformed, "the plan is not a JSON object");
  JsonReader::Problems problems;
  const JsonReader reader{parsed, "", problems};
  const auto format = reader.member("format").number<std::uint32_t>();
  if (problems.empty() && format != std::uint32_t{Plan::kFormat}) {
    return fail(Errc::unsupported, "format: is {}, expected {}", format, Plan::kFormat);
  }
  auto plan = read_plan(reader);
  if (problems.empty()) {
    GraphCheck{"", problems}.check(plan.nodes, plan.edges, plan.classifiers, plan.counters);
    GraphCheck{"original.", problems}.check(plan.original.nodes, plan.original.edges, plan.original.classifiers, {});
    if (problems.empty()) check_stages(plan, problems);
  }
  return unless(problems, std::move(plan));
}

}  // namespace unf
