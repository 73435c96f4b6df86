#pragma once

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "graph/model/result.h"

namespace unf::agent {

/// Reads one configuration file and gathers what is wrong with it, a line a problem. For .cpp files only.
class YamlReader {
 public:
  explicit YamlReader(std::string file) : file_(std::move(file)) {}

  template <typename... Args>
  void problem(const YAML::Node& at, fmt::format_string<Args...> format, Args&&... args) {
    add(at, fmt::format(format, std::forward<Args>(args)...));
  }

  /// Whether `node` is a map; says so if not, and names each key that is unknown or given twice.
  bool map(const YAML::Node& node, std::string_view what, std::initializer_list<std::string_view> known);
  /// Whether `parent[key]` is there and a list; says so if it is there and none.
  bool list(const YAML::Node& parent, const char* key);

  /// Reads `parent[key]` if it is there. Returns whether it was read.
  template <typename T>
  bool read(const YAML::Node& parent, const char* key, T& into, std::string_view expected) {
    const auto node = parent[key];
    if (!node) return false;
    if (node.IsScalar() && YAML::convert<T>::decode(node, into)) return true;
    problem(node, "{}: expected {}", key, expected);
    return false;
  }
  /// As read, but its absence is a problem.
  template <typename T>
  bool require(const YAML::Node& parent, const char* key, T& into, std::string_view expected) {
    if (!parent[key]) problem(parent, "{} is missing, expected {}", key, expected);
    return read(parent, key, into, expected);
  }

  /// Errors: malformed, with all problems.
  [[nodiscard]] Result<void> result() const;

 private:
  void add(const YAML::Node& at, const std::string& what);

  std::string file_;
  std::string problems_;
};

/// The document of `text`. Errors: malformed, FILE:LINE.
[[nodiscard]] Result<YAML::Node> parse_yaml(const std::string& file, const std::string& text);

}  // namespace unf::agent
