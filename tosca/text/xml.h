#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/result.h"
#include "tosca/text/value.h"

namespace unf::tosca {

// --- Elements.

/// Which namespace each prefix means, innermost first; "" is the default one.
struct XmlScope {
  std::string prefix;
  std::string uri;
  std::shared_ptr<const XmlScope> outer;
  std::size_t depth = 1;  ///< how many there are

  /// nullptr: nobody has declared it.
  [[nodiscard]] static const std::string* find(const XmlScope* scope, std::string_view prefix);
};

/// An element and where its tag begins.
struct XmlElement {
  std::string name;      ///< without prefix
  std::string_view uri;  ///< its namespace, of `scope`; may be empty
  std::string text;      ///< all of its own
  std::vector<XmlElement> children;
  std::shared_ptr<const XmlScope> scope;
  int line = 0;
  int column = 0;
};

struct XmlError {
  int line = 0;         ///< 0: the whole text
  std::string message;  ///< and what was expected
};

/// The elements of a text, of which several may follow each other at its top. Refused is what is not well-formed, a
/// document type, an entity other than XML's five, another encoding than UTF-8, or beyond our limits (size, depth,
/// ...): nothing but `text` is read, in time linear in its size.
[[nodiscard]] tl::expected<std::vector<XmlElement>, XmlError> read_xml(std::string_view text);

/// The namespace of its first element; empty if it has none. Reads no further.
[[nodiscard]] std::string xml_root_namespace(std::string_view text);

/// Without what some editors put before all else.
[[nodiscard]] std::string_view without_byte_order_mark(std::string_view text);

// --- Documents.

/// The namespace of an XML document's root stands beside it, by this name, which no element can have.
inline constexpr std::string_view kXmlNamespace = "xmlns";

/// Reads an XML document as YANG's are written: `{ ROOT: VALUE, xmlns: NAMESPACE }`. An element is a map of those in
/// it, by their names without prefix, which of several of one name has a list; without any it is its text, without
/// blanks around it; or null. Attributes are left out. `file` names it in messages and must outlive the value. nullptr:
/// it is none that we take (read_xml refuses it, several roots, text beside elements), and `problems` says why.
[[nodiscard]] ValuePtr parse_xml(std::string_view file, const std::string& text, Problems& problems);

/// Whether a file of this name is XML.
[[nodiscard]] bool is_xml(std::string_view name);

/// Reads it as parse_xml or, by its name, as parse_yaml does.
[[nodiscard]] ValuePtr parse_by_name(std::string_view file, const std::string& text, Problems& problems);

}  // namespace unf::tosca
