#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/model/result.h"

namespace unf {

/// A JSON value and where it stands (`nodes[3].type`). What is missing or of the wrong type is noted as a line, and a
/// default taken, so that all problems of a text are found in one go.
class JsonReader {
 public:
  using Problems = std::vector<std::string>;

  JsonReader(const nlohmann::json& value, std::string where, Problems& problems)
      : value_(&value), where_(std::move(where)), problems_(&problems) {}

  [[nodiscard]] const nlohmann::json& value() const { return *value_; }
  [[nodiscard]] const std::string& where() const { return where_; }

  template <typename... Args>
  void problem(fmt::format_string<Args...> format, Args&&... args) const {
    const auto text = fmt::format(format, std::forward<Args>(args)...);
    problems_->push_back(where_.empty() ? text : where_ + ": " + text);
  }

  [[nodiscard]] bool has(const char* name) const { return value_->is_object() && value_->contains(name); }
  /// A member; where it is missing a null, and unless `optional` a problem.
  [[nodiscard]] JsonReader member(const char* name, bool optional = false) const {
    static const nlohmann::json kNull;
    const auto where = where_.empty() ? std::string{name} : where_ + "." + name;
    if (has(name)) return {(*value_)[name], where, *problems_};
    const JsonReader missing{kNull, where, *problems_};
    if (!optional) missing.problem("missing");
    return missing;
  }
  [[nodiscard]] bool is_null() const { return value_->is_null(); }

  [[nodiscard]] std::string string() const {
    if (value_->is_string()) return value_->get<std::string>();
    expected("a string");
    return {};
  }
  [[nodiscard]] bool boolean() const {
    if (value_->is_boolean()) return value_->get<bool>();
    expected("true or false");
    return false;
  }
  template <typename T>
  [[nodiscard]] T number(T max = std::numeric_limits<T>::max()) const {
    const bool whole =
        value_->is_number_integer() && (value_->is_number_unsigned() || value_->get<std::int64_t>() >= 0);
    if (whole && value_->get<std::uint64_t>() <= max) return value_->get<T>();
    expected(fmt::format("a whole number from 0 to {}", max));
    return {};
  }
  /// Calls `visit(JsonReader)` for each element of a list.
  template <typename Visit>
  void each(Visit visit) const {
    if (!value_->is_array()) return expected("a list");
    for (std::size_t i = 0; i < value_->size(); ++i) {
      visit(JsonReader{(*value_)[i], fmt::format("{}[{}]", where_, i), *problems_});
    }
  }
  /// Calls `visit(key, JsonReader)` for each member of an object.
  template <typename Visit>
  void each_member(Visit visit) const {
    if (!value_->is_object()) return expected("an object");
    for (const auto& [key, value] : value_->items()) visit(key, JsonReader{value, where_ + "." + key, *problems_});
  }
  [[nodiscard]] bool is_object() const {
    if (!value_->is_object()) expected("an object");
    return value_->is_object();
  }
  /// An enumerator by its name, one of `names` in the enum's order.
  template <typename Enum, typename Names>
  [[nodiscard]] Enum one_of(const Names& names) const {
    std::size_t i = 0;
    if (value_->is_string()) {
      for (const auto& name : names) {
        if (value_->get_ref<const std::string&>() == name) return static_cast<Enum>(i);
        ++i;
      }
    }
    expected(fmt::format("one of {}", fmt::join(names, ", ")));
    return {};
  }

 private:
  void expected(std::string_view what) const {
    if (value_->is_null()) {  // a member that is missing has been noted already
      if (problems_->empty() || problems_->back() != where_ + ": missing") problem("null, expected {}", what);
      return;
    }
    problem("is {}, expected {}", shortened(), what);
  }
  [[nodiscard]] std::string shortened() const {
    auto text = value_->dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    return text.size() <= 40 ? text : text.substr(0, 37) + "...";
  }

  const nlohmann::json* value_;
  std::string where_;
  Problems* problems_;
};

/// What was read, or malformed with one line a problem.
template <typename T>
[[nodiscard]] Result<T> unless(const JsonReader::Problems& problems, T value) {
  if (problems.empty()) return value;
  return fail(Errc::malformed, "{}", fmt::join(problems, "\n"));
}

}  // namespace unf
