#pragma once

#include <string_view>
#include <vector>

#include "tosca/text/value.h"

namespace unf::tosca {

/// Our definitions of the types of TOSCA, SOL001 (types.yaml) and Tacker (tacker.yaml), by section: `node_types`,
/// `data_types`, ... nullptr: there is no such type.
[[nodiscard]] const Value* normative_type(std::string_view section, std::string_view name);

/// The name of such a type, for as long as the program runs. Empty: there is none.
[[nodiscard]] std::string_view normative_name(std::string_view section, std::string_view name);

/// All of a section.
[[nodiscard]] const std::vector<std::string_view>& normative_names(std::string_view section);

}  // namespace unf::tosca
