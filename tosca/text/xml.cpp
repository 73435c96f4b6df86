#include "tosca/text/xml.h"

#include <fmt/format.h>
#include <libxml/parser.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <utility>

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxXmlLevels = 64;
constexpr std::size_t kMaxXmlElements = 1U << 18;
constexpr std::size_t kMaxXmlScopes = 256;
constexpr std::size_t kMaxXmlAttributes = 256;  ///< libxml2 compares each with each
constexpr std::string_view kXmlBlanks = " \t\r\n";

std::string_view text_of_xml(const xmlChar* text) {
  return text == nullptr ? std::string_view{} : std::string_view{reinterpret_cast<const char*>(text)};
}

std::string_view without_xml_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(kXmlBlanks);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(kXmlBlanks) + 1 - first);
}

// --- What is wrong whatever the elements are.

int line_in_xml(std::string_view text, std::size_t at) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n'));
}

/// The XML declaration that it begins with; empty: none.
std::string_view xml_declaration(std::string_view text) {
  constexpr std::string_view kBegin = "<?xml", kEnd = "?>";
  if (!text.starts_with(kBegin) || text.find_first_of(kXmlBlanks) != kBegin.size()) return {};
  const auto end = text.find(kEnd);
  return end == text.npos ? text : text.substr(0, end + kEnd.size());
}

