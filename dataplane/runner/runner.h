#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "dataplane/ports/point_to_point.h"
#include "dataplane/runner/pipeline.h"
#include "dataplane/runner/stage.h"
#include "dataplane/runner/wiring.h"

namespace unf::dataplane {

/// Serves the uNFs of one runner: a burst in, through its pipeline, out. One thread uses it; it may die at any
/// instruction (docs/design/dataplane.md, "The commit protocol").
class Runner {
 public:
  struct Options {
    std::size_t burst = kBurst;  ///< packets taken at a time, at most kBurst
    std::size_t prefetch = 8;    ///< first k packets whose headers are fetched ahead (paper V-A)
  };

  /// Makes the uNFs of `runner`, of the types in `unfs`, and connects them.
  /// Errors: what the uNFs say of their configuration; malformed where wiring and plan do not fit.
  [[nodiscard]] static Result<Runner> make(const UnfCatalog& unfs, const Plan& plan, const RunnerId& runner,
                                           const CounterLayout& layout, RunnerWiring wiring,
                                           const CounterBlock& counters, Options options);
  [[nodiscard]] static Result<Runner> make(const UnfCatalog& unfs, const Plan& plan, const RunnerId& runner,
                                           const CounterLayout& layout, RunnerWiring wiring,
                                           const CounterBlock& counters) {
    return make(unfs, plan, runner, layout, std::move(wiring), counters, Options{});
  }

  /// Takes one burst from the next input that has one, or join. Returns how many packets that were.
  std::size_t step() noexcept;

 private:
  Runner(RunnerWiring wiring, const CounterBlock& counters, Options options);
  // An input, or a join behind those.
  [[nodiscard]] std::uint32_t peek(std::size_t input) noexcept {
    const auto into = std::span{work_.packets}.first(options_.burst);
    return input < inputs_.size() ? inputs_[input].peek(into) : joins_[input - inputs_.size()].peek(into);
  }
  [[nodiscard]] std::uint32_t head(std::size_t input) const noexcept {
    return input < inputs_.size() ? inputs_[input].head() : joins_[input - inputs_.size()].head();
  }
  void release(std::size_t input, std::uint32_t count) noexcept {
    if (input < inputs_.size())
      inputs_[input].release(count);
    else
      joins_[input - inputs_.size()].release(count);
  }
  void take_in_hand(std::size_t input, std::uint32_t position, std::uint32_t taken) noexcept {
    block_->input = static_cast<std::uint32_t>(input);
    block_->input_head = position;
    block_->noted = pipeline_.redirects() ? taken : 0;
    for (std::uint32_t i = 0; i < block_->noted; ++i) {
      block_->arrivals[i] = {work_.packets[i]->edge, work_.packets[i]->path};
    }
    block_->taken = taken;
    const auto ahead = std::min<std::size_t>(taken, options_.prefetch);
    for (std::size_t i = 0; i < ahead; ++i) __builtin_prefetch(work_.packets[i]->data);
  }
  std::size_t step_as_member() noexcept;
  void send(const Work& work, std::uint64_t mask, std::size_t output, std::size_t& lost) noexcept;

  std::optional<StageMember> member_;  // then it has neither pipeline, inputs nor outputs
  Pipeline pipeline_;
  RunnerBlock* block_;
  CounterBlock counters_;
  Options options_;
  std::vector<PointToPointIngress> inputs_;
  std::vector<StageJoin> joins_;  // inputs behind the others
  std::vector<PointToPointEgress> outputs_;
  PointToPointEgress free_;
  PointToPointIngress spare_;
  std::size_t next_input_ = 0;
  Work work_;
  std::array<Packet*, kMaxBurst> leaving_;  // one output's packets, in order
  std::array<Packet*, 2 * kMaxBurst> dropping_;
};

/// How a runner's or unf-io's thread waits while there is nothing to do.
class Idle {
 public:
  /// After `found` packets in this round: spins where there were none, later yields, then sleeps for at most 50 us.
  void after(std::size_t found) noexcept;

 private:
  std::uint32_t empty_ = 0;
};

/// Steps until `stop`. Where several runners share a core, `bursts_per_yield` bursts go by before the core is offered
/// to the others (paper VI-E); 0: never.
void serve(Runner& runner, const std::atomic<bool>& stop, std::uint32_t bursts_per_yield) noexcept;

}  // namespace unf::dataplane
