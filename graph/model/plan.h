#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/artifacts.h"
#include "graph/model/ids.h"
#include "graph/model/match.h"
#include "graph/model/result.h"
#include "graph/model/units.h"

namespace unf {

/// What should run where: what the manager stores, an agent applies and unf-replay runs (docs/design/wire.md, "Plan").
/// Whole: rule files travel in `artifacts`. Deterministic: the same input gives a byte-equal dump.
struct Plan {
  static constexpr int kFormat = 1;
  static constexpr std::size_t kMaxOutputs = 16;  ///< other runners that a runner can lead to, `io` among them
  static constexpr std::size_t kMaxStage = 8;     ///< members of a parallel stage

  struct Node {
    NodeId id;
    std::string type;
    nlohmann::json config = nlohmann::json::object();
    std::vector<OwnerPath> owners;
    HostId host;
    CoreId core;
    RunnerId runner;
    std::optional<NicName> nic;
    CyclesPerPacket cycles_per_packet;
    PacketsPerSecond rate_pps;
  };
  /// `call`: inside a runner; `ring`: between runners of a host; `nsh`: to another host.
  enum class Link : std::uint8_t { call, ring, nsh };
  /// `balance`: of the edges of a gate with this port and the same paths, a packet takes the one of its flow;
  /// `branch`: it takes all of them, to the members of a parallel stage; `ordered`: from a member to where the stage's
  /// packets meet again, or to an egress that packets may come to out of order.
  enum class Port : std::uint8_t { single, balance, branch, ordered };
  struct Nsh {
    std::uint32_t spi = 0;
    std::uint8_t si = 0;
  };
  struct Edge {
    EdgeId id;
    NodeId from;
    std::string gate;
    std::optional<NodeId> to;  ///< none: a drop
    Link link = Link::call;
    Port port = Port::single;
    std::optional<Nsh> nsh;
    std::vector<std::string> paths;  ///< empty: all
    /// The path that packets are on behind it, one that no classifier gives: it tells apart what shares uNFs from there
    /// on (the paper's mapping table). Empty: the same as before.
    std::string becomes;
  };
  struct Classifier {
    std::uint32_t id = 0;
    std::string path;
    NicName in;
    Match match;
    NodeId to;
  };
  /// What happens to a packet that no classifier takes. ARP and neighbour discovery pass a bump in the wire all the
  /// same.
  enum class Default : std::uint8_t { drop, bridge };
  struct Slot {
    std::uint32_t offset = 0;
    std::uint32_t bits = 0;
  };
  /// Which edges' counts are what an owner's own uNF would have counted.
  struct Counter {
    OwnerPath owner;
    std::vector<EdgeId> in;
    std::vector<EdgeId> out;
    std::vector<EdgeId> drop;
    std::vector<std::string> paths;  ///< only these paths' packets; empty: all
  };
  struct ReportLine {
    std::string rule;
    std::vector<NodeId> nodes;
    bool applied = false;
    std::string reason;
  };
  struct Totals {
    std::uint64_t nodes_before = 0, nodes_after = 0, cores = 0, hosts = 0;
    std::uint64_t cycles_before = 0, cycles_after = 0;  ///< mean per packet that enters
  };
  struct Original {
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<Classifier> classifiers;  ///< not in the JSON where they equal the plan's but for `to`
  };

  GraphId graph;
  std::vector<std::string> services;
  std::vector<Node> nodes;
  std::vector<Edge> edges;
  std::vector<Classifier> classifiers;
  Default default_action = Default::drop;
  std::vector<std::vector<NodeId>> stages;  ///< parallel: each packet goes to all members; in the order of the chain
  std::map<std::string, Slot> slots;
  std::vector<Counter> counters;
  Artifacts artifacts;
  Original original;
  std::vector<ReportLine> report;
  Totals totals;

  [[nodiscard]] const Node* find(const NodeId& id) const;
  /// Whether packets may come to an egress out of order and have to wait there.
  [[nodiscard]] bool reorders() const;
  /// The plan of the graph as it was asked for: `original` in the place of nodes and edges, one runner, no counters
  /// merged.
  [[nodiscard]] Plan as_original() const;
};

/// A parallel stage, as the edges around it have it. Numbers are indexes into the plan's nodes and edges.
struct PlannedStage {
  struct Member {
    std::size_t node = 0;
    std::vector<std::size_t> branch, out, drop;  ///< edges; several where paths differ
  };
  std::vector<Member> members;
  std::size_t split = 0, join = 0;  ///< nodes
};

/// The stage `stages[index]`. Errors: malformed, naming what is wrong with it.
[[nodiscard]] Result<PlannedStage> planned_stage(const Plan& plan, std::size_t index);

[[nodiscard]] nlohmann::json to_json(const Plan& plan);
/// The plan's text: two spaces of indentation, keys sorted, a newline at the end.
[[nodiscard]] std::string dump(const Plan& plan);
/// Reads a plan and checks that it holds together: edges between nodes that exist, unique ids, gates with one target a
/// path, or several by `balance` or `branch`, stages as planned_stage wants them. Errors: malformed, naming the member
/// (`nodes[3].type: …`).
[[nodiscard]] Result<Plan> parse_plan(std::string_view text);

/// Graphviz text: the graph as it was asked for, a column for each VNF and three beside each other, and below it the
/// graph as it is planned, clustered by host and runner. Both go from top to bottom and fit the width of a page. A VNF
/// has a colour, a uNF those of all VNFs it works for; I/O nodes are houses, drops small points. Edges over which flows
/// are dealt have empty heads, those to the members of a stage open ones.
[[nodiscard]] std::string to_dot(const Plan& plan);

}  // namespace unf