/// What a declaration says of the encoding; empty: nothing.
std::string encoding_in_xml(std::string_view declaration) {
  constexpr std::string_view kKey = "encoding";
  const auto at = declaration.find(kKey);
  if (at == declaration.npos) return {};
  const auto first = declaration.find_first_of("\"'", at + kKey.size());
  if (first == declaration.npos) return {};
  const auto last = std::min(declaration.find(declaration[first], first + 1), declaration.size());
  std::string encoding{declaration.substr(first + 1, last - first - 1)};
  std::ranges::transform(encoding, encoding.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return encoding;
}

struct XmlTag {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t attributes = 0;  ///< that libxml2 would find
};

/// The next one from `at` on, with comments and the like stepped over. None: libxml2 gets to none either.
std::optional<XmlTag> next_xml_tag(std::string_view text, std::size_t at) {
  constexpr std::pair<std::string_view, std::string_view> kNoTags[] = {
      {"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
  for (;;) {
    at = text.find('<', at);
    if (at == text.npos) return std::nullopt;
    const auto* const other = std::ranges::find_if(
        kNoTags, [&](const auto& ends) { return text.substr(at, ends.first.size()) == ends.first; });
    if (other == std::end(kNoTags)) break;
    at = text.find(other->second, at + other->first.size());
    if (at == text.npos) return std::nullopt;
    at += other->second.size();
  }
  XmlTag tag{.begin = at, .end = at + 1};
  for (char quote = '\0'; tag.end < text.size(); ++tag.end) {
    const char c = text[tag.end];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '=') {
      ++tag.attributes;
    } else if (c == '>') {
      ++tag.end;
      break;
    } else if (c == '<') {
      break;
    }
  }
  return tag;
}

/// `text`: without byte order mark.
std::optional<XmlError> error_before_xml(std::string_view text) {
  if (text.size() > kMaxDocumentBytes)
    return XmlError{0, fmt::format("{} bytes, expected at most {}", text.size(), kMaxDocumentBytes)};
  if (const auto line = first_bad_line(text, TextOf::xml); line != 0)
    return XmlError{line, "a byte that is no text, expected XML in UTF-8"};
  const auto encoding = encoding_in_xml(xml_declaration(text));
  if (!encoding.empty() && encoding != "utf-8" && encoding != "utf8" && encoding != "us-ascii")
    return XmlError{1, "in another encoding, expected XML in UTF-8"};
  for (auto tag = next_xml_tag(text, 0); tag; tag = next_xml_tag(text, tag->end)) {
    if (tag->attributes > kMaxXmlAttributes)
      return XmlError{line_in_xml(text, tag->begin),
                      fmt::format("too many attributes, expected at most {} of an element", kMaxXmlAttributes)};
  }
  return std::nullopt;
}

// --- Elements.

constexpr std::string_view kNoXmlReference = "an unknown reference, expected &amp; for &";
constexpr std::string_view kNoXmlValue = "an attribute without value, expected one in quotes";

/// What libxml2 says, in our words.
constexpr std::pair<int, std::string_view> kXmlRefusals[] = {
    {XML_ERR_INVALID_HEX_CHARREF, kNoXmlReference},
    {XML_ERR_INVALID_DEC_CHARREF, kNoXmlReference},
    {XML_ERR_INVALID_CHARREF, kNoXmlReference},
    {XML_ERR_ENTITYREF_SEMICOL_MISSING, kNoXmlReference},
    {XML_ERR_UNDECLARED_ENTITY, kNoXmlReference},
    {XML_ERR_INVALID_CHAR, "a character that XML does not have, expected others"},
    {XML_ERR_COMMENT_NOT_FINISHED, "a comment without end, expected -->"},
    {XML_ERR_HYPHEN_IN_COMMENT, "-- in a comment, expected it at the end only"},
    {XML_ERR_CDATA_NOT_FINISHED, "CDATA without end, expected ]]>"},
    {XML_ERR_MISPLACED_CDATA_END, "]]> in a text, expected ]]&gt;"},
    {XML_ERR_PI_NOT_FINISHED, "an instruction without end, expected ?>"},
    {XML_ERR_RESERVED_XML_NAME, "an XML declaration, expected it before all else"},
    {XML_ERR_GT_REQUIRED, "a tag without end, expected >"},
    {XML_ERR_LT_IN_ATTRIBUTE, "< in an attribute's value, expected &lt;, or a quote before it"},
    {XML_ERR_ATTRIBUTE_NOT_STARTED, kNoXmlValue},
    {XML_ERR_ATTRIBUTE_NOT_FINISHED, kNoXmlValue},
    {XML_ERR_ATTRIBUTE_WITHOUT_VALUE, kNoXmlValue},
    {XML_ERR_SPACE_REQUIRED, "something right behind an attribute, expected a blank or >"},
};

/// What its reader is for.
enum class XmlUse : std::uint8_t {
  elements,   ///< any
  document,   ///< one, and in each either text or elements
  first_tag,  ///< the first, by its tag
};

/// Builds elements from libxml2's events. It reads them in one more, between a declaration and the text's end: so there
/// may be several, and no document type.
class XmlTreeBuilder {
 public:
  /// `text`: without byte order mark.
  XmlTreeBuilder(std::string_view text, XmlUse use) : text_(text), use_(use), before_(xml_declaration(text).size()) {
    whole_.reserve(text.size() + kOuterTag.size() + kOuterEnd.size());
    whole_.append(text.substr(0, before_)).append(kOuterTag).append(text.substr(before_)).append(kOuterEnd);
  }

  [[nodiscard]] tl::expected<std::vector<XmlElement>, XmlError> read() {
    context_.reset(xmlNewParserCtxt());
    if (context_ == nullptr) return tl::unexpected{XmlError{0, "too large, expected less"}};
    auto& events = *context_->sax;
    events = {};
    events.initialized = XML_SAX2_MAGIC;
    events.startElementNs = [](void* self, const xmlChar* name, const xmlChar* prefix, const xmlChar*, int spaces,
                               const xmlChar** space, int, int,
                               const xmlChar**) { of(self).open(name, prefix, spaces, space); };
    events.endElementNs = [](void* self, const xmlChar*, const xmlChar*, const xmlChar*) { of(self).close(); };
    events.characters = [](void* self, const xmlChar* characters, int size) {
      of(self).add_text({reinterpret_cast<const char*>(characters), static_cast<std::size_t>(size)});
    };
    events.ignorableWhitespace = events.characters;
    events.cdataBlock = [](void* self, const xmlChar* characters, int size) {
      if (of(self).open_.empty()) return of(self).refuse("CDATA outside of all elements, expected it in one");
      of(self).add_text({reinterpret_cast<const char*>(characters), static_cast<std::size_t>(size)});
    };
    events.serror = [](void* self, xmlErrorPtr error) { of(self).explain(*error); };
    context_->userData = this;
    xmlCtxtReadMemory(context_.get(), whole_.data(), static_cast<int>(whole_.size()), nullptr, nullptr,
                      XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    if (!stopped_ && context_->wellFormed == 0) refuse("damaged, expected XML");
    if (use_ == XmlUse::document && roots_.empty()) refuse("no element, expected XML");
    if (error_) return tl::unexpected{std::move(*error_)};
    return std::move(roots_);
  }

 private:
  static constexpr std::string_view kOuterTag = "<_>", kOuterEnd = "</_>";

  struct Open {
    XmlElement element;
    const xmlChar* prefix;

    [[nodiscard]] std::string tag() const {
      return prefix == nullptr ? element.name : fmt::format("{}:{}", text_of_xml(prefix), element.name);
    }
  };

  static XmlTreeBuilder& of(void* self) { return *static_cast<XmlTreeBuilder*>(self); }

  /// Where libxml2 stands in `whole_`.
  [[nodiscard]] std::size_t position() const {
    const auto& input = *context_->input;
    return input.consumed + static_cast<std::size_t>(input.cur - input.base);
  }

  /// Where the tag begins that libxml2 is about to end.
  void place(XmlElement& element) {
    const auto at = whole_.rfind('<', position()) - kOuterTag.size();
    for (const auto until = text_.substr(0, at); placed_ < at;) {
      placed_ = std::min(until.find('\n', placed_), at - 1) + 1;
      if (until[placed_ - 1] != '\n') continue;
      line_begin_ = placed_;
      ++line_;
    }
    element.line = line_;
    element.column = static_cast<int>(at - line_begin_) + 1;
  }

  void open(const xmlChar* name, const xmlChar* prefix, int spaces, const xmlChar** space) {
    if (stopped_) return;
    if (!std::exchange(in_outer_, true)) return;
    if (open_.size() == kMaxXmlLevels) return refuse("nested too deep, expected at most {} levels", kMaxXmlLevels);
    if (++elements_ > kMaxXmlElements) return refuse("too many elements, expected at most {}", kMaxXmlElements);
    if (use_ == XmlUse::document && !may_be_in_document(text_of_xml(name))) return;
    XmlElement element{.name = std::string{text_of_xml(name)}};
    place(element);
    if (!open_.empty()) element.scope = open_.back().element.scope;
    for (int i = 0; i < spaces; ++i) {
      const auto depth = element.scope == nullptr ? 1 : element.scope->depth + 1;
      if (depth > kMaxXmlScopes) return refuse("too many namespaces, expected at most {} at once", kMaxXmlScopes);
      element.scope = std::make_shared<XmlScope>(XmlScope{std::string{text_of_xml(space[2 * i])},
                                                          std::string{text_of_xml(space[2 * i + 1])},
                                                          std::move(element.scope), depth});
    }
    if (const auto* uri = XmlScope::find(element.scope.get(), text_of_xml(prefix))) element.uri = *uri;
    open_.push_back({std::move(element), prefix});
    if (use_ != XmlUse::first_tag) return;
    close();
    stop();
  }

  bool may_be_in_document(std::string_view name) {
    if (open_.empty() && !roots_.empty()) {
      refuse("`{}` beside `{}`, expected one element that has all", name, roots_.front().name);
    } else if (!open_.empty()) {
      auto& text = open_.back().element.text;
      if (!without_xml_blanks(text).empty()) refuse_mixed();
      text.clear();  // and not looked at for each element
    }
    return !stopped_;
  }

  void close() {
    if (stopped_ || open_.empty()) return;
    auto element = std::move(open_.back().element);
    open_.pop_back();
    (open_.empty() ? roots_ : open_.back().element.children).push_back(std::move(element));
  }

  void add_text(std::string_view text) {
    if (stopped_) return;
    const bool between = open_.empty() || (use_ == XmlUse::document && !open_.back().element.children.empty());
    if (!between) {
      open_.back().element.text += text;
      return;
    }
    const auto first = text.find_first_not_of(kXmlBlanks);
    if (first == text.npos) return;
    lines_back_ = static_cast<int>(std::ranges::count(text.substr(first), '\n'));
    if (open_.empty()) return refuse("text outside of all elements, expected XML");
    refuse_mixed();
  }

  void refuse_mixed() { refuse("text beside elements, expected only one of them"); }

  /// Says in our words why libxml2 does not go on.
  void explain(const xmlError& error) {
    if (stopped_ || error.level < XML_ERR_ERROR || error.code == XML_WAR_NS_URI) return;
    const std::string_view named = error.str1 == nullptr ? "" : error.str1;
    switch (error.code) {
      case XML_ERR_TAG_NAME_MISMATCH:
      case XML_ERR_TAG_NOT_FINISHED:
      case XML_ERR_DOCUMENT_END:
        return explain_end();
      case XML_ERR_NAME_REQUIRED:
        return explain_no_name();
      case XML_ERR_ATTRIBUTE_REDEFINED:
        return refuse("`{}{}{}` twice in a tag, expected each once", named, error.str2 == nullptr ? "" : ":",
                      error.str2 == nullptr ? "" : error.str2);
      case XML_NS_ERR_UNDEFINED_NAMESPACE:
        return refuse("`{}:` is not declared, expected xmlns:{} in the tag or around it", named, named);
      default:
        break;
    }
    const auto* const known = std::ranges::find(kXmlRefusals, error.code, &std::pair<int, std::string_view>::first);
    if (known != std::end(kXmlRefusals)) return refuse("{}", known->second);
    std::string why{error.message == nullptr ? "damaged" : error.message};
    why.resize(why.find_last_not_of(kXmlBlanks) + 1);
    std::ranges::replace_if(
        why, [](unsigned char c) { return c < 0x20; }, ' ');
    refuse("not XML: {}, expected what is well-formed", why);
  }

  /// An end tag other than that of what is open, or none.
  void explain_end() {
    if (position() == whole_.size())
      return refuse("the end of the text, expected </{}>", open_.empty() ? "_" : open_.back().tag());
    const auto from = std::min(whole_.rfind("</", position() - 1), position());
    const std::string_view all = whole_;
    const auto tag = all.substr(from, std::min(all.find_first_of(" \t\r\n>", from), all.size()) - from);
    if (open_.empty()) return refuse("{}>, but no element is open, expected an element", tag);
    refuse("{}>, expected </{}>", tag, open_.back().tag());
  }

  /// Something that is no name behind `<` or `&`, or among attributes.
  void explain_no_name() {
    const auto before = std::string_view{whole_}.substr(0, position());
    const auto left = std::string_view{whole_}.substr(before.size());
    if (before.ends_with('&')) return refuse("{}", kNoXmlReference);
    if (!before.ends_with('<')) return refuse("neither an attribute nor a tag's end, expected NAME=\"VALUE\" or >");
    if (left.starts_with("!DOCTYPE")) return refuse("a document type, expected none");
    if (left.starts_with('!')) return refuse("a declaration, expected elements only");
    refuse("<, expected an element, or &lt;");
  }

  template <typename... Args>
  void refuse(fmt::format_string<Args...> format, Args&&... args) {
    if (stopped_) return;
    const int line = context_->input == nullptr ? 1 : context_->input->line - lines_back_;
    error_ = XmlError{std::max(1, line), fmt::format(format, std::forward<Args>(args)...)};
    stop();
  }

  void stop() {
    stopped_ = true;
    xmlStopParser(context_.get());
  }

  const std::string_view text_;
  const XmlUse use_;
  const std::size_t before_;  ///< bytes of the declaration
  std::string whole_;         ///< that libxml2 reads
  std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)> context_{nullptr, xmlFreeParserCtxt};
  std::vector<Open> open_;
  std::vector<XmlElement> roots_;
  std::size_t elements_ = 0;
  std::size_t placed_ = 0;      ///< up to where lines are counted, in `text_`
  std::size_t line_begin_ = 0;  ///< of the line there
  int line_ = 1;
  int lines_back_ = 0;  ///< from where libxml2 stands to what is refused
  bool in_outer_ = false;
  bool stopped_ = false;
  std::optional<XmlError> error_;
};

tl::expected<std::vector<XmlElement>, XmlError> read_xml_for(XmlUse use, std::string_view text) {
  text = without_byte_order_mark(text);
  if (auto error = error_before_xml(text)) return tl::unexpected{std::move(*error)};
  return XmlTreeBuilder{text, use}.read();
}

// --- Documents.

/// Makes values of elements, which have either text or elements.
class XmlDocumentValues {
 public:
  explicit XmlDocumentValues(std::string_view file) : file_(file) {}

  [[nodiscard]] ValuePtr document(const XmlElement& root) const {
    auto made = make(Value::Kind::map, root);
    made->line = made->column = 1;
    made->members.push_back({make(Value::Kind::scalar, root, root.name), value(root)});
    made->members.push_back(
        {make(Value::Kind::scalar, root, kXmlNamespace), make(Value::Kind::scalar, root, root.uri)});
    weigh(*made);
    return made;
  }

 private:
  /// `at`: what has its line and column.
  template <typename At>
  [[nodiscard]] std::shared_ptr<Value> make(Value::Kind kind, const At& at, std::string_view text = {}) const {
    auto made = std::make_shared<Value>();
    made->kind = kind;
    made->plain = true;
    made->text = text;
    made->file = file_;
    made->line = at.line;
    made->column = at.column;
    return made;
  }

  [[nodiscard]] ValuePtr value(const XmlElement& element) const {
    if (element.children.empty()) {
      const auto text = without_xml_blanks(element.text);
      return make(text.empty() ? Value::Kind::null : Value::Kind::scalar, element, text);
    }
    auto map = make(Value::Kind::map, element);
    std::unordered_map<std::string_view, std::size_t> known;  // members by name
    std::vector<std::shared_ptr<Value>> lists;                // by member; nullptr: it is there once
    for (const auto& child : element.children) {
      const auto [at, is_new] = known.try_emplace(child.name, map->members.size());
      if (is_new) {
        map->members.push_back({make(Value::Kind::scalar, child, child.name), value(child)});
        lists.emplace_back();
        continue;
      }
      auto& member = map->members[at->second].value;
      auto& list = lists[at->second];
      if (list == nullptr) {
        list = make(Value::Kind::list, *member);
        list->items.push_back(std::exchange(member, list));
      }
      list->items.push_back(value(child));
    }
    for (const auto& list : lists) {
      if (list == nullptr) continue;
      for (const auto& item : list->items) list->weight += item->weight;
    }
    weigh(*map);
    sort_keys(*map);
    return map;
  }

  static void weigh(Value& map) {
    for (const auto& member : map.members) map.weight += 1 + member.value->weight;
  }

  static void sort_keys(Value& map) {
    constexpr std::size_t kLarge = 16;
    if (map.members.size() < kLarge) return;
    map.by_key.resize(map.members.size());
    std::iota(map.by_key.begin(), map.by_key.end(), 0U);
    std::ranges::sort(map.by_key, {}, [&](auto i) -> const std::string& { return map.members[i].key->text; });
  }

  const std::string_view file_;
};

}  // namespace

const std::string* XmlScope::find(const XmlScope* scope, std::string_view prefix) {
  for (; scope != nullptr; scope = scope->outer.get()) {
    if (scope->prefix == prefix) return &scope->uri;
  }
  return nullptr;
}

tl::expected<std::vector<XmlElement>, XmlError> read_xml(std::string_view text) {
  return read_xml_for(XmlUse::elements, text);
}

std::string xml_root_namespace(std::string_view text) {
  text = without_byte_order_mark(text);
  const auto tag = next_xml_tag(text, 0);
  if (!tag || tag->end > kMaxDocumentBytes || tag->attributes > kMaxXmlAttributes) return {};
  const auto roots = XmlTreeBuilder{text.substr(0, tag->end), XmlUse::first_tag}.read();
  return roots && !roots->empty() ? std::string{roots->front().uri} : std::string{};
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  return text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
}

ValuePtr parse_xml(std::string_view file, const std::string& text, Problems& problems) {
  const auto roots = read_xml_for(XmlUse::document, text);
  if (roots) return XmlDocumentValues{file}.document(roots->front());
  problems.add({std::string{file}, roots.error().line}, "{}", roots.error().message);
  return nullptr;
}

bool is_xml(std::string_view name) { return name.ends_with(".xml"); }

ValuePtr parse_by_name(std::string_view file, const std::string& text, Problems& problems) {
  return is_xml(file) ? parse_xml(file, text, problems) : parse_yaml(file, text, problems);
}

}  // namespace unf::tosca
