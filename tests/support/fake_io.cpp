// A stand-in for unf-io that moves no packets: it keeps the protocol of io.thrift over the same socket. The config of a
// graph's first node makes it misbehave: "refuse" and "refuse_switch" are what it says instead, "stuck" does not drain,
// "kill_before_switch" and "kill_after_switch" name a process that does not live to hear what became of it, "held_by"
// names the file that prepare waits for (hold.h). Ends by itself after a minute, whatever becomes of the test.

#include <pthread.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "Io.h"
#include "agent/base/transport.h"
#include "dataplane/wire/counters.h"
#include "dataplane/wire/host_json.h"
#include "tests/support/hold.h"

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

  void prepare(std::map<std::string, std::string>& specs, const std::string& graph, std::int64_t generation,
               const std::string& plan_json, const std::string& host_json, const std::string& counters_path,
               const std::vector<std::string>& replaces) override {
    const auto plan = parse_plan(plan_json);
    if (!plan || !dataplane::host_from_json(nlohmann::json::parse(host_json))) throw error("malformed", "plan or host");
    const auto& config = plan->nodes.front().config;
    if (config.contains("held_by")) testing_support::wait_while_held(config["held_by"]);
    const std::lock_guard lock{mutex_};
    if (generations_.contains({graph, generation})) throw error("conflict", "is there already");
    if (!dataplane::CounterFile::open(counters_path, *plan)) throw error("unavailable", counters_path);
    if (config.contains("refuse")) throw error("no_capacity", config["refuse"]);
    auto& made = generations_[{graph, generation}];
    made.config = config;
    made.replaces = replaces;
    for (const auto& node : plan->nodes) {
      if (node.runner.get() == dataplane::kIoRunner || threads_) continue;
      made.runners[node.runner.get()] = nlohmann::json{
          {"runner", node.runner.get()},
          {"plan", plan_json},
          {"counters", counters_path},
          {"config", node.config}}.dump();
    }
    specs = made.runners;
  }
  bool switch_over(const std::string& graph, std::int64_t generation, std::int32_t, bool give_up) override {
    const std::lock_guard lock{mutex_};
    auto& next = at(graph, generation);
    if (next.config.contains("refuse_switch")) throw error("internal", next.config["refuse_switch"]);
    if (killed(next.config, "kill_before_switch")) throw error("unavailable", "nobody asks");
    auto before = next.replaces;
    before.push_back(graph);
    if (!give_up && stuck(before)) return false;
    for (const auto& name : before) retire_serving(name);
    next.step = wire::Step::serving;
    std::ignore = killed(next.config, "kill_after_switch");
    return true;
  }
  bool retire(const std::string& graph, std::int32_t, bool give_up) override {
    const std::lock_guard lock{mutex_};
    if (!give_up && stuck({graph})) return false;
    if (!retire_serving(graph)) throw error("not_found", graph);
    return true;
  }
  void unload(const std::string& graph, std::int64_t generation) override {
    const std::lock_guard lock{mutex_};
    if (generations_.erase({graph, generation}) == 0) throw error("not_found", graph);
  }
  void recover(std::string& spec, const std::string& graph, std::int64_t generation,
               const std::string& runner) override {
    const std::lock_guard lock{mutex_};
    const auto& runners = at(graph, generation).runners;
    if (!runners.contains(runner)) throw error("not_found", runner);
    spec = runners.at(runner);
  }
  void report(std::string& report, const std::string& graph) override {
    const std::lock_guard lock{mutex_};
    if (serving(graph) == nullptr) throw error("not_found", graph);
    report = R"({"nics": {"in": {"rx": 1}}, "unmatched": 2, "reports": {}})";
  }
  void generations(std::vector<wire::Generation>& found) override {
    const std::lock_guard lock{mutex_};
    for (const auto& [key, held] : generations_) {
      auto& one = found.emplace_back();
      one.graph = key.first;
      one.number = key.second;
      one.step = held.step;
    }
  }
  void stop() override { kill(getpid(), SIGTERM); }

 private:
  struct Held {
    nlohmann::json config;
    std::vector<std::string> replaces;
    std::map<std::string, std::string> runners;
    wire::Step::type step = wire::Step::prepared;
  };

  Held& at(const std::string& graph, std::int64_t generation) {
    const auto found = generations_.find({graph, generation});
    if (found == generations_.end()) throw error("not_found", graph);
    return found->second;
  }
  Held* serving(const std::string& graph) {
    for (auto& [key, held] : generations_) {
      if (key.first == graph && held.step == wire::Step::serving) return &held;
    }
    return nullptr;
  }
  static bool killed(const nlohmann::json& config, const char* when) {
    return config.contains(when) && kill(config[when].get<pid_t>(), SIGKILL) == 0;
  }
  bool retire_serving(const std::string& graph) {
    auto* held = serving(graph);
    if (held != nullptr) held->step = wire::Step::retired;
    return held != nullptr;
  }
  bool stuck(const std::vector<std::string>& graphs) {
    return std::ranges::any_of(graphs, [&](const auto& graph) {
      const auto* held = serving(graph);
      return held != nullptr && held->config.contains("stuck");
    });
  }

  const bool threads_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::int64_t>, Held> generations_;
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
