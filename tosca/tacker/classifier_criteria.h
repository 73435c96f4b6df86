#pragma once

#include <optional>
#include <string>

#include "graph/model/match.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {

/// What a classifier of a forwarding path in Tacker's TOSCA says.
struct TackerClassifier {
  Match match;
  std::string source, destination;  ///< ids of Neutron where packets enter and leave; empty: it does not say
};

/// Reads the criteria of a classifier, a map, of the forwarding path `path`. nullopt: reported.
[[nodiscard]] std::optional<TackerClassifier> read_classifier(Documents& documents, const Document& document,
                                                              const std::string& path, const Value& classifier);

}  // namespace unf::tosca
