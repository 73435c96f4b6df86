#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/sol001/vnfd.h"

namespace unf::tosca {

/// A port of a VNF of a network service, and the virtual link that the port is on. A port that packets both enter and
/// leave by is there twice.
struct NsPort {
  std::string vnf;
  std::string name;  ///< the VNF's requirement
  std::string link;
  bool is_input = false;
};

/// The VNFs of a network service, and their ports that are on virtual links.
struct NsVnfs {
  std::vector<ServiceRequest::Vnf> vnfs;  ///< as written, each with the graph of its VNFD
  std::vector<NsPort> ports;
  bool complete = true;  ///< nothing was wrong with the node templates: no VNF is missing from `vnfs`

  /// nullptr: there is no such VNF.
  [[nodiscard]] const ServiceRequest::Vnf* find(std::string_view vnf) const;
  /// The first input, or output, of a VNF that is on a virtual link. nullptr: there is none.
  [[nodiscard]] const NsPort* first_port(std::string_view vnf, bool is_input) const;
};

/// Reads the VNFs of an NSD whose topology was read. Each is bound to one of `vnfds`: by its descriptor_id, else by its
/// node type; of several, to that of its flavour. Rule files go to `artifacts`. Nodes that a network service may not
/// have here (network services, PNFs, VDUs) are reported.
[[nodiscard]] NsVnfs read_ns_vnfs(Documents& documents, const Document& document, std::span<const Vnfd> vnfds,
                                  Artifacts& artifacts);

}  // namespace unf::tosca
