#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace unf::bench {

/// Every subcommand takes them.
struct Options {
  bool json = false;   ///< one object a line instead of a table
  bool quick = false;  ///< done in 20 s
};

/// One way of doing the work that is compared: `run` does it once and returns a figure.
struct Contestant {
  std::string name;
  std::function<double()> run;
};

/// Runs all of them in turn (A B C, A B C, …), `rounds` times after one that does not count; the medians, in their
/// order.
[[nodiscard]] std::vector<double> interleaved_medians(const std::vector<Contestant>& contestants, int rounds);

/// Prints one point: as JSON, or as `bench=… axis=… figure=…`.
void print_point(const Options& options, const nlohmann::json& point);

}  // namespace unf::bench
