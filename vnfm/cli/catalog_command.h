#pragma once

#include <string>

namespace unf::vnfm {

enum class CatalogForm { descriptors, node_types, editor_schema };

/// Prints the catalogue of `file`, or the built-in one if that is empty: as JSON, as TOSCA node types, or as a JSON
/// Schema of service descriptions for editors. Returns the exit code.
int run_catalog(const std::string& file, CatalogForm form);

}  // namespace unf::vnfm
