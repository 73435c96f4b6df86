#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "agent/wire/agent.h"

namespace unf {

/// An agent as a manager sees it: graphs, refusals, absence, slowness.
class FakeAgent final : public agent::Agent {
 public:
  struct Applied {
    std::string graph;
    agent::Version version;
    bool removed;
    friend bool operator==(const Applied&, const Applied&) = default;
  };

  Result<agent::wire::GraphInfo> apply(const GraphId& graph, agent::Version version, const std::string& plan,
                                       const std::vector<GraphId>& replaces) override {
    std::unique_lock lock{mutex_};
    if (away) return fail(Errc::unavailable, "no route to host");
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    --waiting_;
    applied_.push_back({graph.get(), version, plan.empty()});
    if (!plan.empty() && refusals != 0) {
      --refusals;
      return fail(Errc::no_capacity, "no core is free");
    }
    agent::wire::GraphInfo info;
    info.graph = graph.get();
    info.epoch = version.epoch;
    info.generation = version.generation;
    info.state = agent::wire::GraphState::running;
    for (const auto& gone : replaces) {
      graphs_.erase(gone.get());
      plans_.erase(gone.get());
    }
    graphs_.erase(graph.get());
    plans_.erase(graph.get());
    if (!plan.empty()) {
      graphs_[graph.get()] = info;
      plans_[graph.get()] = plan;
    }
    return info;
  }
  Result<agent::wire::Observation> observe() override {
    const std::lock_guard lock{mutex_};
    if (away) return fail(Errc::unavailable, "no route to host");
    agent::wire::Observation observation;
    for (const auto& [id, info] : graphs_) observation.graphs.push_back(info);
    return observation;
  }
  Result<nlohmann::json> stats() override {
    const std::lock_guard lock{mutex_};
    auto stats = nlohmann::json::object();
    for (const auto& [id, info] : graphs_) stats[id] = {{"unmatched", 5}};
    return stats;
  }
  Result<Catalog> catalog() override { return Catalog{}; }
  Result<std::vector<agent::wire::Event>> events(std::int64_t) override { return std::vector<agent::wire::Event>{}; }

  std::vector<Applied> applied() {
    const std::lock_guard lock{mutex_};
    return applied_;
  }
  /// The plans that it runs, by graph.
  std::map<std::string, std::string> plans() {
    const std::lock_guard lock{mutex_};
    return plans_;
  }
  void lose_everything() {
    const std::lock_guard lock{mutex_};
    graphs_.clear();
    plans_.clear();
  }
  void run_stray(const std::string& graph) {
    const std::lock_guard lock{mutex_};
    graphs_[graph].graph = graph;
    plans_[graph] = "{}";
  }
  void set_state(agent::wire::GraphState::type state, const std::string& detail) {
    const std::lock_guard lock{mutex_};
    for (auto& [id, info] : graphs_) {
      info.state = state;
      info.detail = detail;
    }
  }
  /// Of each graph.
  void set_process(const std::string& name, int restarts, bool ready) {
    const std::lock_guard lock{mutex_};
    for (auto& [id, info] : graphs_) {
      agent::wire::ProcessInfo process;
      process.name = name;
      process.restarts = restarts;
      process.ready = ready;
      std::erase_if(info.processes, [&](const auto& known) { return known.name == name; });
      info.processes.push_back(std::move(process));
    }
  }
  /// Calls of apply wait while it is held.
  void hold(bool held) {
    const std::lock_guard lock{mutex_};
    held_ = held;
    changed_.notify_all();
  }
  /// Waits until `calls` of apply wait.
  void await_held(int calls) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return waiting_ >= calls; });
  }
  std::atomic<bool> away = false;
  std::atomic<int> refusals = 0;  ///< how many more plans it refuses

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int waiting_ = 0;
  std::vector<Applied> applied_;
  std::map<std::string, agent::wire::GraphInfo> graphs_;
  std::map<std::string, std::string> plans_;
};

}  // namespace unf
