#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "graph/model/digest.h"
#include "graph/model/result.h"
#include "tosca/package/package_list.h"
#include "tosca/package/signature.h"
#include "tosca/text/file_set.h"

namespace unf::tosca {

/// The files of a package, wherever they lie.
class PackageFiles {
 public:
  virtual ~PackageFiles() = default;

  /// All of them.
  [[nodiscard]] virtual Result<std::set<std::string>> names() = 0;
  /// A file's SHA-256.
  [[nodiscard]] virtual Result<std::string> sha256(const std::string& name) = 0;
  /// Hands over the content of each of `wanted`, all of which are there, in any order.
  [[nodiscard]] virtual Result<void> visit(
      const std::set<std::string>& wanted,
      const std::function<void(const std::string& name, const std::string& bytes)>& take) = 0;
};

/// What the signatures of a package say of it.
struct PackageSignatures {
  enum class Form { none, manifest, package };
  Form form = Form::none;        ///< what there is a signature of
  std::optional<Signer> signer;  ///< whose it is, if it was looked at; it was right then
  /// The certificate that is a file of the package, PEM; unchecked where there is no signer.
  std::string certificate;
  std::string certificate_file;           ///< which that is; empty: none, or beside the CSAR
  std::vector<std::string> signed_files;  ///< by a signature of their own that was right
  std::vector<std::string> uncovered;     ///< that no signature speaks for, where there is a signer

  /// In words: who signed it, or that nobody did, or that it was not looked at.
  [[nodiscard]] std::string text() const;
};

/// What a package was checked to be.
struct CheckedPackage {
  PackageList list;
  PackageSignatures signatures;
};

/// Checks the package whose texts are in `texts` below `root`: what it says of itself (package_list.h), that all files
/// it lists are there and have the hashes that are listed, and by `rules` the signatures of its manifest and of single
/// files (SOL004 4.3.5, 5.1). `as_a_whole`: what was found of a signature over all of it. Errors: malformed, a line a
/// problem; those of `files`.
[[nodiscard]] Result<CheckedPackage> check_package(PackageFiles& files, const FileSet& texts, const std::string& root,
                                                   const SignatureRules& rules,
                                                   const std::optional<PackageSignatures>& as_a_whole = {});

}  // namespace unf::tosca
