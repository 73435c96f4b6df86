#include "tosca/sol001/type_check.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "tosca/sol001/functions.h"
#include "tosca/sol001/normative/normative.h"
#include "tosca/sol001/unf_config.h"
#include "tosca/sol001/vnf_model.h"
#include "tosca/text/scalar.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxDerivedTypes = 32;
constexpr std::size_t kMaxNested = 32;
constexpr std::string_view kUnbounded = "UNBOUNDED";

/// A property as its type declares it (TOSCA 1.3, 3.6.10).
struct PropertySchema {
  std::string_view type = "any";
  bool required = true;
  std::vector<const Value*> constraints;
  std::shared_ptr<const PropertySchema> entry;  ///< of a list or map
};

/// What a type and those that it derives from declare.
struct TypeSchema {
  std::map<std::string_view, PropertySchema> properties;
  std::vector<const Value*> definitions;  ///< the most derived first
  std::string_view simple;                ///< the built-in type that a data type derives from
  bool open = false;                      ///< takes whatever is written
  bool normative = false;                 ///< of SOL001, or derived from such a type

  [[nodiscard]] std::vector<std::string_view> names() const {
    std::vector<std::string_view> all;
    for (const auto& [name, property] : properties) all.push_back(name);
    return all;
  }
};

/// What a value is the value of. Written out where something is wrong.
struct Subject {
  std::string_view kind;  ///< `property`
  std::string_view owner;
  const Subject* outer = nullptr;
  std::string_view name{};
  std::size_t index = 0;

  [[nodiscard]] std::string path() const {
    if (outer == nullptr) return {};
    auto text = outer->path();
    if (name.empty()) return fmt::format("{}[{}]", text, index);
    return text.empty() ? std::string{name} : fmt::format("{}.{}", text, name);
  }
  [[nodiscard]] std::string text() const { return fmt::format("{} `{}` of `{}`", kind, path(), owner); }
  [[nodiscard]] Subject inner(std::string_view key) const { return {kind, owner, this, key}; }
  [[nodiscard]] Subject item(std::size_t at) const { return {kind, owner, this, {}, at}; }
  [[nodiscard]] std::size_t depth() const { return outer == nullptr ? 0 : outer->depth() + 1; }
};

std::optional<bool> truth_of(std::string_view text) {
  static constexpr std::pair<std::string_view, bool> kBooleans[] = {{"true", true}, {"false", false}, {"yes", true},
                                                                    {"no", false},  {"on", true},     {"off", false}};
  const auto* found = std::ranges::find_if(kBooleans, [&](const auto& one) {
    return std::ranges::equal(one.first, text, [](char a, unsigned char b) { return a == std::tolower(b); });
  });
  return found == std::end(kBooleans) ? std::nullopt : std::optional{found->second};
}

std::optional<double> to_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_integer(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with("0x") || text.starts_with("0o")) {
    const auto digits =
        std::string_view{"0123456789abcdefABCDEF"}.substr(0, text[1] == 'o' ? 8 : std::string_view::npos);
    return text.size() > 2 && text.find_first_not_of(digits, 2) == text.npos;
  }
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); });
}

bool is_empty(const Value& value) {
  return value.is_null() || (value.is_list() && value.items.empty()) || (value.is_map() && value.members.empty());
}

class TypeChecker {
 public:
  explicit TypeChecker(Documents& documents) : documents_(documents) {}

  void check() {
    for (const auto* document : documents_.topologies()) {
      for (const auto& node : document->nodes) {
        const auto* type = node.value->find("type");
        if (type != nullptr && type->is_scalar()) used_.insert(type->text);
      }
    }
    for (const auto& [file, document] : documents_.all()) {
      if (document != nullptr) check_derivations(*document);
    }
    for (const auto* document : documents_.topologies()) {
      check_inputs(*document);
      for (const auto& node : document->nodes) check_node(*document, node);
      check_groups(*document);
      check_policies(*document);
    }
  }

 private:
  template <typename... Args>
  void wrong(const SourcePlace& at, fmt::format_string<Args...> format, Args&&... args) {
    if (!documents_.problems().says_between(at, at)) documents_.problems().add(at, format, std::forward<Args>(args)...);
  }
  template <typename... Args>
  void warn(const SourcePlace& at, fmt::format_string<Args...> format, Args&&... args) {
    documents_.report().warnings.add(at, format, std::forward<Args>(args)...);
  }

