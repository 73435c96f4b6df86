#include "tosca/sol001/functions.h"

#include <algorithm>
#include <array>
#include <span>

#include "tosca/sol001/normative/normative.h"

namespace unf::tosca {
namespace {

constexpr int kMaxFunctionDepth = 16;
constexpr std::size_t kMaxTextLength = 1U << 16;

constexpr std::array<std::string_view, 9> kFunctions{
    "get_input", "get_property", "get_attribute",        "get_artifact",     "concat",
    "join",      "token",        "get_operation_output", "get_nodes_of_type"};

using Words = std::span<const ValuePtr>;

class Evaluation {
 public:
  Evaluation(Documents& documents, const Document& document, Late late)
      : documents_(documents), problems_(documents.problems()), document_(document), late_(late) {}

  ValuePtr value_of(std::string_view self, const ValuePtr& value, int depth) {
    if (is_function(*value)) return call(self, value->members.front(), depth);
    if (!value->is_map() && !value->is_list()) return value;
    if (!has_function(*value)) return value;
    if (!documents_.spend(value->weight)) {
      problems_.add(value->at(), "functions yield too many values");
      return nullptr;
    }
    auto copy = std::make_shared<Value>(*value);
    for (auto& item : copy->items) {
      if (item = value_of(self, item, depth); item == nullptr) return nullptr;
    }
    for (auto& member : copy->members) {
      if (member.value = value_of(self, member.value, depth); member.value == nullptr) return nullptr;
    }
    return copy;
  }

 private:
  bool has_function(const Value& value) {
    if (is_function(value)) return true;
    if (!value.is_map() && !value.is_list()) return false;
    return !documents_.spend(1 + value.items.size() + value.members.size()) ||
           std::ranges::any_of(value.items, [&](const auto& item) { return has_function(*item); }) ||
           std::ranges::any_of(value.members, [&](const auto& member) { return has_function(*member.value); });
  }

  ValuePtr call(std::string_view self, const Value::Member& function, int depth) {
    const auto& [name, argument] = function;
    const Function at{*name, self, depth};
    constexpr std::size_t kCost = 16;
    if (depth == kMaxFunctionDepth || !documents_.spend(kCost))
      return refuse(at, "functions call each other too often");
    if (name->text == "get_input") return input(at, argument);
    if (name->text == "concat") return concat(at, *argument);
    if (name->text == "join") return joined(at, *argument);
    if (name->text == "token") return token(at, *argument);
    if (name->text == "get_property") return property(at, *argument);
    if (name->text == "get_artifact") return artifact(at, *argument);
    return later(at, "its value is not known before the VNF is instantiated, expected a value that is");
  }

  struct Function {
    const Value& name;
    std::string_view self;
    int depth;
  };

  ValuePtr refuse(const Function& function, const std::string& what) {
    problems_.add(function.name.at(), "`{}`: {}", function.name.text, what);
    return nullptr;
  }
  ValuePtr later(const Function& function, const std::string& what) {
    return late_ == Late::allowed ? nullptr : refuse(function, what);
  }

  /// `get_input: NAME`, or `[ NAME, KEY OR INDEX ... ]`.
  ValuePtr input(const Function& at, const ValuePtr& argument) {
    const Words words = argument->is_list() ? Words{argument->items} : Words{&argument, 1};
    if (words.empty() || !words.front()->is_scalar()) return refuse(at, "expected the name of an input");
    const auto& name = words.front()->text;
    const auto* inputs = document_.tree->find("topology_template", "inputs");
    const auto* found = inputs == nullptr ? nullptr : inputs->find_member(name);
    if (found == nullptr)
      return refuse(at, fmt::format("there is no input `{}`, expected one of topology_template's `inputs`", name));
    auto value = documents_.bindings().input(name);
    if (const auto* preset = found->value->find_member("default"); value == nullptr && preset != nullptr)
      value = preset->value;
    if (value == nullptr)
      return later(at, fmt::format("input `{}` has no value, expected one to be given, or a `default`", name));
    return inside(at, std::move(value), words.subspan(1), fmt::format("input `{}`", name));
  }

  /// What the keys and indices `words` lead to in `value`.
  ValuePtr inside(const Function& at, ValuePtr value, Words words, const std::string& of) {
    for (const auto& word : words) {
      const auto index = value->is_list() ? to_unsigned(word->text) : std::nullopt;
      if (index && *index < value->items.size()) {
        value = value->items[*index];
      } else if (const auto* member = value->find_member(word->text)) {
        value = member->value;
      } else {
        return later(at, fmt::format("{} has no `{}` in it", of, word->text));
      }
    }
    return value;
  }

