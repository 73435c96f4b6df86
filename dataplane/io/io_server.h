#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "dataplane/io/dpdk.h"
#include "dataplane/io/hosted_graph.h"
#include "graph/model/inventory.h"

namespace unf::dataplane {

/// What unf-io does: holds graphs and serves their Rx and Tx in one thread, while another loads, recovers and asks.
/// Errors are for the agent; a failed load leaves nothing behind.
class IoServer {
 public:
  struct Options {
    std::string prefix;    ///< of the EAL, for the runners
    bool threads = false;  ///< runners are threads of this process
    std::size_t packets = 16'383;
    std::uint32_t room = 2048;
  };
  explicit IoServer(Options options) : options_(std::move(options)) {}
  ~IoServer();
  IoServer(const IoServer&) = delete;
  IoServer& operator=(const IoServer&) = delete;

  /// See io.thrift. The RunnerSpecs, by runner.
  [[nodiscard]] Result<std::map<std::string, std::string>> load(const std::string& graph, const std::string& plan_json,
                                                                const Host& host, const std::string& counters_path);
  [[nodiscard]] Result<void> unload(const std::string& graph);
  [[nodiscard]] Result<std::string> recover(const std::string& graph, const std::string& runner);
  [[nodiscard]] Result<std::string> report(const std::string& graph);

  /// Serves until stop. The calling thread does all packet work.
  void serve();
  void stop() { stopping_ = true; }

 private:
  struct Loaded {
    std::unique_ptr<MbufPool> pool;
    std::vector<std::unique_ptr<Device>> devices;
    std::unique_ptr<HostedGraph> graph;
    std::vector<CoreId> cores;  // of the runners, as HostedGraph::runners()
    std::string counters_path;
    std::atomic<bool> stop_threads{false};
    std::vector<std::jthread> threads;
    ~Loaded();
  };

  /// Runs `task` between two bursts and waits for it.
  void between_bursts(std::function<void()> task);
  [[nodiscard]] std::string spec(const Loaded& loaded, const RunnerId& runner) const;
  [[nodiscard]] Result<void> start_threads(Loaded& loaded);
  [[nodiscard]] Result<std::shared_ptr<Loaded>> find(const std::string& graph);

  Options options_;
  std::mutex control_;                                     // one control call at a time
  std::map<std::string, std::shared_ptr<Loaded>> graphs_;  // control threads
  std::vector<std::shared_ptr<Loaded>> served_;            // the serving thread
  std::mutex mailbox_lock_;
  std::vector<std::packaged_task<void()>> mailbox_;
  std::atomic<bool> has_mail_{false};
  std::atomic<bool> stopping_{false};
};

}  // namespace unf::dataplane
