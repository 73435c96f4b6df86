#include "tosca/sol001/document.h"

#include <algorithm>
#include <filesystem>

#include "tosca/sol001/normative/normative.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxImports = 256;
constexpr std::size_t kMaxDerivations = 32;

const std::vector<std::string_view> kServiceTemplateKeys{"tosca_definitions_version",
                                                         "namespace",
                                                         "metadata",
                                                         "template_name",
                                                         "template_author",
                                                         "template_version",
                                                         "description",
                                                         "dsl_definitions",
                                                         "repositories",
                                                         "imports",
                                                         "artifact_types",
                                                         "data_types",
                                                         "capability_types",
                                                         "interface_types",
                                                         "relationship_types",
                                                         "node_types",
                                                         "group_types",
                                                         "policy_types",
                                                         "topology_template"};
const std::vector<std::string_view> kTopologyKeys{"description", "inputs",   "node_templates", "relationship_templates",
                                                  "groups",      "policies", "outputs",        "substitution_mappings",
                                                  "workflows"};
const std::vector<std::string_view> kNodeTemplateKeys{"type",       "description", "metadata",     "directives",
                                                      "properties", "attributes",  "requirements", "capabilities",
                                                      "interfaces", "artifacts",   "node_filter",  "copy"};
const std::vector<std::string_view> kRequirementKeys{"node", "capability", "relationship", "node_filter",
                                                     "occurrences"};
constexpr std::string_view kTackerVersion = "tosca_simple_profile_for_nfv_1_0_0";
const std::vector<std::string_view> kVersions{"tosca_simple_yaml_1_0", "tosca_simple_yaml_1_1", "tosca_simple_yaml_1_2",
                                              "tosca_simple_yaml_1_3", kTackerVersion};

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool targets_unfs(const Document& document, const Policy& policy, Problems& problems) {
  bool well = true;
  for (const auto& name : policy.targets) {
    const auto* node = document.find_node(name);
    if (node == nullptr || node->type == nullptr || node->type->unf != nullptr || node->type->is_foreign_vdu() ||
        node->type->base == base::vnf_virtual_link)
      continue;
    problems.add(policy.at, "policy `{}` is about `{}` of type {}, expected a uNF", policy.name, name,
                 node->type->name);
    well = false;
  }
  return well;
}

std::vector<MappedRequirement> mapped_requirements(const Document& document, Problems& problems) {
  std::vector<MappedRequirement> found;
  const auto take = [&](const Value::Member& member) {
    const auto& key = *member.key;
    const auto* value = member.value.get();
    if (value->is_map() && value->find("mapping") != nullptr) value = value->find("mapping");
    if (value->is_null() || (value->is_list() && value->items.empty())) return;
    MappedRequirement mapped{&key, value, nullptr};
    if (value->is_list() && value->items.size() <= 2) {
      mapped.node = value->items.front().get();
      if (value->items.size() == 2) mapped.requirement = value->items.back().get();
    }
    if (!mapped.node->is_scalar() || (mapped.requirement != nullptr && !mapped.requirement->is_scalar())) {
      problems.add(key.at(), "`{}` is mapped to {}, expected [ NODE, virtual_link ]", key.text, value->describe());
      return;
    }
    found.push_back(mapped);
  };
  const auto* requirements = document.substitution == nullptr ? nullptr : document.substitution->find("requirements");
  if (requirements == nullptr || requirements->is_null()) return found;
  if (!requirements->is_map() && !requirements->is_list()) {
    problems.add(requirements->at(), "`requirements` is {}, expected NAME: [ NODE, virtual_link ]",
                 requirements->describe());
  }
  for (const auto& member : requirements->members) take(member);
  for (const auto& item : requirements->items) {
    for (const auto& member : item->members) take(member);
  }
  return found;
}

void report_unknown_keys(const Value& map, const std::vector<std::string_view>& known, std::string_view where,
                         Problems& problems) {
  for (const auto& [key, value] : map.members) {
    if (contains(known, key->text)) continue;
    problems.add(key->at(), "unknown key `{}` in {}, expected {}{}", key->text, where, one_of(known),
                 problems.suggest(key->text, known));
  }
}

std::vector<std::string_view> Document::node_names() const {
  std::vector<std::string_view> names;
  for (const auto& node : nodes) names.push_back(node.name);
  return names;
}

