#pragma once

#include "tosca/sol001/document.h"

namespace unf::tosca {

/// What becomes of a value that is not known before a VNF is instantiated: an input without default, an attribute.
enum class Late { refused, allowed };

/// Whether the value is a call of an intrinsic function (TOSCA 1.3, 4).
[[nodiscard]] bool is_function(const Value& value);

/// A value with the functions in it replaced: get_input, get_property, get_artifact, concat, join, token. `self` is the
/// node template it is written in, empty: none. nullptr: reported, or known only later where that is `allowed`.
[[nodiscard]] ValuePtr evaluate(Documents& documents, const Document& document, std::string_view self,
                                const ValuePtr& value, Late late = Late::refused);

}  // namespace unf::tosca
