#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/model/artifacts.h"
#include "graph/model/match.h"
#include "graph/model/units.h"

namespace unf {

/// Where in which file a thing was written; for messages. `line` and `column` count from 1, 0: unknown.
struct SourcePlace {
  std::string file;
  int line = 0;
  int column = 0;
  bool whole = false;  ///< the map that begins there, not its first key
};

/// A VNF as a graph of uNFs (paper IV-D.1). Every list is in the order it was written.
struct VnfTemplate {
  struct Node {
    std::string name;
    std::string type;                                  ///< of the catalogue
    nlohmann::json config = nlohmann::json::object();  ///< valid against the type's schema; files by digest
    SourcePlace at;
  };
  struct Edge {
    std::string from;
    std::string gate;
    std::string to;
    SourcePlace at;
  };
  std::vector<Node> nodes;
  std::vector<Edge> edges;
  std::map<std::string, std::string> inputs;   ///< input name -> node (a NicIngress)
  std::map<std::string, std::string> outputs;  ///< output name -> node (a NicEgress); its gate is `out`
};

/// What somebody asks to be deployed: the one form that every reader in `tosca/` produces (docs/design/wire.md,
/// "ServiceRequest").
struct ServiceRequest {
  struct ScalingAspect {
    std::string name;
    std::uint32_t max_level = 0;
    std::map<std::string, std::vector<std::uint32_t>> node_deltas;  ///< node -> instances each step adds
  };
  struct Affinity {
    bool anti = false;
    std::string scope;  ///< nfvi_node, zone, ...
    std::vector<std::string> nodes;
  };
  struct Vnf {
    std::string name;   ///< unique in the request
    std::string owner;  ///< what the owner paths of its nodes begin with, `service/vnf`; empty: that of names
    std::string vnfd_id;
    std::string flavour;
    std::string level;  ///< of instantiation, one of `levels`; empty: none
    VnfTemplate graph;
    std::vector<ScalingAspect> aspects;
    std::map<std::string, std::uint32_t> initial;  ///< node -> instances at scale level 0; absent: 1
    std::map<std::string, std::map<std::string, std::uint32_t>> levels;  ///< level -> aspect -> scale level
    /// level -> node -> instances, for nodes that no aspect scales
    std::map<std::string, std::map<std::string, std::uint32_t>> level_instances;
    std::map<std::string, std::uint32_t> scale;  ///< aspect -> scale level; absent: that of `level`
    std::vector<Affinity> affinity;
    std::map<std::string, std::string> zones;  ///< node -> resource zone of its instances; absent: any
    SourcePlace at;
  };
  /// The paper's labelled SFC link: a named output of a VNF to a named input of the next.
  struct Link {
    std::string vnf;
    std::string output;
    std::string to_vnf;
    std::string to_input;
    SourcePlace at;
  };
  /// Where traffic enters and leaves.
  struct Endpoint {
    std::string name;
    std::string network;  ///< an inventory's `network`, or `host.nic`
  };
  struct Path {
    std::string name;
    std::optional<std::uint32_t> spi;
    std::string in;                 ///< endpoint
    std::string out;                ///< endpoint
    std::vector<Match> matches;     ///< any of them; none: everything
    std::vector<std::string> hops;  ///< vnf names
    bool symmetric = false;
    std::optional<Nanoseconds> max_latency;  ///< that uNFs may add to a packet; none: as much as they like
    SourcePlace at;
  };

  /// What the owner paths of a VNF's nodes begin with.
  [[nodiscard]] std::string owner_of(const Vnf& vnf) const {
    return vnf.owner.empty() ? name + "/" + vnf.name : vnf.owner;
  }

  std::string name;
  std::vector<Vnf> vnfs;
  std::vector<Link> links;
  std::vector<Endpoint> endpoints;
  std::vector<Path> paths;  ///< the first whose endpoint and match fit takes a packet
  Artifacts artifacts;
};

/// The scale level of an aspect of `vnf`: the chosen one, else that of its instantiation level, else 0.
[[nodiscard]] std::uint32_t scale_level(const ServiceRequest::Vnf& vnf, const std::string& aspect);

/// How many instances of a node `vnf` asks for: those it starts with, and what each aspect adds on its steps up to its
/// scale level.
[[nodiscard]] std::uint32_t instances_of(const ServiceRequest::Vnf& vnf, const std::string& node);

}  // namespace unf
