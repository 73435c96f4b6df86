#include "agent/base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>

namespace unf::agent {
namespace {

class File {
 public:
  File(const std::filesystem::path& path, int flags, mode_t mode = 0)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> failed(const std::filesystem::path& path) {
  return fail(Errc::unavailable, "{}: {}", path.string(), std::strerror(errno));
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync_directory_of(const std::filesystem::path& path) {
  const auto parent = path.parent_path();
  const File directory{parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY};
  return directory.is_open() && ::fsync(directory.get()) == 0;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const File file{path, O_RDONLY};
  if (!file.is_open()) return failed(path);
  std::string text;
  char block[1 << 16];
  while (true) {
    const auto n = ::read(file.get(), block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed(path);
    if (n == 0) return text;
    text.append(block, static_cast<std::size_t>(n));
    if (text.size() > limit) return fail(Errc::malformed, "{}: longer than {} bytes", path.string(), limit);
  }
}

Result<void> write_atomically(const std::filesystem::path& path, const std::string& text) {
  auto scratch = path;
  scratch += ".tmp";
  bool written = false;
  {
    const File file{scratch, O_WRONLY | O_CREAT | O_TRUNC, 0600};
    if (!file.is_open()) return failed(scratch);
    written = write_all(file.get(), text) && ::fsync(file.get()) == 0;
  }
  if (!written || ::rename(scratch.c_str(), path.c_str()) != 0) {
    auto error = failed(path);
    ::unlink(scratch.c_str());
    return error;
  }
  if (!sync_directory_of(path)) return failed(path);
  return {};
}

Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  const File file{path, O_WRONLY | O_CREAT | O_TRUNC, 0600};
  if (!file.is_open() || !write_all(file.get(), text)) return failed(path);
  return {};
}

Result<void> remove_durably(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return failed(path);
  }
  if (!sync_directory_of(path)) return failed(path);
  return {};
}

std::string file_name_for(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool plain =
        std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || (c == '.' && !name.empty());
    name += plain ? std::string{c} : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return name;
}

std::filesystem::path program_directory() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

}  // namespace unf::agent