  const Value* template_of(std::string_view name) const {
    const auto* nodes = document_.tree->find("topology_template", "node_templates");
    return nodes == nullptr ? nullptr : nodes->find(name);
  }

  /// `[ NODE, (REQUIREMENT OR CAPABILITY,) PROPERTY, KEY OR INDEX ... ]`.
  ValuePtr property(const Function& at, const Value& argument) {
    if (!argument.is_list() || argument.items.size() < 2) return refuse(at, "expected [ NODE, PROPERTY ]");
    const Words words{argument.items};
    const auto& written = words.front()->text;
    if (written == "SOURCE" || written == "TARGET" || written == "HOST") {
      return later(at, fmt::format("`{}` is of a relationship, expected SELF or a node template", written));
    }
    const auto owner = written == "SELF" ? at.self : std::string_view{written};
    const auto* node = template_of(owner);
    if (node == nullptr) return refuse(at, fmt::format("there is no node template `{}`", owner));
    if (auto found = property_of(at, *node, owner, words.subspan(1))) return *found;
    const auto& name = words[1]->text;
    if (words.size() > 2) {
      if (const auto* properties = node->find("capabilities", name);
          properties != nullptr && (properties = properties->find("properties")) != nullptr) {
        if (const auto* member = properties->find_member(words[2]->text))
          return evaluated(at, owner, member->value, words.subspan(3));
      }
      if (const auto target = target_of(*node, name); !target.empty()) {
        const auto* other = template_of(target);
        if (other == nullptr) return refuse(at, fmt::format("there is no node template `{}`", target));
        if (auto found = property_of(at, *other, target, words.subspan(2))) return *found;
      }
    }
    const auto missing = fmt::format("`{}` has no property `{}`", written, name);
    return is_declared(*node, name) ? later(at, missing) : refuse(at, missing);
  }

  /// nullptr: unknown, and reported elsewhere.
  const NodeType* type_of(const Value& node) {
    const auto* type = node.find("type");
    if (type == nullptr || !type->is_scalar()) return nullptr;
    return documents_.node_type(document_, type->text, type->at(), true);
  }

  /// Whether the type of a node template has the property, so that it may be set when the VNF is instantiated.
  bool is_declared(const Value& node, std::string_view property) {
    const auto* known = type_of(node);
    if (known == nullptr) return false;
    const auto* ours = normative_type("node_types", known->base);
    return known->property(property) != nullptr || (ours != nullptr && ours->find("properties", property) != nullptr);
  }

  /// A property as the node template has it, else as its type presets it. nullopt: neither.
  std::optional<ValuePtr> property_of(const Function& at, const Value& node, std::string_view owner, Words words) {
    if (const auto* properties = node.find("properties")) {
      if (const auto* member = properties->find_member(words.front()->text))
        return evaluated(at, owner, member->value, words.subspan(1));
    }
    const auto* known = type_of(node);
    if (known == nullptr) return std::nullopt;
    for (const auto* definition : known->definitions) {
      const auto* declared = definition->find("properties", words.front()->text);
      const auto* preset = declared == nullptr ? nullptr : declared->find_member("default");
      if (preset != nullptr) return evaluated(at, owner, preset->value, words.subspan(1));
    }
    return std::nullopt;
  }

  ValuePtr evaluated(const Function& at, std::string_view owner, const ValuePtr& value, Words rest) {
    auto found = value_of(owner, value, at.depth + 1);
    return found == nullptr ? found : inside(at, std::move(found), rest, fmt::format("`{}`", owner));
  }

  static std::string target_of(const Value& node, std::string_view requirement) {
    const auto* requirements = node.find("requirements");
    for (const auto& item : requirements == nullptr ? std::vector<ValuePtr>{} : requirements->items) {
      const auto* target = item->find(requirement);
      if (target != nullptr && target->is_map()) target = target->find("node");
      if (target != nullptr && target->is_scalar()) return target->text;
    }
    return {};
  }

