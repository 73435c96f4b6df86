#include "tosca/sfc_yang/sfc_model.h"

#include <fmt/ranges.h>
#include <libyang/libyang.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "tosca/sfc_yang/modules.h"
#include "tosca/text/json_value.h"
#include "tosca/text/xml.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kPartialModule = "unf-sfc-partial";
constexpr std::string_view kRequestModule = "rendered-service-path", kRequestName = "create-rendered-path";

struct ContextDeleter {
  void operator()(ly_ctx* context) const { ly_ctx_destroy(context); }
};
struct TreeDeleter {
  void operator()(lyd_node* tree) const { lyd_free_all(tree); }
};
using TreePtr = std::unique_ptr<lyd_node, TreeDeleter>;

LY_ERR import_embedded(const char* name, const char*, const char* submodule, const char*, void*, LYS_INFORMAT* format,
                       const char** text, ly_module_imp_data_free_clb* free_text) {
  const auto modules = yang_modules();
  const auto found =
      std::ranges::find_if(modules, [&](const YangModule& m) { return std::string_view{m.name} == name; });
  if (submodule != nullptr || found == modules.end()) return LY_ENOTFOUND;
  *format = LYS_IN_YANG;
  *text = found->text;
  *free_text = nullptr;
  return LY_SUCCESS;
}

/// libyang's names of what went wrong, in its words.
struct YangError {
  std::string message;
  std::string where;
  std::string tag;
};

/// The compiled modules: of whole data trees, or of parts that refer to others. Loading them takes some 10 ms.
class YangContext {
 public:
  explicit YangContext(bool partial) {
    // Kept, not written to stderr. Options of a thread would be gone after libyang's own use of them.
    static const auto kLogged = ly_log_options(LY_LOSTORE);
    std::ignore = kLogged;
    ly_ctx* made = nullptr;
    if (ly_ctx_new(nullptr,
                   LY_CTX_NO_YANGLIBRARY | LY_CTX_DISABLE_SEARCHDIRS | LY_CTX_DISABLE_SEARCHDIR_CWD |
                       LY_CTX_REF_IMPLEMENTED | LY_CTX_EXPLICIT_COMPILE | LY_CTX_SET_PRIV_PARSED,
                   &made) != LY_SUCCESS)
      return;
    std::unique_ptr<ly_ctx, ContextDeleter> context{made};
    ly_ctx_set_module_imp_clb(made, import_embedded, nullptr);
    std::array<const char*, 2> all_features{"*", nullptr};
    for (const auto& [name, text] : yang_modules()) {
      if (!partial && name == kPartialModule) continue;
      if (ly_ctx_load_module(made, name, nullptr, all_features.data()) == nullptr) return;
    }
    if (ly_ctx_compile(made) == LY_SUCCESS) context_ = std::move(context);
  }

  /// nullptr: libyang does not take the modules, which tests would tell.
  [[nodiscard]] ly_ctx* get() const { return context_.get(); }

  /// Has `parse` done with what it logs kept; nothing if it succeeds.
  template <typename Parse>
  std::vector<YangError> errors_of(const Parse& parse) const {
    const std::lock_guard lock{mutex_};
    ly_err_clean(get(), nullptr);
    std::vector<YangError> errors;
    const auto text = [](const char* of) { return std::string{of == nullptr ? "" : of}; };
    if (parse(get()) != LY_SUCCESS) {
      for (const auto* item = ly_err_first(get()); item != nullptr; item = item->next) {
        if (item->level == LY_LLERR) errors.push_back({text(item->msg), text(item->path), text(item->apptag)});
      }
      if (errors.empty()) errors.push_back({"Refused.", "", ""});
    }
    ly_err_clean(get(), nullptr);
    return errors;
  }

 private:
  std::unique_ptr<ly_ctx, ContextDeleter> context_;
  mutable std::mutex mutex_;
};

const YangContext& whole_context() {
  static const YangContext context{false};
  assert(context.get() != nullptr);
  return context;
}
const YangContext& partial_context() {
  static const YangContext context{true};
  assert(context.get() != nullptr);
  return context;
}

// --- The schema.

std::string_view local_part(std::string_view name) { return name.substr(name.rfind(':') + 1); }
std::string_view module_part(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == name.npos ? std::string_view{} : name.substr(0, colon);
}
bool has_children(const lysc_node& node) {
  return (node.nodetype & (LYS_CONTAINER | LYS_LIST | LYS_RPC | LYS_INPUT)) != 0;
}

const lys_module* yang_module(std::string_view name) {
  auto* module = ly_ctx_get_module_implemented(whole_context().get(), std::string{name}.c_str());
  return module != nullptr && module->compiled != nullptr ? module : nullptr;
}
/// Of those above; `uri` may be any, and long.
const lys_module* yang_module_of_namespace(std::string_view uri) {
  static const auto kAll = [] {
    std::map<std::string_view, const lys_module*> all;
    for (const auto& [name, text] : yang_modules()) {
      if (const auto* module = yang_module(name); module != nullptr) all.emplace(module->ns, module);
    }
    return all;
  }();
  const auto found = kAll.find(uri);
  return found == kAll.end() ? nullptr : found->second;
}

const lysc_node* child_in(const lysc_node* parent, const lys_module& module, std::string_view name) {
  return lys_find_child(parent, &module, name.data(), name.size(), 0, 0);
}

/// A member's node by its name, with or without module; of the parent's module rather than of another one. No parent:
/// a top-level node.
const lysc_node* child_named(const lysc_node* parent, std::string_view name) {
  const auto prefix = module_part(name), local = local_part(name);
  if (!prefix.empty()) {
    const auto* module = yang_module(prefix);
    return module == nullptr ? nullptr : child_in(parent, *module, local);
  }
  if (parent != nullptr) {
    if (const auto* own = child_in(parent, *parent->module, local); own != nullptr) return own;
  }
  for (const auto& module : yang_modules()) {
    const auto* loaded = yang_module(module.name);
    if (loaded == nullptr) continue;
    if (const auto* found = child_in(parent, *loaded, local); found != nullptr) return found;
  }
  return nullptr;
}

