#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "tosca/sol001/document.h"

namespace unf::tosca {

inline constexpr std::size_t kMaxDerivedTypes = 32;  ///< that a type derives through

/// A property as its type declares it (TOSCA 1.3, 3.6.10).
struct PropertySchema {
  std::string_view type = "any";
  bool required = true;
  std::vector<const Value*> constraints;
  std::shared_ptr<const PropertySchema> entry;  ///< of a list or map

  /// What a value has to be, for messages: `an integer`.
  [[nodiscard]] std::string expected() const;
};

/// The schema that a definition of a property, an input or an entry says.
[[nodiscard]] PropertySchema property_schema(const Value& definition);

/// What a type and those that it derives from declare.
struct TypeSchema {
  std::map<std::string_view, PropertySchema> properties;
  std::vector<const Value*> definitions;  ///< the most derived first
  std::string_view simple;                ///< the built-in type that a data type derives from
  bool open = false;                      ///< takes whatever is written
  bool normative = false;                 ///< of SOL001, or derived from such a type

  [[nodiscard]] std::vector<std::string_view> property_names() const;
};

/// The schemas of types, each read once.
class TypeSchemas {
 public:
  explicit TypeSchemas(Documents& documents) : documents_(documents) {}

  /// The schema of a type in a section such as `data_types`, as `document` sees it.
  const TypeSchema& of(const Document& document, std::string_view section, std::string_view type);

 private:
  TypeSchema read(const Document& document, std::string_view section, std::string_view type);

  Documents& documents_;
  std::map<std::tuple<const Document*, std::string_view, std::string>, TypeSchema> schemas_;
};

/// The definition that a type's `derived_from` names. nullptr: there is none.
[[nodiscard]] const Value* parent_type(Documents& documents, const Document& document, std::string_view section,
                                       const Value& type);

}  // namespace unf::tosca
