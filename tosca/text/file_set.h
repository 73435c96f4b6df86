#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/result.h"

namespace unf::tosca {

/// Files in memory, and what of them to read. Two plain containers, so that it travels as it is.
struct FileSet {
  std::vector<std::string> paths;  ///< what was asked for: names of files, or of packages: directories and CSARs
  std::map<std::string, std::string, std::less<>> files;  ///< text by name, a path in its normal form
};

/// The directory a path's relative names may lead into: itself, or the one its file lies in. "" is the current one.
[[nodiscard]] std::string package_root(const FileSet& set, const std::string& path);

/// Where a name written in the file `from` leads to, in normal form, seen from that file's directory.
/// Errors: malformed, `what` is wrong with it, if it is absolute or leads out of `root`.
[[nodiscard]] Result<std::string> resolve(std::string_view root, std::string_view from, std::string_view name);

/// `dir/name`, in normal form.
[[nodiscard]] std::string join(std::string_view dir, std::string_view name);

/// Whether a file of this name may be a document: YAML, JSON or XML.
[[nodiscard]] bool is_document(std::string_view name);

/// Whether the name is one of ETSI's SOL001 type definition files, which are built in.
[[nodiscard]] bool is_normative_types_file(std::string_view name);

}  // namespace unf::tosca