/// A node's name as a member of its parent.
std::string member_name(const lysc_node& node, const lysc_node* parent) {
  return parent != nullptr && parent->module == node.module ? node.name
                                                            : fmt::format("{}:{}", node.module->name, node.name);
}

std::vector<std::string> children_of(const lysc_node* parent) {
  std::vector<std::string> names;
  const auto list = [&](const lysc_module* module) {
    const lysc_node* child = nullptr;
    while ((child = lys_getnext(child, parent, module, 0)) != nullptr) {
      if ((child->flags & LYS_CONFIG_R) == 0 && (child->nodetype & (LYS_RPC | LYS_NOTIF)) == 0)
        names.push_back(member_name(*child, parent));
    }
  };
  if (parent != nullptr) {
    list(nullptr);
    return names;
  }
  for (const auto& module : yang_modules()) {
    if (const auto* loaded = yang_module(module.name); loaded != nullptr) list(loaded->compiled);
  }
  return names;
}

const lysc_type* type_of(const lysc_node& node) {
  if (node.nodetype == LYS_LEAF) return reinterpret_cast<const lysc_node_leaf&>(node).type;
  if (node.nodetype == LYS_LEAFLIST) return reinterpret_cast<const lysc_node_leaflist&>(node).type;
  return nullptr;
}
const lysc_type& real_type(const lysc_type& type) {
  return type.basetype == LY_TYPE_LEAFREF ? *reinterpret_cast<const lysc_type_leafref&>(type).realtype : type;
}

/// How JSON has values of a type.
enum class JsonKind : std::uint8_t { string, number, boolean, empty };
JsonKind json_kind(const lysc_type& type) {
  switch (type.basetype) {
    case LY_TYPE_UINT8:
    case LY_TYPE_UINT16:
    case LY_TYPE_UINT32:
    case LY_TYPE_INT8:
    case LY_TYPE_INT16:
    case LY_TYPE_INT32:
      return JsonKind::number;
    case LY_TYPE_BOOL:
      return JsonKind::boolean;
    case LY_TYPE_EMPTY:
      return JsonKind::empty;
    default:
      return JsonKind::string;
  }
}

/// Those that a leaf may name.
std::vector<const lysc_ident*> identities_of(const lysc_type& type) {
  std::vector<const lysc_ident*> found;
  if (type.basetype != LY_TYPE_IDENT) return found;
  const auto take = [&](const auto& self, const lysc_ident& base) -> void {
    for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(base.derived); ++i) {
      if (std::ranges::find(found, base.derived[i]) != found.end()) continue;
      found.push_back(base.derived[i]);
      self(self, *base.derived[i]);
    }
  };
  const auto& bases = reinterpret_cast<const lysc_type_identityref&>(type).bases;
  for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(bases); ++i) take(take, *bases[i]);
  return found;
}

/// What a leaf takes, for messages.
std::string expectation(const lysc_node& node) {
  const auto& type = real_type(*type_of(node));
  std::vector<std::string> names;
  switch (type.basetype) {
    case LY_TYPE_BOOL:
      return "true or false";
    case LY_TYPE_EMPTY:
      return "[null]";
    case LY_TYPE_ENUM: {
      const auto& enums = reinterpret_cast<const lysc_type_enum&>(type).enums;
      for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(enums); ++i) names.emplace_back(enums[i].name);
      break;
    }
    case LY_TYPE_BITS: {
      const auto& bits = reinterpret_cast<const lysc_type_bits&>(type).bits;
      for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(bits); ++i) names.emplace_back(bits[i].name);
      return fmt::format("any of {}", fmt::join(names, ", "));
    }
    case LY_TYPE_IDENT:
      for (const auto* identity : identities_of(type))
        names.push_back(fmt::format("{}:{}", identity->module->name, identity->name));
      break;
    case LY_TYPE_UINT8:
    case LY_TYPE_UINT16:
    case LY_TYPE_UINT32:
    case LY_TYPE_UINT64: {
      constexpr std::uint64_t kMax[] = {255, 65'535, 4'294'967'295, std::numeric_limits<std::uint64_t>::max()};
      const auto index = type.basetype == LY_TYPE_UINT8    ? 0
                         : type.basetype == LY_TYPE_UINT16 ? 1
                         : type.basetype == LY_TYPE_UINT32 ? 2
                                                           : 3;
      const auto* range = reinterpret_cast<const lysc_type_num&>(type).range;
      if (range == nullptr) return fmt::format("a number from 0 to {}", kMax[index]);
      for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(range->parts); ++i)
        names.push_back(fmt::format("{} to {}", range->parts[i].min_u64, range->parts[i].max_u64));
      return fmt::format("a number from {}", fmt::join(names, " or from "));
    }
    default:
      if (node.priv != nullptr) {
        const auto* parsed = static_cast<const lysp_node*>(node.priv);
        const char* name = parsed->nodetype == LYS_LEAF
                               ? reinterpret_cast<const lysp_node_leaf*>(parsed)->type.name
                               : reinterpret_cast<const lysp_node_leaflist*>(parsed)->type.name;
        if (name != nullptr) return fmt::format("a text of type {}", local_part(name));
      }
      return "a text";
  }
  return one_of({names.begin(), names.end()});
}

// --- Places.

struct PathStep {
  std::string name;
  std::vector<std::pair<std::string, std::string>> keys;
};

