#pragma once

#include <map>
#include <string>
#include <utility>

#include "graph/model/service_request.h"
#include "tosca/osm/nsd_links.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// The service access points of an NSD.
struct ServiceSaps {
  std::map<std::string, SourcePlace> places;                            ///< SAP -> where it was written
  std::map<std::string, std::string> on_link;                           ///< virtual link -> SAP
  std::map<std::pair<std::string, std::string>, std::string> of_point;  ///< VNFD and connection point -> SAP
};

/// Reads each `sapd` of SOL006. `of` is the NSD, for messages.
[[nodiscard]] ServiceSaps read_sapds(const Value& nsd, const std::string& of, const ServiceLinks& links,
                                     YangReader& reader);
/// Reads the connection points of an NSD of the older catalogue, which give their names to virtual links.
[[nodiscard]] ServiceSaps read_service_points(const Value& nsd, const std::string& of, YangReader& reader);

}  // namespace unf::tosca
