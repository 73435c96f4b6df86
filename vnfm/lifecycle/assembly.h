#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/model/service_request.h"
#include "vnfm/lifecycle/records.h"

namespace unf::vnfm {

/// A service with all that is desired of it, ready to become part of a graph.
struct Member {
  std::string id;
  ServiceRequest request;
  graph::CompileOptions options;
  /// Of a VNF instance: port (as its template names it) -> network. Empty: a whole service, which shares no link.
  std::map<std::string, std::string> ports;

  [[nodiscard]] bool is_vnf() const { return !ports.empty(); }
  /// The networks that it is on.
  [[nodiscard]] std::set<std::string> networks() const;
};

/// What a name means within a service: an aspect or a node of one of its VNFs.
struct PartOfVnf {
  std::size_t vnf = 0;  ///< index in the request
  std::string name;
};
/// What `VNF/NAME` means, or NAME alone, if just one VNF has it. Errors: malformed.
[[nodiscard]] Result<PartOfVnf> find_aspect(const ServiceRequest& request, const std::string& name);
[[nodiscard]] Result<PartOfVnf> find_node(const ServiceRequest& request, const std::string& name);

/// The member that `desired` makes of what `described` says. `is_vnf`: of a VNF instance, whose ports are bound to the
/// networks that its links name (an extCp's cpdId is a port, or the node behind it); a port that no link names is on
/// the network that is called like it, else on that of the inventory's only pair of NICs. Otherwise of a whole service,
/// whose aspects and nodes are named as find_aspect and find_node take them. Errors: malformed for a
/// level, node, property or connection point that the VNF has not; unsupported for a port that nothing says the network
/// of.
[[nodiscard]] Result<Member> make_member(const std::string& id, const ServiceRequest& described, const Desired& desired,
                                         bool is_vnf, const Catalog& catalog, const Inventory& inventory);

/// The members that are joined by networks they share, directly or by way of others: each set is a graph. Sets and
/// their members in the order of `members`.
[[nodiscard]] std::vector<std::vector<const Member*>> connected(const std::vector<Member>& members);

/// Members as one request.
struct Assembly {
  ServiceRequest request;                        ///< without VNFs, if no traffic can reach any
  std::map<std::string, std::string> unreached;  ///< members that no traffic can reach, and why
};

/// One request of the members of a graph. VNFs on one network are passed one after another: from a NIC through the VNFs
/// between its network and the next, in the order of the members, on to the network behind them, until a last one with
/// a NIC. Errors: conflict, if it is not clear where packets go: a network that leads three ways or back, and services
/// that cannot share one.
[[nodiscard]] Result<Assembly> assemble(const std::string& name, const std::vector<const Member*>& members,
                                        const Inventory& inventory);

}  // namespace unf::vnfm