/// `Data location "/a:b/c[k='v']", line number 7.`
struct ErrorPlace {
  std::vector<PathStep> steps;
  bool schema = false;
  int line = 0;
};

std::vector<PathStep> split_path(std::string_view path) {
  std::vector<PathStep> steps;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    auto& step = steps.emplace_back();
    const auto name = path.substr(0, path.find_first_of("/["));
    step.name = name;
    path.remove_prefix(name.size());
    while (path.starts_with('[')) {
      const auto equals = path.find('=');
      if (equals == path.npos || equals + 1 >= path.size()) return steps;
      const auto quote = path[equals + 1];
      const auto end = path.find(quote, equals + 2);
      if ((quote != '\'' && quote != '"') || end == path.npos) return steps;
      step.keys.emplace_back(path.substr(1, equals - 1), path.substr(equals + 2, end - equals - 2));
      path.remove_prefix(std::min(path.size(), end + 2));
    }
  }
  return steps;
}

ErrorPlace place_of(std::string_view where) {
  constexpr std::string_view kData = "Data location \"", kSchema = "Schema location \"", kLine = "ine number ";
  ErrorPlace place;
  if (where.ends_with('.')) where.remove_suffix(1);
  if (const auto at = where.rfind(kLine); at != where.npos) {
    const auto number = where.substr(at + kLine.size());
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), place.line);
    if (error != std::errc{} || end != number.data() + number.size()) place.line = 0;
    if (place.line != 0 && at > 3) where = where.substr(0, at - 3);  // ", l"
  }
  place.schema = where.starts_with(kSchema);
  const auto begin = place.schema ? kSchema.size() : where.starts_with(kData) ? kData.size() : 0;
  if (begin != 0 && where.size() > begin) place.steps = split_path(where.substr(begin, where.size() - begin - 1));
  return place;
}

/// The member that a path means, whether its module is written or not.
const Value::Member* member_at(const Value& map, std::string_view name) {
  if (const auto* exact = map.find_member(name); exact != nullptr) return exact;
  for (const auto& member : map.members) {
    if (local_part(member.key->text) == local_part(name)) return &member;
  }
  return nullptr;
}

bool same_value(const Value& value, std::string_view text) {
  if (!value.is_scalar()) return false;
  if (value.text == text) return true;
  return module_part(value.text).empty() != module_part(text).empty() && local_part(value.text) == local_part(text);
}

bool has_keys(const Value& item, const std::vector<std::pair<std::string, std::string>>& keys) {
  return std::ranges::all_of(keys, [&](const auto& key) {
    if (key.first == ".") return same_value(item, key.second);
    const auto* member = item.is_map() ? member_at(item, key.first) : nullptr;
    return member != nullptr && same_value(*member->value, key.second);
  });
}

/// Where something is in a document.
struct Located {
  const Value* value;
  SourcePlace at;
  std::size_t depth;  ///< steps of the path that were found
};

/// As far as the document has the path. `line`, if known, is where the reader was: nothing that it tells about begins
/// later. `last`: of several of a kind the last one.
Located locate(const Value& document, const std::vector<PathStep>& steps, int line, bool last) {
  Located found{&document, document.at(), 0};
  for (const auto& step : steps) {
    if (!found.value->is_map()) break;
    const Value::Member* member = nullptr;
    if (last) {
      for (const auto& each : found.value->members) {
        if (local_part(each.key->text) == local_part(step.name)) member = &each;
      }
    } else {
      member = member_at(*found.value, step.name);
    }
    if (member == nullptr) break;
    found = {member->value.get(), member->key->at(), found.depth + 1};
    if (!found.value->is_list()) continue;
    const Value* item = nullptr;
    for (const auto& each : found.value->items) {
      if (!step.keys.empty() ? !has_keys(*each, step.keys) : line > 0 && each->line > line) continue;
      if (item == nullptr || last || (step.keys.empty() && line > 0)) item = each.get();
    }
    if (item == nullptr) break;
    found.value = item;
    found.at = item->at();
  }
  if (found.value->is_scalar()) found.at = found.value->at();
  return found;
}

const lysc_node* node_at(std::span<const PathStep> steps) {
  const lysc_node* node = nullptr;
  for (const auto& step : steps) {
    if (node != nullptr && !has_children(*node)) return nullptr;
    node = child_named(node, step.name);
    if (node == nullptr) return nullptr;
  }
  return node;
}

/// Calls `visit` with each map that a path of schema nodes means, and whether it is there: of a container that is not,
/// with the map that would have it.
template <typename Visit>
void for_each_at(const Value& value, std::span<const PathStep> steps, const Visit& visit, std::size_t depth = 0) {
  if (value.is_list()) {
    for (const auto& item : value.items) for_each_at(*item, steps, visit, depth);
    return;
  }
  if (!value.is_map()) return;
  if (depth == steps.size()) {
    visit(value, true);
    return;
  }
  if (const auto* member = member_at(value, steps[depth].name); member != nullptr) {
    for_each_at(*member->value, steps, visit, depth + 1);
    return;
  }
  for (auto absent = depth; absent < steps.size(); ++absent) {
    const auto* node = node_at(steps.first(absent + 1));
    if (node == nullptr || node->nodetype != LYS_CONTAINER || (node->flags & LYS_PRESENCE) != 0) return;
  }
  if (depth > 0) visit(value, false);
}

// --- What libyang says, in our words.

/// What stands between the first pair of quotes.
std::string quoted_in(std::string_view message) {
  const auto from = message.find('"');
  if (from == message.npos) return {};
  const auto to = message.find('"', from + 1);
  return std::string{message.substr(from + 1, to == message.npos ? to : to - from - 1)};
}

