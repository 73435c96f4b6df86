#pragma once

#include <compare>
#include <functional>
#include <ostream>
#include <utility>

namespace unf {

/// A value whose type says what it is: two Strong types with different tags do not mix.
template <typename Tag, typename T>
class Strong {
 public:
  using Value = T;

  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(std::move(value)) {}

  [[nodiscard]] constexpr const T& get() const noexcept { return value_; }

  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Strong& s) { return out << s.value_; }

 private:
  T value_{};
};

}  // namespace unf

template <typename Tag, typename T>
struct std::hash<unf::Strong<Tag, T>> {
  std::size_t operator()(const unf::Strong<Tag, T>& s) const noexcept { return std::hash<T>{}(s.get()); }
};
