#include "tosca/xml.h"

#include <libxml/parser.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <unordered_map>
#include <vector>

#include "graph/model/utf8.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxXmlLevels = 64;
constexpr std::size_t kMaxXmlElements = 1U << 18;
constexpr std::string_view kXmlBlanks = " \t\r\n";

std::string_view text_of_xml(const xmlChar* text) {
  return text == nullptr ? std::string_view{} : std::string_view{reinterpret_cast<const char*>(text)};
}

std::string_view without_xml_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(kXmlBlanks);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(kXmlBlanks) + 1 - first);
}

/// Builds the tree from libxml2's events: so no document type is ever looked into.
class XmlTreeBuilder {
 public:
  XmlTreeBuilder(std::string_view file, Problems& problems) : file_(file), problems_(problems) {}

  [[nodiscard]] ValuePtr read(const std::string& text) {
    context_.reset(xmlNewParserCtxt());
    if (context_ == nullptr) return refuse("too large"), nullptr;
    auto& events = *context_->sax;
    events = {};
    events.initialized = XML_SAX2_MAGIC;
    events.startElementNs = [](void* self, const xmlChar* name, const xmlChar* prefix, const xmlChar* space, int,
                               const xmlChar**, int, int, const xmlChar**) {
      of(self).open(text_of_xml(name), text_of_xml(prefix), text_of_xml(space));
    };
    events.endElementNs = [](void* self, const xmlChar*, const xmlChar*, const xmlChar*) { of(self).close(); };
    events.characters = [](void* self, const xmlChar* characters, int size) { of(self).add_text(characters, size); };
    events.cdataBlock = events.characters;
    events.internalSubset = [](void* self, const xmlChar*, const xmlChar*, const xmlChar*) {
      of(self).refuse("a document type, expected none");
    };
    events.reference = [](void* self, const xmlChar*) { of(self).refuse("an entity, expected none"); };
    events.serror = [](void* self, xmlErrorPtr error) {
      if (error->level < XML_ERR_ERROR) return;
      auto why = std::string{error->message == nullptr ? "damaged" : error->message};
      why.resize(why.find_last_not_of(kXmlBlanks) + 1);
      std::ranges::replace_if(
          why, [](unsigned char c) { return c < 0x20; }, ' ');
      of(self).refuse("not XML: {}", why);
    };
    context_->userData = this;
    xmlCtxtReadMemory(context_.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8", XML_PARSE_NONET);
    if (!refused_ && (root_ == nullptr || context_->wellFormed == 0)) refuse("not XML: damaged");
    return refused_ ? nullptr : std::move(root_);
  }

 private:
  struct Open {
    std::shared_ptr<Value> value;
    std::unordered_map<std::string, std::size_t> known;  ///< members by name
    std::vector<std::shared_ptr<Value>> lists;           ///< by member; nullptr: it is there once
  };

  static XmlTreeBuilder& of(void* self) { return *static_cast<XmlTreeBuilder*>(self); }

  std::shared_ptr<Value> make(Value::Kind kind, std::string_view text = {}) const {
    auto value = std::make_shared<Value>();
    value->kind = kind;
    value->plain = true;
    value->text = text;
    value->file = file_;
    value->line = std::max(1, context_->input == nullptr ? 1 : context_->input->line);
    value->column = std::max(1, context_->input == nullptr ? 1 : context_->input->col);
    return value;
  }

  void open(std::string_view name, std::string_view prefix, std::string_view space) {
    if (refused_) return;
    if (open_.size() == kMaxXmlLevels) return refuse("nested too deep, expected at most {} levels", kMaxXmlLevels);
    if (++elements_ > kMaxXmlElements) return refuse("too many elements, expected at most {}", kMaxXmlElements);
    if (!open_.empty() && !without_xml_blanks(open_.back().value->text).empty()) return refuse_mixed();
    if (open_.empty()) space_ = space;
    auto value = make(Value::Kind::null);
    // The parser stands behind the name here, where there are no attributes.
    const auto width = static_cast<int>(name.size() + (prefix.empty() ? 0 : prefix.size() + 1) + 1);
    value->column = std::max(1, value->column - width);
    auto key = std::make_shared<Value>(*value);
    key->kind = Value::Kind::scalar;
    key->text = name;
    keys_.push_back(std::move(key));
    open_.push_back({std::move(value), {}, {}});
  }

  void add_text(const xmlChar* characters, int size) {
    if (refused_ || open_.empty()) return;
    const std::string_view text{reinterpret_cast<const char*>(characters), static_cast<std::size_t>(size)};
    if (!open_.back().value->members.empty()) {
      if (!without_xml_blanks(text).empty()) refuse_mixed();
      return;
    }
    open_.back().value->text += text;
  }

  void close() {
    if (refused_ || open_.empty()) return;
    auto [value, known, lists] = std::move(open_.back());
    open_.pop_back();
    if (!value->members.empty()) {
      value->kind = Value::Kind::map;
      value->text.clear();
      for (std::size_t i = 0; i < lists.size(); ++i) {
        if (lists[i] == nullptr) continue;
        for (const auto& item : lists[i]->items) lists[i]->weight += item->weight;
        value->members[i].value = std::move(lists[i]);
      }
      for (const auto& member : value->members) value->weight += 1 + member.value->weight;
      sort_keys(*value);
    } else {
      value->text = std::string{without_xml_blanks(value->text)};
      if (!value->text.empty()) value->kind = Value::Kind::scalar;
    }
    auto key = std::move(keys_.back());
    keys_.pop_back();
    if (open_.empty()) return finish(std::move(key), std::move(value));
    auto& parent = open_.back();
    parent.value->text.clear();
    const auto [at, is_new] = parent.known.try_emplace(key->text, parent.value->members.size());
    if (is_new) {
      parent.value->members.push_back({std::move(key), std::move(value)});
      parent.lists.emplace_back();
      return;
    }
    auto& list = parent.lists[at->second];
    if (list == nullptr) {
      const auto& first = parent.value->members[at->second].value;
      list = std::make_shared<Value>(*parent.value->members[at->second].key);
      list->kind = Value::Kind::list;
      list->text.clear();
      list->items.push_back(first);
    }
    list->items.push_back(std::move(value));
  }

  void finish(ValuePtr name, ValuePtr value) {
    auto root = make(Value::Kind::map);
    root->line = root->column = 1;
    root->weight += 3 + value->weight;
    root->members.push_back({std::move(name), std::move(value)});
    root->members.push_back({make(Value::Kind::scalar, kXmlNamespace), make(Value::Kind::scalar, space_)});
    root_ = std::move(root);
  }

  static void sort_keys(Value& map) {
    constexpr std::size_t kLarge = 16;
    if (map.members.size() < kLarge) return;
    map.by_key.resize(map.members.size());
    std::iota(map.by_key.begin(), map.by_key.end(), 0U);
    std::ranges::sort(map.by_key, {}, [&](auto i) -> const std::string& { return map.members[i].key->text; });
  }

  void refuse_mixed() { refuse("text beside elements, expected only one of them"); }

  template <typename... Args>
  void refuse(fmt::format_string<Args...> format, Args&&... args) {
    if (refused_) return;
    refused_ = true;
    const int line = context_ == nullptr || context_->input == nullptr ? 1 : context_->input->line;
    problems_.add({std::string{file_}, std::max(1, line)}, format, std::forward<Args>(args)...);
    if (context_ != nullptr) xmlStopParser(context_.get());
  }

  std::string_view file_;
  Problems& problems_;
  std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)> context_{nullptr, xmlFreeParserCtxt};
  std::vector<Open> open_;
  std::vector<std::shared_ptr<Value>> keys_;  ///< names of what is open
  std::string space_;
  ValuePtr root_;
  std::size_t elements_ = 0;
  bool refused_ = false;
};

