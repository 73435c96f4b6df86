#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "tosca/sol001/vnfd.h"
#include "tosca/tacker/tacker_vnfd.h"

namespace unf::tosca {

/// A VNF that a path goes through: the name and the connection points that the path has for it.
struct Forwarder {
  std::string name;
  std::vector<std::string> points;  ///< in, or in and out
  SourcePlace at;
};

/// The forwarders of a VNFFGD, or of an NSD with VNFFGs, each bound to a VNFD: of Tacker's or SOL001's one by the name
/// that the path has, else one of Tacker's that has the connection points that the path names.
class Forwarders {
 public:
  Forwarders(Documents& documents, const Document& graph, std::span<const TackerVnfd> vnfds,
             std::span<const Vnfd> others)
      : documents_(documents), graph_(graph), vnfds_(vnfds), others_(others) {}

  /// Chooses the VNFD that a forwarder stands for. False: reported.
  [[nodiscard]] bool bind(const Forwarder& forwarder);

  /// Where packets enter or leave by a connection point of a forwarder that was bound.
  [[nodiscard]] ServiceRequest::Endpoint endpoint_at(const std::string& forwarder, const std::string& point) const;

  /// The VNFs that forwarders were bound to, and their rule files.
  [[nodiscard]] const std::vector<ChainVnf>& vnfs() const { return vnfs_; }
  [[nodiscard]] const Artifacts& artifacts() const { return artifacts_; }

 private:
  [[nodiscard]] std::vector<const TackerVnfd*> vnfds_named(const std::vector<std::string>& names) const;
  [[nodiscard]] const Vnfd* other_named(const std::vector<std::string>& names) const;
  bool has_points(const TackerVnfd& vnfd, const Forwarder& forwarder);
  [[nodiscard]] std::string network_in_nsd(const std::string& vnf, const std::string& port) const;

  Documents& documents_;
  const Document& graph_;
  std::span<const TackerVnfd> vnfds_;
  std::span<const Vnfd> others_;
  std::map<std::string, const TackerVnfd*> bound_;  ///< by the forwarder's name; nullptr: to one of `others_`
  std::vector<ChainVnf> vnfs_;
  Artifacts artifacts_;
};

}  // namespace unf::tosca
