#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "vnfm/lifecycle/assembly.h"
#include "vnfm/lifecycle/descriptors.h"
#include "vnfm/lifecycle/graphs.h"
#include "vnfm/lifecycle/records.h"

namespace unf::vnfm {

/// Whether two sets of networks have one in common: then what is on them is one graph.
[[nodiscard]] bool meet(const std::set<std::string>& a, const std::set<std::string>& b);

/// Which networks instantiated services are on, and so which of them are one graph; and the plans of graphs when one of
/// their services changes. Calls may come from any thread; those that change one graph come one after another.
class Planner {
 public:
  /// What a change of one service makes of graphs.
  struct Replanned {
    std::vector<GraphId> graphs;                ///< that change, in the order in which they are to be applied
    std::shared_ptr<const Plan> before, after;  ///< of the service's own graph; null: none
  };

  Planner(LedStore& store, Graphs& graphs, Descriptors& descriptors)
      : store_(store), graphs_(graphs), descriptors_(descriptors) {}

  /// Notes where an instantiated service is, or that it is nowhere any more. Errors: those of member_of.
  [[nodiscard]] Result<void> note(const Service& service);
  /// `networks`, and those of all services of the tenant that are one graph with them.
  [[nodiscard]] std::set<std::string> graph_around(const std::string& tenant, std::set<std::string> networks) const;
  /// Errors: those of Descriptors::of and make_member.
  [[nodiscard]] Result<Member> member_of(const Service& service, const Desired& desired);
  /// The networks that a service is on before and after an operation, as far as its descriptors can be read.
  [[nodiscard]] std::set<std::string> networks_of(const Service& service, const Operation& operation);
  /// The graph that a service is part of, as it is stored. Null: none.
  [[nodiscard]] std::pair<GraphId, std::shared_ptr<const Graph>> graph_of(const Service& service) const;

  /// Adds to `change` what becomes of the graphs around `service` once it is `desired` (none: gone): they change,
  /// join, part, come and go. `renews`: its graph is applied anew also where nothing differs. Errors: those of
  /// member_of, assemble and graph::compile; unsupported, if no traffic could reach the service.
  [[nodiscard]] Result<Replanned> replan(Update& change, const Service& service, const std::optional<Desired>& desired,
                                         bool renews);

 private:
  struct Placed {
    std::string tenant;
    std::set<std::string> networks;
    std::int64_t since = 0;
  };
  using GraphIds = std::set<GraphId>;
  using StoredGraphs = std::map<GraphId, std::shared_ptr<const Graph>>;

  [[nodiscard]] Result<std::vector<Member>> members_around(const Service& service,
                                                           const std::optional<Desired>& desired);
  [[nodiscard]] Result<Graph> compile(const std::string& tenant, const GraphId& id,
                                      const std::vector<const Member*>& members, const std::string& must_be_reached,
                                      const HostId& host_before);
  [[nodiscard]] GraphId choose_id(const std::vector<const Member*>& members, const StoredGraphs& before,
                                  const GraphIds& taken) const;

  LedStore& store_;
  Graphs& graphs_;
  Descriptors& descriptors_;

  mutable std::mutex mutex_;
  std::map<std::string, Placed> placed_;  ///< by the service's id
};

}  // namespace unf::vnfm
