#pragma once

#include "tosca/sfc_yang/sfc_text.h"
#include "tosca/sfc_yang/yang_context.h"
#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// A document that libyang has read, to find the places of its errors in.
struct ExplainedDocument {
  const Value& document;
  SfcFormat format;
  bool has_lines;  ///< libyang read the text that the document was read from, so libyang's line numbers apply.
};

/// Adds the problem that `error` stands for, at its place in the document and with what was expected. One error may be
/// several problems: a mandatory leaf is reported wherever it is absent.
void explain_yang_error(const YangError& error, const ExplainedDocument& source, Problems& problems);

}  // namespace unf::tosca