/// A message without its full stop, with backquotes.
std::string tidy(std::string message) {
  if (message.ends_with('.')) message.pop_back();
  std::ranges::replace(message, '"', '`');
  if (std::ranges::count(message, '`') % 2 != 0) std::ranges::replace(message, '`', '\'');
  return message;
}

class Explanation {
 public:
  /// `document` has the places; `has_lines`: it is what libyang read, so that its lines are of use.
  Explanation(const Value& document, bool has_lines, SfcFormat format, Problems& problems)
      : document_(document), has_lines_(has_lines), format_(format), problems_(problems) {}

  void add(const YangError& error) {
    const std::string_view message = error.message;
    auto place = place_of(error.where);
    if (!has_lines_) place.line = 0;
    const auto named = quoted_in(message);
    if (place.schema && !place.steps.empty() && message.starts_with("Mandatory node"))
      return add_absent({place.steps.begin(), place.steps.end() - 1}, named, "in");
    if (place.schema && !place.steps.empty() && message.starts_with("Mandatory choice"))
      return add_undecided(place, named);
    if (!place.steps.empty() && message.starts_with("List instance is missing its key"))
      return add_absent(place.steps, named, "as the key of");
    const bool last = message.starts_with("Duplicate instance") || message.starts_with("Data for both cases");
    const auto found = locate(document_, place.steps, place.line, last);
    auto at = found.at;
    if (place.line > 0 && (found.depth == 0 || found.depth < place.steps.size()))
      at = {std::string{document_.file}, place.line};
    const auto* node = node_at(place.steps);
    if (message.starts_with("Node \"") && message.find("\" not found") != message.npos) {
      problems_.add(member_place(found.value, named, at), "unknown member `{}`, expected {}", named,
                    names_of(node, named));
    } else if (message.starts_with("No module named") || message.find("namespace-qualified") != message.npos ||
               message.starts_with("No module with namespace")) {
      problems_.add(member_place(found.value, named, at), "`{}` is of no module of service chains, expected {}", named,
                    names_of(node, named));
    } else if (message.starts_with("Invalid position of the key")) {
      problems_.add(at, "`{}` is too late, expected a list's keys first, in their order", named);
    } else if (message.starts_with("Duplicate instance")) {
      problems_.add(at, "`{}` twice, expected each once", named);
    } else if (error.tag == "instance-required") {
      const auto* type = node == nullptr ? nullptr : type_of(*node);
      problems_.add(at, "there is no `{}`{}", named,
                    type == nullptr || type->basetype != LY_TYPE_LEAFREF
                        ? std::string{}
                        : fmt::format(", expected one that {} has", target_of(message)));
    } else if (message.find("data state node") != message.npos || message.starts_with("Unexpected RPC")) {
      problems_.add(member_place(found.value, named, at), "`{}` is no configuration, expected nothing else", named);
    } else if (message.starts_with("Data for both cases")) {
      const auto second = message.substr(std::min(message.size(), message.find(named) + named.size() + 1));
      problems_.add(at, "members of both `{}` and `{}`, expected of one of them", named, quoted_in(second));
    } else if (const auto rather = message.find(" is expected to be represented as JSON "); rather != message.npos) {
      constexpr std::string_view kAs = " is expected to be represented as JSON ", kBut = ", but input data contains ";
      const auto wanted = message.substr(rather + kAs.size());
      const auto but = std::min(wanted.find(kBut), wanted.size());
      auto found_kind = wanted.substr(std::min(wanted.size(), but + kBut.size()));
      if (found_kind.ends_with('.')) found_kind.remove_suffix(1);
      problems_.add(member_place(found.value, named, at), "`{}` is {}, expected {}", named, found_kind,
                    wanted.substr(0, but));
    } else if (node != nullptr && type_of(*node) != nullptr && error.tag != "must-violation") {
      const auto shown = found.value != nullptr && found.depth == place.steps.size() ? found.value->describe()
                                                                                     : fmt::format("`{}`", named);
      problems_.add(at, "`{}` is {}, expected {}", node->name, shown, expectation(*node));
    } else if (error.tag == "must-violation") {
      problems_.add(at, "{}", tidy(error.message));
    } else {
      problems_.add(at, "{}, expected what the modules of service chains describe, as {}", tidy(error.message),
                    format_ == SfcFormat::xml ? "XML" : "JSON");
    }
  }

 private:
  /// Where the member of that name is, or else `otherwise`. A prefix alone will do.
  static SourcePlace member_place(const Value* value, std::string_view name, SourcePlace otherwise) {
    if (value == nullptr || !value->is_map() || name.empty()) return otherwise;
    for (const auto& [key, member] : value->members) {
      if (key->text == name || local_part(key->text) == name || module_part(key->text) == name) return key->at();
    }
    return otherwise;
  }

  [[nodiscard]] std::string names_of(const lysc_node* parent, std::string_view name) const {
    const auto names = children_of(parent);
    const std::vector<std::string_view> known{names.begin(), names.end()};
    return one_of(known) + problems_.suggest(name, known);
  }

  static std::string target_of(std::string_view message) {
    const auto from = message.find("\"/");
    const auto to = from == message.npos ? from : message.find('"', from + 1);
    if (to == message.npos) return "something";
    std::string path;
    for (const auto& step : split_path(message.substr(from + 1, to - from - 1)))
      path += fmt::format("{}{}", path.empty() ? "" : "/", local_part(step.name));
    return path;
  }

  /// A leaf that has to be there, and is not: everywhere.
  void add_absent(const std::vector<PathStep>& parents, std::string_view name, const char* how) {
    const auto parent = parents.empty() ? std::string_view{} : local_part(parents.back().name);
    bool any = false;
    const auto absent = [&](const Value& map) {
      any = true;
      problems_.add(map.at(), "`{}` is absent, expected {} each `{}`", name, how, parent);
    };
    for_each_at(document_, parents, [&](const Value& map, bool there) {
      if (!there || member_at(map, name) == nullptr) absent(map);
    });
    if (!any) absent(document_);
  }

