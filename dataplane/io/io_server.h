#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/io/generation.h"
#include "graph/model/inventory.h"

namespace unf::dataplane {

/// What unf-io does: holds generations of graphs and serves their Rx and Tx in one thread, while another prepares,
/// switches, recovers and asks (io.thrift says what the calls mean). Errors are for the agent; a call that fails leaves
/// everything as it was.
class IoServer {
 public:
  /// A generation's graph and number.
  using Key = std::pair<std::string, std::int64_t>;
  /// How long a generation may take to drain. `give_up`: its runners have ended, what they held is dropped at once.
  struct Drain {
    std::chrono::milliseconds patience{0};
    bool give_up = false;
  };

  /// Runs uNFs of the types in `unfs`, which outlives it.
  IoServer(const UnfCatalog& unfs, Generation::Options options)
      : unfs_(unfs), options_(std::move(options)), reserve_(options_.packets) {}
  IoServer(const IoServer&) = delete;
  IoServer& operator=(const IoServer&) = delete;

  /// The RunnerSpecs, by runner.
  [[nodiscard]] Result<std::map<std::string, std::string>> prepare(const Key& key, const std::string& plan_json,
                                                                   const Host& host, const std::string& counters_path,
                                                                   const std::vector<std::string>& replaces);
  /// Whether it took over.
  [[nodiscard]] Result<bool> switch_over(const Key& key, Drain drain);
  /// Whether it drained.
  [[nodiscard]] Result<bool> retire(const std::string& graph, Drain drain);
  [[nodiscard]] Result<void> unload(const Key& key);
  [[nodiscard]] Result<std::string> recover(const Key& key, const std::string& runner);
  [[nodiscard]] Result<std::string> report(const std::string& graph);
  [[nodiscard]] std::vector<std::pair<Key, Generation::Step>> generations();

  /// Serves until stop. The calling thread does all packet work.
  void serve();
  void stop() { stopping_ = true; }

 private:
  using Shared = std::shared_ptr<Generation>;
  using Clock = std::chrono::steady_clock;
  /// Of the serving thread: `from` drain, then `to` serves.
  struct HandOver {
    std::vector<Shared> from;
    Shared to;  // null: nobody
    Clock::time_point deadline;
    bool give_up;
    std::promise<bool> drained;
  };
  struct Held {
    Shared generation;
    std::vector<std::string> replaces;
  };

  /// Runs `task` between two bursts and waits for it.
  void between_bursts(std::function<void()> task);
  void read_mail();
  [[nodiscard]] bool hand_over(const std::vector<Shared>& from, const Shared& to, Drain drain);
  void advance_hand_over();
  [[nodiscard]] Result<Shared> find(const Key& key);
  [[nodiscard]] Shared serving(const std::string& graph) const;
  /// What serves `graph` and those it replaces.
  [[nodiscard]] std::vector<Shared> predecessors(const std::string& graph,
                                                 const std::vector<std::string>& replaces) const;
  [[nodiscard]] Result<void> check_nics(const std::set<NicName>& nics, const std::vector<Shared>& before) const;

  const UnfCatalog& unfs_;
  Generation::Options options_;
  std::mutex control_;                                                      // one control call at a time
  SharedObjects objects_{[] { return std::make_unique<SharedMemory>(); }};  // control threads, as the next two
  PoolReserve reserve_;
  std::map<Key, Held> generations_;
  std::vector<Shared> served_;  // the serving thread, as the next
  std::optional<HandOver> handing_over_;
  std::mutex mailbox_lock_;
  std::vector<std::packaged_task<void()>> mailbox_;
  std::atomic<bool> has_mail_{false};
  std::atomic<bool> stopping_{false};
};

}  // namespace unf::dataplane
