#include "tests/bench/chain.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <iostream>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <thread>

#include "dataplane/catalog/catalog.h"
#include "dataplane/ports/load_balanced_egress.h"
#include "dataplane/runner/runner.h"
#include "dataplane/unf/memory.h"
#include "dataplane/unfs/ttl_decrementer.h"

namespace unf::bench {
namespace {

using namespace unf::dataplane;

constexpr std::size_t kPackets = 256;
constexpr std::size_t kFrame = 64;
constexpr int kMaxLength = 16;
constexpr std::uint32_t kBurstsPerYield = 16;  // paper VI-E

/// Memory that a forked process shares, at the same address.
class ForkMemory final : public Memory {
 public:
  ForkMemory() : base_(mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (base_ == MAP_FAILED) throw std::bad_alloc{};
  }
  ~ForkMemory() override { munmap(base_, kBytes); }
  void* allocate(std::size_t bytes) override {
    void* at = static_cast<std::byte*>(base_) + used_;
    used_ += (bytes + 63) / 64 * 64;
    return used_ <= kBytes ? at : nullptr;
  }

 private:
  static constexpr std::size_t kBytes = 4 << 20;
  void* base_;
  std::size_t used_ = 0;
};

/// The packets of a run, each a small TCP segment of a flow of its own.
struct Traffic {
  explicit Traffic(Memory& memory) {
    auto* packets = static_cast<Packet*>(memory.allocate(kPackets * sizeof(Packet)));
    auto* bytes = static_cast<std::byte*>(memory.allocate(kPackets * kFrame));
    for (std::size_t i = 0; i < kPackets; ++i) {
      auto* frame = reinterpret_cast<std::uint8_t*>(bytes + i * kFrame);
      frame[12] = 0x08;  // IPv4
      frame[14] = 0x45;
      frame[17] = kFrame - 14;
      frame[23] = 6;  // TCP
      frame[29] = static_cast<std::uint8_t>(i);
      all[i] = new (packets + i) Packet{.data = bytes + i * kFrame, .length = kFrame, .room = kFrame};
    }
  }
  /// What a source does to each packet before it is sent again: a full TTL.
  static void renew(Packet& packet) noexcept { packet.data[22] = std::byte{255}; }

  std::array<Packet*, kPackets> all;
};

/// What a uNF needs to be called by hand.
class BareContext final : public Context {
 public:
  BareContext() : Context([](Context&, Packet&, Gate, std::uint32_t) noexcept -> Packet* { return nullptr; }) {
    counts_ = numbers_.data();
  }

 private:
  std::array<std::uint64_t, Names::kCapacity> numbers_{};
};

template <typename Work>
double cycles_per_packet(std::size_t bursts, Work work) {
  const auto start = __rdtsc();
  for (std::size_t i = 0; i < bursts; ++i) work();
  return static_cast<double>(__rdtsc() - start) / static_cast<double>(bursts * kBurst);
}

/// What somebody writes who has no framework: all stages on each packet, or each stage on the whole burst.
double by_hand(Traffic& traffic, int length, bool per_packet, std::size_t bursts) {
  BareContext context;
  std::array<Packet*, kBurst> burst, sunk;
  std::size_t next = 0;
  return cycles_per_packet(bursts, [&] {
    for (auto& packet : burst) {
      packet = traffic.all[next];
      next = (next + 1) % kPackets;
      Traffic::renew(*packet);
    }
    std::size_t left = 0;
    if (per_packet) {
      for (auto* packet : burst) {
        bool drop = false;
        for (int stage = 0; stage < length && !drop; ++stage)
          drop = ttl_decrementer::process(*packet, context) == kDropGate;
        if (!drop) sunk[left++] = packet;
      }
    } else {
      sunk = burst;
      left = kBurst;
      for (int stage = 0; stage < length; ++stage) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < left; ++i) {
          if (ttl_decrementer::process(*sunk[i], context) != kDropGate) sunk[kept++] = sunk[i];
        }
        left = kept;
      }
    }
    asm volatile("" : : "r"(sunk.data()), "r"(left) : "memory");
  });
}

/// `between` from a NicIngress to a NicEgress.
Plan nic_to_nic(std::vector<Plan::Node> between) {
  Plan plan;
  plan.nodes = std::move(between);
  plan.nodes.insert(plan.nodes.begin(), {.id = NodeId{"in"}, .type = "NicIngress", .runner = RunnerId{"io"}});
  plan.nodes.push_back({.id = NodeId{"out"}, .type = "NicEgress", .runner = RunnerId{"io"}});
  plan.classifiers.push_back({.id = 1, .path = "all", .in = NicName{"in"}, .to = NodeId{"in"}});
  return plan;
}