  /// None of what has to be chosen from.
  void add_undecided(const ErrorPlace& place, std::string_view name) {
    auto steps = std::span{place.steps};
    if (local_part(steps.back().name) == name) steps = steps.first(steps.size() - 1);
    const auto* parent = node_at(steps);
    std::vector<std::string> names;
    if (parent != nullptr) {
      const lysc_node* child = nullptr;
      while ((child = lys_getnext(child, parent, nullptr, 0)) != nullptr) {
        const auto* choice = child->parent;
        while (choice != nullptr && choice != parent && choice->nodetype != LYS_CHOICE) choice = choice->parent;
        if (choice != nullptr && choice->nodetype == LYS_CHOICE && choice->name == name)
          names.emplace_back(child->name);
      }
    }
    const auto expected = one_of({names.begin(), names.end()});
    bool any = false;
    const auto undecided = [&](const Value& map) {
      any = true;
      problems_.add(map.at(), "no `{}`, expected {}", name, expected);
    };
    for_each_at(document_, steps, [&](const Value& map, bool there) {
      if (!there || std::ranges::none_of(names, [&](const auto& each) { return member_at(map, each) != nullptr; }))
        undecided(map);
    });
    if (!any) undecided(document_);
  }

  const Value& document_;
  bool has_lines_;
  SfcFormat format_;
  Problems& problems_;
};

std::vector<YangError> errors_in(const YangContext& context, const std::string& text, SfcFormat format) {
  return context.errors_of([&](const ly_ctx* loaded) {
    lyd_node* tree = nullptr;
    const auto* from = format == SfcFormat::xml ? without_byte_order_mark(text).data() : text.c_str();
    const auto result = lyd_parse_data_mem(loaded, from, format == SfcFormat::xml ? LYD_XML : LYD_JSON,
                                           LYD_PARSE_STRICT | LYD_PARSE_NO_STATE, LYD_VALIDATE_NO_STATE, &tree);
    const TreePtr owned{tree};
    return result;
  });
}

// --- Values.

std::shared_ptr<Value> value_like(const Value& original, Value::Kind kind) {
  auto value = std::make_shared<Value>();
  value->kind = kind;
  value->file = original.file;
  value->line = original.line;
  value->column = original.column;
  return value;
}
ValuePtr scalar_like(const Value& original, std::string text, bool plain) {
  auto value = value_like(original, Value::Kind::scalar);
  value->text = std::move(text);
  value->plain = plain;
  return value;
}
ValuePtr list_of(ValuePtr item) {
  auto value = value_like(*item, Value::Kind::list);
  value->items.push_back(std::move(item));
  return value;
}
/// A type `empty` in JSON.
ValuePtr empty_leaf(const Value& original) { return list_of(value_like(original, Value::Kind::null)); }

