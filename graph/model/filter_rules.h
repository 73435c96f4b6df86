#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/artifacts.h"
#include "graph/model/match.h"

namespace unf {

/// The words that a line of a rule file may begin with: what a uNF does with packets that match.
struct FilterVerdicts {
  std::span<const std::string_view> words;
  std::string_view form;       ///< of the word, as the line's form has it
  std::string_view what;       ///< what the word says; for messages
  std::string_view expected;   ///< all of them; for messages
  std::size_t most_files = 1;  ///< that a uNF may have in a list
};
inline constexpr std::array<std::string_view, 2> kAllowDeny{"allow", "deny"};
/// Of an L3L4Filter.
inline constexpr FilterVerdicts kFilterVerdicts{kAllowDeny, "allow|deny", "action", "allow or deny"};
inline constexpr std::size_t kClassifierGates = 16;
inline constexpr std::size_t kMaxTables = 8;
inline constexpr std::array<std::string_view, kClassifierGates + kMaxTables - 1> kGatesAndTables{
    "drop", "other", "c1",  "c2",  "c3",     "c4",     "c5",     "c6",     "c7",     "c8",     "c9",    "c10",
    "c11",  "c12",   "c13", "c14", "table2", "table3", "table4", "table5", "table6", "table7", "table8"};
/// Of a HeaderClassifier: its gates, in their order; then which file of a list decides instead.
inline constexpr FilterVerdicts kClassifierVerdicts{kGatesAndTables, "GATE", "gate",
                                                    "drop, other, c1 to c14, or table2 to table8", kMaxTables};
/// The verdict that leaves it to a list's file of this index, which is not 0.
[[nodiscard]] constexpr std::size_t to_table(std::size_t index) { return kClassifierGates - 1 + index; }
/// The index of the file that a verdict leaves it to. nullopt: to none.
[[nodiscard]] constexpr std::optional<std::size_t> table_of(std::size_t verdict) {
  return verdict < to_table(1) ? std::nullopt : std::optional{verdict - to_table(0)};
}

/// A line of a rule file: what becomes of packets, by addresses, protocol and ports.
struct FilterRule {
  std::size_t verdict = 0;  ///< index of the word
  Match match;
};

/// Those of one file. A packet meets them in order, the first that matches decides.
using FilterTable = std::vector<FilterRule>;

/// Lines `VERDICT PROTO SRC SPORTS DST DPORTS`, `any` for each of the last five; `#` starts a comment. Errors:
/// malformed, `NAME:LINE: what` for each line that is none.
[[nodiscard]] Result<FilterTable> parse_filter_rules(const Artifact& file, const FilterVerdicts& verdicts);
/// The same for each file of a list. A line may leave it to one behind its own: so packets come to an end.
[[nodiscard]] Result<std::vector<FilterTable>> parse_filter_tables(std::span<const Artifact* const> files,
                                                                   const FilterVerdicts& verdicts);
/// The text that parse_filter_rules reads as `rules`.
[[nodiscard]] std::string to_text(std::span<const FilterRule> rules, const FilterVerdicts& verdicts);

/// IANA's name of a protocol, in small letters; where it has none here, its number.
[[nodiscard]] std::string protocol_name(std::uint8_t proto);

}  // namespace unf