Plan::Node ttl_decrementer_node(int number, int runner) {
  return {.id = NodeId{fmt::format("ttl{}", number)},
          .type = "IPTtlDecrementer",
          .runner = RunnerId{fmt::format("r{}", runner)}};
}

void add_edge(Plan& plan, std::size_t from, std::size_t to, Plan::Port port = Plan::Port::single) {
  plan.edges.push_back({.id = EdgeId{static_cast<std::uint32_t>(plan.edges.size() + 1)},
                        .from = plan.nodes[from].id,
                        .gate = "out",
                        .to = plan.nodes[to].id,
                        .port = port});
}

void add_drop(Plan& plan, std::size_t from) {
  plan.edges.push_back(
      {.id = EdgeId{static_cast<std::uint32_t>(plan.edges.size() + 1)}, .from = plan.nodes[from].id, .gate = "drop"});
}

/// `length` uNFs one after another, `per_runner` a runner.
Plan chain_plan(int length, int per_runner) {
  std::vector<Plan::Node> nodes;
  for (int i = 0; i < length; ++i) nodes.push_back(ttl_decrementer_node(i, i / per_runner));
  auto plan = nic_to_nic(std::move(nodes));
  for (std::size_t i = 0; i + 1 < plan.nodes.size(); ++i) {
    add_edge(plan, i, i + 1);
    if (i != 0) add_drop(plan, i);
  }
  return plan;
}

/// A uNF, and `replicas` of another behind it, all in one runner.
Plan balanced_plan(int replicas) {
  std::vector<Plan::Node> nodes;
  for (int i = 0; i <= replicas; ++i) nodes.push_back(ttl_decrementer_node(i, 0));
  auto plan = nic_to_nic(std::move(nodes));
  add_edge(plan, 0, 1);
  add_drop(plan, 1);
  for (std::size_t k = 2; k + 1 < plan.nodes.size(); ++k) {
    add_edge(plan, 1, k, Plan::Port::balance);
    add_edge(plan, k, plan.nodes.size() - 1);
    add_drop(plan, k);
  }
  return plan;
}

/// `members` uNFs that do nothing, a runner each, between two others: one after another, or as a parallel stage.
Plan stage_plan(int members, bool parallel) {
  std::vector<Plan::Node> nodes;
  for (int i = 0; i < members + 2; ++i) {
    nodes.push_back(
        {.id = NodeId{fmt::format("fwd{}", i)}, .type = "Forward", .runner = RunnerId{fmt::format("r{}", i)}});
  }
  auto plan = nic_to_nic(std::move(nodes));
  add_edge(plan, 0, 1);
  const auto join = static_cast<std::size_t>(members) + 2;
  if (parallel && members != 0) {
    plan.stages.emplace_back();
    for (std::size_t m = 2; m < join; ++m) {
      plan.stages.front().push_back(plan.nodes[m].id);
      add_edge(plan, 1, m, Plan::Port::branch);
    }
    for (std::size_t m = 2; m < join; ++m) add_edge(plan, m, join, Plan::Port::ordered);
  } else {
    for (std::size_t m = 1; m < join; ++m) add_edge(plan, m, m + 1);
  }
  for (std::size_t m = 2; m < join; ++m) add_drop(plan, m);
  add_edge(plan, join, join + 1);
  return plan;
}

