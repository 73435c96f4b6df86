#pragma once

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "graph/model/result.h"
#include "graph/model/service_request.h"

namespace unf::tosca {

/// What is wrong with the input: one line each, by file and line, none twice.
class Problems {
 public:
  template <typename... Args>
  void add(const SourcePlace& at, fmt::format_string<Args...> format, Args&&... args) {
    add_line(at, fmt::format(format, std::forward<Args>(args)...));
  }
  void merge(const Problems& others) { lines_.insert(others.lines_.begin(), others.lines_.end()); }
  [[nodiscard]] bool empty() const { return lines_.empty(); }
  /// Whether something is said of this very place.
  [[nodiscard]] bool says_of(const SourcePlace& at) const;
  [[nodiscard]] std::size_t size() const { return lines_.size(); }
  /// "; did you mean `close`?" for the closest of `known` (names, or a function that lists them), or nothing if none is
  /// close. Nothing either once there are very many problems: then time matters more.
  template <typename Known>
  [[nodiscard]] std::string suggest(std::string_view name, const Known& known) const {
    if (lines_.size() > kMaxSuggestions) return {};
    if constexpr (std::is_invocable_v<Known>) {
      return closest(name, known());
    } else {
      return closest(name, known);
    }
  }
  /// All of them, `FILE:LINE: what is wrong and what was expected`; beyond a hundred only how many more.
  [[nodiscard]] Error error() const;

 private:
  static constexpr std::size_t kMaxSuggestions = 200;

  static std::string closest(std::string_view name, const std::vector<std::string_view>& known);
  void add_line(const SourcePlace& at, std::string text);

  std::set<std::tuple<std::string, int, std::string>> lines_;
};

/// "one of a, b, c" for messages; of one name only that, of none "none".
[[nodiscard]] std::string one_of(const std::vector<std::string_view>& names);

}  // namespace unf::tosca
