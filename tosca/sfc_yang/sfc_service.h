#pragma once

#include <span>
#include <string>

#include "graph/model/service_request.h"
#include "tosca/chain/forms.h"
#include "tosca/sol001/document.h"
#include "tosca/sol001/vnfd.h"

namespace unf::tosca {

/// Whether a text is a document of the SFC YANG modules: JSON, also if there is something wrong with it, or XML.
[[nodiscard]] bool is_sfc_text(std::string_view file, const std::string& text);

/// The service of documents of the SFC YANG modules, which are one data tree (docs/chains.md): its
/// service-function-paths, or where there are none a path for each chain. A service function is a VNF of its name: a
/// VNFD in TOSCA (`others`) that is called like it or like its type, else what the image map has for `NAME/NAME`, its
/// type or its name. Access lists that a classifier names say what takes a path, and where it comes in. What is wrong
/// goes to the problems of `context`; then the result is not to be used.
[[nodiscard]] ServiceRequest read_sfc_service(Documents& context, std::span<const ChainDocument> documents,
                                              std::span<const Vnfd> others);

/// Refuses documents of the SFC YANG modules among the files that are not as these have them: those in OpenDaylight's
/// dialect. Errors: malformed, a line a problem.
[[nodiscard]] Result<void> check_strict_sfc(const FileSet& files);

}  // namespace unf::tosca