/// A chain of runners between a source and a sink ring; some of them may be a parallel stage.
class Chain {
 public:
  explicit Chain(Plan plan) : plan_(std::move(plan)), counters_(shared_counters(plan_)), traffic_(memory_) {
    const auto ring = [&] { return SpscRing::create(memory_.allocate(SpscRing::bytes(kPackets)), kPackets); };
    std::vector<StageRing*> stages;
    for (const auto& members : plan_.stages) {
      stages.push_back(
          StageRing::create(memory_.allocate(StageRing::bytes(kPackets, members.size())), kPackets, members.size()));
    }
    auto* first = ring();
    auto* in = first;
    const auto& writers = counters_.layout().writers();
    for (std::size_t i = 1; i < writers.size(); ++i) {
      const auto shape = Pipeline::shape(builtin_unfs(), plan_, writers[i]).value();
      auto* block = static_cast<RunnerBlock*>(memory_.allocate(sizeof(RunnerBlock)));
      RunnerWiring wiring{.free = ring(), .spare = ring(), .block = block};
      if (const auto& of = shape.member_of) {
        wiring.member_of = {stages[of->stage], of->member};
      } else {
        if (shape.joins.empty())
          wiring.inputs = {in};
        else
          wiring.joins = {stages[shape.joins.front()]};
        const auto stage = shape.outputs.front().stage;
        in = stage ? &stages[*stage]->order() : ring();
        wiring.outputs = {in};
      }
      wiring.state.resize(plan_.nodes.size());
      wiring.shared.resize(plan_.nodes.size());
      auto runner =
          Runner::make(builtin_unfs(), plan_, writers[i], counters_.layout(), wiring, counters_.block(writers[i]));
      if (!runner) throw std::runtime_error{runner.error().message};
      runners_.push_back(std::move(*runner));
    }
    source_.emplace(*first);
    sink_.emplace(*in);
    idle_ = traffic_.all;
  }

  /// All runners in this thread.
  double run(std::size_t bursts) {
    return cycles_per_packet(bursts, [&] {
      offer(kBurst);
      for (auto& runner : runners_) runner.step();
      collect();
    });
  }

  /// Each runner in a process of its own, all on this core.
  double run_isolated(std::size_t bursts) {
    std::vector<pid_t> children;
    for (auto& runner : runners_) {
      const auto child = fork();
      if (child < 0) throw std::runtime_error{"cannot fork"};
      if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (std::uint32_t done = 0;;) {
          if (runner.step() != 0 && ++done < kBurstsPerYield) continue;
          done = 0;
          sched_yield();
        }
      }
      children.push_back(child);
    }
    const std::size_t wanted = bursts * kBurst;
    std::size_t collected = 0;
    const auto start = __rdtsc();
    while (collected < wanted) {
      offer(kPackets);
      sched_yield();
      collected += collect();
    }
    const auto cycles = static_cast<double>(__rdtsc() - start) / static_cast<double>(collected);
    for (std::size_t tries = 0; idle_count_ < kPackets && tries < 1'000'000; ++tries) {  // what is still on its way
      sched_yield();
      collect();
    }
    for (const auto child : children) {
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
    }
    if (idle_count_ < kPackets) throw std::runtime_error{"packets were lost"};
    return cycles;
  }

 private:
  static CounterFile shared_counters(const Plan& plan) {
    const auto path = fmt::format("/dev/shm/unf-bench-{}", getpid());
    auto file = CounterFile::create(path, plan);
    unlink(path.c_str());
    if (!file) throw std::runtime_error{file.error().message};
    return std::move(*file);
  }

  void offer(std::size_t most) noexcept {
    const auto count = std::min(most, idle_count_);
    const auto burst = std::span{idle_}.subspan(idle_count_ - count, count);
    for (auto* packet : burst) Traffic::renew(*packet);
    idle_count_ -= source_->send(burst);  // the ring holds all there are
  }
  std::size_t collect() noexcept {
    const auto count = sink_->take(std::span{idle_}.subspan(idle_count_));
    idle_count_ += count;
    return count;
  }

  ForkMemory memory_;
  Plan plan_;
  CounterFile counters_;
  Traffic traffic_;
  std::vector<Runner> runners_;
  std::optional<PointToPointEgress> source_;
  std::optional<PointToPointIngress> sink_;
  std::array<Packet*, kPackets> idle_;
  std::size_t idle_count_ = kPackets;
};

/// Two sides that hand packets to each other by rings, and what that takes them.
class Handover {
 public:
  Handover()
      : there_(SpscRing::create(memory_.allocate(SpscRing::bytes(kPackets)), kPackets)),
        back_(SpscRing::create(memory_.allocate(SpscRing::bytes(kPackets)), kPackets)),
        traffic_(memory_) {}

