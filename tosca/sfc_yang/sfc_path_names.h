#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unf::tosca {

/// A path by its index, or the path's other direction.
struct SfcTarget {
  std::size_t path;
  bool reverse = false;
};

/// The names that lead to paths: their own, and those of rendered paths.
class SfcPathNames {
 public:
  void add_path(const std::string& name, std::size_t path);
  void add_rendered_path(const std::string& name, SfcTarget target);

  /// nullopt: no path is called so.
  [[nodiscard]] std::optional<std::size_t> path(std::string_view name) const;
  /// What the name of a path or of a rendered path leads to. A rendered path may be absent if its name is as
  /// OpenDaylight derives it from the path's: `SFP-Path-42`, `SFP-Path-42-Reverse`, `RSP1` of `SFP1`. nullopt: nothing.
  [[nodiscard]] std::optional<SfcTarget> target(std::string_view name) const;
  /// Names of paths only.
  [[nodiscard]] std::vector<std::string_view> path_names() const;

 private:
  [[nodiscard]] std::optional<SfcTarget> known_target(std::string_view name) const;

  std::map<std::string, std::size_t, std::less<>> paths_;
  std::map<std::string, SfcTarget, std::less<>> rendered_paths_;
};

}  // namespace unf::tosca
