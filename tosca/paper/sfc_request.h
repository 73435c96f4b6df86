#pragma once

#include <span>

#include "graph/model/service_request.h"
#include "tosca/chain/forms.h"
#include "tosca/sol001/document.h"
#include "tosca/sol001/vnfd.h"

namespace unf::tosca {

/// The service of the one SFC request among `documents` (paper IV-D; samples/schemas/sfc.schema.json): VNFs by the
/// templates of all of them, or by VNFDs in TOSCA (`others`), links by the labels of VNFs' outputs. What is wrong goes
/// to the problems of `context`; then the result is not to be used.
[[nodiscard]] ServiceRequest read_sfc_request(Documents& context, std::span<const ChainDocument> documents,
                                              std::span<const Vnfd> others);

/// `catalog` and the uNFs that SFC requests among the files describe (`unfs`, also in the paper's layer-level form).
/// Errors: malformed, as Catalog::parse, behind the file's name.
[[nodiscard]] Result<Catalog> catalog_with_descriptors(const FileSet& files, const Catalog& catalog);

}  // namespace unf::tosca