bool Document::is_tacker() const {
  const auto* version = tree->find("tosca_definitions_version");
  return version != nullptr && version->text == kTackerVersion;
}

std::string Document::title() const {
  for (const auto* name : {tree->find("metadata", "template_name"), tree->find("template_name")}) {
    if (name != nullptr && name->is_scalar() && !name->text.empty()) return name->text;
  }
  return std::filesystem::path{file}.stem().string();
}

Documents::Documents(const FileSet& files, const Catalog& catalog, Report& report, const ImageMap& images)
    : files_(files),
      catalog_(catalog),
      images_(images),
      report_(report),
      problems_(report.problems),
      catalog_names_{std::string{kMicroNf}} {
  for (const auto& [type, entry] : catalog.entries()) catalog_names_.push_back(fmt::format("{}{}", kUnfPrefix, type));
}

const Document* Documents::open(const std::string& file, const std::string& root, bool quiet) {
  if (const auto known = documents_.find(file); known != documents_.end()) return known->second.get();
  const auto text = files_.files.find(file);
  if (text == files_.files.end()) return nullptr;

  Problems wrong;
  auto tree = parse_yaml(text->first, text->second, wrong);
  const auto* version = tree == nullptr ? nullptr : tree->find("tosca_definitions_version");
  if (tree != nullptr && !tree->is_map()) {
    wrong.add(tree->at(), "{}, expected a TOSCA service template", tree->describe());
  } else if (tree != nullptr && version == nullptr) {
    wrong.add({file, 1}, "no `tosca_definitions_version`, expected tosca_simple_yaml_1_3");
  }
  const bool is_tosca =
      version != nullptr || (tree == nullptr && text->second.find("tosca_definitions_version") != std::string::npos);
  if (quiet && !is_tosca) return nullptr;
  if (version != nullptr && (!version->is_scalar() || !contains(kVersions, version->text))) {
    wrong.add(version->at(), "tosca_definitions_version is {}, expected {}", version->describe(), one_of(kVersions));
  }
  auto& place = documents_[file];
  if (!wrong.empty()) {
    problems_.merge(wrong);
    incomplete_ = true;
    return nullptr;
  }
  report_unknown_keys(*tree, kServiceTemplateKeys, "a service template", problems_);
  place = std::make_unique<Document>();
  place->file = text->first;
  place->root = root;
  place->tree = std::move(tree);
  auto& document = *place;
  open_imports(document);
  return &document;
}

void Documents::open_imports(Document& document) {
  const auto* imports = list_at(*document.tree, "imports", problems_);
  if (imports == nullptr) return;
  for (const auto& import : imports->items) {
    const auto target = import_target(*import);
    if (!target || is_normative_types_file(*target)) continue;
    if (documents_.size() >= kMaxImports) {
      problems_.add(import->at(), "more than {} imported files", kMaxImports);
      return;
    }
    const auto inside = resolve(document.root, document.file, *target);
    if (!inside) {
      problems_.add(import->at(), "import `{}` is {}", *target, inside.error().message);
      incomplete_ = true;
      continue;
    }
    auto file = *inside;
    if (!files_.files.contains(file)) file = join(document.root, *target);
    if (!files_.files.contains(file) && document.is_tacker()) continue;  // names a VNFD that was onboarded
    if (!files_.files.contains(file)) {
      problems_.add(import->at(), "import `{}` is absent, expected a file of the package", *target);
      incomplete_ = true;
      continue;
    }
    if (const auto* opened = open(file, document.root)) document.imports.push_back(opened);
  }
}

/// `- FILE`, `- { file: FILE }`, `- NAME: FILE`, `- NAME: { file: FILE }`.
std::optional<std::string> Documents::import_target(const Value& import) {
  const auto* target = &import;
  if (target->is_map() && target->find("file") == nullptr && target->members.size() == 1) {
    target = target->members.front().value.get();
  }
  if (target->is_map()) {
    const auto* file = target->find("file");
    const bool ours = file != nullptr && is_normative_types_file(file->text);
    if (const auto* prefix = target->find("namespace_prefix"); prefix != nullptr && !ours) {
      problems_.add(prefix->at(), "`namespace_prefix` is not supported, expected an import without it");
    }
    target = file;
  }
  if (target == nullptr || !target->is_scalar() || target->text.empty()) {
    problems_.add(import.at(), "import is {}, expected the name of a file", import.describe());
    return std::nullopt;
  }
  const auto& name = target->text;
  const bool remote = name.find("://") != std::string::npos || import.find("repository") != nullptr;
  if (remote && !is_normative_types_file(name)) {
    problems_.add(target->at(), "import `{}` is not local, expected a file of the package", name);
    return std::nullopt;
  }
  return name;
}

