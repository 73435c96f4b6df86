#pragma once

#include <nlohmann/json.hpp>

#include "graph/model/catalog.h"

namespace unf::tosca {

/// JSON Schema (draft-07) of what we read of TOSCA, for editors: configuration and gates of the catalogue's uNFs,
/// policies, substitution mappings. What we read without a word it takes, but for what nobody looks at (an
/// NfpRule of a VNFD); what depends on other elements of the document it leaves to `validate`. What
/// `vnfm catalog --tosca-schema` prints.
[[nodiscard]] nlohmann::json editor_schema(const Catalog& catalog);

}  // namespace unf::tosca
