#pragma once

#include <fmt/format.h>

#include <compare>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "graph/model/result.h"
#include "graph/model/service_request.h"

namespace unf::tosca {

/// One thing that is wrong, in its parts.
struct Problem {
  SourcePlace at;
  std::string path;        ///< of the element, `topology_template.node_templates.fw`; empty: the file, or unknown
  std::string message;     ///< what is wrong
  std::string expected;    ///< what would be right; may be empty
  std::string suggestion;  ///< a name that was perhaps meant; may be empty
};

/// What is wrong with the input: one line each, by file and line, none twice. Texts are of the form `what is wrong,
/// expected WHAT; did you mean `NAME`?`.
class Problems {
 public:
  template <typename... Args>
  void add(const SourcePlace& at, fmt::format_string<Args...> format, Args&&... args) {
    add_line(at, fmt::format(format, std::forward<Args>(args)...));
  }
  void merge(const Problems& others) { added_.insert(others.added_.begin(), others.added_.end()); }
  [[nodiscard]] bool empty() const { return added_.empty(); }
  /// Whether something is said of a place from `first` to `last`, both of the same file.
  [[nodiscard]] bool says_between(const SourcePlace& first, const SourcePlace& last) const;
  [[nodiscard]] std::size_t size() const { return added_.size(); }
  /// "; did you mean `close`?" for the closest of `known` (names, or a function that lists them), or nothing if none is
  /// close. Nothing either once there are very many problems: then time matters more.
  template <typename Known>
  [[nodiscard]] std::string suggest(std::string_view name, const Known& known) const {
    if (added_.size() > kMaxSuggestions || ++suggestions_ > kMaxSuggested) return {};
    if constexpr (std::is_invocable_v<Known>) {
      return closest(name, known());
    } else {
      return closest(name, known);
    }
  }
  /// All of them, `FILE:LINE: what is wrong and what was expected`; beyond a hundred only how many more.
  [[nodiscard]] Error error() const;
  /// All of them in their parts, by file, line and column; paths are left out.
  [[nodiscard]] std::vector<Problem> all() const;

 private:
  static constexpr std::size_t kMaxSuggestions = 200;
  static constexpr std::size_t kMaxSuggested = 2000;  ///< names, also for problems that are not added

  static std::string closest(std::string_view name, const std::vector<std::string_view>& known);
  void add_line(const SourcePlace& at, std::string text);

  struct Added {
    std::string file;
    int line;
    int column;
    std::string text;
    bool whole;
    auto operator<=>(const Added&) const = default;
  };
  std::set<Added> added_;
  mutable std::size_t suggestions_ = 0;
};

/// What an error says that Problems::error or one like it made: a problem for each line.
[[nodiscard]] std::vector<Problem> problems_of(const Error& error);

/// "one of a, b, c" for messages; of one name only that, of none "none".
[[nodiscard]] std::string one_of(const std::vector<std::string_view>& names);

}  // namespace unf::tosca
