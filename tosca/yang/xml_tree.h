#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

/// The elements of a text that is XML; no promise is made of others, but that this ends and nothing is fetched. None:
/// it is no XML, has a document type, or is nested too deep.
[[nodiscard]] std::optional<std::vector<XmlElement>> read_xml(std::string_view text);

/// The namespace of its first element; empty if it has none. Reads no further.
[[nodiscard]] std::string xml_root_namespace(std::string_view text);

}  // namespace unf::tosca
