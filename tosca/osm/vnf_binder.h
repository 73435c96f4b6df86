#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/chain/chain.h"
#include "tosca/osm/nsd_vnfs.h"
#include "tosca/osm/vnfd.h"
#include "tosca/sol001/document.h"
#include "tosca/sol001/vnfd.h"

namespace unf::tosca {

/// Gives the VNFs that paths go through their VNFDs, each VNF once. What is wrong goes to the problems of the context.
class VnfBinder {
 public:
  /// `vnfds` are of SOL006 or of OSM's older catalogue, `others` of TOSCA. All arguments outlive the binder.
  VnfBinder(Documents& context, std::span<const OsmVnfd> vnfds, std::span<const Vnfd> others);

  /// What a bound VNF is of.
  struct BoundVnf {
    const OsmVnfd* vnfd = nullptr;  ///< nullptr: a VNFD of TOSCA
  };
  /// nullptr: the VNF cannot be bound, which has been reported.
  const BoundVnf* bind(const ConstituentVnf& vnf);
  /// Whether `bind` was called for a VNF, with or without success.
  [[nodiscard]] bool has_tried(const std::string& id) const { return bound_.contains(id); }

  /// The bound VNFs, in the order they were bound in, and the files of those that are of TOSCA.
  struct BoundVnfs {
    std::vector<ChainVnf> vnfs;
    Artifacts artifacts;
  };
  [[nodiscard]] BoundVnfs take() { return std::move(result_); }

 private:
  /// nullopt: reported.
  std::optional<ChainVnf> of_osm(const ConstituentVnf& vnf, const OsmVnfd& vnfd);
  std::optional<ChainVnf> of_tosca(const ConstituentVnf& vnf);
  bool choose_level(const ConstituentVnf& vnf, ServiceRequest::Vnf& chained);

  Documents& context_;
  Problems& problems_;
  std::map<std::string_view, const OsmVnfd*> vnfds_;  ///< by id
  std::span<const Vnfd> others_;
  std::map<const Vnfd*, ServiceRequest::Vnf> read_others_;
  std::map<std::string, std::optional<BoundVnf>> bound_;  ///< by the VNF's id; nullopt: reported
  std::size_t weight_ = 0;                                ///< VDUs, connection points, uNFs and deltas so far
  BoundVnfs result_;
};

}  // namespace unf::tosca
