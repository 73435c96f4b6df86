#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Members of maps in an SFC request. `what` names the map in messages.

/// The member `name`. nullopt: it is absent or no name, which is reported.
[[nodiscard]] std::optional<std::string> paper_name(const Value& value, std::string_view what, Problems& problems);

/// A member whose text names something. nullptr: it is absent, empty or no text, which is reported.
[[nodiscard]] const Value* paper_reference(const Value& value, std::string_view key, std::string_view what,
                                           Problems& problems);

/// The items of a member; none if the member is absent, or no list, which is reported.
[[nodiscard]] const std::vector<ValuePtr>& paper_list(const Value& map, std::string_view key, Problems& problems);

}  // namespace unf::tosca