/// Line of the first byte that is no text, or 0.
int bad_line_of_xml(std::string_view text) {
  int line = 1;
  while (!text.empty()) {
    if (text.front() == '\n') ++line;
    const auto size = utf8_character(text);
    if (size == 0 || text.front() == '\0') return line;
    text.remove_prefix(size);
  }
  return 0;
}

/// What an XML declaration says of the encoding; empty: nothing.
std::string declared_xml_encoding(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf", kKey = "encoding";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!text.starts_with("<?xml")) return {};
  text = text.substr(0, text.find("?>"));
  const auto at = text.find(kKey);
  if (at == text.npos) return {};
  const auto first = text.find_first_of("\"'", at + kKey.size());
  if (first == text.npos) return {};
  std::string encoding{text.substr(first + 1, std::min(text.find(text[first], first + 1), text.size()) - first - 1)};
  std::ranges::transform(encoding, encoding.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return encoding;
}

}  // namespace

ValuePtr parse_xml(std::string_view file, const std::string& text, Problems& problems) {
  const std::string name{file};
  if (text.size() > kMaxDocumentBytes) {
    problems.add({name, 0}, "{} bytes, expected at most {}", text.size(), kMaxDocumentBytes);
    return nullptr;
  }
  if (const auto line = bad_line_of_xml(text); line != 0) {
    problems.add({name, line}, "a byte that is no text, expected XML in UTF-8");
    return nullptr;
  }
  if (const auto encoding = declared_xml_encoding(text);
      !encoding.empty() && encoding != "utf-8" && encoding != "utf8" && encoding != "us-ascii") {
    problems.add({name, 1}, "in another encoding, expected XML in UTF-8");
    return nullptr;
  }
  return XmlTreeBuilder{file, problems}.read(text);
}

bool is_xml(std::string_view name) { return name.ends_with(".xml"); }

ValuePtr parse_by_name(std::string_view file, const std::string& text, Problems& problems) {
  return is_xml(file) ? parse_xml(file, text, problems) : parse_yaml(file, text, problems);
}

}  // namespace unf::tosca