  /// Cycles per packet and ring, waiting not counted. Both sides in this thread, or the other one in a thread on `cpu`.
  double run(std::size_t bursts, std::optional<int> cpu) {
    PointToPointEgress first{*there_};
    std::ignore = first.send(std::span{traffic_.all}.first(kPackets / 2));
    Side here{*back_, *there_}, other{*there_, *back_};
    if (cpu) {
      std::atomic<bool> enough = false;  // one side has had its bursts
      const auto work = [&](Side& side) {
        for (std::size_t done = 0, tries = 0; done < bursts && tries < kMostTries && !enough; ++tries)
          done += side.step() ? 1 : 0;
        enough = true;
      };
      bool pinned = false;
      std::thread thread{[&] {
        pinned = pin(*cpu);
        work(other);
      }};
      work(here);
      thread.join();
      if (!pinned) throw std::runtime_error{fmt::format("cannot use CPU {}", *cpu)};
    } else {
      for (std::size_t i = 0; i < bursts; ++i) {
        other.step();
        here.step();
      }
    }
    std::array<Packet*, kPackets> rest;
    for (auto* ring : {there_, back_}) {
      PointToPointIngress left{*ring};
      while (left.take(rest) != 0) continue;
    }
    if (here.packets == 0 || other.packets == 0) throw std::runtime_error{"no packet came over a ring"};
    return static_cast<double>(here.cycles + other.cycles) / static_cast<double>(here.packets + other.packets);
  }

  /// This thread to that CPU.
  static bool pin(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof(set), &set) == 0;
  }

 private:
  static constexpr std::size_t kMostTries = 1'000'000'000;

  struct Side {
    Side(SpscRing& from, SpscRing& to) : in(from), out(to) {}
    /// Whether there was something to do.
    bool step() noexcept {
      std::array<Packet*, kBurst> burst;
      const auto start = __rdtsc();
      const auto count = in.take(burst);
      if (count == 0) return false;
      for (auto* packet : std::span{burst}.first(count)) packet->data[22] ^= std::byte{1};
      std::ignore = out.send(std::span{burst}.first(count));  // the ring holds all there are
      cycles += __rdtsc() - start;
      packets += count;
      return true;
    }
    PointToPointIngress in;
    PointToPointEgress out;
    std::uint64_t cycles = 0, packets = 0;
  };

  HeapMemory memory_;
  SpscRing* there_;
  SpscRing* back_;
  Traffic traffic_;
};

int numa_node_of(int cpu) {
  for (const auto& entry : std::filesystem::directory_iterator{fmt::format("/sys/devices/system/cpu/cpu{}", cpu)}) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("node")) return std::stoi(name.substr(4));
  }
  return 0;
}

