#include "tosca/sol001/constraint.h"

#include <re2/re2.h>

#include <algorithm>
#include <vector>

#include "tosca/sol001/simple_value.h"

namespace unf::tosca {
namespace {

/// What a value is, where the constraint is on how large it is.
std::string described(const Value& value) {
  if (value.is_list() && !is_range(value)) return fmt::format("a list of {}", value.items.size());
  if (value.is_list()) return fmt::format("[ {}, {} ]", value.items[0]->text, value.items[1]->text);
  return value.describe();
}

/// What a constraint expects.
std::string demand(std::string_view constraint, const Value& bound) {
  std::vector<std::string_view> texts;
  for (const auto& item : bound.items) texts.push_back(item->text);
  if (constraint == "valid_values") return one_of(texts);
  if (constraint == "in_range" && texts.size() == 2) return fmt::format("{} to {}", texts[0], texts[1]);
  if (constraint == "equal") return fmt::format("`{}`", bound.text);
  if (constraint == "greater_than") return fmt::format("more than {}", bound.text);
  if (constraint == "greater_or_equal") return fmt::format("at least {}", bound.text);
  if (constraint == "less_than") return fmt::format("less than {}", bound.text);
  if (constraint == "less_or_equal") return fmt::format("at most {}", bound.text);
  if (constraint == "length") return fmt::format("a length of {}", bound.text);
  if (constraint == "min_length") return fmt::format("a length of at least {}", bound.text);
  if (constraint == "max_length") return fmt::format("a length of at most {}", bound.text);
  return fmt::format("one that {} `{}` allows", constraint, bound.text);
}

bool is_same(std::string_view type, const Value& a, const Value& b) {
  if (a.text == b.text || type == "string") return a.text == b.text;
  if (type == "boolean") return to_boolean(a.text) == to_boolean(b.text);
  const auto x = to_comparable(type, a), y = to_comparable(type, b);
  return x && y && *x == *y;
}

bool is_in_range(const Value& value, std::string_view type, const Value& bound) {
  if (!bound.is_list() || bound.items.size() != 2) return true;
  const auto low = to_comparable(type, *bound.items[0]), high = to_comparable(type, *bound.items[1]);
  const auto holds = [&](const Value& one) {
    const auto number = to_comparable(type, one);
    return !number || ((!low || *number >= *low) && (!high || *number <= *high));
  };
  return value.is_list() ? std::ranges::all_of(value.items, [&](const auto& item) { return holds(*item); })
                         : holds(value);
}

bool has_length(const Value& value, std::string_view constraint, const Value& bound) {
  const auto limit = to_unsigned(bound.text);
  if (!limit) return true;
  const auto length = value.is_list()  ? value.items.size()
                      : value.is_map() ? value.members.size()
                                       : characters(value.text);
  return constraint == "length" ? length == *limit : constraint == "min_length" ? length >= *limit : length <= *limit;
}

bool is_on_side(const Value& value, std::string_view type, std::string_view constraint, const Value& bound) {
  const auto number = to_comparable(type, value), limit = to_comparable(type, bound);
  if (!value.is_scalar() || !number || !limit) return true;
  if (constraint == "greater_than") return *number > *limit;
  if (constraint == "greater_or_equal") return *number >= *limit;
  if (constraint == "less_than") return *number < *limit;
  if (constraint == "less_or_equal") return *number <= *limit;
  return true;
}

}  // namespace

ConstraintChecker::ConstraintChecker(Report& report) : findings_(report) {}
ConstraintChecker::~ConstraintChecker() = default;

std::optional<ConstraintBreach> ConstraintChecker::breach(const Value& value, std::string_view type,
                                                          const Value& constraint) {
  for (const auto& [key, bound] : constraint.members) {
    if (!holds(value, type, key->text, *bound)) return ConstraintBreach{described(value), demand(key->text, *bound)};
  }
  return std::nullopt;
}

bool ConstraintChecker::holds(const Value& value, std::string_view type, std::string_view constraint,
                              const Value& bound) {
  if (constraint == "valid_values") {
    return !bound.is_list() || !value.is_scalar() ||
           std::ranges::any_of(bound.items, [&](const auto& item) { return is_same(type, value, *item); });
  }
  if (constraint == "equal") return !value.is_scalar() || is_same(type, value, bound);
  if (constraint == "in_range") return is_in_range(value, type, bound);
  if (constraint.ends_with("length")) return has_length(value, constraint, bound);
  if (constraint == "pattern") return !value.is_scalar() || matches(value.text, bound);
  return is_on_side(value, type, constraint, bound);
}

bool ConstraintChecker::matches(const std::string& text, const Value& pattern) {
  constexpr std::size_t kMaxPatterns = 256;
  constexpr std::int64_t kMaxPatternBytes = 256 << 10;
  if (patterns_.size() == kMaxPatterns && !patterns_.contains(pattern.text)) {
    findings_.warn(pattern.at(), "pattern `{}` is not looked at: there are more than {}", pattern.text, kMaxPatterns);
    return true;
  }
  auto& compiled = patterns_[pattern.text];
  if (compiled == nullptr) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMaxPatternBytes);
    compiled = std::make_unique<re2::RE2>(pattern.text, options);
    if (!compiled->ok()) {
      findings_.warn(pattern.at(), "pattern `{}` is not looked at: {}", pattern.text, compiled->error());
    }
  }
  return !compiled->ok() || re2::RE2::FullMatch(text, *compiled);
}

}  // namespace unf::tosca