  /// `[ NODE, ARTIFACT, ... ]`: the name of its file.
  ValuePtr artifact(const Function& at, const Value& argument) {
    if (!argument.is_list() || argument.items.size() < 2) return refuse(at, "expected [ NODE, ARTIFACT ]");
    const auto& written = argument.items[0]->text;
    const auto owner = written == "SELF" ? at.self : std::string_view{written};
    const auto* node = template_of(owner);
    if (node == nullptr) return refuse(at, fmt::format("there is no node template `{}`", owner));
    const auto* artifacts = node->find("artifacts");
    const auto* found = artifacts == nullptr ? nullptr : artifacts->find_member(argument.items[1]->text);
    if (found == nullptr) return refuse(at, fmt::format("`{}` has no artifact `{}`", owner, argument.items[1]->text));
    if (found->value->is_scalar()) return found->value;
    const auto* file = found->value->find_member("file");
    return file == nullptr ? refuse(at, fmt::format("artifact `{}` names no file", found->key->text)) : file->value;
  }

  /// The parts of a list as texts. nullopt: reported, or known later.
  std::optional<std::vector<std::string>> texts(const Function& at, const Value& list) {
    std::vector<std::string> found;
    std::size_t length = 0;
    for (const auto& item : list.items) {
      const auto part = value_of(at.self, item, at.depth + 1);
      if (part == nullptr) return std::nullopt;
      if (!part->is_scalar()) {
        refuse(at, fmt::format("{} in it, expected a text", part->describe()));
        return std::nullopt;
      }
      length += part->text.size();
      if (length > kMaxTextLength) {
        refuse(at, "the text gets too long");
        return std::nullopt;
      }
      found.push_back(part->text);
    }
    return found;
  }

  ValuePtr text(const Function& at, std::string content) {
    constexpr std::size_t kBytesAValue = 16;
    if (!documents_.spend(content.size() / kBytesAValue)) return refuse(at, "functions yield too many values");
    auto value = std::make_shared<Value>(at.name);
    value->text = std::move(content);
    value->plain = false;
    return value;
  }

  ValuePtr concat(const Function& at, const Value& argument) {
    if (!argument.is_list()) return refuse(at, "expected a list of texts");
    const auto parts = texts(at, argument);
    return parts ? text(at, fmt::format("{}", fmt::join(*parts, ""))) : nullptr;
  }

  /// `[ [ TEXT ... ], DELIMITER ]`.
  ValuePtr joined(const Function& at, const Value& argument) {
    if (!argument.is_list() || argument.items.empty() || argument.items.size() > 2 || !argument.items[0]->is_list())
      return refuse(at, "expected [ [ TEXT, ... ], DELIMITER ]");
    const auto parts = texts(at, *argument.items[0]);
    const auto delimiter = argument.items.size() == 2 ? argument.items[1]->text : std::string{};
    if (!parts) return nullptr;
    auto whole = fmt::format("{}", fmt::join(*parts, delimiter));
    return whole.size() > kMaxTextLength ? refuse(at, "the text gets too long") : text(at, std::move(whole));
  }

  /// `[ TEXT, DELIMITERS, INDEX ]`.
  ValuePtr token(const Function& at, const Value& argument) {
    if (!argument.is_list() || argument.items.size() != 3) return refuse(at, "expected [ TEXT, DELIMITERS, INDEX ]");
    const auto parts = texts(at, argument);
    if (!parts) return nullptr;
    const auto index = to_unsigned((*parts)[2]);
    if ((*parts)[1].empty() || !index) return refuse(at, "expected [ TEXT, DELIMITERS, INDEX ]");
    std::string_view left = (*parts)[0];
    for (std::uint64_t i = 0;; ++i) {
      const auto end = left.find_first_of((*parts)[1]);
      if (i == *index) return text(at, std::string{left.substr(0, end)});
      if (end == left.npos) return refuse(at, fmt::format("`{}` has no part {}", (*parts)[0], *index));
      left.remove_prefix(end + 1);
    }
  }

  Documents& documents_;
  Problems& problems_;
  const Document& document_;
  const Late late_;
};

}  // namespace

bool is_function(const Value& value) {
  if (!value.is_map() || value.members.size() != 1) return false;
  const auto& [name, argument] = value.members.front();
  const bool is_word = name->text == "concat" || name->text == "join" || name->text == "token";  // may be any map's key
  return std::ranges::find(kFunctions, name->text) != kFunctions.end() && (!is_word || argument->is_list());
}

ValuePtr evaluate(Documents& documents, const Document& document, std::string_view self, const ValuePtr& value,
                  Late late) {
  return Evaluation{documents, document, late}.value_of(self, value, 0);
}

}  // namespace unf::tosca
