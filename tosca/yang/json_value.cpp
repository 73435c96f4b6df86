#include "tosca/yang/json_value.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxJsonDepth = 64;
constexpr std::size_t kMaxJsonValues = 1U << 19;

/// Ends the reading; `problems` has been told.
struct JsonRefused {};

/// Takes the values of a text that is known to be JSON.
class JsonReader {
 public:
  JsonReader(std::string_view file, std::string_view text, Problems& problems)
      : file_(file), text_(text), problems_(problems) {}

  ValuePtr read() {
    const auto before = problems_.size();
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
    auto root = value(0);
    return problems_.size() == before ? root : nullptr;
  }

 private:
  void take(std::size_t size) {
    for (const char c : text_.substr(0, size)) {
      ++column_;
      if (c != '\n') continue;
      ++line_;
      column_ = 1;
    }
    text_.remove_prefix(size);
  }
  /// The next character that is no white space.
  char next() {
    take(std::min(text_.find_first_not_of(" \t\r\n"), text_.size()));
    return text_.empty() ? '\0' : text_.front();
  }

  std::shared_ptr<Value> make(Value::Kind kind) {
    auto made = std::make_shared<Value>();
    made->kind = kind;
    made->file = file_;
    made->line = line_;
    made->column = column_;
    if (++values_ > kMaxJsonValues) refuse(*made, "too many values, expected at most {}", kMaxJsonValues);
    return made;
  }

  template <typename... Args>
  [[noreturn]] void refuse(const Value& at, fmt::format_string<Args...> format, Args&&... args) {
    problems_.add(at.at(), format, std::forward<Args>(args)...);
    throw JsonRefused{};
  }

  ValuePtr value(std::size_t depth) {
    switch (next()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      default:
        return literal();
    }
  }

  ValuePtr string() {
    auto made = make(Value::Kind::scalar);
    std::size_t end = 1;
    bool escaped = false;
    for (; end < text_.size() && text_[end] != '"'; ++end) {
      if (text_[end] != '\\') continue;
      escaped = true;
      ++end;
    }
    const auto quoted = text_.substr(0, end + 1);
    made->text = escaped ? nlohmann::json::parse(quoted).get<std::string>() : quoted.substr(1, end - 1);
    take(quoted.size());
    return made;
  }

  ValuePtr literal() {
    const auto written = text_.substr(0, text_.find_first_of(" \t\r\n,]}"));
    auto made = make(written == "null" ? Value::Kind::null : Value::Kind::scalar);
    if (!made->is_null()) {
      made->plain = true;
      made->text = written;
    }
    take(written.size());
    return made;
  }

  ValuePtr array(std::size_t depth) {
    auto made = make(Value::Kind::list);
    if (depth == kMaxJsonDepth) refuse(*made, "nested too deep, expected at most {} levels", kMaxJsonDepth);
    take(1);
    while (next() != ']') {
      made->items.push_back(value(depth + 1));
      made->weight += made->items.back()->weight;
      if (next() == ',') take(1);
    }
    take(1);
    return made;
  }

  ValuePtr object(std::size_t depth) {
    auto made = make(Value::Kind::map);
    if (depth == kMaxJsonDepth) refuse(*made, "nested too deep, expected at most {} levels", kMaxJsonDepth);
    take(1);
    std::unordered_map<std::string_view, int> lines;
    while (next() != '}') {
      auto key = string();
      const auto [first, is_new] = lines.emplace(key->text, key->line);
      if (!is_new)
        problems_.add(key->at(), "duplicate key `{}`, first in line {}; expected each key once", key->text,
                      first->second);
      next();
      take(1);  // the colon
      made->members.push_back({std::move(key), value(depth + 1)});
      made->weight += 1 + made->members.back().value->weight;
      if (next() == ',') take(1);
    }
    take(1);
    return made;
  }

  std::string_view file_;
  std::string_view text_;
  Problems& problems_;
  int line_ = 1;
  int column_ = 1;
  std::size_t values_ = 0;
};

}  // namespace

ValuePtr parse_json(std::string_view file, const std::string& text, Problems& problems) {
  const std::string name{file};
  if (text.size() > kMaxDocumentBytes) {
    problems.add({name, 0}, "{} bytes, expected at most {}", text.size(), kMaxDocumentBytes);
    return nullptr;
  }
  if (nlohmann::json::accept(text)) {
    try {
      return JsonReader{file, text, problems}.read();
    } catch (const JsonRefused&) {
      return nullptr;
    }
  }
  std::size_t end = 0;
  std::string message = "no JSON, expected JSON";
  try {
    std::ignore = nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& e) {
    end = std::min(e.byte, text.size());
    const std::string_view what = e.what();
    if (const auto reason = what.find(" - "); reason != what.npos)
      message = fmt::format("no JSON: {}", what.substr(reason + 3));
  }
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
  problems.add({name, static_cast<int>(line)}, "{}", message);
  return nullptr;
}

}  // namespace unf::tosca
