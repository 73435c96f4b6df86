#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tosca/text/value.h"

struct lysc_node;

namespace unf::tosca {

/// A step of a path in libyang's notation, `NAME[KEY='VALUE']`.
struct YangPathStep {
  std::string name;
  std::vector<std::pair<std::string, std::string>> keys;
};

/// The steps of `/a:b/c[k='v']`.
[[nodiscard]] std::vector<YangPathStep> yang_path(std::string_view path);

/// The place that an error of libyang names.
struct YangErrorPlace {
  std::vector<YangPathStep> steps;
  bool is_schema = false;  ///< The path leads to a node of a module, not to a value.
  int line = 0;            ///< 0: unknown
};

/// Reads `Data location "/a:b/c[k='v']", line number 7.`
[[nodiscard]] YangErrorPlace yang_error_place(std::string_view where);

/// The node that a path leads to. nullptr: there is none.
[[nodiscard]] const lysc_node* yang_node_at(std::span<const YangPathStep> path);

/// A value of a document that a path leads to, or as far towards it as the document goes.
struct YangLocation {
  const Value* value;
  SourcePlace at;
  std::size_t depth;  ///< how many steps of the path were found
};

/// Follows a path. `line` is where libyang stopped reading, or 0: a list's entry that begins later is not meant.
/// `prefer_last` takes the last of several members or entries that fit, instead of the first.
[[nodiscard]] YangLocation follow_yang_path(const Value& document, std::span<const YangPathStep> path, int line,
                                            bool prefer_last);

/// A map that a path through a module's nodes leads to.
struct YangMap {
  const Value* map;
  bool is_there;  ///< No: the container is absent, and `map` is the map that would have it.
};

/// All maps that a path through a module's nodes leads to.
[[nodiscard]] std::vector<YangMap> yang_maps_at(const Value& document, std::span<const YangPathStep> path);

}  // namespace unf::tosca
