// A stand-in for unf-runner that moves no packets: it reads its spec, as a spare once it is told where, and says in the
// counter file that it is ready. Its node's config makes it misbehave: "at_start": "exit" or "hang", "held_by" names
// the file that it waits for before it is ready (hold.h), "stubborn": true to ignore SIGTERM. Counts one packet on each
// edge as it starts. Ends by itself after a minute, whatever becomes of the test.

#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "agent/base/files.h"
#include "dataplane/wire/counters.h"
#include "graph/model/catalog.h"
#include "tests/support/hold.h"

namespace {
constexpr unf::UnfDescriptor kDescriptors[] = {{.type = "Forward", .gates = {"drop", "out"}, .counters = {"seen"}},
                                               {.type = "NicEgress", .gates = {"drop", "out"}},
                                               {.type = "NicIngress", .gates = {"drop", "out"}}};
}

int main(int argc, char** argv) {
  using namespace unf;
  alarm(60);
  if (argc == 2 && std::string_view{argv[1]} == "--catalog") {
    std::cout << to_json(Catalog{kDescriptors});
    return 0;
  }
  std::string path;
  if (argc == 3 && std::string_view{argv[1]} == "--spec") {
    path = argv[2];
  } else if (argc != 5 || std::string_view{argv[1]} != "--spare" || !std::getline(std::cin, path)) {
    return 2;
  }
  const auto text = agent::read_file(path);
  if (!text) return 1;
  const auto spec = nlohmann::json::parse(*text);
  const auto at_start = spec["config"].value("at_start", "");
  if (at_start == "exit") {
    std::cerr << "told to exit\n";
    return 3;
  }
  if (spec["config"].value("stubborn", false)) std::signal(SIGTERM, SIG_IGN);
  const auto plan = parse_plan(spec["plan"].get<std::string>());
  const auto counters = dataplane::CounterFile::open(spec["counters"], *plan);
  if (!counters) return 1;
  const auto block = counters->block(RunnerId{spec["runner"]});
  for (auto& slot : block.slots) dataplane::CounterBlock::add(slot.packets, 1);
  if (spec["config"].contains("held_by")) testing_support::wait_while_held(spec["config"]["held_by"]);
  if (at_start != "hang") {
    block.line->pid.store(getpid());
    block.line->heartbeat.fetch_add(1);
    block.line->state.store(dataplane::WriterLine::ready);
  }
  while (true) pause();
}
