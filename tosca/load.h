#pragma once

#include <map>
#include <span>
#include <string>

#include "graph/model/result.h"
#include "tosca/package/csar.h"
#include "tosca/text/file_set.h"

namespace unf::tosca {

/// Reads the files, directories, CSARs and OSM's packages that `paths` name from disk, with the imports and rule files
/// that they name. Nothing outside a package (a directory, a CSAR, a tar, or the directory a file lies in) is read. A
/// directory is checked as the package that it would be. Errors: not_found for a path that does not exist; malformed
/// for too many or too big files, for a single file or a tar where `rules` require a signature, and as read_csar and
/// read_osm_package. `found`: gets what is known of the signatures of each package, by its path.
[[nodiscard]] Result<FileSet> load(std::span<const std::string> paths, const CsarRules& rules,
                                   std::map<std::string, PackageSignatures>* found = nullptr);
/// Signatures are not looked at.
[[nodiscard]] Result<FileSet> load(std::span<const std::string> paths);

}  // namespace unf::tosca
