#pragma once

#include <optional>
#include <string>

#include "graph/model/match.h"
#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Reads one of the `matches` of a path, in the form that plans have. `path` names the path in messages. nullopt: the
/// match is wrong, which is reported.
[[nodiscard]] std::optional<Match> read_request_match(const Value& value, const std::string& path, Problems& problems);

}  // namespace unf::tosca
