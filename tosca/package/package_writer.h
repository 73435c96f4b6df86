#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "graph/model/result.h"
#include "tosca/package/signature.h"

namespace unf::tosca {

/// Files of a package, by their names there.
using PackageTexts = std::map<std::string, std::string>;

/// What a new package is of.
struct NewPackage {
  std::string name;           ///< of the VNF and of its files: a letter, then letters, digits, `-` and `_`
  std::string provider;       ///< printable, at most 64 bytes
  std::string descriptor_id;  ///< UUID
  std::string released;       ///< RFC 3339
};

/// A VNF that forwards what its rules allow, as a package of SOL004's option 1, to be edited; not signed yet. Errors:
/// malformed, for a name or a provider that cannot be.
[[nodiscard]] Result<PackageTexts> starter_package(const NewPackage& package);

/// Writes the manifest of `files`, anew: its metadata stay, each file is listed with its SHA-256, and it is signed. The
/// certificate goes where TOSCA.meta says. `name` stands for the package in messages. Errors: malformed, for what is no
/// package of option 1, holds a private key, or would be refused with `identity` as the only one that is trusted.
[[nodiscard]] Result<PackageTexts> signed_package(PackageTexts files, const Identity& identity,
                                                  const std::string& name);

/// The files of a directory, but hidden ones. Errors: unavailable; malformed for links, and beyond 512 MiB.
[[nodiscard]] Result<PackageTexts> read_package_directory(const std::filesystem::path& directory);

/// Where the certificate of such a package is; empty: TOSCA.meta names none.
[[nodiscard]] std::string certificate_of(const PackageTexts& files);

}  // namespace unf::tosca
