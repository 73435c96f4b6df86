#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/text/value.h"

namespace unf::tosca {

/// Access to a valid data tree of the SFC YANG modules: its lists, and the leaves of their entries.

/// A list at the top of the tree: `list` in the container `top`.
struct SfcListName {
  std::string_view top;
  std::string_view list;
};
inline constexpr SfcListName kSfcFunctionTypes{"service-function-type:service-function-types", "service-function-type"};
inline constexpr SfcListName kSfcFunctions{"service-function:service-functions", "service-function"};
inline constexpr SfcListName kSfcForwarders{"service-function-forwarder:service-function-forwarders",
                                            "service-function-forwarder"};
inline constexpr SfcListName kSfcNodes{"service-node:service-nodes", "service-node"};
inline constexpr SfcListName kSfcGroups{"service-function-group:service-function-groups", "service-function-group"};
inline constexpr SfcListName kSfcChains{"service-function-chain:service-function-chains", "service-function-chain"};
inline constexpr SfcListName kSfcPaths{"service-function-path:service-function-paths", "service-function-path"};
inline constexpr SfcListName kSfcRenderedPaths{"rendered-service-path:rendered-service-paths", "rendered-service-path"};
inline constexpr SfcListName kSfcAccessLists{"ietf-access-control-list:access-lists", "acl"};
inline constexpr SfcListName kSfcClassifiers{"service-function-classifier:service-function-classifiers",
                                             "service-function-classifier"};
inline constexpr SfcListName kSfcContextMetadata{"service-function-path-metadata:service-function-metadata",
                                                 "context-metadata"};
inline constexpr SfcListName kSfcVariableMetadata{"service-function-path-metadata:service-function-metadata",
                                                  "variable-metadata"};
/// All lists that a service is read from, or that are reported as left out.
inline constexpr std::array kSfcLists{kSfcFunctionTypes, kSfcFunctions,   kSfcForwarders,      kSfcNodes,
                                      kSfcGroups,        kSfcChains,      kSfcPaths,           kSfcRenderedPaths,
                                      kSfcAccessLists,   kSfcClassifiers, kSfcContextMetadata, kSfcVariableMetadata};

/// Entries of a list at the top; none if the list is absent.
[[nodiscard]] const std::vector<ValuePtr>& sfc_entries(const Value& tree, const SfcListName& name);
/// Entries of a list in an entry; none if the list, or the entry itself, is absent.
[[nodiscard]] const std::vector<ValuePtr>& sfc_list(const Value* entry, std::string_view name);
/// As sfc_list, sorted by a leaf that is a number; an entry without such a number counts as 0.
[[nodiscard]] std::vector<ValuePtr> sfc_list_by_number(const Value& entry, std::string_view name,
                                                       std::string_view number);

/// The text of a leaf; empty if the leaf is absent.
[[nodiscard]] std::string sfc_leaf(const Value& entry, std::string_view name);
/// The value of a leaf that is true or false. nullopt: the leaf is absent.
[[nodiscard]] std::optional<bool> sfc_truth(const Value& entry, std::string_view name);
/// Where a member is, or its entry if the member is absent.
[[nodiscard]] SourcePlace sfc_place(const Value& entry, std::string_view name);

/// The keys of a map, for suggestions.
template <typename Map>
[[nodiscard]] std::vector<std::string_view> sfc_names_in(const Map& map) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : map) names.push_back(name);
  return names;
}

}  // namespace unf::tosca
