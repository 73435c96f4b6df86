#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/model/result.h"

namespace unf::vnfm {

/// The parameters of a query, decoded, in their order; one without `=` has no value.
class Query {
 public:
  using Parameter = std::pair<std::string, std::optional<std::string>>;

  Query() = default;
  explicit Query(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {}

  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  [[nodiscard]] bool has(std::string_view name) const;
  /// The first value of `name`; none, if it is not there or has none.
  [[nodiscard]] std::optional<std::string_view> value(std::string_view name) const;

 private:
  std::vector<Parameter> parameters_;
};

/// The target of a request (RFC 9112 3.2.1, RFC 3986).
struct Target {
  std::vector<std::string> path;  ///< its segments, decoded
  Query query;
};

/// Errors: malformed for a bad percent-encoding or what is no path; not_found for a path with an empty segment, `.`,
/// `..`, or an encoded `/` or control character.
[[nodiscard]] Result<Target> parse_target(std::string_view raw);

/// All but unreserved characters (RFC 3986 2.3) as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace unf::vnfm