  /// Types that derive from themselves, also those that nothing is of.
  void check_derivations(const Document& document) {
    for (const auto* section : {"data_types", "artifact_types", "capability_types", "relationship_types",
                                "interface_types", "group_types", "policy_types", "node_types"}) {
      const auto* types = document.tree->find(section);
      if (types == nullptr) continue;
      for (const auto& [name, type] : types->members) {
        if (used_.contains(name->text)) continue;  // as node type of a template: then that is reported
        if (!type->is_map() && !type->is_null()) {
          wrong(type->at(), "type `{}` is {}, expected a map with `derived_from`", name->text, type->describe());
          continue;
        }
        std::set<const Value*> seen;
        bool used = false;
        const auto* parent = type->find("derived_from");
        for (const auto* one = type.get(); one != nullptr; one = parent_of(document, section, *one)) {
          used = used || (one->find("derived_from") != nullptr && used_.contains(one->find("derived_from")->text));
          if (!seen.insert(one).second) {
            if (one == type.get() && !used)
              wrong(parent->at(), "type `{}` derives from itself, expected another that does not", name->text);
            break;
          }
          if (seen.size() > kMaxDerivedTypes) {
            wrong(parent->at(), "type `{}` derives through more than {} others", name->text, kMaxDerivedTypes);
            break;
          }
        }
      }
    }
  }

  const Value* parent_of(const Document& document, std::string_view section, const Value& type) {
    const auto* parent = type.find("derived_from");
    return parent == nullptr || !parent->is_scalar() ? nullptr : documents_.definition(document, section, parent->text);
  }

  const TypeSchema& schema_of(const Document& document, std::string_view section, std::string_view type) {
    const auto [entry, is_new] = schemas_.try_emplace({&document, section, std::string{type}});
    if (is_new) entry->second = read_schema(document, section, type);
    return entry->second;
  }

  TypeSchema read_schema(const Document& document, std::string_view section, std::string_view type) {
    TypeSchema schema;
    std::string name{type};
    while (schema.definitions.size() <= kMaxDerivedTypes) {
      if (!normative_name(section, name).empty()) schema.normative = true;
      const auto* definition = documents_.definition(document, section, name);
      if (definition == nullptr) {
        schema.simple = simple_type(name);
        schema.open = schema.simple.empty();  // of a type that nobody declares nothing is known
        break;
      }
      schema.definitions.push_back(definition);
      if (const auto* properties = definition->find("properties")) {
        for (const auto& [key, value] : properties->members) {
          if (!value->is_map()) continue;
          const auto known = schema.properties.find(key->text);
          if (known == schema.properties.end()) {
            schema.properties.emplace(key->text, property_of(*value));
          } else if (known->second.type == "any") {  // what a derived type leaves open is as the base has it
            auto inherited = property_of(*value);
            inherited.required = inherited.required && known->second.required;
            known->second = std::move(inherited);
          }
        }
      }
      const auto* parent = definition->find("derived_from");
      if (parent == nullptr || !parent->is_scalar()) {
        schema.open = !name.ends_with(".Root") && !normative_name(section, name).empty() &&
                      definition->find("properties") == nullptr;  // of which versions have properties that ours has not
        break;
      }
      name = parent->text;
    }
    schema.open = schema.open || (schema.properties.empty() && schema.simple.empty());
    return schema;
  }

  static std::string_view simple_type(std::string_view name) {
    static constexpr std::string_view kSimple[] = {"string",
                                                   "integer",
                                                   "float",
                                                   "boolean",
                                                   "timestamp",
                                                   "version",
                                                   "range",
                                                   "list",
                                                   "map",
                                                   "any",
                                                   "scalar-unit.size",
                                                   "scalar-unit.time",
                                                   "scalar-unit.frequency",
                                                   "scalar-unit.bitrate"};
    const auto* found = std::ranges::find(kSimple, name);
    return found == std::end(kSimple) ? std::string_view{} : *found;
  }

