#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "graph/terms/pass.h"
#include "graph/terms/path_graph.h"

namespace unf::graph {

/// Paths of one service that must be on one island: they meet in a uNF that can only be one for all of them, as it
/// keeps something of its packets.
struct Bunch {
  std::vector<std::size_t> paths;  ///< indexes, ascending
  double weight = 0;               ///< the part of an island that they take
};

/// How many paths share uNFs, at most, however little they need; but for a bunch of more.
inline constexpr std::size_t kMaxIslandPaths = 32;

/// What a bunch weighs that shares with nobody.
inline constexpr double kAlone = 2;

/// The bunches of a service's paths, in the order of their first. A path weighs what it needs of the largest core, and
/// at least one in kMaxIslandPaths; in modes with a core for each uNF nothing, as there is nothing to keep apart. With
/// `consolidate` off no owners share a uNF, so each is one for all of its paths.
[[nodiscard]] std::vector<Bunch> bunches_of(const std::vector<PathGraph>& paths, const Context& context,
                                            bool consolidate);

/// Islands are sets of bunches that share uNFs (R16, R17): as many as one core can take. Nothing leads from one to
/// another, so a change concerns only those that its paths are on. Best fit.
class Islands {
 public:
  using Id = std::size_t;

  static bool fits(double fill, double weight) { return fill + weight <= 1 + kTolerance; }

  /// The fullest that has room for `weight`, but for `except`.
  [[nodiscard]] std::optional<Id> with_room_for(double weight, std::optional<Id> except = std::nullopt) const;
  /// From now on `id` is full to this part; a new one, if it was not known.
  void set(Id id, double fill);
  void erase(Id id);

 private:
  static constexpr double kTolerance = 1e-9;  ///< of sums

  std::map<Id, double> fill_;
  std::set<std::pair<double, Id>> by_fill_;
};

}  // namespace unf::graph
