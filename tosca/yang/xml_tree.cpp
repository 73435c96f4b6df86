#include "tosca/yang/xml_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxXmlDepth = 64;
constexpr std::size_t kMaxScopes = 256;
constexpr std::size_t kMaxElements = 1U << 18;
constexpr std::string_view kXmlSpace = " \t\r\n";

/// Appends a character by its number; false if there is none.
bool append_character(std::uint32_t number, std::string& out) {
  if (number == 0 || number > 0x10ffff || (number >= 0xd800 && number < 0xe000)) return false;
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (number < 0x80) {
    put(number);
  } else if (number < 0x800) {
    put(0xc0U | number >> 6U);
    put(0x80U | (number & 0x3fU));
  } else if (number < 0x10000) {
    put(0xe0U | number >> 12U);
    put(0x80U | (number >> 6U & 0x3fU));
    put(0x80U | (number & 0x3fU));
  } else {
    put(0xf0U | number >> 18U);
    put(0x80U | (number >> 12U & 0x3fU));
    put(0x80U | (number >> 6U & 0x3fU));
    put(0x80U | (number & 0x3fU));
  }
  return true;
}

/// With its references in place; entities are the five of XML.
bool append_decoded(std::string_view text, std::string& out) {
  constexpr std::pair<std::string_view, char> kEntities[] = {
      {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
  while (!text.empty()) {
    const auto ampersand = std::min(text.find('&'), text.size());
    out += text.substr(0, ampersand);
    text.remove_prefix(ampersand);
    if (text.empty()) break;
    const auto end = text.find(';');
    if (end == text.npos) return false;
    auto name = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (name.starts_with('#')) {
      const bool hex = name.starts_with("#x");
      name.remove_prefix(hex ? 2 : 1);
      std::uint32_t number = 0;
      const auto [last, error] = std::from_chars(name.data(), name.data() + name.size(), number, hex ? 16 : 10);
      if (error != std::errc{} || last != name.data() + name.size() || !append_character(number, out)) return false;
      continue;
    }
    const auto* const known = std::ranges::find(kEntities, name, &std::pair<std::string_view, char>::first);
    if (known == std::end(kEntities)) return false;
    out += known->second;
  }
  return true;
}

class XmlScanner {
 public:
  explicit XmlScanner(std::string_view text) : text_(text) {}

  tl::expected<std::vector<XmlElement>, XmlError> read() {
    while (next()) {
    }
    if (!failed_ && !open_.empty()) fail("the end of the text, expected </{}>", open_.back().tag);
    if (failed_) return tl::unexpected{XmlError{line_, reason_}};
    return std::move(roots_);
  }

  /// Ends with the first element's tag.
  std::string root_namespace() {
    while (open_.empty() && roots_.empty() && next()) {
    }
    if (failed_) return {};
    if (!open_.empty()) return open_.front().element.uri;
    return roots_.empty() ? std::string{} : roots_.front().uri;
  }

 private:
  struct Open {
    XmlElement element;
    std::string tag;  ///< with its prefix
  };

  template <typename... Args>
  bool fail(fmt::format_string<Args...> format, Args&&... args) {
    failed_ = true;
    reason_ = fmt::format(format, std::forward<Args>(args)...);
    return false;
  }

  void take(std::size_t size) {
    for (const char c : text_.substr(at_, size)) {
      ++column_;
      if (c != '\n') continue;
      ++line_;
      column_ = 1;
    }
    at_ += size;
  }
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    take(token.size());
    return true;
  }
  void skip_space() { take(std::min(text_.find_first_not_of(kXmlSpace, at_), text_.size()) - at_); }

  /// What comes before `end`, which is taken too. None: it does not come.
  std::optional<std::string_view> take_until(std::string_view end) {
    const auto found = text_.find(end, at_);
    if (found == text_.npos) return std::nullopt;
    const auto before = text_.substr(at_, found - at_);
    take(before.size() + end.size());
    return before;
  }
  std::string_view take_name() {
    const auto end = std::min(text_.find_first_of(" \t\r\n/>=<\"'&", at_), text_.size());
    const auto name = text_.substr(at_, end - at_);
    take(name.size());
    return name;
  }

  /// Takes what comes next; false at the end, or if that is no XML.
  bool next() {
    if (at_ == text_.size()) return false;
    if (take("<!--")) return take_until("-->") || fail("a comment without end, expected -->");
    if (take("<![CDATA[")) {
      const auto data = take_until("]]>");
      if (!data || open_.empty()) return fail("CDATA, expected in an element, and ]]> at its end");
      open_.back().element.text += *data;
      return true;
    }
    if (take("<?")) return take_until("?>") || fail("an instruction without end, expected ?>");
    if (take("<!")) return fail("a declaration such as DOCTYPE, expected elements only");
    if (take("</")) return end_tag();
    if (text_[at_] == '<') return start_tag();
    const auto text = text_.substr(at_, std::min(text_.find('<', at_), text_.size()) - at_);
    take(text.size());
    if (!open_.empty())
      return append_decoded(text, open_.back().element.text) || fail("an unknown reference, expected &amp; for &");
    return text.find_first_not_of(kXmlSpace) == text.npos || fail("text outside of all elements, expected XML");
  }

  bool end_tag() {
    skip_space();  // which libyang allows
    const auto name = take_name();
    skip_space();
    if (open_.empty()) return fail("</{}>, but no element is open, expected an element", name);
    if (!take(">") || name != open_.back().tag) return fail("</{}>, expected </{}>", name, open_.back().tag);
    close();
    return true;
  }
  void close() {
    auto element = std::move(open_.back().element);
    open_.pop_back();
    (open_.empty() ? roots_ : open_.back().element.children).push_back(std::move(element));
  }

  bool start_tag() {
    if (open_.size() == kMaxXmlDepth) return fail("nested too deep, expected at most {} levels", kMaxXmlDepth);
    if (++elements_ > kMaxElements) return fail("too many elements, expected at most {}", kMaxElements);
    XmlElement element;
    element.line = line_;
    element.column = column_;
    if (!open_.empty()) element.scope = open_.back().element.scope;
    take(1);
    skip_space();  // which libyang allows
    const auto tag = take_name();
    if (tag.empty()) return fail("<, expected an element, or &lt;");
    for (;;) {
      skip_space();
      const bool closed = take("/>");
      if (closed || take(">")) {
        const auto colon = tag.find(':');
        const auto prefix = colon == tag.npos ? std::string_view{} : tag.substr(0, colon);
        element.name = colon == tag.npos ? tag : tag.substr(colon + 1);
        if (const auto* uri = XmlScope::find(element.scope.get(), prefix)) element.uri = *uri;
        open_.push_back({std::move(element), std::string{tag}});
        if (closed) close();
        return true;
      }
      const auto attribute = take_name();
      skip_space();
      if (attribute.empty() || !take("=")) return fail("<{}> is no tag, expected attributes and >", tag);
      skip_space();
      const auto value = take("\"") ? take_until("\"") : take("'") ? take_until("'") : std::nullopt;
      std::string uri;
      if (!value || !append_decoded(*value, uri))
        return fail("`{}` of <{}> has no value, expected one in quotes", attribute, tag);
      if (attribute != "xmlns" && !attribute.starts_with("xmlns:")) continue;
      const auto prefix = attribute.size() > 6 ? attribute.substr(6) : std::string_view{};
      const auto depth = element.scope == nullptr ? 1 : element.scope->depth + 1;
      if (depth > kMaxScopes) return fail("too many namespaces, expected at most {} at once", kMaxScopes);
      element.scope = std::make_shared<XmlScope>(XmlScope{std::string{prefix}, uri, std::move(element.scope), depth});
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
  std::size_t elements_ = 0;
  bool failed_ = false;
  std::string reason_;
  std::vector<Open> open_;
  std::vector<XmlElement> roots_;
};

}  // namespace

const std::string* XmlScope::find(const XmlScope* scope, std::string_view prefix) {
  for (; scope != nullptr; scope = scope->outer.get()) {
    if (scope->prefix == prefix) return &scope->uri;
  }
  return nullptr;
}

tl::expected<std::vector<XmlElement>, XmlError> read_xml(std::string_view text) { return XmlScanner{text}.read(); }

std::string xml_root_namespace(std::string_view text) { return XmlScanner{text}.root_namespace(); }

}  // namespace unf::tosca
