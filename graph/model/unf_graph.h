#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "graph/model/ids.h"
#include "graph/model/labelled_graph.h"
#include "graph/model/service_request.h"
#include "graph/model/units.h"

namespace unf {

/// The paths an edge is for, by name, sorted; empty: all of them.
using PathSet = std::vector<std::string>;

/// A uNF of a forwarding graph that is being compiled.
struct UnfNode {
  NodeId id;  ///< replicas share it
  std::string type;
  nlohmann::json config = nlohmann::json::object();
  std::vector<OwnerPath> owners;  ///< sorted
  std::uint32_t instances = 1;    ///< asked for, by the owner that asks for most
  CyclesPerPacket cost;
  PacketsPerSecond rate;
  std::optional<NicName> nic;  ///< of a NicIngress or NicEgress that is bound to one
  HostId host;
  CoreId core;
  RunnerId runner;
  std::size_t unit = 0;                  ///< nodes of a unit and the same replica share a runner
  std::optional<std::uint32_t> replica;  ///< which of several; none: it is the only one
  std::size_t stage = 0;                 ///< of which it is a member; 0: of none
  std::size_t stage_position = 0;        ///< in the chain that the stage was
  SourcePlace at;

  /// What the plan calls it: the id, with `#k` behind it for replica k.
  [[nodiscard]] NodeId plan_id() const;
};

struct UnfEdge {
  std::string gate;
  PathSet paths;
  /// The original edges, by their index in original_edges, that a packet on this edge crosses, in order. The counters
  /// of every owner follow from it.
  std::vector<std::size_t> stands_for;
  bool balanced = false;  ///< to one of the replicas that such edges lead to: all packets of a flow to the same
  bool branch = false;    ///< to a member of a stage: packets take all such edges of the gate
  std::string becomes;    ///< the path that packets are on behind it; empty: the same as before
  double rate = 0;        ///< [packets/s]
};

/// A forwarding graph of uNFs while it is being compiled.
class UnfGraph : public LabelledGraph<UnfNode, UnfEdge> {
 public:
  /// An edge of the graph as it was asked for.
  struct OriginalEdge {
    OwnerPath from;
    std::string gate;
    std::optional<OwnerPath> to;  ///< none: a drop
    PathSet paths;
  };
  /// Where the packets of a path enter the graph.
  struct Entry {
    std::string path;
    NicName nic;
    Match match;
    std::size_t node;
    PacketsPerSecond rate;
    std::optional<Nanoseconds> max_latency = std::nullopt;  ///< asked for
  };

  std::vector<Entry> entries;
  std::map<std::string, std::string> tags;  ///< a path that packets go over to -> the one they entered on
  std::vector<OriginalEdge> original_edges;
  std::vector<std::string> services;  ///< those it has parts of
};

/// The paths of `a` that are in `b` too. std::nullopt: none (an empty set means all).
[[nodiscard]] std::optional<PathSet> intersect(const PathSet& a, const PathSet& b);

}  // namespace unf