void append_json(const Value& value, std::string& out) {
  const auto quote = [&](const std::string& text) {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  const char* separator = "";
  switch (value.kind) {
    case Value::Kind::null:
      out += "null";
      break;
    case Value::Kind::scalar:
      if (value.plain) {
        out += value.text;
      } else {
        quote(value.text);
      }
      break;
    case Value::Kind::list:
      out += '[';
      for (const auto& item : value.items) {
        out += std::exchange(separator, ",");
        append_json(*item, out);
      }
      out += ']';
      break;
    case Value::Kind::map:
      out += '{';
      for (const auto& [key, member] : value.members) {
        out += std::exchange(separator, ",");
        quote(key->text);
        out += ':';
        append_json(*member, out);
      }
      out += '}';
      break;
  }
}

/// Calls `visit` with documents that each have a part of one: an entry of a list, or another member of a member.
template <typename Visit>
void for_each_piece(const Value& document, const Visit& visit) {
  constexpr int kMaxPieces = 500;
  int pieces = 0;
  const auto single = [](const Value& map, const Value::Member& member, ValuePtr value) {
    auto piece = value_like(map, Value::Kind::map);
    piece->members.push_back({member.key, std::move(value)});
    return piece;
  };
  for (const auto& top : document.members) {
    if (!top.value->is_map() || top.value->members.empty()) {
      if (++pieces <= kMaxPieces) visit(*single(document, top, top.value));
      continue;
    }
    for (const auto& inner : top.value->members) {
      std::vector<ValuePtr> parts{inner.value};
      if (inner.value->is_list() && !inner.value->items.empty()) {
        parts.clear();
        for (const auto& item : inner.value->items) {
          auto list = value_like(*inner.value, Value::Kind::list);
          list->items.push_back(item);
          parts.push_back(std::move(list));
        }
      }
      for (const auto& part : parts) {
        if (++pieces > kMaxPieces) return;
        visit(*single(document, top, single(*top.value, inner, part)));
      }
    }
  }
}

/// Has libyang read and validate a text that says what `document` does. `original`: it is where that was read from.
bool validate_text(const YangContext& context, const std::string& text, SfcFormat format, const Value& document,
                   bool original, Problems& problems) {
  const auto errors = errors_in(context, text, format);
  if (errors.empty()) return true;
  // libyang stops at the first: what is wrong with each part by itself says more.
  bool more = false;
  if (format == SfcFormat::json && document.is_map()) {
    for_each_piece(document, [&](const Value& piece) {
      Explanation explanation{piece, false, format, problems};
      for (const auto& error : errors_in(partial_context(), to_json_text(piece), format)) {
        explanation.add(error);
        more = true;
      }
    });
  }
  if (more) return false;
  Explanation explanation{document, original, format, problems};
  for (const auto& error : errors) explanation.add(error);
  return false;
}

/// A decimal number as JSON writes it. None: it is none.
std::optional<std::string> json_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  auto digits = text.substr(negative ? 1 : 0);
  if (!negative && digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return (negative ? "-" : "") + std::string{digits};
}

class Rewriter {
 public:
  explicit Rewriter(Problems& warnings) : warnings_(warnings) {}

  ValuePtr document(const Value& root) { return root.is_map() ? map(root, nullptr) : copy(root); }
  [[nodiscard]] bool changed() const { return changed_; }

  /// A member's node; `input` at the top is the one of create-rendered-path.
  static const lysc_node* known(std::string_view name, const lysc_node* parent) {
    const auto prefix = module_part(name);
    if (parent == nullptr && local_part(name) == "input" && (prefix.empty() || prefix == kRequestModule))
      return child_named(nullptr, fmt::format("{}:{}", kRequestModule, kRequestName));
    return child_named(parent, name);
  }

 private:
  /// A value that the modules do not know; kept as it is, for who validates it.
  static ValuePtr copy(const Value& value) { return std::make_shared<Value>(value); }

  ValuePtr map(const Value& original, const lysc_node* parent) {
    auto rewritten = value_like(original, Value::Kind::map);
    for (const auto& [key, member] : original.members) {
      const auto* node = known(key->text, parent);
      const auto prefix = module_part(key->text);
      if (node == nullptr) {
        if (!prefix.empty() && !key->text.starts_with('@') && yang_module(prefix) == nullptr) {
          warnings_.add(key->at(), "`{}` is of a module that is not known, and is left out", key->text);
        } else {
          rewritten->members.push_back({key, member});
        }
        continue;
      }
      if (parent == nullptr && (prefix.empty() || node->nodetype == LYS_RPC)) changed_ = true;
      auto value = member_value(*member, *node);
      if (value == nullptr) {
        warnings_.add(key->at(), "`{}` is empty, and is left out", key->text);
        continue;
      }
      rewritten->members.push_back({scalar_like(*key, member_name(*node, parent), false), std::move(value)});
    }
    return rewritten;
  }

  /// nullptr: there is none.
  ValuePtr member_value(const Value& original, const lysc_node& node) {
    const bool several = (node.nodetype & (LYS_LIST | LYS_LEAFLIST)) != 0;
    if (several && original.is_list()) {
      auto list = value_like(original, Value::Kind::list);
      for (const auto& item : original.items) {
        if (auto value = one_value(*item, node); value != nullptr) list->items.push_back(std::move(value));
      }
      return list;
    }
    auto value = one_value(original, node);
    if (value == nullptr || !several) return value;
    if (original.is_null()) return nullptr;
    changed_ = true;
    return list_of(std::move(value));
  }

  ValuePtr one_value(const Value& original, const lysc_node& node) {
    const auto* type = type_of(node);
    if (type != nullptr) return leaf(original, real_type(*type), node);
    return original.is_map() && has_children(node) ? map(original, &node) : copy(original);
  }

  ValuePtr leaf(const Value& original, const lysc_type& type, const lysc_node& node) {
    const auto kind = json_kind(type);
    const bool no_text = original.is_null() || (original.is_scalar() && !original.plain && original.text.empty());
    if (kind == JsonKind::empty) {
      const bool nothing =
          no_text || (original.is_map() && original.members.empty()) || (original.is_list() && original.items.empty());
      if (!nothing) return copy(original);
      changed_ = true;
      return empty_leaf(original);
    }
    if (original.is_null() || (no_text && type.basetype != LY_TYPE_STRING && type.basetype != LY_TYPE_BITS)) {
      changed_ = true;
      return nullptr;
    }
    if (!original.is_scalar()) return copy(original);
    if (kind == JsonKind::string) {
      if (original.plain) changed_ = true;
      return scalar_like(original, type.basetype == LY_TYPE_IDENT ? identity(original.text, type, node) : original.text,
                         false);
    }
    if (original.plain) return copy(original);
    if (kind == JsonKind::number) {
      if (auto number = json_number(original.text)) {
        changed_ = true;
        return scalar_like(original, std::move(*number), true);
      }
    } else if (original.text == "true" || original.text == "false") {
      changed_ = true;
      return scalar_like(original, original.text, true);
    }
    return copy(original);
  }

  /// An identity with its module's name: of none, of a prefix, or of `(URI?revision=...)name`.
  std::string identity(const std::string& text, const lysc_type& type, const lysc_node& node) {
    const auto end = text.find_last_of(":)");
    const auto name = end == text.npos ? std::string_view{text} : std::string_view{text}.substr(end + 1);
    auto of = end == text.npos ? std::string_view{} : std::string_view{text}.substr(0, end);
    if (of.starts_with('(')) of = of.substr(1, of.find('?') - 1);
    const lysc_ident* found = nullptr;
    for (const auto* identity : identities_of(type)) {
      if (name != identity->name) continue;
      const auto& module = *identity->module;
      if (!of.empty() && of != module.name && of != module.prefix && of != module.ns) continue;
      const bool own = of.empty() && identity->module == node.module;
      if (found != nullptr && !own) return text;
      found = identity;
      if (own) break;
    }
    if (found == nullptr) return text;
    if (of.empty() ? found->module != node.module : of != found->module->name) changed_ = true;
    return fmt::format("{}:{}", found->module->name, found->name);
  }

  Problems& warnings_;
  bool changed_ = false;
};

// --- XML.

class XmlValues {
 public:
  explicit XmlValues(std::string_view file) : file_(file) {}

  ValuePtr document(const std::vector<XmlElement>& roots) {
    auto root = make(Value::Kind::map, roots.empty() ? 1 : roots.front().line, 1);
    add_members(*root, roots, nullptr);
    return root;
  }

 private:
  std::shared_ptr<Value> make(Value::Kind kind, int line, int column) const {
    auto value = std::make_shared<Value>();
    value->kind = kind;
    value->file = file_;
    value->line = line;
    value->column = column;
    return value;
  }

  /// `input` at the top is the one of create-rendered-path, as in JSON.
  static const lysc_node* child_of(const lysc_node* parent, const lys_module& module, const std::string& name) {
    const bool is_request = parent == nullptr && name == "input" && module.name == kRequestModule;
    return child_in(parent, module, is_request ? kRequestName : name);
  }

  void add_members(Value& map, const std::vector<XmlElement>& elements, const lysc_node* parent) {
    std::unordered_map<const lysc_node*, std::shared_ptr<Value>> lists;
    for (const auto& element : elements) {
      const auto* module = yang_module_of_namespace(element.uri);
      const auto* node = module == nullptr ? nullptr : child_of(parent, *module, element.name);
      const auto list = lists.find(node);
      if (node != nullptr && list != lists.end()) {
        list->second->items.push_back(value(element, node));
        continue;
      }
      auto key = make(Value::Kind::scalar, element.line, element.column);
      key->text = node == nullptr ? element.name : member_name(*node, parent);
      auto member = value(element, node);
      if (node != nullptr && (node->nodetype & (LYS_LIST | LYS_LEAFLIST)) != 0) {
        auto items = make(Value::Kind::list, element.line, element.column);
        items->items.push_back(std::move(member));
        lists.emplace(node, items);
        member = std::move(items);
      }
      map.members.push_back({std::move(key), std::move(member)});
    }
  }

  ValuePtr value(const XmlElement& element, const lysc_node* node) {
    if (node == nullptr ? !element.children.empty() : has_children(*node)) {
      auto map = make(Value::Kind::map, element.line, element.column);
      add_members(*map, element.children, node);
      return map;
    }
    auto scalar = make(Value::Kind::scalar, element.line, element.column);
    scalar->text = element.text;
    const auto* declared = node == nullptr ? nullptr : type_of(*node);
    if (declared == nullptr) return scalar;
    const auto& type = real_type(*declared);
    const auto kind = json_kind(type);
    if (kind == JsonKind::empty) return empty_leaf(*scalar);
    if (type.basetype != LY_TYPE_STRING) trim(scalar->text);
    if (type.basetype == LY_TYPE_IDENT) resolve(scalar->text, element);
    if (kind == JsonKind::boolean) scalar->plain = scalar->text == "true" || scalar->text == "false";
    const bool is_long = type.basetype == LY_TYPE_INT64 || type.basetype == LY_TYPE_UINT64;  // a text in JSON
    if (kind == JsonKind::number || is_long) {
      if (auto number = json_number(scalar->text)) {
        scalar->text = std::move(*number);
        scalar->plain = !is_long;
      }
    }
    return scalar;
  }

  static void trim(std::string& text) {
    constexpr const char* kSpace = " \t\r\n";
    const auto from = std::min(text.find_first_not_of(kSpace), text.size());
    text = text.substr(from, text.find_last_not_of(kSpace) + 1 - from);
  }

  static void resolve(std::string& text, const XmlElement& element) {
    const auto* uri = XmlScope::find(element.scope.get(), module_part(text));
    const auto* module = uri == nullptr ? nullptr : yang_module_of_namespace(*uri);
    if (module != nullptr) text = fmt::format("{}:{}", module->name, local_part(text));
  }

  std::string_view file_;
};

// --- Several documents.

/// Puts documents together. Entries of lists are told apart by their keys.
class Merger {
 public:
  explicit Merger(Problems& problems) : problems_(problems) {}

  /// As if `into` had said what `more` says.
  ValuePtr merged(const Value& into, const Value& more, const lysc_node* parent) {
    auto result = std::make_shared<Value>(into);
    result->by_key.clear();
    std::unordered_map<std::string_view, std::size_t> known;
    for (std::size_t i = 0; i < into.members.size(); ++i) known.emplace(into.members[i].key->text, i);
    for (const auto& member : more.members) {
      const auto same = known.find(member.key->text);
      if (same == known.end()) {
        result->members.push_back(member);
        continue;
      }
      auto& value = result->members[same->second].value;
      value = both(*value, member, child_named(parent, member.key->text));
    }
    return result;
  }

 private:
  ValuePtr both(const Value& one, const Value::Member& other, const lysc_node* node) {
    const auto& value = *other.value;
    if (node != nullptr && has_children(*node) && one.is_map() && value.is_map()) return merged(one, value, node);
    if (node != nullptr && (node->nodetype & (LYS_LIST | LYS_LEAFLIST)) != 0 && one.is_list() && value.is_list())
      return lists(one, value, *node);
    if (to_json_text(one) != to_json_text(value))
      problems_.add(value.at(), "`{}` is {}, and {} in {}:{}; expected one value", other.key->text, value.describe(),
                    one.describe(), one.file, one.line);
    return std::make_shared<Value>(one);
  }

  static std::string key_of(const Value& item, const lysc_node& node) {
    if (!item.is_map()) return to_json_text(item);
    std::string keys;
    for (const auto* child = lysc_node_child(&node); child != nullptr && (child->flags & LYS_KEY) != 0;
         child = child->next) {
      const auto* member = member_at(item, child->name);
      keys += member == nullptr ? "?" : to_json_text(*member->value);
      keys += ' ';
    }
    return keys;
  }

  ValuePtr lists(const Value& one, const Value& other, const lysc_node& node) {
    auto result = std::make_shared<Value>(one);
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < one.items.size(); ++i) known.emplace(key_of(*one.items[i], node), i);
    for (const auto& item : other.items) {
      const auto same = known.find(key_of(*item, node));
      if (same == known.end()) {
        result->items.push_back(item);
        continue;
      }
      auto& value = result->items[same->second];
      if (value->is_map() && item->is_map()) value = merged(*value, *item, &node);
    }
    return result;
  }

  Problems& problems_;
};

