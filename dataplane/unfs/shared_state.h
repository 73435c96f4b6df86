#pragma once

#include <atomic>
#include <cassert>
#include <cstddef>
#include <span>
#include <type_traits>

namespace unf::dataplane {

/// The state that UnfSetup gave, as `T`. A `T` of zeroes is a new one.
template <typename T>
[[nodiscard]] T& state_as(std::span<std::byte> state) noexcept {
  static_assert(std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T>);
  assert(state.size() >= sizeof(T));
  return *reinterpret_cast<T*>(state.data());
}
template <typename T>
[[nodiscard]] const T& state_as(std::span<const std::byte> state) noexcept {
  static_assert(std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T>);
  assert(state.size() >= sizeof(T));
  return *reinterpret_cast<const T*>(state.data());
}

// Values with one writer that other processes read.
template <typename T>
void store_relaxed(T& value, T now) noexcept {
  std::atomic_ref{value}.store(now, std::memory_order_relaxed);
}
template <typename T>
void add_relaxed(T& value, T by) noexcept {
  store_relaxed(value, static_cast<T>(value + by));
}
/// Not before what was stored before it.
template <typename T>
void store_release(T& value, T now) noexcept {
  std::atomic_ref{value}.store(now, std::memory_order_release);
}
/// Not after what is loaded after it.
template <typename T>
[[nodiscard]] T load_acquire(const T& value) noexcept {
  return std::atomic_ref{const_cast<T&>(value)}.load(std::memory_order_acquire);
}
template <typename T>
[[nodiscard]] T load_relaxed(const T& value) noexcept {
  return std::atomic_ref{const_cast<T&>(value)}.load(std::memory_order_relaxed);
}

}  // namespace unf::dataplane
