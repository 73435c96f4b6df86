#include "vnfm/cli/made_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace unf::vnfm {
namespace fs = std::filesystem;
namespace {

tl::unexpected<Error> exists_or(const fs::path& path, const std::string& why) {
  if (!why.empty()) return fail(Errc::unavailable, "{}: {}", path.string(), why);
  return fail(Errc::conflict, "{}: exists, expected a name that is free", path.string());
}

}  // namespace

MadeFiles::~MadeFiles() {
  std::error_code ignored;
  for (const auto& path : paths_) fs::remove_all(path, ignored);
}

Result<void> MadeFiles::directory(const fs::path& path) {
  std::error_code error;
  if (!fs::create_directory(path, error)) {
    return exists_or(path, error && error != std::errc::file_exists ? error.message() : "");
  }
  paths_.push_back(path);
  return {};
}

Result<void> MadeFiles::file(const fs::path& path, const std::string& text, mode_t mode) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) return exists_or(path, errno == EEXIST ? "" : std::strerror(errno));
  paths_.push_back(path);
  std::string_view left = text;
  while (!left.empty()) {
    const auto written = write(descriptor, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  const bool closed = close(descriptor) == 0;
  if (!left.empty() || !closed) return fail(Errc::unavailable, "{}: cannot be written", path.string());
  return {};
}

}  // namespace unf::vnfm
