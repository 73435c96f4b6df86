#include "tosca/text/value.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <sstream>
#include <unordered_map>

#include "graph/model/utf8.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxValues = 1U << 19;

/// Ends the parse; `problems` has been told.
struct Refused {};

/// Builds the tree from yaml-cpp's events: its own tree drops duplicate keys and keeps merges as they stand.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view file, Problems& problems) : file_(file), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(make(Value::Kind::null, mark), anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    auto value = make(Value::Kind::scalar, mark);
    value->plain = tag == "?";
    value->text = text;
    add(std::move(value), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto named = anchors_.find(anchor);
    if (named == anchors_.end()) refuse(mark, "an alias inside the value that it names");
    count(named->second->weight, mark);
    place(named->second, &mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(Value::Kind::list, mark), anchor, mark);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(Value::Kind::map, mark), anchor, mark);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] const ValuePtr& root() const { return root_; }
  [[nodiscard]] bool well_formed() const { return well_formed_; }

 private:
  struct Open {
    std::shared_ptr<Value> value;
    YAML::anchor_t anchor;
    ValuePtr key;  ///< of a map, until its value comes
  };

  std::shared_ptr<Value> make(Value::Kind kind, const YAML::Mark& mark) {
    count(1, mark);
    auto value = std::make_shared<Value>();
    value->kind = kind;
    value->file = file_;
    value->line = mark.line + 1;
    value->column = mark.column + 1;
    return value;
  }

  void add(std::shared_ptr<Value> value, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = value;
    place(std::move(value));
  }

  void open(std::shared_ptr<Value> value, YAML::anchor_t anchor, const YAML::Mark& mark) {
    if (open_.size() == kMaxDepth) refuse(mark, "nested too deep, expected at most {} levels", kMaxDepth);
    open_.push_back({std::move(value), anchor, nullptr});
  }

  void close() {
    auto [value, anchor, key] = std::move(open_.back());
    open_.pop_back();
    if (value->is_map()) {
      report_duplicates(*value);
      merge(*value);
      sort_keys(*value);
    }
    for (const auto& item : value->items) value->weight += item->weight;
    for (const auto& member : value->members) value->weight += 1 + member.value->weight;
    add(std::move(value), anchor);
  }

  [[nodiscard]] SourcePlace at(const YAML::Mark& mark) const {
    return {std::string{file_}, mark.line + 1, mark.column + 1};
  }

  /// Puts a finished value where it belongs: the root, an item, a key or a member.
  void place(ValuePtr value, const YAML::Mark* alias = nullptr) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    auto& [parent, anchor, key] = open_.back();
    if (parent->is_list()) {
      parent->items.push_back(std::move(value));
    } else if (key != nullptr) {
      parent->members.push_back({std::move(key), std::move(value)});
      key = nullptr;
    } else if (value->is_scalar() || value->is_null()) {
      key = std::move(value);
    } else {
      problems_.add(alias != nullptr ? at(*alias) : value->at(), "a key that is {}, expected a name",
                    value->describe());
      throw Refused{};
    }
  }

  void report_duplicates(const Value& map) {
    std::unordered_map<std::string_view, int> lines;
    for (const auto& [key, value] : map.members) {
      const auto [first, is_new] = lines.emplace(key->text, key->line);
      if (is_new) continue;
      problems_.add(key->at(), "duplicate key `{}`, first in line {}; expected each key once", key->text,
                    first->second);
      well_formed_ = false;
    }
  }

  /// YAML's merge key: members of the merged maps, the first of them winning, where the map itself has no such key.
  void merge(Value& map) {
    const auto* merged = map.find("<<");
    if (merged == nullptr) return;
    const auto keep = map.find_member("<<")->value;
    std::erase_if(map.members, [](const Value::Member& m) { return m.key->text == "<<"; });
    std::unordered_map<std::string_view, int> known;
    for (const auto& [key, value] : map.members) known.emplace(key->text, key->line);
    const auto take = [&](const Value& from) {
      if (!from.is_map()) {
        problems_.add(from.at(), "a merge (`<<`) of {}, expected a map", from.describe());
        throw Refused{};
      }
      count(from.weight, {});
      for (const auto& member : from.members) {
        if (known.emplace(member.key->text, member.key->line).second) map.members.push_back(member);
      }
    };
    if (keep->is_list()) {
      for (const auto& item : keep->items) take(*item);
    } else {
      take(*keep);
    }
  }

  static void sort_keys(Value& map) {
    constexpr std::size_t kLarge = 16;
    if (map.members.size() < kLarge) return;
    map.by_key.resize(map.members.size());
    std::iota(map.by_key.begin(), map.by_key.end(), 0U);
    std::sort(map.by_key.begin(), map.by_key.end(),
              [&](auto a, auto b) { return map.members[a].key->text < map.members[b].key->text; });
  }

  void count(std::size_t values, const YAML::Mark& mark) {
    values_ += values;
    if (values_ > kMaxValues)
      refuse(mark, "too many values (aliases counted each time), expected at most {}", kMaxValues);
  }

  template <typename... Args>
  [[noreturn]] void refuse(const YAML::Mark& mark, fmt::format_string<Args...> format, Args&&... args) {
    problems_.add(at(mark), format, std::forward<Args>(args)...);
    throw Refused{};
  }

  std::string_view file_;
  Problems& problems_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, ValuePtr> anchors_;
  ValuePtr root_;
  std::size_t values_ = 0;
  bool well_formed_ = true;
};

