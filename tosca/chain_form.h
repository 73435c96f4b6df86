#pragma once

#include <optional>
#include <string_view>

#include "tosca/chain/forms.h"

namespace unf::tosca {

/// The form that a document is in, by its content. nullopt: none of these.
[[nodiscard]] std::optional<ChainForm> chain_form(const Value& tree);

/// Whether a text that cannot be parsed was perhaps to be in one of these forms.
[[nodiscard]] bool may_be_chain(std::string_view text);

}  // namespace unf::tosca
