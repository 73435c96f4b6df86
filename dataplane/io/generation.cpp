#include "dataplane/io/generation.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>

#include "dataplane/runner/spec.h"

namespace unf::dataplane {

std::set<NicName> nics_of(const Plan& plan, const Host& host) {
  std::set<NicName> nics;
  const auto add = [&](const NicName& name) {
    nics.insert(name);
    if (const auto* nic = host.find_nic(name); nic != nullptr && nic->pair) nics.insert(*nic->pair);
  };
  for (const auto& classifier : plan.classifiers) add(classifier.in);
  for (const auto& node : plan.nodes) {
    if (node.nic) add(*node.nic);
  }
  return nics;
}

Result<std::shared_ptr<Generation>> Generation::make(const UnfCatalog& unfs, Plan plan, const Host& host,
                                                     std::string counters_path, const Predecessors& before,
                                                     SharedObjects& objects, PoolReserve& reserve, Options options) {
  auto counters = CounterFile::open(counters_path, plan);
  if (!counters) return fail(std::move(counters.error()));
  std::shared_ptr<Generation> made{new Generation{std::move(options)}};
  made->counters_path_ = std::move(counters_path);
  if (auto taken = made->take_pools(host, before, reserve); !taken) return fail(std::move(taken.error()));
  if (auto taken = made->take_nics(plan, host, before); !taken) return fail(std::move(taken.error()));

  std::vector<Device*> devices;
  for (const auto& nic : host.nics) {
    const auto at = made->nics_.find(nic.name);
    devices.push_back(at == made->nics_.end() ? nullptr : at->second->device.get());
  }
  auto hosted = HostedGraph::make(unfs, std::move(plan), host, std::move(*counters), devices,
                                  std::make_unique<SharedMemory>(), objects, made->pools_);
  if (!hosted) return fail(std::move(hosted.error()));
  made->graph_ = std::move(*hosted);
  for (const auto& runner : made->graph_->runners()) {
    const auto& nodes = made->graph_->plan().nodes;
    made->cores_.push_back(std::ranges::find(nodes, runner, &Plan::Node::runner)->core);
  }
  if (made->options_.threads) {
    if (auto started = made->start_threads(); !started) return fail(std::move(started.error()));
  }
  auto& line = *made->graph_->counters().block(RunnerId{std::string{kIoRunner}}).line;
  line.pid = getpid();
  line.state = WriterLine::ready;
  return made;
}

Generation::~Generation() { stop_threads(); }

void Generation::stop_threads() {
  stop_threads_ = true;
  threads_.clear();  // joins
}

Result<void> Generation::take_pools(const Host& host, const Predecessors& before, PoolReserve& reserve) {
  for (const auto& generation : before) pools_.add(generation->pools_);
  if (!before.empty()) return {};
  std::uint32_t room = options_.room;
  for (const auto& nic : host.nics) room = std::max(room, nic.mtu + 64);
  auto pool = reserve.take(room);
  if (!pool) return fail(std::move(pool.error()));
  pools_.add(std::move(*pool));
  return {};
}

Result<void> Generation::take_nics(const Plan& plan, const Host& host, const Predecessors& before) {
  for (const auto& name : nics_of(plan, host)) {
    const auto* nic = host.find_nic(name);
    if (nic == nullptr || nic->device.empty()) continue;
    for (const auto& generation : before) {
      const auto at = generation->nics_.find(name);
      if (at != generation->nics_.end() && at->second->description == nic->device) nics_.insert(*at);
    }
    if (nics_.contains(name)) continue;
    auto device = open_device(*nic, *pools_.first());
    if (!device) return fail(std::move(device.error()));
    nics_.emplace(name, std::make_shared<OpenNic>(nic->device, pools_.first(), std::move(*device)));
  }
  return {};
}

Result<void> Generation::start_threads() {
  const auto ids = graph_->runners();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto runner = graph_->make_runner(ids[i]);
    if (!runner) return fail(std::move(runner.error()));
    threads_.emplace_back(
        [this, runner = std::move(*runner), core = cores_[i], block = graph_->counters().block(ids[i])]() mutable {
          cpu_set_t cores;
          CPU_ZERO(&cores);
          CPU_SET(core.get(), &cores);
          pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);  // fails on a smaller machine: then it floats
          block.line->pid = getpid();
          block.line->state = WriterLine::ready;
          serve(runner, stop_threads_, 1);
          block.line->state = WriterLine::left;
        });
  }
  return {};
}

std::string Generation::spec(const RunnerId& runner) const {
  const auto ids = graph_->runners();
  const auto index = static_cast<std::size_t>(std::ranges::find(ids, runner) - ids.begin());
  RunnerSpec spec{.prefix = options_.prefix,
                  .runner = runner,
                  .core = cores_[index],
                  .plan = graph_->plan(),
                  .wiring = graph_->wiring(runner),
                  .counters_path = counters_path_};
  if (std::ranges::count(cores_, cores_[index]) > 1) spec.bursts_per_yield = 16;
  return dump(spec);
}

}  // namespace unf::dataplane
