#pragma once

#include <string>

#include "graph/model/service_request.h"
#include "tosca/chain/forms.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {

/// A VNF template: its uNFs, and links labelled with the gates that packets leave by (paper IV-D.1).
struct PaperTemplate {
  const ChainDocument* document;
  const Value* value;
  SourcePlace at;
};

/// The graph of a template. Its ports are called like the NicIngress and NicEgress in it. Files that uNFs are
/// configured with go to `artifacts`. Errors go to the problems of `context`.
[[nodiscard]] VnfTemplate read_paper_template(const std::string& name, const PaperTemplate& from, Documents& context,
                                              Artifacts& artifacts);

}  // namespace unf::tosca
