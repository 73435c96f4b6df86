#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/artifacts.h"
#include "graph/model/match.h"

namespace unf {

/// A line of the rule file of a uNF that sorts packets by addresses, protocol and ports.
struct FilterRule {
  std::string verdict;  ///< the first word: `allow`, `deny`, or a gate
  Match match;
};

/// Lines `VERDICT PROTO SRC SPORTS DST DPORTS`, `any` for each of the last five; `#` starts a comment. `verdicts` are
/// the words a line may begin with. Errors: malformed, `NAME:LINE: what` for each line that is none.
[[nodiscard]] Result<std::vector<FilterRule>> parse_filter_rules(const Artifact& file,
                                                                 std::span<const std::string_view> verdicts);
/// The text that parse_filter_rules reads as `rules`.
[[nodiscard]] std::string to_text(std::span<const FilterRule> rules);

}  // namespace unf
