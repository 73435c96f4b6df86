#include "tosca/sfc_yang/sfc_functions.h"

#include <algorithm>

#include "tosca/sfc_yang/sfc_entries.h"

namespace unf::tosca {
namespace {

void read_function_types(const Value& tree, SfcFunctions& into, Report& report) {
  for (const auto& type : sfc_entries(tree, kSfcFunctionTypes)) {
    const auto name = sfc_function_type(sfc_leaf(*type, "type"));
    if (sfc_truth(*type, "bidirectional") == true) into.bidirectional_types.insert(name);
    report.map(type->at(), fmt::format("function type `{}`", name), "what the image map is asked for");
  }
}

SfcFunction read_function(const Value& value) {
  SfcFunction function{.type = sfc_function_type(sfc_leaf(value, "type")), .at = value.at()};
  for (const auto& locator : sfc_list(&value, "sf-data-plane-locator")) {
    if (auto name = sfc_leaf(*locator, "service-function-forwarder"); !name.empty())
      function.forwarders.insert(std::move(name));
  }
  return function;
}

SfcForwarder read_forwarder(const Value& value) {
  SfcForwarder forwarder{.node = sfc_leaf(value, "service-node"), .at = value.at()};
  for (const auto& entry : sfc_list(&value, "service-function-dictionary"))
    forwarder.functions.insert(sfc_leaf(*entry, "name"));
  return forwarder;
}

SfcGroup read_group(const Value& value) {
  SfcGroup group{.at = value.at()};
  for (const auto& function : sfc_list(&value, "sfc-service-function"))
    group.functions.push_back(sfc_leaf(*function, "name"));
  return group;
}

/// A service node also names its forwarders, for those that do not name their node.
void read_nodes(const Value& tree, std::map<std::string, SfcForwarder>& forwarders) {
  for (const auto& node : sfc_entries(tree, kSfcNodes)) {
    for (const auto& forwarder : sfc_list(node.get(), "service-function-forwarder")) {
      const auto known = forwarders.find(forwarder->text);
      if (known != forwarders.end() && known->second.node.empty()) known->second.node = sfc_leaf(*node, "name");
    }
  }
}

}  // namespace

const std::string* SfcFunctions::choose(const std::string& forwarder, const std::string& type,
                                        const std::set<std::string_view>& used) const {
  const auto all = candidates.find({forwarder, type});
  if (all == candidates.end()) return nullptr;
  const auto found = std::ranges::find_if(all->second, [&](const auto& name) { return !used.contains(name); });
  return found == all->second.end() ? nullptr : &*found;
}

std::string SfcFunctions::node_of(const std::string& forwarder) const {
  const auto known = forwarders.find(forwarder);
  return known == forwarders.end() ? std::string{} : known->second.node;
}

std::string sfc_function_type(std::string type) {
  for (const std::string_view prefix : {"service-function-type:", "sfc-sft:"}) {
    if (type.starts_with(prefix) && type.size() > prefix.size()) return type.substr(prefix.size());
  }
  return type;
}

SfcFunctions read_sfc_functions(const Value& tree, Report& report) {
  SfcFunctions read;
  read_function_types(tree, read, report);
  for (const auto& value : sfc_entries(tree, kSfcFunctions))
    read.functions.emplace(sfc_leaf(*value, "name"), read_function(*value));
  for (const auto& value : sfc_entries(tree, kSfcForwarders))
    read.forwarders.emplace(sfc_leaf(*value, "name"), read_forwarder(*value));
  read_nodes(tree, read.forwarders);
  for (const auto& value : sfc_entries(tree, kSfcGroups))
    read.groups.emplace(sfc_leaf(*value, "name"), read_group(*value));
  for (const auto& [name, forwarder] : read.forwarders) {
    for (const auto& served : forwarder.functions) {
      if (const auto known = read.functions.find(served); known != read.functions.end())
        known->second.forwarders.insert(name);
    }
  }
  for (const auto& [name, function] : read.functions) {
    read.candidates[{"", function.type}].push_back(name);
    for (const auto& forwarder : function.forwarders) read.candidates[{forwarder, function.type}].push_back(name);
  }
  return read;
}

}  // namespace unf::tosca