  static PropertySchema property_of(const Value& definition) {
    PropertySchema property;
    if (const auto* type = definition.find("type"); type != nullptr && type->is_scalar()) property.type = type->text;
    if (const auto* required = definition.find("required")) property.required = truth_of(required->text).value_or(true);
    if (definition.find("default") != nullptr) property.required = false;
    if (const auto* constraints = definition.find("constraints")) {
      for (const auto& constraint : constraints->items) property.constraints.push_back(constraint.get());
    }
    if (const auto* entry = definition.find("entry_schema"); entry != nullptr && !entry->is_null()) {
      if (entry->is_scalar()) {
        property.entry = std::make_shared<PropertySchema>(PropertySchema{.type = entry->text});
      } else {
        property.entry = std::make_shared<PropertySchema>(property_of(*entry));
      }
    }
    return property;
  }

  /// Where the last value in it is written.
  static SourcePlace end_of(const Value& value) {
    if (!value.items.empty()) return end_of(*value.items.back());
    if (!value.members.empty()) return end_of(*value.members.back().value);
    return value.at();
  }

  // What is written -------------------------------------------------------------------------------------------------

  static ValuePtr default_of(const Value& input) {
    const auto* preset = input.find_member("default");
    return preset == nullptr ? nullptr : preset->value;
  }

  void check_inputs(const Document& document) {
    const auto* inputs = document.tree->find("topology_template", "inputs");
    if (inputs == nullptr) return;
    for (const auto& [name, input] : inputs->members) {
      const Subject whole{"input", "topology_template"};
      for (const auto& value : {documents_.bindings().input(name->text), default_of(*input)}) {
        if (value != nullptr) check_value(document, {}, value, property_of(*input), whole.inner(name->text));
      }
    }
  }

  /// Says of a type that nobody declares that it says nothing.
  void check_declared(const Document& document, std::string_view section, const Value& type) {
    if (documents_.definition(document, section, type.text) == nullptr)
      warn(type.at(), "type `{}` is none that is known, and says nothing", type.text);
  }

  void check_node(const Document& document, const NodeTemplate& node) {
    if (node.type == nullptr || !node.value->is_map()) return;
    if (!node.type->micro_nf) check_declared(document, "node_types", *node.value->find("type"));
    const auto& schema =
        schema_of(document, "node_types", node.type->micro_nf ? base::vdu : std::string_view{node.type->name});
    // A uNF's configuration has been checked against its own schema.
    static const auto kNone = nlohmann::json::object();
    const auto& own = node.type->unf == nullptr ? kNone : declared_in(node.type->unf->config_schema);
    check_properties(document, node.name, node.value->find("properties"), schema, {"property", node.name},
                     node.type->name, node.at, node.type->micro_nf,
                     [&](std::string_view name) { return own.contains(std::string{name}); });
    check_capabilities(document, node, schema);
    check_artifacts(document, node);
    check_interfaces(document, node, schema);
    check_requirements(document, node, schema);
  }

  template <typename Skip>
  void check_properties(const Document& document, std::string_view self, const Value* written, const TypeSchema& schema,
                        const Subject& whole, std::string_view type, const SourcePlace& at, bool partial,
                        const Skip& skip) {
    if (schema.open && schema.properties.empty()) return;
    if (written != nullptr && !written->is_map() && !is_empty(*written)) {
      wrong(written->at(), "{} is {}, expected a map",
            whole.outer == nullptr ? fmt::format("`properties` of `{}`", whole.owner) : whole.text(),
            written->describe());
      return;
    }
    if (written != nullptr) {
      for (const auto& [key, value] : written->members) {
        if (skip(key->text)) continue;
        const auto declared = schema.properties.find(key->text);
        if (declared != schema.properties.end()) {
          check_value(document, self, value, declared->second, whole.inner(key->text));
        } else if (!schema.open && !partial) {
          report_unknown(*key, whole.inner(key->text), type, schema);
        }
      }
    }
    if (partial) return;
    for (const auto& [name, property] : schema.properties) {
      if (!property.required || (written != nullptr && written->find(name) != nullptr)) continue;
      warn(written == nullptr || whole.outer == nullptr ? at : written->at(), "{} is not there, expected {}",
           whole.inner(name).text(), expected_by(property));
    }
  }

