#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/model/digest.h"
#include "graph/model/service_request.h"
#include "tosca/text/file_set.h"
#include "tosca/text/problems.h"

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
  std::optional<ListedText> signature;    ///< file that has its signature
  std::optional<ListedText> certificate;  ///< file that has the certificate to check that by
  std::string artifact_set;               ///< of the non-MANO artifacts that it is one of; empty: none
  bool by_manifest = false;               ///< else by TOSCA.meta
};

/// The signature at the end of a manifest.
struct ManifestSignature {
  std::string cms;               ///< PEM
  std::size_t signed_bytes = 0;  ///< from the manifest's start: what it is over
  SourcePlace at;
};

/// What a manifest's metadata say of the package (SOL004 4.3.2), whatever kind it is of.
struct PackageMetadata {
  std::string kind;           ///< VNF, PNF, NS; empty: nothing is said
  std::string descriptor_id;  ///< of the VNFD, PNFD or NSD
  std::string product, provider, version, software_version;
  std::string released;        ///< date and time
  std::string specifications;  ///< versions of SOL001, SOL004, ... that it follows
  std::string vnfm;            ///< who can manage it
};

/// What a package says of itself and of its files.
struct PackageList {
  std::optional<ListedText> entry;        ///< Entry-Definitions of TOSCA.meta
  std::optional<ListedText> certificate;  ///< ETSI-Entry-Certificate
  /// By what TOSCA.meta calls them, such as `change-log`; and files that are there for it.
  std::map<std::string, ListedText, std::less<>> about;
  std::string manifest;  ///< in the package; empty: none
  std::optional<ManifestSignature> signature;
  PackageMetadata metadata;
  std::vector<ListedFile> files;  ///< by TOSCA.meta (Name:), then by the manifest (Source:)
};

/// Reads TOSCA.meta, and the manifest that it names, else the `*.mf` at the root (SOL004 4.1, 4.3), of the package in
/// `files` whose directory is `root`. Without TOSCA.meta the manifest is beside the only YAML file at the root, and
/// named as that, or the only one. Keys are read in any case, sources that are URIs are left out. What is wrong with a
/// line, versions that are unknown, and an entry or a manifest that is absent, named or not, is added to `problems`.
[[nodiscard]] PackageList read_package_list(const FileSet& files, const std::string& root, Problems& problems);

/// As packages call it: `SHA-256`.
[[nodiscard]] std::string_view name_of(HashFunction function);

}  // namespace unf::tosca
