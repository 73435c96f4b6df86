#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <thread>

#include "Io.h"
#include "agent/base/transport.h"
#include "agent/wire/errc.h"
#include "dataplane/catalog/catalog.h"
#include "dataplane/eal/eal.h"
#include "dataplane/io/io_server.h"
#include "dataplane/wire/host_json.h"

namespace unf::dataplane {
namespace {

IoServer* serving = nullptr;  // for the signal handler

/// io.thrift in terms of IoServer.
class IoHandler final : public wire::IoIf {
 public:
  explicit IoHandler(IoServer& server) : server_(server) {}

  void prepare(std::map<std::string, std::string>& specs, const std::string& graph, std::int64_t generation,
               const std::string& plan_json, const std::string& host_json, const std::string& counters_path,
               const std::vector<std::string>& replaces) override {
    const auto json = nlohmann::json::parse(host_json, nullptr, false);
    specs = or_throw(host_from_json(json).and_then([&](const Host& host) {
      return server_.prepare({graph, generation}, plan_json, host, counters_path, replaces);
    }));
  }
  bool switch_over(const std::string& graph, std::int64_t generation, std::int32_t patience_ms, bool give_up) override {
    return or_throw(server_.switch_over({graph, generation}, {std::chrono::milliseconds{patience_ms}, give_up}));
  }
  bool retire(const std::string& graph, std::int32_t patience_ms, bool give_up) override {
    return or_throw(server_.retire(graph, {std::chrono::milliseconds{patience_ms}, give_up}));
  }
  void unload(const std::string& graph, std::int64_t generation) override {
    if (auto done = server_.unload({graph, generation}); !done) refuse(done.error());
  }
  void recover(std::string& spec, const std::string& graph, std::int64_t generation,
               const std::string& runner) override {
    spec = or_throw(server_.recover({graph, generation}, runner));
  }
  void generations(std::vector<wire::Generation>& found) override {
    for (const auto& [key, step] : server_.generations()) {
      auto& one = found.emplace_back();
      one.graph = key.first;
      one.number = key.second;
      one.step = wire_step(step);
    }
  }
  void report(std::string& json, const std::string& graph) override { json = or_throw(server_.report(graph)); }
  void stop() override { server_.stop(); }

 private:
  [[noreturn]] static void refuse(const Error& error) {
    wire::IoError thrown;
    thrown.code = agent::to_string(error.code);
    thrown.message = error.message;
    throw thrown;
  }
  static wire::Step::type wire_step(Generation::Step step) {
    switch (step) {
      case Generation::Step::prepared:
        return wire::Step::prepared;
      case Generation::Step::serving:
        return wire::Step::serving;
      case Generation::Step::retired:
        break;
    }
    return wire::Step::retired;
  }
  template <typename T>
  static T or_throw(Result<T> result) {
    if (!result) refuse(result.error());
    return std::move(*result);
  }

  IoServer& server_;
};

int run(const std::string& socket, EalOptions options) {
  cpu_set_t anywhere;
  sched_getaffinity(0, sizeof anywhere, &anywhere);
  if (auto started = start_eal(options); !started) {
    std::cerr << started.error().message << '\n';
    return 1;
  }
  cpu_set_t io_core;  // where the EAL has put this thread
  sched_getaffinity(0, sizeof io_core, &io_core);
  prctl(PR_SET_TIMERSLACK, 1'000);

  IoServer server{builtin_unfs(), {.prefix = options.prefix, .threads = !options.huge}};
  serving = &server;
  std::signal(SIGTERM, [](int) { serving->stop(); });
  std::signal(SIGINT, [](int) { serving->stop(); });

  agent::prepare_process_for_thrift();
  sched_setaffinity(0, sizeof anywhere, &anywhere);  // for the threads that are started now
  std::jthread toucher;
  if (!options.huge) toucher = std::jthread{touch_memory};
  auto control = agent::ThriftServer::start({.path = socket},
                                            std::make_shared<wire::IoProcessor>(std::make_shared<IoHandler>(server)));
  sched_setaffinity(0, sizeof io_core, &io_core);
  if (!control) {
    std::cerr << control.error().message << '\n';
    return 1;
  }
  server.serve();
  return 0;
}

}  // namespace
}  // namespace unf::dataplane

int main(int argc, char** argv) {
  CLI::App app{"Owns a cell's memory and NICs and runs their Rx and Tx; started by unf-agent.", "unf-io"};
  app.set_version_flag("--version", UNF_VERSION);
  std::string socket;
  unf::dataplane::EalOptions options{.memory_mb = 512};
  bool no_huge = false;
  app.add_option("--socket", socket, "Unix socket to take orders on")->required();
  app.add_option("--prefix", options.prefix, "Name of the shared memory; runners attach by it")->required();
  app.add_option("--memory", options.memory_mb, "Memory [MB]; it does not grow")->check(CLI::Range(32, 4096));
  app.add_option("--core", options.core, "Core for Rx and Tx");
  app.add_flag("--no-huge", no_huge, "Do without hugepages: runners are threads of this process");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  options.huge = !no_huge;
  const int status = unf::dataplane::run(socket, options);
  unlink(socket.c_str());
  return status;
}