  /// What SOL001 does not know yet may be of a later version; but not what looks like a name of today.
  void report_unknown(const Value& key, const Subject& subject, std::string_view type, const TypeSchema& schema) {
    const auto suggestion = documents_.problems().suggest(key.text, [&] { return schema.names(); });
    if (schema.normative && suggestion.empty()) {
      warn(key.at(), "{} is none that type {} has, and says nothing", subject.text(), type);
    } else if (subject.depth() == 1) {
      wrong(key.at(), "unknown property `{}` of `{}`, expected one that type {} has{}", key.text, subject.owner, type,
            suggestion);
    } else {
      wrong(key.at(), "unknown {}, expected one that type {} has{}", subject.text(), type, suggestion);
    }
  }

  void check_capabilities(const Document& document, const NodeTemplate& node, const TypeSchema& schema) {
    const auto* capabilities = node.value->find("capabilities");
    if (capabilities == nullptr || !capabilities->is_map()) return;
    for (const auto& [key, value] : capabilities->members) {
      const Value* declared = nullptr;
      for (const auto* definition : schema.definitions) {
        if (declared == nullptr) declared = definition->find("capabilities", key->text);
      }
      if (declared != nullptr && declared->is_map()) declared = declared->find("type");
      if (declared == nullptr || !declared->is_scalar()) continue;
      const auto* properties = value->find("properties");
      if (properties == nullptr) continue;
      check_properties(document, node.name, properties, schema_of(document, "capability_types", declared->text),
                       {"capability property", node.name}, declared->text, key->at(), false, none);
    }
  }

  void check_artifacts(const Document& document, const NodeTemplate& node) {
    const auto* artifacts = node.value->find("artifacts");
    if (artifacts == nullptr || is_empty(*artifacts)) return;
    if (!artifacts->is_map()) {
      wrong(artifacts->at(), "`artifacts` of `{}` is {}, expected NAME: FILE", node.name, artifacts->describe());
      return;
    }
    for (const auto& [key, value] : artifacts->members) {
      if (value->is_scalar()) continue;  // the short notation
      const auto* file = value->find("file");
      if (file == nullptr || !file->is_scalar()) {
        wrong(key->at(), "artifact `{}` of `{}` names no file, expected `{}: FILE` or a map with `file`", key->text,
              node.name, key->text);
        continue;
      }
      const auto* type = value->find("type");
      const auto* properties = value->find("properties");
      if (type == nullptr || !type->is_scalar() || properties == nullptr) continue;
      check_properties(document, node.name, properties, schema_of(document, "artifact_types", type->text),
                       {"artifact property", node.name}, type->text, key->at(), true, none);
    }
  }

  /// Operations and what they are implemented by.
  void check_interfaces(const Document& document, const NodeTemplate& node, const TypeSchema& schema) {
    const auto* interfaces = node.value->find("interfaces");
    if (interfaces == nullptr || !interfaces->is_map()) return;
    for (const auto& [key, value] : interfaces->members) {
      std::vector<std::string_view> known;
      for (const auto* type = interface_type(schema, *key, *value); type != nullptr;
           type = parent_of(document, "interface_types", *type)) {
        for (const auto* part : {"operations", "notifications"}) {
          if (const auto* operations = type->find(part)) {
            for (const auto& operation : operations->members) known.push_back(operation.key->text);
          }
        }
        for (const auto& [name, ignored] : type->members) {  // as before TOSCA 1.3
          if (!is_interface_key(name->text)) known.push_back(name->text);
        }
      }
      if (known.empty()) continue;
      const auto check_names = [&](const Value& operations, bool with_keys) {
        for (const auto& [operation, ignored] : operations.members) {
          const auto is = [&](const auto& names) { return std::ranges::find(names, operation->text) != names.end(); };
          if (is(known) || (with_keys && is_interface_key(operation->text))) continue;
          const auto suggestion = documents_.problems().suggest(operation->text, known);
          if (suggestion.empty()) {
            warn(operation->at(), "operation `{}` of interface `{}` of `{}` is none that is known", operation->text,
                 key->text, node.name);
          } else {
            wrong(operation->at(), "unknown operation `{}` of interface `{}` of `{}`{}", operation->text, key->text,
                  node.name, suggestion);
          }
        }
      };
      check_names(*value, true);
      if (const auto* operations = value->find("operations")) check_names(*operations, false);
    }
  }

