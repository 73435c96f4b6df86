#pragma once

#include <optional>

#include "graph/model/match.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {

/// The match of a policy of type tosca.policies.nfv.NfpRule (SOL001 3.3.1, 7.10). nullopt: reported.
[[nodiscard]] std::optional<Match> read_nfp_rule(Documents& documents, const Document& document, const Policy& policy);

}  // namespace unf::tosca
