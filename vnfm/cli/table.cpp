#include "vnfm/cli/table.h"

#include <algorithm>
#include <cassert>

namespace unf::vnfm {
namespace {

/// Columns a text takes: code points of UTF-8.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789.,") == std::string::npos;
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  assert(cells.size() == headings_.size());
  for (auto& cell : cells) {
    std::ranges::replace_if(
        cell, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  }
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  std::vector<bool> numbers;
  for (std::size_t column = 0; column < headings_.size(); ++column) {
    widths.push_back(width(headings_[column]));
    bool all_numbers = !rows_.empty();
    for (const auto& row : rows_) {
      widths[column] = std::max(widths[column], width(row[column]));
      all_numbers = all_numbers && (is_number(row[column]) || row[column].empty());
    }
    numbers.push_back(all_numbers);
  }
  std::string text;
  const auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const std::string padding(widths[column] - width(cells[column]), ' ');
      line += (column == 0 ? "" : "  ") + (numbers[column] ? padding + cells[column] : cells[column] + padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  add_line(headings_);
  for (const auto& row : rows_) add_line(row);
  return text;
}

}  // namespace unf::vnfm
