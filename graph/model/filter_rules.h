#pragma once

#include <array>
#include <cstdint>
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
  std::string_view form;      ///< of the word, as the line's form has it
  std::string_view what;      ///< what the word says; for messages
  std::string_view expected;  ///< all of them; for messages
};
inline constexpr std::array<std::string_view, 2> kAllowDeny{"allow", "deny"};
/// Of an L3L4Filter.
inline constexpr FilterVerdicts kFilterVerdicts{kAllowDeny, "allow|deny", "action", "allow or deny"};
inline constexpr std::array<std::string_view, 16> kClassifierGates{
    "drop", "other", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13", "c14"};
/// Of a HeaderClassifier: its gates, in their order.
inline constexpr FilterVerdicts kClassifierVerdicts{kClassifierGates, "GATE", "gate", "drop, other, or c1 to c14"};

/// A line of a rule file: what becomes of packets, by addresses, protocol and ports.
struct FilterRule {
  std::size_t verdict = 0;  ///< index of the word
  Match match;
};

/// Lines `VERDICT PROTO SRC SPORTS DST DPORTS`, `any` for each of the last five; `#` starts a comment. Errors:
/// malformed, `NAME:LINE: what` for each line that is none.
[[nodiscard]] Result<std::vector<FilterRule>> parse_filter_rules(const Artifact& file, const FilterVerdicts& verdicts);
/// The text that parse_filter_rules reads as `rules`.
[[nodiscard]] std::string to_text(std::span<const FilterRule> rules, const FilterVerdicts& verdicts);

/// IANA's name of a protocol, in small letters; where it has none here, its number.
[[nodiscard]] std::string protocol_name(std::uint8_t proto);

}  // namespace unf
