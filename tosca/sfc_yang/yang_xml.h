#pragma once

#include <string>
#include <string_view>

#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Reads XML (RFC 7950) as the values that the same data has in JSON (RFC 7951), which is for the modules to tell. The
/// result is not validated. `file` names the text in messages and must outlive the values. nullptr: read_xml refuses
/// the text, and `problems` says why.
[[nodiscard]] ValuePtr parse_yang_xml(std::string_view file, const std::string& text, Problems& problems);

}  // namespace unf::tosca
