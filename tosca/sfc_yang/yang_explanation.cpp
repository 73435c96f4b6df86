#include "tosca/sfc_yang/yang_explanation.h"

#include <libyang/libyang.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/sfc_yang/yang_name.h"
#include "tosca/sfc_yang/yang_path.h"
#include "tosca/sfc_yang/yang_schema.h"
#include "tosca/sfc_yang/yang_value.h"

namespace unf::tosca {
namespace {

/// What libyang's messages are about. libyang has no codes for them, so their words tell.
enum class YangErrorKind {
  absent_leaf,
  absent_key,
  undecided_choice,
  unknown_member,
  unknown_module,
  late_key,
  duplicate,
  dangling_reference,
  not_configuration,
  two_cases,
  wrong_json_kind,
  broken_rule,  ///< a `must`
  other,
};

constexpr std::string_view kWantedKind = " is expected to be represented as JSON ";
constexpr std::string_view kFoundKind = ", but input data contains ";

YangErrorKind kind_of(const YangError& error, const YangErrorPlace& place) {
  const std::string_view message = error.message;
  const auto begins = [&](std::string_view words) { return message.starts_with(words); };
  const auto says = [&](std::string_view words) { return message.find(words) != message.npos; };
  const bool has_path = !place.steps.empty();
  if (has_path && place.is_schema && begins("Mandatory node")) return YangErrorKind::absent_leaf;
  if (has_path && place.is_schema && begins("Mandatory choice")) return YangErrorKind::undecided_choice;
  if (has_path && begins("List instance is missing its key")) return YangErrorKind::absent_key;
  if (begins("Node \"") && says("\" not found")) return YangErrorKind::unknown_member;
  if (begins("No module named") || says("namespace-qualified") || begins("No module with namespace"))
    return YangErrorKind::unknown_module;
  if (begins("Invalid position of the key")) return YangErrorKind::late_key;
  if (begins("Duplicate instance")) return YangErrorKind::duplicate;
  if (error.tag == "instance-required") return YangErrorKind::dangling_reference;
  if (says("data state node") || begins("Unexpected RPC")) return YangErrorKind::not_configuration;
  if (begins("Data for both cases")) return YangErrorKind::two_cases;
  if (says(kWantedKind)) return YangErrorKind::wrong_json_kind;
  if (error.tag == "must-violation") return YangErrorKind::broken_rule;
  return YangErrorKind::other;
}

/// The text between the first pair of quotes.
std::string quoted_in(std::string_view message) {
  const auto from = message.find('"');
  if (from == message.npos) return {};
  const auto to = message.find('"', from + 1);
  return std::string{message.substr(from + 1, to == message.npos ? to : to - from - 1)};
}

/// The text between the second pair of quotes, if the first one is around `first`.
std::string quoted_after(std::string_view message, std::string_view first) {
  return quoted_in(message.substr(std::min(message.size(), message.find(first) + first.size() + 1)));
}

/// A message without its full stop, with backquotes.
std::string tidy(std::string message) {
  if (message.ends_with('.')) message.pop_back();
  std::ranges::replace(message, '"', '`');
  if (std::ranges::count(message, '`') % 2 != 0) std::ranges::replace(message, '`', '\'');
  return message;
}

/// `number` and `string` of "... is expected to be represented as JSON number, but input data contains string.".
std::pair<std::string_view, std::string_view> wanted_and_found_kind(std::string_view message) {
  const auto rest = message.substr(message.find(kWantedKind) + kWantedKind.size());
  const auto but = std::min(rest.find(kFoundKind), rest.size());
  auto found = rest.substr(std::min(rest.size(), but + kFoundKind.size()));
  if (found.ends_with('.')) found.remove_suffix(1);
  return {rest.substr(0, but), found};
}

/// The path in a message, `a/b`, without modules.
std::string target_in(std::string_view message) {
  const auto from = message.find("\"/");
  const auto to = from == message.npos ? from : message.find('"', from + 1);
  if (to == message.npos) return "something";
  std::string path;
  for (const auto& step : yang_path(message.substr(from + 1, to - from - 1)))
    path += fmt::format("{}{}", path.empty() ? "" : "/", local_part(step.name));
  return path;
}

/// ", expected one that PATH has" of a reference to nothing, if the node says what it refers to.
std::string expected_target(const lysc_node* node, std::string_view message) {
  const auto* type = node == nullptr ? nullptr : yang_leaf_type(*node);
  if (type == nullptr || type->basetype != LY_TYPE_LEAFREF) return {};
  return fmt::format(", expected one that {} has", target_in(message));
}

/// The names that `parent` has for members, and the one that was perhaps meant by `name`.
std::string expected_members(const lysc_node* parent, std::string_view name, const Problems& problems) {
  const auto names = yang_member_names(parent);
  const std::vector<std::string_view> known{names.begin(), names.end()};
  return one_of(known) + problems.suggest(name, known);
}

/// The place of a map's member by its name, or by its module alone, or else `otherwise`.
SourcePlace member_place(const Value* value, std::string_view name, const SourcePlace& otherwise) {
  if (value == nullptr || !value->is_map() || name.empty()) return otherwise;
  for (const auto& [key, member] : value->members) {
    if (key->text == name || local_part(key->text) == name || module_part(key->text) == name) return key->at();
  }
  return otherwise;
}

/// Reports a leaf that has to be in each map that the path leads to, wherever it is absent.
void explain_absent(const Value& document, std::span<const YangPathStep> parents, std::string_view leaf,
                    const char* how, Problems& problems) {
  const auto parent = parents.empty() ? std::string_view{} : local_part(parents.back().name);
  bool any = false;
  const auto absent = [&](const Value& map) {
    any = true;
    problems.add(map.at(), "`{}` is absent, expected {} each `{}`", leaf, how, parent);
  };
  for (const auto& [map, is_there] : yang_maps_at(document, parents)) {
    if (!is_there || yang_member_at(*map, leaf) == nullptr) absent(*map);
  }
  if (!any) absent(document);
}

/// Reports a choice of which each map that the path leads to has to have a member, wherever there is none.
void explain_undecided(const Value& document, std::span<const YangPathStep> path, std::string_view choice,
                       Problems& problems) {
  const auto parents = local_part(path.back().name) == choice ? path.first(path.size() - 1) : path;
  const auto* parent = yang_node_at(parents);
  const auto names = parent == nullptr ? std::vector<std::string>{} : yang_choice_members(*parent, choice);
  const auto expected = one_of({names.begin(), names.end()});
  bool any = false;
  const auto undecided = [&](const Value& map) {
    any = true;
    problems.add(map.at(), "no `{}`, expected {}", choice, expected);
  };
  for (const auto& [map, is_there] : yang_maps_at(document, parents)) {
    const auto has = [&map = map](const auto& name) { return yang_member_at(*map, name) != nullptr; };
    if (!is_there || std::ranges::none_of(names, has)) undecided(*map);
  }
  if (!any) undecided(document);
}

}  // namespace

void explain_yang_error(const YangError& error, const ExplainedDocument& source, Problems& problems) {
  auto place = yang_error_place(error.where);
  if (!source.has_lines) place.line = 0;
  const auto kind = kind_of(error, place);
  const std::span<const YangPathStep> path{place.steps};
  const bool is_second = kind == YangErrorKind::duplicate || kind == YangErrorKind::two_cases;
  const auto found = follow_yang_path(source.document, path, place.line, is_second);
  const bool is_found = found.depth == path.size();
  const auto at = place.line > 0 && (found.depth == 0 || !is_found)
                      ? SourcePlace{std::string{source.document.file}, place.line}
                      : found.at;
  const auto* node = yang_node_at(path);
  const auto named = quoted_in(error.message);
  const auto at_member = [&] { return member_place(found.value, named, at); };

  switch (kind) {
    case YangErrorKind::absent_leaf:
      return explain_absent(source.document, path.first(path.size() - 1), named, "in", problems);
    case YangErrorKind::absent_key:
      return explain_absent(source.document, path, named, "as the key of", problems);
    case YangErrorKind::undecided_choice:
      return explain_undecided(source.document, path, named, problems);
    case YangErrorKind::unknown_member:
      return problems.add(at_member(), "unknown member `{}`, expected {}", named,
                          expected_members(node, named, problems));
    case YangErrorKind::unknown_module:
      return problems.add(at_member(), "`{}` is of no module of service chains, expected {}", named,
                          expected_members(node, named, problems));
    case YangErrorKind::late_key:
      return problems.add(at, "`{}` is too late, expected a list's keys first, in their order", named);
    case YangErrorKind::duplicate:
      return problems.add(at, "`{}` twice, expected each once", named);
    case YangErrorKind::dangling_reference:
      return problems.add(at, "there is no `{}`{}", named, expected_target(node, error.message));
    case YangErrorKind::not_configuration:
      return problems.add(at_member(), "`{}` is no configuration, expected nothing else", named);
    case YangErrorKind::two_cases:
      return problems.add(at, "members of both `{}` and `{}`, expected of one of them", named,
                          quoted_after(error.message, named));
    case YangErrorKind::wrong_json_kind: {
      const auto [wanted, given] = wanted_and_found_kind(error.message);
      return problems.add(at_member(), "`{}` is {}, expected {}", named, given, wanted);
    }
    case YangErrorKind::broken_rule:
      return problems.add(at, "{}", tidy(error.message));
    case YangErrorKind::other:
      break;
  }
  if (node != nullptr && yang_leaf_type(*node) != nullptr) {
    const auto shown = is_found ? found.value->describe() : fmt::format("`{}`", named);
    return problems.add(at, "`{}` is {}, expected {}", node->name, shown, yang_expectation(*node));
  }
  problems.add(at, "{}, expected what the modules of service chains describe, as {}", tidy(error.message),
               source.format == SfcFormat::xml ? "XML" : "JSON");
}

}  // namespace unf::tosca
