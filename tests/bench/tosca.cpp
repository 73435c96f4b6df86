#include "tests/bench/tosca.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <stdexcept>

#include "dataplane/catalog/catalog.h"
#include "graph/compile/compile.h"
#include "tosca/load.h"
#include "tosca/reader.h"

namespace unf::bench {
namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Of this process alone, whoever else computes; nothing here waits.
template <typename Work>
double seconds_of(const Work& work) {
  const auto begin = cpu_seconds();
  work();
  return cpu_seconds() - begin;
}

template <typename T>
T expect_well(Result<T> result) {
  if (!result) throw std::runtime_error{result.error().message};
  return std::move(*result);
}

/// The built-in host with many cores.
Inventory host_of_many_cores() {
  auto inventory = Inventory::built_in();
  for (std::uint32_t i = 2; i < 4000; ++i) inventory.hosts[0].cores.push_back({.id = CoreId{i}, .ghz = 3});
  return inventory;
}

/// A VNFD of `size` uNFs: diamonds behind each other, a fourth of the uNFs with properties, ten different
/// ones.
std::string vnfd_of(int size) {
  std::string text = R"(tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  substitution_mappings:
    node_type: example.Large
    requirements: { left: [ in, virtual_link ], right: [ out, virtual_link ] }
  node_templates:
    in: { type: unf.nodes.NicIngress, requirements: [ { out: http0 } ] }
    out: { type: unf.nodes.NicEgress }
)";
  const int diamonds = std::max(1, (size - 2) / 4);
  for (int i = 0; i < diamonds; ++i) {
    const auto next = i + 1 < diamonds ? fmt::format("http{}", i + 1) : std::string{"out"};
    text += fmt::format(R"(    http{0}:
      type: unf.nodes.HttpClassifier
      requirements:
        - http: count{0}
        - other: size{0}
    count{0}:
      type: unf.nodes.CountUrl
      properties: {{ top: {1}, slots: 64 }}
      requirements: [ {{ out: size{0} }} ]
    size{0}:
      type: unf.nodes.PacketSizeHistogram
      requirements: [ {{ out: ttl{0} }} ]
    ttl{0}:
      type: unf.nodes.IPTtlDecrementer
      requirements: [ {{ out: {{ node: {2} }} }} ]
)",
                        i, 1 + i % 10, next);
  }
  return text;
}

/// The exponent by which `times` grow with `sizes`: of a straight line through their logarithms.
double slope(const std::vector<int>& sizes, const std::vector<double>& times) {
  const auto count = static_cast<double>(sizes.size());
  double x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto lx = std::log(sizes[i]), ly = std::log(times[i]);
    x += lx;
    y += ly;
    xx += lx * lx;
    xy += lx * ly;
  }
  return (count * xy - x * y) / (count * xx - x * x);
}

void measure_sample(const Options& options, const std::filesystem::path& path) {
  const auto& catalog = dataplane::builtin_unfs().descriptors();
  const auto inventory = Inventory::built_in();
  const std::vector<std::string> paths{path.string()};
  const auto medians = interleaved_medians(
      {{"validate",
        [&] {
          return seconds_of([&] {
            const auto validation = tosca::validate(expect_well(tosca::load(paths)), catalog);
            if (!validation.valid()) throw std::runtime_error{validation.text};
          });
        }},
       {"plan",
        [&] {
          return seconds_of([&] {
            const auto request = expect_well(tosca::read_service(expect_well(tosca::load(paths)), catalog));
            std::ignore = expect_well(graph::compile(request, catalog, inventory, {}));
          });
        }}},
      options.quick ? 11 : 101);
  print_point(options, {{"bench", "tosca"},
                        {"sample", path.filename().string()},
                        {"validate_ms", 1000 * medians[0]},
                        {"load_and_plan_ms", 1000 * medians[1]}});
}

}  // namespace

int run_tosca(const Options& options, const std::string& samples, const std::vector<int>& sizes) {
  std::vector<std::filesystem::path> packages{std::filesystem::directory_iterator{samples}, {}};
  std::ranges::sort(packages);
  for (const auto& path : packages) {
    const auto files = tosca::load(std::vector{path.string()});
    if (files && tosca::read_service(*files, dataplane::builtin_unfs().descriptors())) measure_sample(options, path);
  }

  const auto& catalog = dataplane::builtin_unfs().descriptors();
  const auto inventory = host_of_many_cores();
  std::vector<double> reading, validating, planning;
  for (const int size : sizes) {
    const tosca::FileSet files{.paths = {"large.yaml"}, .files = {{"large.yaml", vnfd_of(size)}}};
    ServiceRequest request;
    const auto medians = interleaved_medians(
        {{"read", [&] { return seconds_of([&] { request = expect_well(tosca::read_service(files, catalog)); }); }},
         {"validate", [&] { return seconds_of([&] { std::ignore = tosca::validate(files, catalog); }); }},
         {"plan",
          [&] {
            return seconds_of([&] { std::ignore = expect_well(graph::compile(request, catalog, inventory, {})); });
          }}},
        options.quick ? 1 : 3);
    reading.push_back(medians[0]);
    validating.push_back(medians[1]);
    planning.push_back(medians[2]);
    print_point(options, {{"bench", "tosca"},
                          {"unfs", size},
                          {"bytes", files.files.begin()->second.size()},
                          {"read_s", medians[0]},
                          {"validate_s", medians[1]},
                          {"plan_s", medians[2]},
                          {"read_and_plan_s", medians[0] + medians[2]}});
  }
  if (sizes.size() > 1) {
    print_point(options, {{"bench", "tosca"},
                          {"slope", "1 is linear"},
                          {"read", slope(sizes, reading)},
                          {"validate", slope(sizes, validating)},
                          {"plan", slope(sizes, planning)}});
  }
  return 0;
}

}  // namespace unf::bench
