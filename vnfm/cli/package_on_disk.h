#pragma once

#include <filesystem>

#include "graph/model/result.h"
#include "tosca/package/package_writer.h"
#include "vnfm/cli/output.h"

namespace unf::vnfm {

/// A package as `vnfm new` and `vnfm sign` leave it.
struct PackageOnDisk {
  std::filesystem::path directory, csar;
  std::filesystem::path key;  ///< that was made for it; empty: it was signed with a given one
};

/// Prints where the package is; `done` says what was done with it.
void print_package(const Output& output, const PackageOnDisk& package, const char* done);

/// Who signs, from a private key and its certificate in two PEM files. Errors: as agent::read_file.
[[nodiscard]] Result<tosca::Identity> identity_in(const std::filesystem::path& key,
                                                  const std::filesystem::path& certificate);

}  // namespace unf::vnfm
