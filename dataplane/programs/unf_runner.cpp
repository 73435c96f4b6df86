#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

#include "dataplane/catalog/catalog.h"
#include "dataplane/eal/eal.h"
#include "dataplane/runner/runner.h"
#include "dataplane/runner/spec.h"

#ifdef UNF_COVERAGE
extern "C" void __gcov_dump();
#endif

namespace unf::dataplane {
namespace {

std::atomic<bool> stopping{false};

/// A secondary leaves without the EAL's clean-up, which would reset the primary's buses.
[[noreturn]] void leave(int status) {
  std::cout.flush();
  std::cerr.flush();
#ifdef UNF_COVERAGE
  __gcov_dump();
#endif
  _exit(status);
}

Result<void> attach(const std::string& prefix) {
  return start_eal({.prefix = prefix, .core = static_cast<std::uint32_t>(sched_getcpu()), .secondary = true});
}

Result<void> move_to(CoreId core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core.get(), &cores);
  if (sched_setaffinity(0, sizeof cores, &cores) == 0) return {};
  return fail(Errc::unavailable, "core {}: {}", core.get(), std::strerror(errno));
}

Result<RunnerSpec> read_spec(const std::string& path) {
  std::ifstream file{path};
  if (!file) return fail(Errc::unavailable, "{}: cannot be read", path);
  std::ostringstream text;
  text << file.rdbuf();
  auto spec = parse_runner_spec(text.str());
  if (!spec) return fail(spec.error().code, "{}: {}", path, spec.error().message);
  return spec;
}

/// Serves until it is told to stop. The process has attached.
Result<void> serve(RunnerSpec spec) {
  auto counters = CounterFile::open(spec.counters_path, spec.plan);
  if (!counters) return fail(std::move(counters.error()));
  if (auto moved = move_to(spec.core); !moved) return moved;
  const auto block = counters->block(spec.runner);
  auto runner = Runner::make(builtin_unfs(), spec.plan, spec.runner, counters->layout(), std::move(spec.wiring), block);
  if (!runner) return fail(std::move(runner.error()));

  prctl(PR_SET_TIMERSLACK, 1'000);
  std::signal(SIGTERM, [](int) { stopping = true; });
  std::signal(SIGINT, [](int) { stopping = true; });
  block.line->pid = getpid();
  block.line->state = WriterLine::ready;
  serve(*runner, stopping, spec.bursts_per_yield);
  block.line->state = WriterLine::left;
  return {};
}

Result<void> run(const std::string& path) {
  return read_spec(path).and_then(
      [](RunnerSpec spec) { return attach(spec.prefix).and_then([&] { return serve(std::move(spec)); }); });
}

/// Waits for the path of its spec.
Result<void> run_spare(const std::string& prefix) {
  if (auto attached = attach(prefix); !attached) return attached;
  std::string path;
  if (!std::getline(std::cin, path)) return {};  // the agent has ended
  return read_spec(path).and_then([](RunnerSpec spec) { return serve(std::move(spec)); });
}

}  // namespace
}  // namespace unf::dataplane

int main(int argc, char** argv) {
  using namespace unf;
  CLI::App app{"Runs one or more uNFs of a cell; started by unf-agent.", "unf-runner"};
  app.set_version_flag("--version", UNF_VERSION);
  std::string spec;
  std::string name;
  std::string prefix;
  bool catalog = false;
  auto* what = app.add_option_group("what")->require_option(1);
  what->add_option("--spec", spec, "What to run: a RunnerSpec that unf-io wrote");
  auto* spare = what->add_option("--spare", name,
                                 "Wait for the path of the RunnerSpec on standard input; unf-agent finds it by NAME");
  what->add_flag("--catalog", catalog, "Print the descriptors of all uNFs that are linked in, as JSON");
  app.add_option("--prefix", prefix, "With --spare: name of the shared memory to attach to")->needs(spare);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (catalog) {
    std::cout << to_json(dataplane::builtin_unfs().descriptors()).dump(2) << '\n';
    return 0;
  }
  const auto done = name.empty() ? dataplane::run(spec) : dataplane::run_spare(prefix);
  if (!done) std::cerr << done.error().message << '\n';
  dataplane::leave(done ? 0 : 1);
}
