#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

struct SfcFunction {
  std::string type;
  std::set<std::string> forwarders;  ///< that serve it, as its locators or their dictionaries say
  SourcePlace at;
};

struct SfcForwarder {
  std::string node;                 ///< empty: of no service node
  std::set<std::string> functions;  ///< of its dictionary
  SourcePlace at;
};

struct SfcGroup {
  std::vector<std::string> functions;
  SourcePlace at;
};

/// The service functions of a data tree and what they are reached by, all by name.
struct SfcFunctions {
  std::map<std::string, SfcFunction> functions;
  std::map<std::string, SfcForwarder> forwarders;
  std::map<std::string, SfcGroup> groups;
  std::set<std::string> bidirectional_types;
  /// Names of functions, sorted, by the forwarder that serves them and their type. The forwarder "" has all functions.
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> candidates;

  /// The first function of a type that a forwarder serves, without those in `used`. nullptr: there is none.
  [[nodiscard]] const std::string* choose(const std::string& forwarder, const std::string& type,
                                          const std::set<std::string_view>& used) const;
  /// The service node of a forwarder; empty if none is known.
  [[nodiscard]] std::string node_of(const std::string& forwarder) const;
};

/// A function's type without the prefix that it has as an identity of the module, which types were until 2015.
[[nodiscard]] std::string sfc_function_type(std::string type);

/// Reads service functions, their types, groups, forwarders and service nodes.
[[nodiscard]] SfcFunctions read_sfc_functions(const Value& tree, Report& report);

}  // namespace unf::tosca
