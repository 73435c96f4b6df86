#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/compile/compile.h"
#include "graph/place/emit.h"
#include "graph/place/fold.h"
#include "graph/place/islands.h"
#include "graph/place/place.h"
#include "graph/terms/rates.h"

namespace unf::graph {

/// Services that run as one graph on one host, and come, change and go. Each is compiled by itself and then put on
/// islands (islands.h) with paths of others. So a change costs what its service and the islands that this is on cost,
/// however large the graph is. Against compiling all services anew:
///   - every path costs as many cycles per packet;
///   - there are at most twice as many islands and one more, as of any two one is more than half full;
///   - an island that fits on the core where it was stays there.
/// In modes with a core for each uNF all paths are one island.
/// Catalogue and inventory must outlive it.
class ServiceGraph {
 public:
  /// What a change looked at again.
  struct Touched {
    std::size_t islands = 0;
    std::size_t paths = 0;
    std::size_t nodes = 0;  ///< that there are now
  };

  ServiceGraph(std::string name, const Catalog& catalog, const Inventory& inventory, CompileOptions options = {});
  ServiceGraph(ServiceGraph&&) noexcept;
  ServiceGraph& operator=(ServiceGraph&&) noexcept;
  ~ServiceGraph();

  /// Adds a service behind the others, or puts it in the place of that of its name. Where it does not fit into what is
  /// left of the cores, all are placed anew; where that does not help, without stages. Errors: those of compile();
  /// malformed, if another service has a path or VNF of the same name; no_capacity also if it needs another host. The
  /// graph is as it was before then.
  Result<Touched> put(const ServiceRequest& service);
  /// The same without the service of that name. None has it: nothing changes.
  Result<Touched> remove(const std::string& service);

  /// Packets are classified by the services in the order in which they came.
  [[nodiscard]] Plan plan() const;

 private:
  struct Service;
  struct Member {
    std::shared_ptr<Service> service;
    std::size_t bunch = 0;
    friend bool operator==(const Member&, const Member&) = default;
  };
  struct Island {
    std::vector<Member> members;  // in the order of the services
    PlanPart part;
    Load load;
    std::vector<Plan::ReportLine> report;
    std::vector<NodeNames::Name> names;
    Cores::Share share;
  };
  /// Who is to be on the islands that change; nobody: that one ends.
  using Draft = std::map<Islands::Id, std::vector<Member>>;

  [[nodiscard]] Context context_of(const UnfGraph& original) const;
  Result<std::shared_ptr<Service>> make(const ServiceRequest& request, UnfGraph original,
                                        const std::shared_ptr<Service>& before);
  void adopt(Service& service, const UnfGraph& original);
  void forget(const Service& service);

  std::vector<Member>& members(Draft& draft, Islands::Id id);
  [[nodiscard]] static double weight_of(const std::vector<Member>& members);
  void leave(Draft& draft, const std::shared_ptr<Service>& service);
  void enter(Draft& draft, const std::shared_ptr<Service>& service, const std::shared_ptr<Service>& before);
  void join_small(Draft& draft);
  Result<Touched> change(const std::shared_ptr<Service>& gone, const std::shared_ptr<Service>& come);
  Draft drafted(const std::shared_ptr<Service>& gone, const std::shared_ptr<Service>& come, bool joining);
  Draft all_anew(const std::shared_ptr<Service>& gone, const std::shared_ptr<Service>& come);
  Result<Touched> carry_out(const Draft& draft, bool may_have_stages);
  Result<Island> realise(std::vector<Member> members, std::optional<std::size_t> core_before, bool may_have_stages);
  void forget_kinds();

  std::string name_;
  const Catalog* catalog_;
  const Inventory* inventory_;
  CompileOptions options_;

  std::unique_ptr<Kinds> kinds_;
  std::optional<Cores> cores_;  // none: no service, which chooses the host
  std::size_t kept_kinds_ = 0;
  std::size_t looked_at_ = 0;  // paths, since kinds were forgotten
  UnfGraph original_;          // the nodes and edges of all services as they were asked for; nothing joins them
  std::vector<Owner> free_owners_;
  std::vector<std::uint32_t> free_edges_;
  NodeNames names_;
  Islands fill_;
  std::map<Islands::Id, Island> islands_;
  Islands::Id next_island_ = 0;
  std::map<std::size_t, std::shared_ptr<Service>> services_;  // by rank
  std::map<std::string, std::size_t> rank_of_;                // by name
  std::map<std::string, std::size_t> rank_of_vnf_;            // by its owner
  std::map<std::string, std::size_t> rank_of_path_;           // of the service whose path it is
  std::size_t next_rank_ = 0;
};

}  // namespace unf::graph
