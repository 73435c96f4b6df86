#include "dataplane/io/io_server.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>

#include "dataplane/runner/spec.h"

namespace unf::dataplane {
namespace {
constexpr int kDrainBursts = 10'000;
}

IoServer::Loaded::~Loaded() {
  stop_threads = true;
  threads.clear();  // joins
}

IoServer::~IoServer() = default;

void IoServer::between_bursts(std::function<void()> task) {
  std::packaged_task<void()> mail{std::move(task)};
  auto done = mail.get_future();
  {
    const std::lock_guard lock{mailbox_lock_};
    mailbox_.push_back(std::move(mail));
    has_mail_.store(true, std::memory_order_release);
  }
  done.wait();
}

void IoServer::serve() {
  Idle idle;
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (has_mail_.load(std::memory_order_acquire)) {
      std::vector<std::packaged_task<void()>> mail;
      {
        const std::lock_guard lock{mailbox_lock_};
        mail.swap(mailbox_);
        has_mail_.store(false, std::memory_order_relaxed);
      }
      for (auto& task : mail) task();
    }
    std::size_t found = 0;
    for (const auto& loaded : served_) {
      auto& io = loaded->graph->io();
      found += io.receive();
      found += io.transmit();
    }
    idle.after(found);
  }
}

Result<std::shared_ptr<IoServer::Loaded>> IoServer::find(const std::string& graph) {
  const auto at = graphs_.find(graph);
  if (at == graphs_.end()) return fail(Errc::not_found, "graph {} is not loaded", graph);
  return at->second;
}

std::string IoServer::spec(const Loaded& loaded, const RunnerId& runner) const {
  const auto& graph = *loaded.graph;
  const auto ids = graph.runners();
  const auto index = static_cast<std::size_t>(std::ranges::find(ids, runner) - ids.begin());
  RunnerSpec spec{.prefix = options_.prefix,
                  .runner = runner,
                  .core = loaded.cores[index],
                  .plan = graph.plan(),
                  .wiring = graph.wiring(runner),
                  .counters_path = loaded.counters_path};
  const auto shares = std::ranges::count(loaded.cores, loaded.cores[index]);
  if (shares > 1) spec.bursts_per_yield = 16;
  return dump(spec);
}

Result<void> IoServer::start_threads(Loaded& loaded) {
  const auto ids = loaded.graph->runners();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto runner = loaded.graph->make_runner(ids[i]);
    if (!runner) return fail(std::move(runner.error()));
    loaded.threads.emplace_back([&loaded, runner = std::move(*runner), core = loaded.cores[i],
                                 block = loaded.graph->counters().block(ids[i])]() mutable {
      cpu_set_t cores;
      CPU_ZERO(&cores);
      CPU_SET(core.get(), &cores);
      pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);  // fails on a smaller machine: then it floats
      block.line->pid = getpid();
      block.line->state = WriterLine::ready;
      unf::dataplane::serve(runner, loaded.stop_threads, 1);
      block.line->state = WriterLine::left;
    });
  }
  return {};
}

Result<std::map<std::string, std::string>> IoServer::load(const std::string& graph, const std::string& plan_json,
                                                          const Host& host, const std::string& counters_path) {
  const std::lock_guard one{control_};
  if (graphs_.contains(graph)) return fail(Errc::conflict, "graph {} is loaded already", graph);
  auto plan = parse_plan(plan_json);
  if (!plan) return fail(std::move(plan.error()));
  auto counters = CounterFile::open(counters_path, *plan);
  if (!counters) return fail(std::move(counters.error()));

  auto loaded = std::make_shared<Loaded>();
  loaded->counters_path = counters_path;
  std::uint32_t room = options_.room;
  for (const auto& nic : host.nics) room = std::max(room, nic.mtu + 64);
  static std::atomic<unsigned> number{0};
  auto pool = MbufPool::make(fmt::format("pool{}", number++), options_.packets, room);
  if (!pool) return fail(std::move(pool.error()));
  loaded->pool = std::move(*pool);
  std::vector<Device*> devices;
  for (const auto& nic : host.nics) {
    if (nic.device.empty()) {
      devices.push_back(nullptr);
      continue;
    }
    auto device = open_device(nic, *loaded->pool);
    if (!device) return fail(std::move(device.error()));
    devices.push_back(loaded->devices.emplace_back(std::move(*device)).get());
  }
  auto hosted = HostedGraph::make(std::move(*plan), host, std::move(*counters), devices,
                                  std::make_unique<SharedMemory>(), *loaded->pool);
  if (!hosted) return fail(std::move(hosted.error()));
  loaded->graph = std::move(*hosted);

  std::map<std::string, std::string> specs;
  for (const auto& runner : loaded->graph->runners()) {
    const auto& nodes = loaded->graph->plan().nodes;
    const auto node = std::ranges::find(nodes, runner, &Plan::Node::runner);
    loaded->cores.push_back(node->core);
  }
  if (options_.threads) {
    if (auto started = start_threads(*loaded); !started) return fail(std::move(started.error()));
  } else {
    for (const auto& runner : loaded->graph->runners()) specs[runner.get()] = spec(*loaded, runner);
  }
  auto& line = *loaded->graph->counters().block(RunnerId{std::string{kIoRunner}}).line;
  line.pid = getpid();
  line.state = WriterLine::ready;
  graphs_[graph] = loaded;
  between_bursts([&] { served_.push_back(loaded); });
  return specs;
}

Result<void> IoServer::unload(const std::string& graph) {
  const std::lock_guard one{control_};
  auto loaded = find(graph);
  if (!loaded) return fail(std::move(loaded.error()));
  between_bursts([&] { std::erase(served_, *loaded); });
  (*loaded)->stop_threads = true;
  (*loaded)->threads.clear();
  // What the runners handed back before they ended still leaves.
  for (int bursts = 0; bursts < kDrainBursts && (*loaded)->graph->io().transmit() != 0; ++bursts) {
  }
  graphs_.erase(graph);
  return {};
}

Result<std::string> IoServer::recover(const std::string& graph, const std::string& runner) {
  const std::lock_guard one{control_};
  auto loaded = find(graph);
  if (!loaded) return fail(std::move(loaded.error()));
  const RunnerId id{runner};
  const auto runners = (*loaded)->graph->runners();
  if (std::ranges::find(runners, id) == runners.end()) {
    return fail(Errc::not_found, "graph {} has no runner {}", graph, runner);
  }
  between_bursts([&] { (*loaded)->graph->recover(id); });
  return spec(**loaded, id);
}

Result<std::string> IoServer::report(const std::string& graph) {
  const std::lock_guard one{control_};
  auto loaded = find(graph);
  if (!loaded) return fail(std::move(loaded.error()));
  nlohmann::json json;
  between_bursts([&] { json = (*loaded)->graph->report(); });
  return json.dump();
}

}  // namespace unf::dataplane
