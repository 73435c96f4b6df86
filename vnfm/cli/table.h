#pragma once

#include <string>
#include <vector>

namespace unf::vnfm {

/// Text in columns, two spaces apart. What looks like a number is set to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}
  /// As many cells as there are headings.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// Lines that end with a newline each. Control characters in cells are shown as `?`.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace unf::vnfm
