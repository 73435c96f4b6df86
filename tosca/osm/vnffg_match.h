#pragma once

#include <optional>
#include <string>

#include "graph/model/match.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// Reads a `match-attributes`, which both dialects have, as `what`. nullopt: reported.
[[nodiscard]] std::optional<Match> read_match_attributes(const Value& attributes, const std::string& what,
                                                         YangReader& reader);

}  // namespace unf::tosca
