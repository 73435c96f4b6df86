#include "vnfm/rest/query/attribute_filter.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <optional>

namespace unf::vnfm {
namespace {
using nlohmann::json;

constexpr std::size_t kMaxExpression = 4096;
constexpr std::size_t kMaxTerms = 64;

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Seconds since 1970 of a date and time (RFC 3339 5.6).
std::optional<double> instant_of(const std::string& text) {
  std::tm utc{};
  double seconds = 0;
  int used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%lf%n", &utc.tm_year, &utc.tm_mon, &utc.tm_mday, &utc.tm_hour,
                  &utc.tm_min, &seconds, &used) != 6) {
    return std::nullopt;
  }
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  const auto whole = static_cast<double>(timegm(&utc)) + seconds;
  const auto zone = text.substr(static_cast<std::size_t>(used));
  if (zone == "Z" || zone == "z") return whole;
  int hours = 0, minutes = 0, end = 0;
  char sign = 0;
  const bool has_offset = std::sscanf(zone.c_str(), "%c%2d:%2d%n", &sign, &hours, &minutes, &end) == 3 &&
                          (sign == '+' || sign == '-') && static_cast<std::size_t>(end) == zone.size();
  if (!has_offset) return std::nullopt;
  const double offset = hours * 3600 + minutes * 60;
  return sign == '+' ? whole - offset : whole + offset;
}

}  // namespace

class AttributeFilter::Parser {
 public:
  Parser(std::string_view text, const json& schema) : text_(text), schema_(schema) {}

  Result<std::vector<Term>> parse() {
    if (text_.size() > kMaxExpression) {
      return fail(Errc::malformed, "filter: has {} bytes, expected at most {}", text_.size(), kMaxExpression);
    }
    std::vector<Term> terms;
    do {
      auto term = parse_term();
      if (!term) return fail(term.error());
      terms.push_back(std::move(*term));
      if (terms.size() > kMaxTerms) return fail(Errc::malformed, "filter: more than {} terms", kMaxTerms);
    } while (take(';'));
    if (at_ != text_.size()) return unexpected("; or the end");
    return terms;
  }

 private:
  tl::unexpected<Error> unexpected(std::string_view what) const {
    return fail(Errc::malformed, "filter: at byte {}: expected {}", at_, what);
  }
  bool take(char c) {
    const bool there = at_ < text_.size() && text_[at_] == c;
    if (there) ++at_;
    return there;
  }

  Result<Term> parse_term() {
    if (!take('(')) return unexpected("(");
    Term term;
    const auto op = word();
    if (auto known = set_operator(op, term); !known) return fail(known.error());
    if (!take(',')) return unexpected("a comma and an attribute");
    auto attribute = find_attribute(schema_, word(), true);
    if (!attribute) return fail(Errc::malformed, "filter: {}", attribute.error().message);
    term.path = std::move(attribute->path);
    while (take(',')) {
      auto value = parse_value();
      if (!value) return fail(value.error());
      term.values.push_back(std::move(*value));
    }
    if (!take(')')) return unexpected("a comma or )");
    if (auto typed = check_values(op, element_schema(*attribute->schema), term); !typed) return fail(typed.error());
    return term;
  }

  std::string_view word() {
    const auto end = std::min(text_.find_first_of(",();'", at_), text_.size());
    const auto found = text_.substr(at_, end - at_);
    at_ = end;
    return found;
  }

  /// Without quotes up to the next comma or parenthesis; in quotes '' is a quote.
  Result<std::string> parse_value() {
    if (!take('\'')) return std::string{word()};
    std::string value;
    for (;;) {
      const auto quote = text_.find('\'', at_);
      if (quote == text_.npos) return unexpected("a closing '");
      value += text_.substr(at_, quote - at_);
      at_ = quote + 1;
      if (!take('\'')) return value;
      value += '\'';
    }
  }

  Result<void> set_operator(std::string_view name, Term& term) const {
    struct Named {
      std::string_view name;
      Operator op;
      bool negated = false;
    };
    static constexpr Named kNames[] = {
        {"eq", Operator::eq},     {"neq", Operator::eq, true},     {"in", Operator::in}, {"nin", Operator::in, true},
        {"cont", Operator::cont}, {"ncont", Operator::cont, true}, {"gt", Operator::gt}, {"gte", Operator::gte},
        {"lt", Operator::lt},     {"lte", Operator::lte}};
    const auto* at = std::ranges::find(kNames, name, &Named::name);
    if (at == std::end(kNames)) {
      return fail(Errc::malformed, "filter: {}: expected eq, neq, in, nin, gt, gte, lt, lte, cont or ncont", name);
    }
    term.op = at->op;
    term.negated = at->negated;
    return {};
  }

