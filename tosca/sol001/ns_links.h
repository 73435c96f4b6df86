#pragma once

#include <map>
#include <string>
#include <vector>

#include "tosca/sol001/document.h"

namespace unf::tosca {

/// What the virtual links of a network service join besides the ports of its VNFs.
struct NsLinks {
  std::map<std::string, std::string> link_of;               ///< SAP or Forwarding node -> virtual link
  std::map<std::string, std::vector<std::string>> saps_on;  ///< virtual link -> SAPs, as written
  std::map<std::string, std::string> network_of;            ///< SAP -> the network outside the service that it names
};

/// Reads the requirements of the SAPs and Forwarding nodes of an NSD whose topology was read.
[[nodiscard]] NsLinks read_ns_links(const Document& document, Problems& problems);

}  // namespace unf::tosca
