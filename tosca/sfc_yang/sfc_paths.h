#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tosca/sfc_yang/sfc_functions.h"
#include "tosca/sfc_yang/sfc_path_names.h"
#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// How many hops paths may have in all.
inline constexpr std::size_t kMaxSfcHops = 8192;

/// A service-function-chain: types of functions, in the order that packets go through them.
struct SfcChain {
  struct Place {
    std::string type;
    SourcePlace at;
  };
  std::vector<Place> places;
  bool symmetric = false;
  SourcePlace at;
};

/// What a path says of one place of its chain.
struct SfcHop {
  std::string function;  ///< empty: not chosen yet
  std::string forwarder;
  SourcePlace at;
};

/// A classifier or access list that a rendered path names.
struct SfcClassifierUse {
  std::string name;
  bool reverse;  ///< for the other direction
};

/// A service-function-path. Rendered paths add to it (with_rendered_paths), then functions are chosen (with_functions).
struct SfcPath {
  std::string name;
  std::string chain;
  bool of_chain = false;  ///< There are no paths, and this one stands for its chain.
  std::optional<std::uint32_t> id;
  std::vector<SfcHop> hops;         ///< one for each place of the chain
  std::optional<bool> symmetric;    ///< nullopt: not said; with_functions then decides
  bool symmetry_is_chosen = false;  ///< with_functions has decided, so an access list may decide otherwise.
  std::vector<std::string> rendered_functions;
  std::vector<SfcClassifierUse> rendered_classifiers;
  const Value* value;  ///< its entry, of the data tree
  SourcePlace at;
};

/// Which path has which path-id.
class SfcPathIds {
 public:
  /// The number of `id` if it can be that of `path`. nullopt: it is out of range or another path's, which is reported.
  [[nodiscard]] std::optional<std::uint32_t> take(const Value& id, const std::string& path, Problems& problems);

 private:
  std::map<std::uint32_t, std::string> paths_;
};

struct SfcPaths {
  std::map<std::string, SfcChain> chains;  ///< by name
  std::vector<SfcPath> paths;
  SfcPathNames names;
  SfcPathIds ids;
  std::set<std::string> used_groups;  ///< from which a hop's function was taken
};

/// Reads chains and the paths through them; where there is no path, one for each chain. `documents` is a place for what
/// is wrong with all of the tree.
[[nodiscard]] SfcPaths read_sfc_paths(const Value& tree, const SfcFunctions& functions, const SourcePlace& documents,
                                      Report& report);

}  // namespace unf::tosca