  Result<void> check_values(std::string_view op, const json& schema, Term& term) const {
    const bool takes_many = term.op == Operator::in || term.op == Operator::cont;
    if (term.values.empty() || (!takes_many && term.values.size() > 1)) {
      return fail(Errc::malformed, "filter: {}: has {} values, expected {}", op, term.values.size(),
                  takes_many ? "one or more" : "one");
    }
    const auto type = schema.value("type", "");
    if (type == "object" || type == "array") {
      return fail(Errc::malformed, "filter: {}: has parts, expected an attribute without", term.path.back());
    }
    term.kind = type == "number" || type == "integer"                                    ? Kind::number
                : type == "boolean"                                                      ? Kind::boolean
                : schema.value("format", "") == "date-time" && term.op != Operator::cont ? Kind::instant
                                                                                         : Kind::text;
    const bool orders = term.op != Operator::eq && !takes_many;
    if ((term.kind == Kind::boolean && orders) || (term.op == Operator::cont && term.kind != Kind::text)) {
      return fail(Errc::malformed, "filter: {}: not for {}, which is a {}", op, term.path.back(), type);
    }
    for (const auto& value : term.values) {
      std::optional<double> number;
      if (term.kind == Kind::text) continue;
      if (term.kind == Kind::number) number = number_of(value);
      if (term.kind == Kind::instant) number = instant_of(value);
      if (term.kind == Kind::boolean && value == "true") number = 1;
      if (term.kind == Kind::boolean && value == "false") number = 0;
      if (!number) {
        return fail(Errc::malformed, "filter: {}: is {}, expected a {}", term.path.back(), value,
                    term.kind == Kind::instant ? "date-time" : type);
      }
      term.numbers.push_back(*number);
    }
    return {};
  }

  std::string_view text_;
  const json& schema_;
  std::size_t at_ = 0;
};

Result<AttributeFilter> AttributeFilter::parse(std::string_view expression, const json& schema) {
  return Parser{expression, schema}.parse().map([](std::vector<Term> terms) {
    AttributeFilter filter;
    filter.terms_ = std::move(terms);
    return filter;
  });
}

bool AttributeFilter::matches(const json& resource) const {
  return std::ranges::all_of(terms_, [&](const Term& term) { return holds(term, resource, 0) != term.negated; });
}

bool AttributeFilter::holds(const Term& term, const json& value, std::size_t depth) {
  if (value.is_array()) {
    return std::ranges::any_of(value, [&](const auto& element) { return holds(term, element, depth); });
  }
  if (depth == term.path.size()) return compares(term, value);
  if (!value.is_object()) return false;
  if (term.path[depth] == "@key") {
    return std::ranges::any_of(value.items(), [&](const auto& member) { return compares(term, member.key()); });
  }
  const auto at = value.find(term.path[depth]);
  return at != value.end() && holds(term, *at, depth + 1);
}

bool AttributeFilter::compares(const Term& term, const json& value) {
  const auto compare = [&](const auto& is, const auto& values) {
    switch (term.op) {
      case Operator::gt:
        return is > values[0];
      case Operator::gte:
        return is >= values[0];
      case Operator::lt:
        return is < values[0];
      case Operator::lte:
        return is <= values[0];
      default:
        return std::ranges::find(values, is) != values.end();
    }
  };
  if (term.kind == Kind::number) return value.is_number() && compare(value.get<double>(), term.numbers);
  if (term.kind == Kind::boolean) return value.is_boolean() && compare(value.get<bool>() ? 1.0 : 0.0, term.numbers);
  const auto text = value.is_string() ? value.get<std::string>() : value.is_null() ? std::string{} : value.dump();
  if (term.kind == Kind::instant) {
    const auto instant = instant_of(text);
    return instant && compare(*instant, term.numbers);
  }
  if (term.op != Operator::cont) return compare(text, term.values);
  return std::ranges::any_of(term.values, [&](const auto& part) { return text.find(part) != text.npos; });
}

}  // namespace unf::vnfm
