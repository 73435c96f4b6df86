// A stand-in for unf-io that moves no packets: it keeps the protocol of io.thrift over the same socket. A graph whose
// first node's config has "refuse" is refused with its text. Ends by itself after a minute, whatever becomes of the
// test.

#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "Io.h"
#include "agent/wire/transport.h"
#include "dataplane/wire/counters.h"
#include "dataplane/wire/host_json.h"

namespace {

using namespace unf;
namespace wire = dataplane::wire;

wire::IoError error(const char* code, const std::string& message) {
  wire::IoError error;
  error.code = code;
  error.message = message;
  return error;
}

class FakeIo final : public wire::IoIf {
 public:
  explicit FakeIo(bool threads) : threads_(threads) {}

  void load(std::map<std::string, std::string>& specs, const std::string& graph, const std::string& plan_json,
            const std::string& host_json, const std::string& counters_path) override {
    const std::lock_guard lock{mutex_};
    if (graphs_.contains(graph)) throw error("conflict", "is loaded");
    const auto plan = parse_plan(plan_json);
    if (!plan || !dataplane::host_from_json(nlohmann::json::parse(host_json))) throw error("malformed", "plan or host");
    if (!dataplane::CounterFile::open(counters_path, *plan)) throw error("unavailable", counters_path);
    const auto& config = plan->nodes.front().config;
    if (config.contains("refuse")) throw error("no_capacity", config["refuse"]);
    auto& runners = graphs_[graph];
    for (const auto& node : plan->nodes) {
      if (node.runner.get() == dataplane::kIoRunner || threads_) continue;
      runners[node.runner.get()] = nlohmann::json{
          {"runner", node.runner.get()},
          {"plan", plan_json},
          {"counters", counters_path},
          {"config", node.config}}.dump();
    }
    specs = runners;
  }
  void unload(const std::string& graph) override {
    const std::lock_guard lock{mutex_};
    if (graphs_.erase(graph) == 0) throw error("not_found", graph);
  }
  void recover(std::string& spec, const std::string& graph, const std::string& runner) override {
    const std::lock_guard lock{mutex_};
    if (!graphs_.contains(graph) || !graphs_[graph].contains(runner)) throw error("not_found", runner);
    spec = graphs_[graph][runner];
  }
  void report(std::string& report, const std::string& graph) override {
    const std::lock_guard lock{mutex_};
    if (!graphs_.contains(graph)) throw error("not_found", graph);
    report = R"({"nics": {"in": {"rx": 1}}, "unmatched": 2, "reports": {}})";
  }
  void stop() override { kill(getpid(), SIGTERM); }

 private:
  const bool threads_;
  std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::string>> graphs_;
};

}  // namespace

int main(int argc, char** argv) {
  alarm(60);
  CLI::App app;
  std::string socket;
  std::string prefix;
  int memory = 0;
  int core = -1;
  bool no_huge = false;
  app.add_option("--socket", socket)->required();
  app.add_option("--prefix", prefix)->required();
  app.add_option("--memory", memory)->required();
  app.add_option("--core", core)->required();
  app.add_flag("--no-huge", no_huge);
  CLI11_PARSE(app, argc, argv);

  agent::prepare_process_for_thrift();
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const auto server = agent::ThriftServer::start(
      {.path = socket}, std::make_shared<wire::IoProcessor>(std::make_shared<FakeIo>(no_huge)));
  if (!server) {
    fmt::print(stderr, "{}\n", server.error().message);
    return 1;
  }
  int signal = 0;
  sigwait(&ends, &signal);
}
