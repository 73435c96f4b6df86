#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace unf::testing_support {

inline std::filesystem::path reached_file(const std::filesystem::path& held_by) {
  return held_by.string() + ".reached";
}

/// Of the stand-in that is held: says that it is here, and stays while the file `held_by` exists.
inline void wait_while_held(const std::filesystem::path& held_by) {
  std::ofstream{reached_file(held_by)};
  while (std::filesystem::exists(held_by)) std::this_thread::sleep_for(std::chrono::milliseconds{2});
}

/// Of the test: a file that holds a stand-in until it is released.
class Hold {
 public:
  explicit Hold(std::filesystem::path file) : file_(std::move(file)) { std::ofstream{file_}; }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() { release(); }

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  /// Whether somebody is held.
  [[nodiscard]] bool reached() const { return std::filesystem::exists(reached_file(file_)); }
  void release() const {
    std::error_code error;
    std::filesystem::remove(file_, error);
  }

 private:
  std::filesystem::path file_;
};

}  // namespace unf::testing_support
