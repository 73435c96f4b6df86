#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "graph/model/result.h"
#include "tosca/package/package_check.h"
#include "tosca/text/file_set.h"

namespace unf::tosca {

/// What a zipped CSAR may hold before it is refused.
struct CsarLimits {
  std::uint64_t max_bytes = 512ULL << 20;  ///< unpacked
  std::uint64_t max_ratio = 100;           ///< unpacked to packed, beyond the first MiB
  std::size_t max_entries = 10'000;
  std::size_t max_name = 1024;  ///< [byte]
};

/// What is asked of a CSAR.
struct CsarRules {
  CsarLimits limits;
  SignatureRules signatures;
};

/// A file of a CSAR.
struct CsarEntry {
  std::string name;
  std::uint64_t size = 0;
  std::string digest;  ///< as digest_of gives it
};

struct Csar {
  std::vector<CsarEntry> entries;  ///< by name
  FileSet files;                   ///< its texts, as if it were a directory
  PackageList list;                ///< what it says of itself
  PackageSignatures signatures;
};

/// Reads the zip `archive`; `name` stands for it in messages and in the names of `files`. Nothing is unpacked to disk.
/// A zip of one CSAR with the signature of that, NAME.csar with NAME.cms (or .p7s) and NAME.cert, is read as the CSAR
/// inside (SOL004 5.1, option 2); no other zip in a zip is opened. Errors: unavailable, if it cannot be opened;
/// malformed for what is no zip, is damaged, ambiguous (zip_directory.h) or encrypted, exceeds the limits, or has an
/// entry that is neither file nor directory, has an unsafe name, or one that was there before or is a file's and a
/// directory's; and as check_package, a line a file.
[[nodiscard]] Result<Csar> read_csar(const std::filesystem::path& archive, const std::string& name,
                                     const CsarRules& rules = {});
/// The same of a zip in memory.
[[nodiscard]] Result<Csar> read_csar_bytes(std::string_view zip, const std::string& name, const CsarRules& rules = {});

/// One file of a CSAR. Errors: not_found; no_capacity, if it has more than `max_bytes`; those of read_csar.
[[nodiscard]] Result<std::string> read_csar_entry(const std::filesystem::path& archive, const std::string& entry,
                                                  std::uint64_t max_bytes);

/// A zip of these files, by name; the same bytes for the same files.
[[nodiscard]] std::string make_zip(const std::map<std::string, std::string>& files);

}  // namespace unf::tosca
