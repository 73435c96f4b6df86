#pragma once

#include <filesystem>

namespace unf::vnfm {

/// `vnfm store backup FILE` and `vnfm store restore FILE`, on the state directory of a manager of this machine. They
/// return the exit code.
int backup_store(const std::filesystem::path& state, const std::filesystem::path& file, bool quiet);
int restore_store(const std::filesystem::path& file, const std::filesystem::path& state, bool quiet);

}  // namespace unf::vnfm
