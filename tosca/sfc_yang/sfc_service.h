#pragma once

#include <span>
#include <string>

#include "graph/model/service_request.h"
#include "tosca/chain/forms.h"
#include "tosca/sol001/document.h"
#include "tosca/sol001/vnfd.h"

namespace unf::tosca {

/// Whether a text is a document of the SFC YANG modules: XML, or JSON, which may have errors.
[[nodiscard]] bool is_sfc_text(std::string_view file, const std::string& text);

/// The service that documents of the SFC YANG modules describe as one data tree (docs/chains.md): its
/// service-function-paths, or, if there are none, a path for each chain. A service function becomes a VNF: a VNFD in
/// TOSCA (`others`) that is called like the function or its type, else what the image map has for `NAME/NAME`, the
/// type or the name. Access lists say which packets take a path, and the classifiers that name them where these come
/// in. Errors go to the problems of `context`; then the result is not to be used.
[[nodiscard]] ServiceRequest read_sfc_service(Documents& context, std::span<const ChainDocument> documents,
                                              std::span<const Vnfd> others);

/// Refuses files that hold data of the SFC YANG modules in another form than the modules describe, such as
/// OpenDaylight's dialect. Errors: malformed, one line for each problem.
[[nodiscard]] Result<void> check_strict_sfc(const FileSet& files);

}  // namespace unf::tosca
