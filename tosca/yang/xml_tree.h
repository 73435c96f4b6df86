#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace unf::tosca {

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
  std::string name;  ///< without prefix
  std::string uri;   ///< its namespace; may be empty
  std::string text;  ///< all of its own
  std::vector<XmlElement> children;
  std::shared_ptr<const XmlScope> scope;
  int line = 0;
  int column = 0;
};

struct XmlError {
  int line = 0;
  std::string message;  ///< and what was expected
};

/// The elements of a text, of which there may be several, but no document type: nothing is ever fetched. What else XML
/// asks for (names, attributes) is for libyang to check.
[[nodiscard]] tl::expected<std::vector<XmlElement>, XmlError> read_xml(std::string_view text);

/// The namespace of its first element; empty if it has none. Reads no further.
[[nodiscard]] std::string xml_root_namespace(std::string_view text);

}  // namespace unf::tosca
