#pragma once

#include <string>

#include "graph/model/service_request.h"

namespace unf::tosca {

/// What became of an element of a descriptor (docs/images.md).
struct Mapping {
  SourcePlace at;
  std::string element;  ///< VDU `fw`
  std::string became;   ///< empty: nothing
  std::string why;      ///< nothing became of it; else empty
};

}  // namespace unf::tosca
