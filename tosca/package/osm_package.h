#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "graph/model/result.h"
#include "tosca/package/csar.h"
#include "tosca/text/file_set.h"

namespace unf::tosca {

/// Whether a file that begins so, with 512 bytes if it has them, may be a tar, gzipped or not.
[[nodiscard]] bool is_tar(std::string_view start);

/// Reads OSM's package, a tar with or without gzip, as if it were a directory, its texts but those for machines; `name`
/// stands for it in messages and in the names of files. Nothing is unpacked to disk. Errors: unavailable, if it cannot
/// be opened; malformed for what is no tar, is damaged, exceeds the limits, has an entry that is neither file nor
/// directory, has an unsafe name, or one that was there before or is a file's and a directory's; and as
/// check_checksums.
[[nodiscard]] Result<FileSet> read_osm_package(const std::filesystem::path& archive, const std::string& name,
                                               const CsarLimits& limits = {});
/// The same of a tar in memory.
[[nodiscard]] Result<FileSet> read_osm_package_bytes(std::string_view tar, const std::string& name,
                                                     const CsarLimits& limits = {});

/// Whether a file of a package is one of a folder that OSM has for charms, charts or images: there may be very many,
/// and none describes the VNF.
[[nodiscard]] bool is_for_machines(std::string_view name);

/// The hash functions of a checksums.txt.
enum class Checksum { md5, sha256 };

/// Gives the hash of a file of a package, in small hexadecimal digits; nullopt: there is none of this name, which is
/// safe.
using FileHash = std::function<Result<std::optional<std::string>>(const std::string& name, Checksum function)>;

/// Whether a file of a package is its checksums.txt: at its root, or in a folder there.
[[nodiscard]] bool is_checksums_file(std::string_view name);

/// Checks the lines `HASH NAME` of the package's file `checksums`, which `text` is. Names are seen from its folder, or
/// from wherever that was when it was packed. `package` stands for the package in messages. Errors: malformed, a line a
/// problem: a hash that is another one, a file that is not there, a line of another form; those of `hash`.
[[nodiscard]] Result<void> check_checksums(const std::string& package, const std::string& checksums,
                                           std::string_view text, const FileHash& hash);

/// The hash of a file. Errors: unavailable.
[[nodiscard]] Result<std::string> checksum_of_file(const std::filesystem::path& file, Checksum function);

}  // namespace unf::tosca
