#pragma once

#include <span>

#include "graph/model/service_request.h"
#include "tosca/chain/forms.h"
#include "tosca/sol001/document.h"
#include "tosca/sol001/vnfd.h"

namespace unf::tosca {

/// The service of the one SFC request among `documents` (paper IV-D; samples/schemas/sfc.schema.json). Its VNFs are of
/// the templates of all documents, or of VNFDs in TOSCA (`others`); its links name outputs of VNFs by their labels.
/// Errors go to the problems of `context`; then the result is as far as the request could be read.
[[nodiscard]] ServiceRequest read_sfc_request(Documents& context, std::span<const ChainDocument> documents,
                                              std::span<const Vnfd> others);

/// `catalog` with the uNFs that SFC requests among the files describe (`unfs`, also in the paper's layer-level form).
/// Errors: malformed, the file's name and the message of Catalog::parse.
[[nodiscard]] Result<Catalog> catalog_with_descriptors(const FileSet& files, const Catalog& catalog);

}  // namespace unf::tosca
