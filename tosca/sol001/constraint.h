#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tosca/sol001/type_findings.h"
#include "tosca/text/value.h"

namespace re2 {
class RE2;
}

namespace unf::tosca {

/// How a value breaks a constraint, for messages: `is` 70000, `expected` at most 65535.
struct ConstraintBreach {
  std::string is;
  std::string expected;
};

/// Checks values against constraints (TOSCA 1.3, 3.6.3). Patterns are compiled once; those that cannot be are warned of
/// and hold.
class ConstraintChecker {
 public:
  explicit ConstraintChecker(Report& report);
  ~ConstraintChecker();

  /// How a value of a type breaks `constraint`, a map such as { in_range: [ 1, 4 ] }. nullopt: it does not, or the
  /// constraint says nothing of such a value.
  [[nodiscard]] std::optional<ConstraintBreach> breach(const Value& value, std::string_view type,
                                                       const Value& constraint);

 private:
  bool holds(const Value& value, std::string_view type, std::string_view constraint, const Value& bound);
  bool matches(const std::string& text, const Value& pattern);

  TypeFindings findings_;
  std::map<std::string, std::unique_ptr<re2::RE2>> patterns_;
};

}  // namespace unf::tosca