  const Value* interface_type(const TypeSchema& schema, const Value& name, const Value& written) {
    const auto* type = written.find("type");
    for (const auto* definition : schema.definitions) {
      if (type != nullptr) break;
      const auto* declared = definition->find("interfaces", name.text);
      if (declared != nullptr) type = declared->find("type");
    }
    if (type != nullptr && type->is_scalar()) return normative_type("interface_types", type->text);
    return name.text == "Vnflcm" ? normative_type("interface_types", "tosca.interfaces.nfv.Vnflcm") : nullptr;
  }

  /// Of SOL001's own node types: those derived from VNF and NS have requirements of any name, uNFs have gates.
  void check_requirements(const Document& document, const NodeTemplate& node, const TypeSchema& schema) {
    if (node.type->micro_nf || node.type->is_vnf() || node.type->base == base::ns || node.type->base == base::pnf)
      return;
    std::vector<std::string_view> known{"dependency"};
    for (const auto* definition : schema.definitions) {
      const auto* requirements = definition->find("requirements");
      if (requirements == nullptr) continue;
      for (const auto& item : requirements->items) {
        for (const auto& [name, ignored] : item->members) known.push_back(name->text);
      }
    }
    for (const auto& requirement : node.requirements) {
      const auto is_known = std::ranges::find(known, requirement.name) != known.end();
      const auto suggestion = is_known ? std::string{} : documents_.problems().suggest(requirement.name, known);
      if (!suggestion.empty()) {
        wrong(requirement.at, "unknown requirement `{}` of `{}`, expected {}{}", requirement.name, node.name,
              one_of(known), suggestion);
      }
      if (requirement.name == "external_virtual_link") continue;  // names a network
      if (document.find_node(requirement.target) == nullptr &&
          normative_name("node_types", requirement.target).empty() &&
          documents_.definition(document, "node_types", requirement.target) == nullptr) {
        wrong(requirement.at, "requirement `{}` of `{}` leads to `{}`, expected the name of a node template{}",
              requirement.name, node.name, requirement.target,
              documents_.problems().suggest(requirement.target, [&] { return document.node_names(); }));
      }
    }
  }

  void check_groups(const Document& document) {
    const auto* groups = document.tree->find("topology_template", "groups");
    if (groups == nullptr) return;
    for (const auto& [key, value] : groups->members) {
      const auto* type = value->find("type");
      if (type == nullptr || !type->is_scalar()) continue;
      check_declared(document, "group_types", *type);
      check_properties(document, key->text, value->find("properties"), schema_of(document, "group_types", type->text),
                       {"property", key->text}, type->text, key->at(), false, none);
    }
  }

  void check_policies(const Document& document) {
    for (const auto& policy : document.policies) {
      const auto* type = policy.value->find("type");
      if (type == nullptr || !type->is_scalar()) continue;
      check_declared(document, "policy_types", *type);
      check_properties(document, policy.name, policy.properties, schema_of(document, "policy_types", type->text),
                       {"property", policy.name}, type->text, policy.at, false, none);
    }
  }

  // Values ----------------------------------------------------------------------------------------------------------

  void check_value(const Document& document, std::string_view self, const ValuePtr& written,
                   const PropertySchema& schema, const Subject& subject) {
    if (documents_.problems().says_between(written->at(), end_of(*written))) return;
    const auto value = evaluate(documents_, document, self, written, Late::allowed);
    if (value == nullptr || value->is_null()) return;  // wrong and reported, or known later
    check_known(document, self, *value, written->at(), schema, subject);
  }

