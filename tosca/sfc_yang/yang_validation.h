#pragma once

#include "tosca/sfc_yang/sfc_text.h"
#include "tosca/sfc_yang/yang_context.h"
#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Whether a text is a valid configuration; `problems` says why not, at places of `values`, which were read from it.
[[nodiscard]] bool validate_yang_text(const SfcText& text, const Value& values, YangTree tree, Problems& problems);

/// As validate_yang_text, of values alone.
[[nodiscard]] bool validate_yang_values(const Value& values, YangTree tree, Problems& problems);

/// Whether a map with an RPC's input as its only member is valid.
[[nodiscard]] bool validate_yang_request(const Value& request, Problems& problems);

}  // namespace unf::tosca
