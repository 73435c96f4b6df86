#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace unf::testing_support {

/// Whether `holds` does within half a minute, which is long for sanitizers, too; looks every two milliseconds.
inline bool eventually(const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

}  // namespace unf::testing_support
