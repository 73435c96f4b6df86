#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct lys_module;
struct lysc_ident;
struct lysc_node;
struct lysc_type;

namespace unf::tosca {

/// What the compiled SFC YANG modules say of members and their values. Nodes, types and modules are libyang's and live
/// as long as the program. A parent of nullptr stands for the top of a document.

/// The RPC that renders a path, as the name of a top-level member.
inline constexpr std::string_view kRenderRequest = "rendered-service-path:create-rendered-path";

// --- Modules and nodes. nullptr: there is none.

[[nodiscard]] const lys_module* yang_module(std::string_view name);
/// `uri` may be any text, of any length.
[[nodiscard]] const lys_module* yang_module_of_namespace(std::string_view uri);

/// A member's node by its name, with or without a module. Without one, the parent's module goes before the others.
[[nodiscard]] const lysc_node* yang_child(const lysc_node* parent, std::string_view name);

/// As yang_child, for names in documents: there, `input` at the top stands for kRenderRequest.
[[nodiscard]] const lysc_node* yang_member(const lysc_node* parent, std::string_view name);
[[nodiscard]] const lysc_node* yang_member(const lysc_node* parent, const lys_module& module, std::string_view name);

/// Whether the node is a container, a list or an RPC with its input.
[[nodiscard]] bool has_children(const lysc_node& node);
/// Whether JSON has the node's values in an array: a list or a leaf-list.
[[nodiscard]] bool is_array(const lysc_node& node);

// --- Names.

/// The node's name as a member of `parent` (RFC 7951 4).
[[nodiscard]] std::string yang_member_name(const lysc_node& node, const lysc_node* parent);
/// Names of all members that are configuration.
[[nodiscard]] std::vector<std::string> yang_member_names(const lysc_node* parent);
/// Names of the members that a choice is between.
[[nodiscard]] std::vector<std::string> yang_choice_members(const lysc_node& parent, std::string_view choice);

// --- Types of leaves.

/// How JSON writes the values of a type.
enum class YangJsonKind : std::uint8_t { string, number, boolean, empty };

/// The type of a leaf or of an entry of a leaf-list. nullptr: the node is neither.
[[nodiscard]] const lysc_type* yang_leaf_type(const lysc_node& node);
/// The type of the values: a leafref's is that of the leaf that it refers to.
[[nodiscard]] const lysc_type& yang_value_type(const lysc_type& type);
[[nodiscard]] YangJsonKind yang_json_kind(const lysc_type& type);
/// The identities that a value of an identityref may name.
[[nodiscard]] std::vector<const lysc_ident*> yang_identities(const lysc_type& type);
/// What a leaf may be, for messages: `true or false`, `a number from 0 to 255`.
[[nodiscard]] std::string yang_expectation(const lysc_node& leaf);

}  // namespace unf::tosca
