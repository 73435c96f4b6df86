#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/result.h"
#include "vnfm/rest/query/schema_path.h"

namespace unf::vnfm {

/// An attribute-based filter (ETSI GS NFV-SOL 013 5.2): `(eq,a/b,x);(in,c,y,'z, with comma')`, all of which must hold.
/// Where a path leads into a list, eq, in, cont, gt, gte, lt and lte hold if they do of one element; neq, nin and ncont
/// are their opposites, and so hold of what is absent.
class AttributeFilter {
 public:
  /// Matches everything.
  AttributeFilter() = default;
  /// `schema` is the JSON Schema of the resource. Errors: malformed, and what was expected where.
  [[nodiscard]] static Result<AttributeFilter> parse(std::string_view expression, const nlohmann::json& schema);
  [[nodiscard]] bool matches(const nlohmann::json& resource) const;

 private:
  enum class Operator { eq, in, cont, gt, gte, lt, lte };
  enum class Kind { text, number, boolean, instant };
  struct Term {
    Operator op = Operator::eq;
    bool negated = false;
    Kind kind = Kind::text;
    AttributePath path;
    std::vector<std::string> values;
    std::vector<double> numbers;  ///< the values of a number, a boolean (0 or 1) or an instant [s]
  };
  class Parser;

  static bool holds(const Term& term, const nlohmann::json& value, std::size_t depth);
  static bool compares(const Term& term, const nlohmann::json& value);

  std::vector<Term> terms_;
};

}  // namespace unf::vnfm
