#include "tosca/text/problems.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <tuple>

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

/// Takes a text into its parts. What the input has in its names (between backquotes) does not count.
Problem parts_of(SourcePlace at, std::string_view text) {
  constexpr std::string_view kSuggestion = "; did you mean `", kEnd = "`?";
  Problem problem{.at = std::move(at)};
  const auto meant = text.rfind(kSuggestion);
  if (meant != text.npos && text.ends_with(kEnd) && meant + kSuggestion.size() + kEnd.size() <= text.size()) {
    problem.suggestion = text.substr(meant + kSuggestion.size());
    problem.suggestion.resize(problem.suggestion.size() - kEnd.size());
    text = text.substr(0, meant);
  }
  bool quoted = false;
  auto end = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`') quoted = !quoted;
    if (quoted || end != text.size()) continue;
    for (const std::string_view separator : {", expected ", "; expected "}) {
      if (!text.substr(i).starts_with(separator)) continue;
      end = i;
      problem.expected = text.substr(i + separator.size());
    }
  }
  problem.message = text.substr(0, end);
  return problem;
}

}  // namespace

void Problems::add_line(const SourcePlace& at, std::string text) {
  if (text.size() > kMaxLineLength) text.resize(kMaxLineLength + 1);  // as much as is shown, and that there is more
  added_.insert({at.file, at.line, at.column, std::move(text), at.whole});
}

bool Problems::says_between(const SourcePlace& first, const SourcePlace& last) const {
  const auto any_of_line = [&](int line) {  // a problem whose column nobody knows may be anywhere in it
    const auto at = added_.lower_bound({first.file, line, 0, {}, false});
    return at != added_.end() && at->file == first.file && at->line == line && at->column == 0;
  };
  if (any_of_line(first.line) || (last.line != first.line && any_of_line(last.line))) return true;
  const auto at = added_.lower_bound({first.file, first.line, first.column, {}, false});
  return at != added_.end() && at->file == first.file &&
         std::tie(at->line, at->column) <= std::tie(last.line, last.column);
}

Error Problems::error() const {
  const auto same_line = [](const Added& a, const Added& b) {
    return std::tie(a.file, a.line, a.text) == std::tie(b.file, b.line, b.text);
  };
  std::vector<const Added*> lines;
  for (const auto& added : added_) lines.push_back(&added);
  std::ranges::sort(lines, [](const Added* a, const Added* b) {
    return std::tie(a->file, a->line, a->text) < std::tie(b->file, b->line, b->text);
  });
  const auto repeated = std::ranges::unique(lines, [&](const Added* a, const Added* b) { return same_line(*a, *b); });
  lines.erase(repeated.begin(), repeated.end());
  std::string message;
  std::size_t shown = 0;
  for (const auto* added : lines) {
    if (shown == kMaxLines) {
      message += fmt::format("\n{}: and {} more problems", printable(added->file), lines.size() - shown);
      break;
    }
    if (shown++ > 0) message += '\n';
    message += added->line > 0 ? fmt::format("{}:{}: ", printable(added->file), added->line)
                               : fmt::format("{}: ", printable(added->file));
    message += printable(added->text);
  }
  return {Errc::malformed, std::move(message)};
}

std::vector<Problem> Problems::all() const {
  std::vector<Problem> problems;
  for (const auto& [file, line, column, text, whole] : added_) {
    problems.push_back(parts_of({printable(file), line, column, whole}, printable(text)));
  }
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.at.file, a.at.line, a.at.column) < std::tie(b.at.file, b.at.line, b.at.column);
  });
  return problems;
}

std::vector<Problem> problems_of(const Error& error) {
  std::vector<Problem> problems;
  for (std::string_view left = error.message; !left.empty();) {
    auto line = left.substr(0, left.find('\n'));
    left.remove_prefix(std::min(left.size(), line.size() + 1));
    SourcePlace at;
    if (const auto colon = line.find(": "); colon != line.npos) {
      auto file = line.substr(0, colon);
      line.remove_prefix(colon + 2);
      if (const auto number = file.rfind(':'); number != file.npos) {
        const auto end = file.data() + file.size();
        const auto parsed = std::from_chars(file.data() + number + 1, end, at.line);
        if (parsed.ec == std::errc{} && parsed.ptr == end) file = file.substr(0, number);
      }
      at.file = file;
    }
    problems.push_back(parts_of(std::move(at), line));
  }
  return problems;
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