const std::vector<const Document*>& Documents::closure(const Document& from) {
  auto& reached = closures_[&from];
  if (!reached.empty()) return reached;
  reached.push_back(&from);
  for (std::size_t i = 0; i < reached.size(); ++i) {
    for (const auto* imported : reached[i]->imports) {
      if (std::find(reached.begin(), reached.end(), imported) == reached.end()) reached.push_back(imported);
    }
  }
  return reached;
}

const Value* Documents::definition(const Document& from, std::string_view section, std::string_view name) {
  if (const auto* ours = normative_type(section, name)) return ours;
  const auto in = [&](const Document& document) -> const Value* {
    const auto* found = document.tree->find(section, name);
    return found != nullptr && found->is_map() ? found : nullptr;
  };
  for (const auto* document : closure(from)) {
    if (const auto* found = in(*document)) return found;
  }
  if (name.starts_with("tosca.")) open_own_types();
  for (const auto& [file, document] : documents_) {
    if (document == nullptr) continue;
    if (const auto* found = in(*document)) return found;
  }
  return nullptr;
}

/// A package that brings SOL001's types may have them of a version that knows more than ours.
void Documents::open_own_types() {
  if (with_own_types_) return;
  with_own_types_ = true;
  for (const auto& [file, text] : files_.files) {
    if (is_normative_types_file(file)) std::ignore = open(file, std::filesystem::path{file}.parent_path(), true);
  }
}

const NodeType* Documents::node_type(const Document& from, std::string_view name, const SourcePlace& at, bool quiet) {
  auto [entry, is_new] = types_.try_emplace({&from, std::string{name}});
  auto& [type, wrong] = entry->second;
  if (is_new) {
    auto followed = std::make_unique<NodeType>();
    followed->name = name;
    wrong = follow_node_type(from, *followed);
    if (wrong.empty()) type = std::move(followed);
  }
  const bool follows = incomplete_ && !name.starts_with("unf.") && !name.starts_with("tosca.");
  if (type == nullptr && !quiet && !follows) problems_.add(at, "{}", wrong);
  return type.get();
}

/// Returns what is wrong with the type, if something is.
std::string Documents::follow_node_type(const Document& from, NodeType& type) {
  for (std::string name = type.name;;) {
    if (const auto ours = normative_name("node_types", name); !ours.empty()) {
      type.base = ours;
      return {};
    }
    if (name == kMicroNf ||
        (name.starts_with(kUnfPrefix) && catalog_.find(name.substr(kUnfPrefix.size())) != nullptr)) {
      type.base = base::vdu;
      type.micro_nf = true;
      type.unf = catalog_.find(name.substr(kUnfPrefix.size()));
      return {};
    }
    const auto* found = definition(from, "node_types", name);
    if (found == nullptr && may_be_later("node_types", name)) {
      type.base = normative_names("node_types").front();
      return {};
    }
    if (found == nullptr) {
      return fmt::format("unknown node type `{}`{}{}", name,
                         name == type.name ? "" : fmt::format(", from which `{}` derives", type.name),
                         name.starts_with(kUnfPrefix)
                             ? fmt::format(", expected one of the catalogue{}",
                                           problems_.suggest(name, [&] { return known_node_types(from); }))
                             : fmt::format(", expected one of SOL001, the catalogue, or declared in `node_types`{}",
                                           problems_.suggest(name, [&] { return known_node_types(from); })));
    }
    if (std::find(type.definitions.begin(), type.definitions.end(), found) != type.definitions.end()) {
      return fmt::format("node type `{}` derives from itself", name);
    }
    if (type.definitions.size() == kMaxDerivations) {
      return fmt::format("node type `{}` derives through more than {} others", type.name, kMaxDerivations);
    }
    type.definitions.push_back(found);
    const auto* parent = found->find("derived_from");
    if (parent == nullptr || parent->is_null()) {
      type.base = normative_names("node_types").front();
      return {};
    }
    if (!parent->is_scalar())
      return fmt::format("`derived_from` of node type `{}` is {}, expected a type", name, parent->describe());
    name = parent->text;
  }
}

