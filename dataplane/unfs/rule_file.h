#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/unf/unf_type.h"
#include "graph/model/quote.h"

namespace unf::dataplane {

/// The rule files that `config["rules"]` names: a digest, or a list of them, `most` at most. Errors: malformed,
/// not_found.
[[nodiscard]] Result<std::vector<const Artifact*>> find_rules(const nlohmann::json& config, const Artifacts& artifacts,
                                                              std::size_t most);

/// Rules of a file, one a line. `parse(line)` gives a rule, or what is wrong with the line. Empty lines and lines that
/// begin with `#` are none. Errors: malformed, `NAME:LINE: what`, all of them.
template <typename Parse>
[[nodiscard]] auto parse_rules(const Artifact& file, Parse parse)
    -> Result<std::vector<typename std::invoke_result_t<Parse, std::string_view, unsigned>::value_type>>;

/// What `parse` returns for a line that is wrong.
template <typename... Args>
[[nodiscard]] tl::unexpected<std::string> wrong(fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected<std::string>{fmt::format(format, std::forward<Args>(args)...)};
}

namespace detail {
/// Calls `visit(line, number)` for each line that holds a rule, blanks around it taken off.
void each_rule_line(std::string_view text, const std::function<void(std::string_view, unsigned)>& visit);
}  // namespace detail

template <typename Parse>
auto parse_rules(const Artifact& file, Parse parse)
    -> Result<std::vector<typename std::invoke_result_t<Parse, std::string_view, unsigned>::value_type>> {
  std::vector<typename std::invoke_result_t<Parse, std::string_view, unsigned>::value_type> rules;
  std::string problems;
  detail::each_rule_line(file.text, [&](std::string_view line, unsigned number) {
    auto rule = parse(line, number);
    if (rule)
      rules.push_back(std::move(*rule));
    else
      problems += fmt::format("{}{}:{}: {}", problems.empty() ? "" : "\n", file.name, number, rule.error());
  });
  if (!problems.empty()) return fail(Errc::malformed, "{}", problems);
  return rules;
}

}  // namespace unf::dataplane