const Value* member_of_kind(const Value& map, std::string_view key, Value::Kind kind, const char* expected,
                            Problems& problems) {
  const auto* value = map.find(key);
  if (value == nullptr || value->is_null() || value->kind == kind)
    return value == nullptr || value->is_null() ? nullptr : value;
  problems.add(value->at(), "`{}` is {}, expected {}", key, value->describe(), expected);
  return nullptr;
}

}  // namespace

int first_bad_line(std::string_view text, TextOf form) {
  int line = 1;
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    if (c == '\n') ++line;
    const auto size = utf8_character(text);
    const bool is_control = (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c == 0x7f && form == TextOf::yaml);
    if (size == 0 || is_control) return line;
    text.remove_prefix(size);
  }
  return 0;
}

const Value::Member* Value::find_member(std::string_view key) const {
  if (!by_key.empty()) {
    const auto at = std::lower_bound(by_key.begin(), by_key.end(), key,
                                     [&](auto i, std::string_view k) { return members[i].key->text < k; });
    return at != by_key.end() && members[*at].key->text == key ? &members[*at] : nullptr;
  }
  const auto member = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key->text == key; });
  return member == members.end() ? nullptr : &*member;
}

const Value* Value::find(std::string_view key) const {
  const auto* member = find_member(key);
  return member == nullptr ? nullptr : member->value.get();
}

const Value* Value::find(std::string_view key, std::string_view inner) const {
  const auto* value = find(key);
  return value == nullptr ? nullptr : value->find(inner);
}

std::string Value::describe() const {
  switch (kind) {
    case Kind::null:
      return "empty";
    case Kind::scalar:
      return fmt::format("`{1}{0}{1}`", std::string_view{text}.substr(0, 80), plain ? "" : "'");
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
  }
  return {};
}

namespace {

ValuePtr parse_document(std::string_view file, const std::string& text, Problems& problems, bool take_duplicates) try {
  const std::string name{file};
  if (text.size() > kMaxDocumentBytes) {
    problems.add({name, 0}, "{} bytes, expected at most {}", text.size(), kMaxDocumentBytes);
    return nullptr;
  }
  if (const auto line = first_bad_line(text, TextOf::yaml); line != 0) {
    problems.add({name, line}, "a byte that is no text, expected YAML in UTF-8");
    return nullptr;
  }
  std::istringstream stream{text};
  YAML::Parser parser{stream};
  TreeBuilder tree{file, problems};
  if (!parser.HandleNextDocument(tree) || tree.root() == nullptr || tree.root()->is_null()) {
    problems.add({name, 1}, "empty, expected a YAML document");
    return nullptr;
  }
  TreeBuilder second{file, problems};
  if (parser.HandleNextDocument(second) && second.root() != nullptr) {
    problems.add(second.root()->at(), "a second YAML document, expected one a file");
    return nullptr;
  }
  return tree.well_formed() || take_duplicates ? tree.root() : nullptr;
} catch (const YAML::Exception& e) {
  const auto at = e.mark.is_null() ? SourcePlace{std::string{file}, 1}
                                   : SourcePlace{std::string{file}, e.mark.line + 1, e.mark.column + 1};
  problems.add(at, "not YAML: {}", e.msg);
  return nullptr;
} catch (const Refused&) {
  return nullptr;
}

}  // namespace

ValuePtr parse_yaml(std::string_view file, const std::string& text, Problems& problems) {
  return parse_document(file, text, problems, false);
}
ValuePtr parse_yaml_with_duplicates(std::string_view file, const std::string& text, Problems& problems) {
  return parse_document(file, text, problems, true);
}

const Value* map_at(const Value& map, std::string_view key, Problems& problems) {
  return member_of_kind(map, key, Value::Kind::map, "a map", problems);
}
const Value* list_at(const Value& map, std::string_view key, Problems& problems) {
  return member_of_kind(map, key, Value::Kind::list, "a list", problems);
}
const Value* scalar_at(const Value& map, std::string_view key, Problems& problems) {
  return member_of_kind(map, key, Value::Kind::scalar, "one value", problems);
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::optional<std::uint64_t> to_unsigned(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace unf::tosca