/// The CPUs that this process may use.
std::vector<int> usable_cpus() {
  cpu_set_t set;
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace

std::map<std::string, double> measure_links(const Options& options) {
  const std::size_t bursts = options.quick ? 4'000 : 40'000;
  const auto cpus = usable_cpus();
  HeapMemory heap;
  Traffic traffic{heap};
  constexpr int kLength = 8;
  Chain one{chain_plan(1, 1)}, many{chain_plan(kLength, kLength)};
  std::vector<Contestant> contestants{{"loop 1", [&] { return by_hand(traffic, 1, false, bursts); }},
                                      {"loop", [&] { return by_hand(traffic, kLength, false, bursts); }},
                                      {"fused 1", [&] { return one.run(bursts); }},
                                      {"fused", [&] { return many.run(bursts); }}};
  // This thread stays on the first CPU; the other side of a ring is on another of its NUMA node, or of another node.
  std::map<std::string, std::optional<int>> others{{"ring", std::nullopt}};
  for (std::size_t i = 1; i < cpus.size(); ++i) {
    auto& other = others[numa_node_of(cpus[i]) == numa_node_of(cpus[0]) ? "ring" : "numa_ring"];
    if (!other) other = cpus[i];
  }
  if (cpus.size() > 1 && !Handover::pin(cpus[0])) throw std::runtime_error{"cannot stay on a CPU"};
  std::vector<std::unique_ptr<Handover>> rings;
  for (const auto& [kind, cpu] : others) {
    rings.push_back(std::make_unique<Handover>());
    contestants.push_back({kind, [&ring = *rings.back(), cpu, bursts] { return ring.run(bursts, cpu); }});
  }
  const auto medians = interleaved_medians(contestants, options.quick ? 5 : 11);
  std::map<std::string, double> links{
      {"call", ((medians[3] - medians[2]) - (medians[1] - medians[0])) / (kLength - 1)}};
  for (std::size_t i = 4; i < contestants.size(); ++i) links[contestants[i].name] = medians[i];
  return links;
}

int run_chain(const Options& options, const std::vector<int>& lengths, const std::vector<std::string>& modes) {
  const std::size_t bursts = options.quick ? 4'000 : 40'000;
  const int rounds = options.quick ? 5 : 11;
  for (const int length : lengths) {
    if (length < 1 || length > kMaxLength) {
      std::cerr << fmt::format("chain: length {}: expected 1 to {}\n", length, kMaxLength);
      return 2;
    }
    HeapMemory heap;
    Traffic traffic{heap};
    Chain fused{chain_plan(length, length)}, rings{chain_plan(length, 1)}, isolated{chain_plan(length, 1)};
    std::vector<Contestant> contestants{{"loop_per_packet", [&] { return by_hand(traffic, length, true, bursts); }},
                                        {"loop_per_batch", [&] { return by_hand(traffic, length, false, bursts); }}};
    for (const auto& mode : modes) {
      if (mode == "fused") contestants.push_back({mode, [&] { return fused.run(bursts); }});
      if (mode == "rings") contestants.push_back({mode, [&] { return rings.run(bursts); }});
      if (mode == "isolated") contestants.push_back({mode, [&] { return isolated.run_isolated(bursts); }});
    }
    const auto medians = interleaved_medians(contestants, rounds);
    const double loop = std::min(medians[0], medians[1]);
    for (const auto& mode : modes) {
      double figure = loop;
      for (std::size_t i = 0; i < contestants.size(); ++i) {
        if (contestants[i].name == mode) figure = medians[i];
      }
      nlohmann::json point{{"bench", "chain"},
                           {"mode", mode},
                           {"length", length},
                           {"cycles_per_packet", figure},
                           {"ratio_to_loop", figure / loop}};
      if (mode == "loop") point.update({{"per_packet_cycles", medians[0]}, {"per_batch_cycles", medians[1]}});
      print_point(options, point);
    }
  }
  return 0;
}

int run_balance(const Options& options, const std::vector<int>& replicas) {
  const std::size_t bursts = options.quick ? 4'000 : 40'000;
  HeapMemory heap;
  Traffic traffic{heap};
  const LoadBalancedEgress egress{LoadBalancedEgress::kMaxInstances};
  const auto deal = [&] {
    std::size_t next = 0;
    return cycles_per_packet(bursts, [&] {
      for (std::size_t i = 0; i < kBurst; ++i) {
        const auto instance = egress.instance_of(*traffic.all[next]);
        next = (next + 1) % kPackets;
        asm volatile("" : : "r"(instance));
      }
    });
  };
  Chain direct{chain_plan(2, 2)};
  std::vector<std::unique_ptr<Chain>> balanced;
  std::vector<Contestant> contestants{{"deal", deal}, {"direct", [&] { return direct.run(bursts); }}};
  for (const int count : replicas) {
    balanced.push_back(std::make_unique<Chain>(balanced_plan(count)));
    contestants.push_back({"balanced", [&chain = *balanced.back(), bursts] { return chain.run(bursts); }});
  }
  const auto medians = interleaved_medians(contestants, options.quick ? 5 : 11);
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    nlohmann::json point{{"bench", "balance"}, {"mode", contestants[i].name}, {"cycles_per_packet", medians[i]}};
    if (i >= 2) point.update({{"replicas", replicas[i - 2]}, {"ratio_to_direct", medians[i] / medians[1]}});
    print_point(options, point);
  }
  return 0;
}

int run_stage(const Options& options, const std::vector<int>& members) {
  const std::size_t bursts = options.quick ? 4'000 : 40'000;
  std::vector<std::unique_ptr<Chain>> chains;
  std::vector<Contestant> contestants;
  const auto add = [&](const char* mode, int count, bool parallel) {
    chains.push_back(std::make_unique<Chain>(stage_plan(count, parallel)));
    contestants.push_back({mode, [&chain = *chains.back(), bursts] { return chain.run(bursts); }});
  };
  add("direct", 0, false);
  for (const int count : members) {
    add("sequential", count, false);
    add("stage", count, true);
  }
  const auto medians = interleaved_medians(contestants, options.quick ? 5 : 11);
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    nlohmann::json point{{"bench", "stage"}, {"mode", contestants[i].name}, {"cycles_per_packet", medians[i]}};
    if (i != 0) point.update({{"members", members[(i - 1) / 2]}, {"cycles_added", medians[i] - medians[0]}});
    print_point(options, point);
  }
  return 0;
}

}  // namespace unf::bench
