#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "graph/model/result.h"

namespace unf::vnfm {

/// Files that are made all or not at all: what was made is gone again unless it is kept.
class MadeFiles {
 public:
  MadeFiles() = default;
  MadeFiles(const MadeFiles&) = delete;
  MadeFiles& operator=(const MadeFiles&) = delete;
  ~MadeFiles();
  void keep() { paths_.clear(); }

  /// Errors: conflict, if it is there; unavailable.
  Result<void> directory(const std::filesystem::path& path);
  Result<void> file(const std::filesystem::path& path, const std::string& text, mode_t mode);

 private:
  std::vector<std::filesystem::path> paths_;
};

}  // namespace unf::vnfm
