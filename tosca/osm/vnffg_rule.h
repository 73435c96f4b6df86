#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/model/match.h"
#include "tosca/chain/forms.h"
#include "tosca/osm/yang_reader.h"
#include "tosca/text/file_set.h"

namespace unf::tosca {

/// Reads the `rule` of an `nfpd`, `what`: lines that say what packets match, or the name of a file with such lines
/// among `files`, in the package of `document`. Empty: the `nfpd` has no rule. nullopt: reported.
[[nodiscard]] std::optional<std::vector<Match>> read_path_rule(const Value& nfpd, const std::string& what,
                                                               const FileSet& files, const ChainDocument& document,
                                                               YangReader& reader);

}  // namespace unf::tosca
