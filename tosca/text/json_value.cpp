#include "tosca/text/json_value.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxJsonDepth = 64;
constexpr std::size_t kMaxJsonValues = 1U << 19;

/// Ends the reading; `problems` has been told.
struct JsonRefused {};

/// Takes any JSON and keeps what is none.
struct JsonCheck : nlohmann::json_sax<nlohmann::json> {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t at, const std::string& token, const nlohmann::json::exception& error) override {
    position = at;
    const std::string_view what = error.what();
    if (dynamic_cast<const nlohmann::json::out_of_range*>(&error) != nullptr) {
      reason = fmt::format("`{}` is too large, expected a number of at most 1.8e308", token);
    } else if (const auto why = what.find(" - "); why != what.npos) {
      reason = fmt::format("no JSON: {}", what.substr(why + 3));
    }
    return false;
  }

  std::size_t position = 0;  ///< how many bytes were read
  std::string reason = "no JSON, expected JSON";
};

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
  if (JsonCheck check; !nlohmann::json::sax_parse(text, &check)) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(check.position, text.size()));
    problems.add({name, static_cast<int>(1 + std::count(text.begin(), end, '\n'))}, "{}", check.reason);
    return nullptr;
  }
  try {
    return JsonReader{file, text, problems}.read();
  } catch (const JsonRefused&) {
    return nullptr;
  }
}

}  // namespace unf::tosca
