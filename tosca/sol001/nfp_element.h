#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tosca/sol001/ns_links.h"
#include "tosca/sol001/ns_vnfs.h"

namespace unf::tosca {

/// A step of a forwarding path: a VNF with the ports that packets enter and leave by, or a SAP.
struct NfpHop {
  std::string vnf;             ///< empty: a SAP
  std::string sap;             ///< empty: a VNF
  const NsPort* in = nullptr;  ///< one of NsVnfs::ports; nullptr: the VNF's only input, which is on no virtual link
  const NsPort* out = nullptr;
  SourcePlace at;
};

/// An NfpPositionElement, and the Forwarding nodes that its requirements `profile_element` lead to: one, or one that
/// packets enter by and one that packets leave by.
struct NfpElement {
  const NodeTemplate& node;
  std::vector<const NodeTemplate*> forwarding;
};

/// The VNF or SAP that the Forwarding nodes of an element stand for: what is attached to their virtual links and, where
/// the path is in a VNFFG, is one of its members, `group` (empty: in none). If several are, the one that is mentioned
/// in the names of the Forwarding nodes, the element or its capability. nullopt: reported.
[[nodiscard]] std::optional<NfpHop> hop_of(const NfpElement& element, std::span<const std::string> group,
                                           const NsVnfs& vnfs, const NsLinks& links, Problems& problems);

}  // namespace unf::tosca
