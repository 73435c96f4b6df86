#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tosca/sol001/bindings.h"
#include "tosca/sol001/image_map.h"
#include "tosca/sol001/node_types.h"
#include "tosca/text/file_set.h"
#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// A requirement of a node template: `NAME: TARGET` or `NAME: { node: TARGET, capability: C }`.
struct Requirement {
  std::string name;
  std::string target;
  std::string capability;
  SourcePlace at;
};

struct NodeTemplate {
  std::string name;
  const Value* value = nullptr;
  const NodeType* type = nullptr;  ///< nullptr: unknown, and reported
  std::vector<Requirement> requirements;
  SourcePlace at;
  bool well_formed = true;  ///< nothing about its form was reported
};

struct Policy {
  std::string name;
  std::string type;  ///< the normative type it is or derives from
  const Value* value = nullptr;
  const Value* properties = nullptr;  ///< nullptr: none
  std::vector<std::string> targets;   ///< groups replaced by their members
  SourcePlace at;
  bool well_formed = true;  ///< nothing about its form was reported
};

/// A service template file: its topology, and what it imports.
struct Document {
  std::string_view file;
  std::string root;  ///< of the package it lies in
  ValuePtr tree;
  std::vector<const Document*> imports;

  std::vector<NodeTemplate> nodes;  ///< as written
  std::unordered_map<std::string_view, std::size_t> node_index;
  std::vector<Policy> policies;
  std::map<std::string, std::vector<std::string>> groups;  ///< members by group
  std::map<std::string, std::string> group_types;          ///< normative type by group
  const Value* substitution = nullptr;

  [[nodiscard]] const NodeTemplate* find_node(std::string_view name) const {
    const auto at = node_index.find(name);
    return at == node_index.end() ? nullptr : &nodes[at->second];
  }
  [[nodiscard]] std::vector<std::string_view> node_names() const;
  /// Whether it is in OpenStack Tacker's older TOSCA.
  [[nodiscard]] bool is_tacker() const;
  /// Metadata's `template_name`, or the name of the file.
  [[nodiscard]] std::string title() const;
};

/// The documents of a file set, each read once. What is wrong with one that was asked for goes to `report`.
class Documents {
 public:
  Documents(const FileSet& files, const Catalog& catalog, Report& report, const ImageMap& images = {});

  /// Reads the document and those it imports. nullptr: it cannot be read. `quiet`: it need not be TOSCA at all.
  const Document* open(const std::string& file, const std::string& root, bool quiet = false);
  /// Resolves types, requirements, policies. Once for each document whose topology is read; all documents must be open.
  const Document& read_topology(const Document& document);

  /// The type's base, by the imports of `from`, else by any open document. nullptr: unknown or derived from itself;
  /// reported unless `quiet`.
  const NodeType* node_type(const Document& from, std::string_view name, const SourcePlace& at, bool quiet = false);

  /// The document and those it imports, directly and indirectly.
  [[nodiscard]] const std::vector<const Document*>& closure(const Document& from);

  /// The definition of a type in a section such as `data_types`: SOL001's is ours, others are looked for in the imports
  /// of `from`, then in any open document. nullptr: there is none.
  const Value* definition(const Document& from, std::string_view section, std::string_view name);

  /// The text that `file`'s author names `name`, a file of the package. nullptr: reported at `at` as `what`.
  const std::string* text_of(const Document& document, const std::string& name, std::string_view what,
                             const SourcePlace& at);

  [[nodiscard]] const std::map<std::string, std::unique_ptr<Document>>& all() const { return documents_; }
  [[nodiscard]] const Catalog& catalog() const { return catalog_; }
  [[nodiscard]] const ImageMap& images() const { return images_; }
  /// Those whose topology was read.
  [[nodiscard]] const std::vector<const Document*>& topologies() const { return topologies_; }
  [[nodiscard]] Bindings& bindings() { return bindings_; }
  [[nodiscard]] Report& report() { return report_; }
  [[nodiscard]] Problems& problems() { return problems_; }
  /// Whether a document could not be read: what others take from it is missing too, and no problem of its own.
  [[nodiscard]] bool incomplete() const { return incomplete_; }
  /// Counts values that functions yield or that are looked at for them. False: there were too many in all.
  [[nodiscard]] bool spend(std::size_t values = 1) {
    work_left_ -= static_cast<std::int64_t>(std::min<std::size_t>(values, 1U << 30));
    return work_left_ > 0;
  }

 private:
  void open_imports(Document& document);
  std::optional<std::string> import_target(const Value& import);
  void read_nodes(Document& document, const Value& topology);
  void read_groups(Document& document, const Value& topology);
  void read_policies(Document& document, const Value& topology);
  /// `may_be_open`: a requirement without a target is left out, as who deploys the node fills it in.
  std::vector<Requirement> requirements_of(const Value& node, std::string_view name, bool may_be_open);
  /// The normative policy or group type behind `name`. nullopt: unknown.
  std::optional<std::string> normative(const Document& from, std::string_view section, std::string_view name);
  [[nodiscard]] bool may_be_later(std::string_view section, std::string_view name) const;
  void open_own_types();
  std::vector<std::string_view> known_node_types(const Document& from);
  std::string follow_node_type(const Document& from, NodeType& type);
  const FileSet& files_;
  const Catalog& catalog_;
  const ImageMap images_;
  Bindings bindings_;
  Report& report_;
  Problems& problems_;                                          ///< of the report
  std::map<std::string, std::unique_ptr<Document>> documents_;  ///< nullptr: could not be read
  std::vector<const Document*> topologies_;
  std::map<const Document*, std::vector<const Document*>> closures_;
  /// By document and name; what is wrong with the type, if something is.
  std::map<std::pair<const Document*, std::string>, std::pair<std::unique_ptr<NodeType>, std::string>> types_;
  std::vector<std::string> catalog_names_;
  bool incomplete_ = false;
  bool with_own_types_ = false;  ///< the package's copies of SOL001's types are open
  std::int64_t work_left_ = 10'000'000;
};

/// A requirement of a VNF that its substitution maps to one of a node template (TOSCA 1.3, 3.8.13).
struct MappedRequirement {
  const Value* port = nullptr;  ///< the VNF's
  const Value* node = nullptr;
  const Value* requirement = nullptr;  ///< nullptr: it does not say
};

/// Those of a document whose topology was read, in all notations: `PORT: [ NODE, REQUIREMENT ]`, `PORT: NODE`,
/// `PORT: { mapping: ... }`, as a map or as a list of such. Other forms are reported, what is left open is not here.
[[nodiscard]] std::vector<MappedRequirement> mapped_requirements(const Document& document, Problems& problems);

/// Whether all that `policy` is about are uNFs. VDUs of another type have been reported; other nodes are here.
[[nodiscard]] bool targets_unfs(const Document& document, const Policy& policy, Problems& problems);

/// Reports each key of `map` that is not among `known`.
void report_unknown_keys(const Value& map, const std::vector<std::string_view>& known, std::string_view where,
                         Problems& problems);

}  // namespace unf::tosca
