#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/model/digest.h"
#include "graph/model/service_request.h"
#include "tosca/file_set.h"
#include "tosca/problems.h"

namespace unf::tosca {

/// TOSCA.meta of a package, by its name there (TOSCA 1.3 6.2).
inline constexpr std::string_view kMetaFile = "TOSCA-Metadata/TOSCA.meta";

/// A value that a package's TOSCA.meta or manifest gives, and where.
struct ListedText {
  std::string text;
  SourcePlace at;
};

/// A file that it lists.
struct ListedFile {
  std::string name;  ///< in the package
  /// nullopt: nothing is said of its content, only that it is there.
  std::optional<HashFunction> function;
  std::string hash;  ///< hexadecimal digits, small letters
  SourcePlace at;
};

/// What a package says of itself and of its files.
struct PackageList {
  std::optional<ListedText> entry;  ///< Entry-Definitions of TOSCA.meta
  std::vector<ListedFile> files;    ///< by TOSCA.meta (Name:), then by the manifest (Source:)
};

/// Reads TOSCA.meta, and the manifest that it names, else the only `*.mf` beside it at the root (SOL004 4.1, 4.3), of
/// the package in `files` whose directory is `root`. Keys are read in any case, sources that are URIs are left out.
/// What is wrong with a line, and a manifest that is named but absent, is added to `problems`.
[[nodiscard]] PackageList read_package_list(const FileSet& files, const std::string& root, Problems& problems);

/// As packages call it: `SHA-256`.
[[nodiscard]] std::string_view name_of(HashFunction function);

}  // namespace unf::tosca