/// The values of XML. nullptr: it is none that we take, and `problems` says why.
ValuePtr xml_values(std::string_view file, const std::string& text, Problems& problems) {
  const auto elements = read_xml(text);
  if (elements) return XmlValues{file}.document(*elements);
  problems.add({std::string{file}, elements.error().line}, "{}", elements.error().message);
  return nullptr;
}

/// Takes the inputs of create-rendered-path out of a document.
ValuePtr without_requests(const Value& document, std::vector<ValuePtr>& requests) {
  auto data = value_like(document, Value::Kind::map);
  const auto name = fmt::format("{}:{}", kRequestModule, kRequestName);
  for (const auto& member : document.members) {
    if (member.key->text != name) {
      data->members.push_back(member);
      continue;
    }
    auto request = value_like(document, Value::Kind::map);
    request->members.push_back(member);
    requests.push_back(std::move(request));
  }
  return data;
}

/// Whether there is nothing in it but inputs of create-rendered-path.
bool is_request(const Value& document) {
  const auto name = fmt::format("{}:{}", kRequestModule, kRequestName);
  return !document.members.empty() &&
         std::ranges::all_of(document.members, [&](const auto& member) { return member.key->text == name; });
}

/// Validates an input of create-rendered-path, in a map by itself.
void validate_request(const Value& request, Problems& problems) {
  const auto text = to_json_text(request);
  const auto errors = whole_context().errors_of([&](const ly_ctx* loaded) {
    ly_in* in = nullptr;
    if (const auto made = ly_in_new_memory(text.c_str(), &in); made != LY_SUCCESS) return made;
    lyd_node* tree = nullptr;
    auto result = lyd_parse_op(loaded, nullptr, in, LYD_JSON, LYD_TYPE_RPC_YANG, &tree, nullptr);
    if (result == LY_SUCCESS) result = lyd_validate_op(tree, nullptr, LYD_TYPE_RPC_YANG, nullptr);
    const TreePtr owned{tree};
    ly_in_free(in, 0);
    return result;
  });
  Explanation explanation{request, false, SfcFormat::json, problems};
  for (const auto& error : errors) explanation.add(error);
}

}  // namespace

