#include "tosca/problems.h"

#include <algorithm>
#include <numeric>

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxLines = 100;
constexpr std::size_t kMaxLineLength = 500;

/// One line that a terminal can show, whatever the input had in its names.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kMaxLineLength)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  if (text.size() > kMaxLineLength) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();  // a cut character
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0x80) out.pop_back();
    out += "...";
  }
  return out;
}

/// Optimal string alignment: a swap of two neighbours is one edit.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

void Problems::add_line(const SourcePlace& at, std::string text) { lines_.emplace(at.file, at.line, std::move(text)); }

bool Problems::says_of(const SourcePlace& at) const {
  const auto first = lines_.lower_bound({at.file, at.line, {}});
  return first != lines_.end() && std::get<0>(*first) == at.file && std::get<1>(*first) == at.line;
}

Error Problems::error() const {
  std::string message;
  std::size_t shown = 0;
  for (const auto& [file, line, text] : lines_) {
    if (shown == kMaxLines) {
      message += fmt::format("\n{}: and {} more problems", printable(file), lines_.size() - shown);
      break;
    }
    if (shown++ > 0) message += '\n';
    message += line > 0 ? fmt::format("{}:{}: ", printable(file), line) : fmt::format("{}: ", printable(file));
    message += printable(text);
  }
  return {Errc::malformed, std::move(message)};
}

std::string Problems::closest(std::string_view name, const std::vector<std::string_view>& known) {
  constexpr std::size_t kMaxName = 128, kMaxKnown = 2000;
  if (name.empty() || name.size() > kMaxName || known.size() > kMaxKnown) return {};
  std::string_view best;
  auto best_distance = name.size() < 2 ? 1 : std::min<std::size_t>(3, name.size() / 3 + 1) + 1;
  for (const auto candidate : known) {
    const auto longer = std::max(candidate.size(), name.size()), shorter = std::min(candidate.size(), name.size());
    if (longer - shorter >= best_distance) continue;
    const auto distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best.empty() ? std::string{} : fmt::format("; did you mean `{}`?", best);
}

std::string one_of(const std::vector<std::string_view>& names) {
  constexpr std::size_t kShown = 12;
  if (names.empty()) return "none";
  const auto shown = std::min(names.size(), kShown);
  return fmt::format("{}{}{}", names.size() > 1 ? "one of " : "",
                     fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                     shown < names.size() ? ", ..." : "");
}

}  // namespace unf::tosca
