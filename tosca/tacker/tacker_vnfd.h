#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/chain/chain.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {

/// A VNFD in Tacker's TOSCA.
struct TackerVnfd {
  const Document* document = nullptr;
  VnfModel model;                               ///< its machines and connection points
  ServiceRequest::Vnf vnf;                      ///< scaling, levels and affinity, which name VDUs
  std::map<std::string, std::string> networks;  ///< connection point -> the network that the VNFD says it is on
  std::map<std::string, std::string> ports;  ///< connection point or link -> the VNF's requirement that is mapped to it

  /// What a forwarder may call it: its title, its file, its node type.
  [[nodiscard]] std::set<std::string> names() const;
  /// nullptr: it has no such connection point.
  [[nodiscard]] const VnfModel::ConnectionPoint* find_point(std::string_view name) const;
  /// The network that a connection point is on; the point's own name if the VNFD says nothing of one.
  [[nodiscard]] std::string network_of(const std::string& point) const;
  /// Connection points that lead out of the VNF and are not for management, by order and name.
  [[nodiscard]] std::vector<const VnfModel::ConnectionPoint*> data_points() const;
  /// A VNF of this VNFD.
  [[nodiscard]] ChainVnf as(const std::string& name, const SourcePlace& at) const;
};

/// Whether a document is such a VNFD: it has machines.
[[nodiscard]] bool is_tacker_vnfd(Documents& documents, const Document& document);

/// Reads one. What is wrong goes to the problems of `documents`.
[[nodiscard]] TackerVnfd read_tacker_vnfd(Documents& documents, const Document& document);

}  // namespace unf::tosca