std::string to_json_text(const Value& value) {
  std::string text;
  append_json(value, text);
  return text;
}

bool is_sfc_document(const Value& document) {
  if (!document.is_map() || document.find("tosca_definitions_version") != nullptr) return false;
  return std::ranges::any_of(document.members, [](const Value::Member& member) {
    const auto* node = Rewriter::known(member.key->text, nullptr);
    if (node == nullptr || node->nodetype != LYS_RPC) return node != nullptr && member.value->is_map();
    return std::ranges::any_of(member.value->members, [&](const Value::Member& inner) {
      return child_named(node, inner.key->text) != nullptr;
    });
  });
}

bool is_sfc_xml(std::string_view text) { return yang_module_of_namespace(xml_root_namespace(text)) != nullptr; }

bool validate_sfc(std::string_view file, const std::string& text, SfcFormat format, Problems& problems) {
  const auto values = format == SfcFormat::xml ? xml_values(file, text, problems) : parse_json(file, text, problems);
  return values != nullptr && validate_text(whole_context(), text, format, *values, true, problems);
}

OpenDaylightRewrite rewrite_opendaylight(const Value& document, Problems& warnings) {
  Rewriter rewriter{warnings};
  auto rewritten = rewriter.document(document);
  return {std::move(rewritten), rewriter.changed()};
}

std::optional<SfcData> read_sfc(std::span<const SfcText> texts, bool strict, Problems& problems, Problems& warnings) {
  SfcData data;
  std::vector<ValuePtr> documents;
  bool valid = true;
  for (const auto& [file, text, format] : texts) {
    const auto& context = texts.size() > 1 ? partial_context() : whole_context();
    const auto values = format == SfcFormat::xml ? xml_values(file, text, problems) : parse_json(file, text, problems);
    if (values == nullptr) {
      valid = false;
      continue;
    }
    Problems left_out;
    const auto rewritten = format == SfcFormat::xml ? OpenDaylightRewrite{values, is_request(*values)}
                                                    : rewrite_opendaylight(*values, left_out);
    if (strict || !rewritten.changed) {
      valid &= validate_text(context, text, format, *values, true, problems);
      documents.push_back(rewritten.document);
      continue;
    }
    warnings.merge(left_out);
    data.opendaylight = true;
    const auto requested = data.rendered_paths.size();
    documents.push_back(without_requests(*rewritten.document, data.rendered_paths));
    const auto& document = *documents.back();
    valid &= validate_text(partial_context(), to_json_text(document), SfcFormat::json, document, false, problems);
    for (auto i = requested; i < data.rendered_paths.size(); ++i) {
      const auto before = problems.size();
      validate_request(*data.rendered_paths[i], problems);
      valid &= problems.size() == before;
    }
  }
  if (!valid) return std::nullopt;
  for (auto& request : data.rendered_paths) request = request->members.front().value;
  const auto before = problems.size();
  for (const auto& document : documents)
    data.data = data.data == nullptr ? document : Merger{problems}.merged(*data.data, *document, nullptr);
  if (data.data == nullptr) data.data = std::make_shared<Value>(Value{.kind = Value::Kind::map});
  if (problems.size() != before) return std::nullopt;
  if (documents.size() > 1 && !validate_text(data.opendaylight ? partial_context() : whole_context(),
                                             to_json_text(*data.data), SfcFormat::json, *data.data, false, problems))
    return std::nullopt;
  return data;
}

}  // namespace unf::tosca
