#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// A VNF of a network service.
struct ConstituentVnf {
  std::string id;
  std::string vnfd_id;
  std::string flavour, level;                ///< empty: the NSD does not say
  std::map<std::string, std::string> links;  ///< connection point -> virtual link
  SourcePlace at;
  SourcePlace vnfd_at;  ///< where `vnfd_id` was written
};

/// The VNFs of a network service.
struct ConstituentVnfs {
  std::string of;  ///< NSD `n`; for messages
  std::map<std::string, ConstituentVnf> by_id;
  std::vector<std::string> order;                       ///< ids, as written
  std::map<std::string, std::string_view> unsupported;  ///< id of what is no VNF -> what it is
};

/// Adds a VNF, or reports that there is another with its id.
void add_vnf(ConstituentVnf vnf, ConstituentVnfs& vnfs, Problems& problems);

/// The VNF that `name` names. nullptr: there is none, which has been reported.
const ConstituentVnf* vnf_named_by(const Value& name, const std::string& what, const ConstituentVnfs& vnfs,
                                   Problems& problems);

}  // namespace unf::tosca
