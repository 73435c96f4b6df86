#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "graph/model/result.h"
#include "tosca/file_set.h"

namespace unf::tosca {

/// What a zipped CSAR may hold before it is refused.
struct CsarLimits {
  std::uint64_t max_bytes = 512ULL << 20;  ///< unpacked
  std::uint64_t max_ratio = 100;           ///< unpacked to packed, beyond the first MiB
  std::size_t max_entries = 10'000;
  std::size_t max_name = 1024;  ///< [byte]
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
};

/// Reads the zip `archive`; `name` stands for it in messages and in the names of `files`. Nothing is unpacked to disk.
/// Errors: unavailable, if it cannot be opened; malformed for what is no zip, is damaged or encrypted, exceeds
/// `limits`, or has an entry that is neither file nor directory, has an unsafe name, or one that was there before; and
/// where its TOSCA.meta or manifest (package_list.h) lists a file that is absent or has another hash, a line a file.
[[nodiscard]] Result<Csar> read_csar(const std::filesystem::path& archive, const std::string& name,
                                     const CsarLimits& limits = {});

/// One file of a CSAR. Errors: not_found; no_capacity, if it has more than `max_bytes`; those of read_csar.
[[nodiscard]] Result<std::string> read_csar_entry(const std::filesystem::path& archive, const std::string& entry,
                                                  std::uint64_t max_bytes);

/// A zip of these files, by name; the same bytes for the same files.
[[nodiscard]] std::string make_zip(const std::map<std::string, std::string>& files);

}  // namespace unf::tosca