std::vector<std::string_view> Documents::known_node_types(const Document& from) {
  auto known = normative_names("node_types");
  known.insert(known.end(), catalog_names_.begin(), catalog_names_.end());
  for (const auto* document : closure(from)) {
    const auto* types = document->tree->find("node_types");
    if (types == nullptr) continue;
    for (const auto& [key, value] : types->members) known.push_back(key->text);
  }
  return known;
}

/// Whether it may be a type of a later version of SOL001: it looks like none of those that are known.
bool Documents::may_be_later(std::string_view section, std::string_view name) const {
  return name.starts_with("tosca.") && name.find(".nfv.") != name.npos &&
         problems_.suggest(name, normative_names(section)).empty();
}

std::optional<std::string> Documents::normative(const Document& from, std::string_view section, std::string_view name) {
  std::string current{name};
  for (std::size_t i = 0; i <= kMaxDerivations; ++i) {
    if (!normative_name(section, current).empty()) return current;
    const auto* found = definition(from, section, current);
    if (found == nullptr && !may_be_later(section, current)) return std::nullopt;
    const auto* parent = found == nullptr ? nullptr : found->find("derived_from");
    if (parent == nullptr || !parent->is_scalar()) return std::string{normative_names(section).front()};
    current = parent->text;
  }
  return std::nullopt;
}

const Document& Documents::read_topology(const Document& asked) {
  auto& document = *documents_.find(std::string{asked.file})->second;
  if (std::ranges::find(topologies_, &document) != topologies_.end()) return document;
  topologies_.push_back(&document);
  const auto* topology = map_at(*document.tree, "topology_template", problems_);
  if (topology == nullptr) return document;
  report_unknown_keys(*topology, kTopologyKeys, "`topology_template`", problems_);
  document.substitution = map_at(*topology, "substitution_mappings", problems_);
  read_nodes(document, *topology);
  read_groups(document, *topology);
  read_policies(document, *topology);
  return document;
}

void Documents::read_nodes(Document& document, const Value& topology) {
  const auto* nodes = map_at(topology, "node_templates", problems_);
  if (nodes == nullptr) return;
  for (const auto& [key, value] : nodes->members) {
    const auto& name = key->text;
    if (name.empty() || name.size() > 128 || name.find_first_of("/#") != std::string::npos) {
      problems_.add(key->at(), "node template `{}` has a bad name, expected 1 to 128 characters without `/` and `#`",
                    name);
    }
    NodeTemplate node{.name = name, .value = value.get(), .at = key->at()};
    const auto before = problems_.size();
    const auto* type = value->find("type");
    report_unknown_keys(*value, kNodeTemplateKeys, fmt::format("node template `{}`", name), problems_);
    if (!value->is_map()) {
      problems_.add(key->at(), "node template `{}` is {}, expected a map with a `type`", name, value->describe());
    } else if (type == nullptr || !type->is_scalar()) {
      problems_.add(key->at(), "node template `{}` has no type, expected `type: NODE_TYPE`", name);
    } else {
      node.type = node_type(document, type->text, type->at());
    }
    node.requirements = requirements_of(*value, name, node.type != nullptr && node.type->is_vnf());
    node.well_formed = problems_.size() == before;
    document.nodes.push_back(std::move(node));
  }
  for (std::size_t i = 0; i < document.nodes.size(); ++i) document.node_index.emplace(document.nodes[i].name, i);
}

std::vector<Requirement> Documents::requirements_of(const Value& node, std::string_view name, bool may_be_open) {
  std::vector<Requirement> found;
  const auto* list = node.find("requirements");
  if (list == nullptr || list->is_null()) return found;
  if (!list->is_list()) {
    problems_.add(list->at(), "`requirements` of `{}` is {}, expected a list of `NAME: TARGET`", name,
                  list->describe());
    return found;
  }
  for (const auto& item : list->items) {
    if (!item->is_map() || item->members.size() != 1) {
      problems_.add(item->at(), "a requirement of `{}` is {}, expected `- NAME: TARGET`, one an item", name,
                    item->is_map() ? fmt::format("a map of {}", item->members.size()) : item->describe());
      continue;
    }
    const auto& [key, value] = item->members.front();
    Requirement requirement{.name = key->text, .at = key->at()};
    const auto* target = value.get();
    if (target->is_null() && may_be_open) continue;
    if (target->is_map()) {
      report_unknown_keys(*target, kRequirementKeys, fmt::format("requirement `{}` of `{}`", key->text, name),
                          problems_);
      if (const auto* capability = scalar_at(*target, "capability", problems_))
        requirement.capability = capability->text;
      target = target->find("node");
    }
    if (target == nullptr || !target->is_scalar() || target->text.empty()) {
      problems_.add(key->at(), "requirement `{}` of `{}` has no target, expected the name of a node template",
                    key->text, name);
      continue;
    }
    requirement.target = target->text;
    found.push_back(std::move(requirement));
  }
  return found;
}

