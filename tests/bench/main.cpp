#include <sched.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "tests/bench/chain.h"
#include "tests/bench/compiler.h"
#include "tests/bench/figures.h"
#include "tests/bench/monolith.h"
#include "tests/bench/northbound.h"
#include "tests/bench/tables.h"
#include "tests/bench/tosca.h"

namespace {

/// Away from what the first core serves.
void pin_to_last_core() {
  cpu_set_t cores;
  sched_getaffinity(0, sizeof cores, &cores);
  int core = CPU_SETSIZE - 1;
  while (core > 0 && !CPU_ISSET(core, &cores)) --core;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app{"Measures uNF. What is compared runs interleaved, on one core; figures are medians.", "unf-bench"};
  unf::bench::Options options;
  bool list = false;
  app.add_flag("--list", list, "Name the benchmarks");
  app.require_subcommand(0, 1);

  std::vector<int> lengths{1, 2, 4, 8};
  std::vector<std::string> modes{"loop", "fused", "rings", "isolated"};
  auto* chain = app.add_subcommand("chain", "Cycles per packet by length and run mode of a chain of uNFs");
  chain->add_option("--lengths", lengths, "uNFs in the chain")->delimiter(',');
  chain->add_option("--modes", modes, "loop, fused, rings, isolated")
      ->delimiter(',')
      ->check(CLI::IsMember({"loop", "fused", "rings", "isolated"}));
  std::vector<int> replicas{1, 2, 4, 8};
  auto* balance = app.add_subcommand("balance", "Cycles per packet of dealing flows over replicas of a uNF");
  balance->add_option("--replicas", replicas, "How many there are")->delimiter(',')->check(CLI::Range(1, 16));
  std::vector<int> members{2, 3, 4, 8};
  auto* stage = app.add_subcommand("stage", "Cycles per packet of branch, marks and sync of a parallel stage");
  stage->add_option("--members", members, "uNFs in the stage")->delimiter(',')->check(CLI::Range(2, 8));
  std::size_t instances = 10'000, slow = 1'000;
  auto* northbound = app.add_subcommand("northbound", "What clients of the REST interfaces wait");
  northbound->add_option("--instances", instances, "VNF instances that are listed")->check(CLI::Range(1, 1'000'000));
  northbound->add_option("--slow", slow, "Slow clients")->check(CLI::Range(1, 9'000));
  std::uint64_t pairs = 1'000'000, seed = 1;
  auto* differential =
      app.add_subcommand("differential", "Whether plans do what was asked for, on random services and packets");
  differential->add_option("--pairs", pairs, "Packets that are compared")->check(CLI::PositiveNumber);
  differential->add_option("--seed", seed, "Of the first service; the next ones follow");
  auto* pairs_of = app.add_subcommand("pairs", "Which network functions could have a packet at once");
  auto* monolith = app.add_subcommand(
      "monolith", "What the paper's service costs as three VNFs, as one graph, and as it is planned");
  std::string inventory, host;
  auto* calibrate =
      app.add_subcommand("calibrate", "Cycles per packet of each uNF, and of each kind of link, on this host");
  calibrate->add_option("--inventory", inventory, "Write them into this inventory (YAML)")->check(CLI::ExistingFile);
  calibrate->add_option("--host", host, "Of which of its hosts");
  std::vector<int> sizes{1'000, 10'000, 100'000};
  auto* compile = app.add_subcommand("compile", "How long the compiler takes");
  compile->add_option("--sizes", sizes, "uNFs as asked for")->delimiter(',')->check(CLI::Range(1, 1'000'000));
  std::vector<int> counts{1, 2, 4, 8};
  auto* tables = app.add_subcommand("tables", "Cycles per packet of HeaderClassifier by how many tables it has");
  tables->add_option("--counts", counts, "Tables")->delimiter(',')->check(CLI::Range(1, 8));
  std::string samples = "samples";
  std::vector<int> vnfd_sizes{1'000, 2'000, 5'000, 10'000};
  auto* tosca = app.add_subcommand("tosca", "How long service descriptions take to validate and to plan");
  tosca->add_option("--samples", samples, "Directory of packages")->check(CLI::ExistingDirectory);
  tosca->add_option("--sizes", vnfd_sizes, "uNFs of a VNFD")->delimiter(',')->check(CLI::Range(6, 100'000));
  for (auto* benchmark : app.get_subcommands({})) {
    benchmark->add_flag("--json", options.json, "One JSON object a line");
    benchmark->add_flag("--quick", options.quick, "Done in 20 s, less exact");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (list) {
    for (const auto* benchmark : app.get_subcommands({})) std::cout << benchmark->get_name() << '\n';
    return 0;
  }
  if (app.get_subcommands().empty()) {
    std::cerr << app.help();
    return 2;
  }
  if (northbound->parsed()) return unf::bench::run_northbound(options, instances, slow);
  if (differential->parsed()) return unf::bench::run_differential(options, pairs, seed);
  pin_to_last_core();
  if (pairs_of->parsed()) return unf::bench::run_pairs(options);
  if (monolith->parsed()) return unf::bench::run_monolith(options);
  if (calibrate->parsed()) return unf::bench::run_calibrate(options, inventory, host);
  if (compile->parsed()) return unf::bench::run_compile(options, sizes);
  if (balance->parsed()) return unf::bench::run_balance(options, replicas);
  if (stage->parsed()) return unf::bench::run_stage(options, members);
  if (tosca->parsed()) return unf::bench::run_tosca(options, samples, vnfd_sizes);
  if (tables->parsed()) return unf::bench::run_tables(options, counts);
  return unf::bench::run_chain(options, lengths, modes);
} catch (const std::exception& e) {
  std::cerr << "unf-bench: " << e.what() << '\n';
  return 1;
}
