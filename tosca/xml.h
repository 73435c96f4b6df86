#pragma once

#include <string>
#include <string_view>

#include "tosca/value.h"

namespace unf::tosca {

/// The namespace of an XML document's root stands beside it, by this name, which no element can have.
inline constexpr std::string_view kXmlNamespace = "xmlns";

/// Reads an XML document as YANG's are written: `{ ROOT: VALUE, xmlns: NAMESPACE }`. An element is a map of those in
/// it, by their names without prefix, which of several of one name has a list; without any it is its text, without
/// blanks around it; or null. Attributes are left out. `file` names it in messages and must outlive the value. nullptr:
/// it is none that we take (not UTF-8, a document type, an entity, too deep, too many elements, ...), and `problems`
/// says why. Nothing but `text` is read.
[[nodiscard]] ValuePtr parse_xml(std::string_view file, const std::string& text, Problems& problems);

/// Whether a file of this name is XML.
[[nodiscard]] bool is_xml(std::string_view name);

/// Reads it as parse_xml or, by its name, as parse_yaml does.
[[nodiscard]] ValuePtr parse_by_name(std::string_view file, const std::string& text, Problems& problems);

}  // namespace unf::tosca
