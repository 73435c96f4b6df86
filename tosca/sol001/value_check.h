#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tosca/sol001/constraint.h"
#include "tosca/sol001/type_schema.h"

namespace unf::tosca {

/// What a value is the value of, for messages: an element of a property, an input, ... of something. Points to the
/// subject that it is a part of, which has to live as long.
struct ValueSubject {
  std::string_view kind;                ///< `property`
  std::string_view owner;               ///< what has the property
  const ValueSubject* outer = nullptr;  ///< nullptr: this is all properties of the owner
  std::string_view name{};              ///< in `outer`; empty: the item `index`
  std::size_t index = 0;

  [[nodiscard]] std::string path() const;  ///< `a.b[1]`
  [[nodiscard]] std::string text() const;  ///< property `a.b[1]` of `owner`
  [[nodiscard]] ValueSubject inner(std::string_view key) const { return {kind, owner, this, key}; }
  [[nodiscard]] ValueSubject item(std::size_t at) const { return {kind, owner, this, {}, at}; }
  [[nodiscard]] std::size_t depth() const { return outer == nullptr ? 0 : outer->depth() + 1; }
};

/// Where values are written: what their functions are replaced by depends on it.
struct ValueContext {
  const Document& document;
  std::string_view self;  ///< node template; empty: none
};

/// Properties as they are written, and the type that they should have.
struct WrittenProperties {
  const Value* map = nullptr;  ///< nullptr: none are written
  std::string_view type;
  const TypeSchema& schema;
  SourcePlace at;        ///< of the owner
  bool partial = false;  ///< neither unknown nor missing properties are said
  std::function<bool(std::string_view)> is_checked_elsewhere = [](std::string_view) { return false; };
};

/// Checks values against what types declare. Functions in them are replaced first; a value that is known only later is
/// not checked.
class ValueChecker {
 public:
  ValueChecker(Documents& documents, TypeSchemas& schemas)
      : documents_(documents), schemas_(schemas), findings_(documents.report()), constraints_(documents.report()) {}

  void check(const ValueContext& context, const ValuePtr& written, const PropertySchema& schema,
             const ValueSubject& subject);
  /// Of properties of `subject`: unknown ones, missing ones, and the values of the others.
  void check_properties(const ValueContext& context, const WrittenProperties& properties, const ValueSubject& subject);

 private:
  void check_evaluated(const ValueContext& context, const Value& value, const SourcePlace& at,
                       const PropertySchema& schema, const ValueSubject& subject);
  /// False: the value has another form than the type's, which is reported by the caller.
  bool check_parts(const ValueContext& context, const Value& value, const SourcePlace& at, const PropertySchema& schema,
                   const ValueSubject& subject);
  bool check_data_type(const ValueContext& context, const Value& value, const SourcePlace& at, std::string_view type,
                       const ValueSubject& subject);
  void report_unknown(const Value& key, const ValueSubject& subject, const WrittenProperties& properties);

  Documents& documents_;
  TypeSchemas& schemas_;
  TypeFindings findings_;
  ConstraintChecker constraints_;
};

/// Whether a value is null, or a list or map without anything in it.
[[nodiscard]] bool is_empty(const Value& value);

}  // namespace unf::tosca
