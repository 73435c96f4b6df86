#include "tests/bench/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace unf::bench {

std::vector<double> interleaved_medians(const std::vector<Contestant>& contestants, int rounds) {
  std::vector<std::vector<double>> figures(contestants.size());
  for (int round = 0; round <= rounds; ++round) {
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      const double figure = contestants[i].run();
      if (round != 0) figures[i].push_back(figure);
    }
  }
  std::vector<double> medians;
  for (auto& of_one : figures) {
    std::ranges::sort(of_one);
    medians.push_back(of_one[of_one.size() / 2]);
  }
  return medians;
}

void print_point(const Options& options, const nlohmann::json& point) {
  if (options.json) {
    fmt::print("{}\n", point.dump());
  } else {
    std::string line;
    for (const auto& [key, value] : point.items()) {
      const auto text = value.is_number_float() ? fmt::format("{:.2f}", value.get<double>())
                        : value.is_string()     ? value.get<std::string>()
                                                : value.dump();
      line += fmt::format("{}={}  ", key, text);
    }
    fmt::print("{}\n", line);
  }
  std::fflush(stdout);
}

}  // namespace unf::bench
