#pragma once

#include <vector>

#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {

struct OpenDaylightRewrite {
  ValuePtr document;     ///< RFC 7951 in names and kinds of values; each value is at the place of its original
  bool changed = false;  ///< The original was in OpenDaylight's dialect.
};

/// Rewrites a document of OpenDaylight's RESTCONF (2014 to 2017) as RFC 7951 has it. The dialect has no module names on
/// top-level members, its own forms of numbers, booleans and identities, `input` of create-rendered-path, a list's
/// single entry by itself, and empty texts where there is no value. The modules tell what a member is. Members of other
/// modules are left out, which `warnings` says. Anything else that is wrong stays wrong: validate the result.
[[nodiscard]] OpenDaylightRewrite rewrite_opendaylight(const Value& document, Problems& warnings);

/// A rewritten document, taken apart.
struct RenderRequests {
  ValuePtr data;                   ///< the document without the requests
  std::vector<ValuePtr> requests;  ///< inputs of create-rendered-path, each the only member of a map
};
[[nodiscard]] RenderRequests take_render_requests(const Value& document);

/// Whether a document holds inputs of create-rendered-path and nothing else.
[[nodiscard]] bool is_render_request(const Value& document);

}  // namespace unf::tosca