  void check_known(const Document& document, std::string_view self, const Value& value, const SourcePlace& at,
                   const PropertySchema& schema, const Subject& subject) {
    if (value.is_null() || is_function(value) || subject.depth() > kMaxNested || !documents_.spend()) return;
    const auto refuse = [&] {
      wrong(at, "{} is {}, expected {}", subject.text(), value.describe(), expected_by(schema));
    };
    const auto type = schema.type;
    if (type == "list") {
      if (!value.is_list()) return refuse();
      for (std::size_t i = 0; schema.entry != nullptr && i < value.items.size(); ++i) {
        check_known(document, self, *value.items[i], value.items[i]->at(), *schema.entry, subject.item(i));
      }
    } else if (type == "map") {
      if (!value.is_map()) return refuse();
      for (const auto& [key, member] : value.members) {
        if (schema.entry != nullptr)
          check_known(document, self, *member, member->at(), *schema.entry, subject.inner(key->text));
      }
    } else if (type == "range") {
      if (!is_range(value)) return refuse();
    } else if (!simple_type(type).empty()) {
      if (type != "any" && !is_of(type, value)) return refuse();
    } else {
      const auto& declared = schema_of(document, "data_types", type);
      if (!declared.simple.empty()) {
        PropertySchema simple{.type = declared.simple};
        for (const auto* definition : declared.definitions) {
          if (const auto* constraints = definition->find("constraints")) {
            for (const auto& constraint : constraints->items) simple.constraints.push_back(constraint.get());
          }
        }
        check_known(document, self, value, at, simple, subject);
      } else if (!declared.open || !declared.properties.empty()) {
        if (!value.is_map()) return refuse();
        check_properties(document, self, &value, declared, subject, type, at, false, none);
      }
    }
    for (const auto* constraint : schema.constraints) check_constraint(value, at, type, *constraint, subject);
  }

  static bool is_range(const Value& value) {
    if (!value.is_list() || value.items.size() != 2) return false;
    const auto low = to_number(value.items[0]->text);
    const auto high =
        value.items[1]->text == kUnbounded ? std::numeric_limits<double>::infinity() : to_number(value.items[1]->text);
    return low && high && *low <= *high;
  }

  static bool is_of(std::string_view type, const Value& value) {
    if (!value.is_scalar()) return false;
    if (type == "integer") return is_integer(value.text);
    if (type == "float") return to_number(value.text).has_value();
    if (type == "boolean") return truth_of(value.text).has_value();
    if (const auto unit = unit_of(type)) return to_scalar(*unit, value.text).has_value();
    return true;
  }

  static std::string expected_by(const PropertySchema& schema) {
    if (schema.type == "string") return "a text";
    if (schema.type == "integer") return "an integer";
    if (schema.type == "float") return "a number";
    if (schema.type == "boolean") return "true or false";
    if (schema.type == "range") return "[ FIRST, LAST ]";
    if (schema.type == "list" || schema.type == "map") {
      return fmt::format("a {}{}", schema.type,
                         schema.entry == nullptr ? "" : fmt::format(" of {}", schema.entry->type));
    }
    if (const auto unit = unit_of(schema.type)) return std::string{example_of(*unit)};
    return fmt::format("a {}", schema.type);
  }

  /// A number that can be compared: of a scalar-unit what it amounts to.
  static std::optional<double> comparable(std::string_view type, const Value& value) {
    const auto unit = unit_of(type);
    return unit ? to_scalar(*unit, value.text) : to_number(value.text);
  }

  void check_constraint(const Value& value, const SourcePlace& at, std::string_view type, const Value& constraint,
                        const Subject& subject) {
    for (const auto& [key, bound] : constraint.members) {
      if (is_met(value, type, key->text, *bound)) continue;
      wrong(at, "{} is {}, expected {}", subject.text(),
            value.is_list() && !is_range(value) ? fmt::format("a list of {}", value.items.size()) : described(value),
            demand(key->text, *bound));
      return;
    }
  }

  static std::string described(const Value& value) {
    if (value.is_list() && value.items.size() == 2)
      return fmt::format("[ {}, {} ]", value.items[0]->text, value.items[1]->text);
    return value.describe();
  }