void Documents::read_groups(Document& document, const Value& topology) {
  const auto* groups = map_at(topology, "groups", problems_);
  if (groups == nullptr) return;
  for (const auto& [key, value] : groups->members) {
    const auto* type = value->find("type");
    if (type == nullptr || !type->is_scalar()) {
      problems_.add(key->at(), "group `{}` has no type, expected `type: GROUP_TYPE`", key->text);
      continue;
    }
    const auto base = normative(document, "group_types", type->text);
    if (!base) {
      problems_.add(type->at(), "unknown group type `{}`{}", type->text,
                    problems_.suggest(type->text, normative_names("group_types")));
      continue;
    }
    auto& members = document.groups[key->text];
    document.group_types[key->text] = *base;
    const auto* list = list_at(*value, "members", problems_);
    if (list == nullptr) continue;
    for (const auto& member : list->items) {
      if (!member->is_scalar() || document.find_node(member->text) == nullptr) {
        problems_.add(member->at(), "member {} of group `{}` is no node template{}", member->describe(), key->text,
                      problems_.suggest(member->text, [&] { return document.node_names(); }));
        continue;
      }
      members.push_back(member->text);
    }
  }
}

void Documents::read_policies(Document& document, const Value& topology) {
  const auto* policies = topology.find("policies");
  if (policies == nullptr || policies->is_null()) return;
  const auto read = [&](const Value::Member& member) {
    const auto& [key, value] = member;
    Policy policy{.name = key->text, .value = value.get(), .at = key->at()};
    const auto before = problems_.size();
    const auto* type = value->find("type");
    if (type == nullptr || !type->is_scalar()) {
      problems_.add(key->at(), "policy `{}` has no type, expected `type: POLICY_TYPE`", key->text);
      return;
    }
    const auto base = normative(document, "policy_types", type->text);
    if (!base) {
      problems_.add(type->at(), "unknown policy type `{}`{}", type->text,
                    problems_.suggest(type->text, normative_names("policy_types")));
      return;
    }
    policy.type = *base;
    policy.properties = map_at(*value, "properties", problems_);
    if (const auto* targets = list_at(*value, "targets", problems_)) {
      for (const auto& target : targets->items) {
        if (const auto group = document.groups.find(target->text); group != document.groups.end()) {
          policy.targets.insert(policy.targets.end(), group->second.begin(), group->second.end());
        } else if (target->is_scalar() && document.find_node(target->text) != nullptr) {
          policy.targets.push_back(target->text);
        } else {
          problems_.add(target->at(), "target {} of policy `{}` is no node template or group{}", target->describe(),
                        key->text, problems_.suggest(target->text, [&] { return document.node_names(); }));
        }
      }
    }
    policy.well_formed = problems_.size() == before;
    document.policies.push_back(std::move(policy));
  };
  if (policies->is_map()) {
    for (const auto& member : policies->members) read(member);
  } else if (policies->is_list()) {
    for (const auto& item : policies->items) {
      if (item->is_map() && item->members.size() == 1) {
        read(item->members.front());
      } else {
        problems_.add(item->at(), "a policy is {}, expected `- NAME: {{ type: ... }}`, one an item", item->describe());
      }
    }
  } else {
    problems_.add(policies->at(), "`policies` is {}, expected a list", policies->describe());
  }
}

const std::string* Documents::text_of(const Document& document, const std::string& name, std::string_view what,
                                      const SourcePlace& at) {
  const auto inside = resolve(document.root, document.file, name);
  if (!inside) {
    problems_.add(at, "{} `{}` is {}", what, name, inside.error().message);
    return nullptr;
  }
  for (const auto& file : {*inside, join(document.root, name)}) {
    if (const auto found = files_.files.find(file); found != files_.files.end()) return &found->second;
  }
  problems_.add(at, "{} `{}` is absent, expected a file of the package", what, name);
  return nullptr;
}

}  // namespace unf::tosca