  static std::string demand(std::string_view constraint, const Value& bound) {
    std::vector<std::string_view> texts;
    for (const auto& item : bound.items) texts.push_back(item->text);
    if (constraint == "valid_values") return one_of(texts);
    if (constraint == "in_range" && texts.size() == 2) return fmt::format("{} to {}", texts[0], texts[1]);
    if (constraint == "equal") return fmt::format("`{}`", bound.text);
    if (constraint == "greater_than") return fmt::format("more than {}", bound.text);
    if (constraint == "greater_or_equal") return fmt::format("at least {}", bound.text);
    if (constraint == "less_than") return fmt::format("less than {}", bound.text);
    if (constraint == "less_or_equal") return fmt::format("at most {}", bound.text);
    if (constraint == "length") return fmt::format("a length of {}", bound.text);
    if (constraint == "min_length") return fmt::format("a length of at least {}", bound.text);
    if (constraint == "max_length") return fmt::format("a length of at most {}", bound.text);
    return fmt::format("one that {} `{}` allows", constraint, bound.text);
  }

  /// Whether the constraint holds; so does one that says nothing of such a value.
  bool is_met(const Value& value, std::string_view type, std::string_view constraint, const Value& bound) {
    if (constraint == "valid_values") {
      return !bound.is_list() || !value.is_scalar() ||
             std::ranges::any_of(bound.items, [&](const auto& item) { return is_same(type, value, *item); });
    }
    if (constraint == "equal") return !value.is_scalar() || is_same(type, value, bound);
    if (constraint == "in_range") return is_in_range(value, type, bound);
    if (constraint.ends_with("length")) {
      const auto limit = to_unsigned(bound.text);
      const auto length = value.is_list()  ? value.items.size()
                          : value.is_map() ? value.members.size()
                                           : characters(value.text);
      if (!limit) return true;
      return constraint == "length"       ? length == *limit
             : constraint == "min_length" ? length >= *limit
                                          : length <= *limit;
    }
    if (constraint == "pattern") return !value.is_scalar() || matches(value.text, bound);
    const auto number = comparable(type, value), limit = comparable(type, bound);
    if (!value.is_scalar() || !number || !limit) return true;
    if (constraint == "greater_than") return *number > *limit;
    if (constraint == "greater_or_equal") return *number >= *limit;
    if (constraint == "less_than") return *number < *limit;
    if (constraint == "less_or_equal") return *number <= *limit;
    return true;
  }

  static bool is_same(std::string_view type, const Value& a, const Value& b) {
    if (a.text == b.text || type == "string") return a.text == b.text;
    if (type == "boolean") return truth_of(a.text) == truth_of(b.text);
    const auto x = comparable(type, a), y = comparable(type, b);
    return x && y && *x == *y;
  }

  static bool is_in_range(const Value& value, std::string_view type, const Value& bound) {
    if (!bound.is_list() || bound.items.size() != 2) return true;
    const auto low = comparable(type, *bound.items[0]), high = comparable(type, *bound.items[1]);
    const auto holds = [&](const Value& one) {
      const auto number = comparable(type, one);
      return !number || ((!low || *number >= *low) && (!high || *number <= *high));
    };
    return value.is_list() ? std::ranges::all_of(value.items, [&](const auto& item) { return holds(*item); })
                           : holds(value);
  }

  bool matches(const std::string& text, const Value& pattern) {
    constexpr std::size_t kMaxPatterns = 256;
    constexpr std::int64_t kMaxPatternBytes = 256 << 10;
    if (patterns_.size() == kMaxPatterns && !patterns_.contains(pattern.text)) {
      warn(pattern.at(), "pattern `{}` is not looked at: there are more than {}", pattern.text, kMaxPatterns);
      return true;
    }
    auto& compiled = patterns_[pattern.text];
    if (compiled == nullptr) {
      RE2::Options options;
      options.set_log_errors(false);
      options.set_max_mem(kMaxPatternBytes);
      compiled = std::make_unique<RE2>(pattern.text, options);
      if (!compiled->ok()) warn(pattern.at(), "pattern `{}` is not looked at: {}", pattern.text, compiled->error());
    }
    return !compiled->ok() || RE2::FullMatch(text, *compiled);
  }

  static constexpr auto none = [](std::string_view) { return false; };

  Documents& documents_;
  std::set<std::string_view> used_;  ///< node types of templates
  std::map<std::tuple<const Document*, std::string_view, std::string>, TypeSchema> schemas_;
  std::map<std::string, std::unique_ptr<RE2>> patterns_;
};

}  // namespace

void check_types(Documents& documents) { TypeChecker{documents}.check(); }

}  // namespace unf::tosca
