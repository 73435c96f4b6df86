#include "dataplane/runner/runner.h"

#include <emmintrin.h>
#include <sched.h>
#include <time.h>
#include <x86intrin.h>

#include <algorithm>
#include <cassert>

namespace unf::dataplane {

Result<Runner> Runner::make(const UnfCatalog& unfs, const Plan& plan, const RunnerId& runner,
                            const CounterLayout& layout, RunnerWiring wiring, const CounterBlock& counters,
                            Options options) {
  if (wiring.state.size() != plan.nodes.size() || wiring.shared.size() != plan.nodes.size()) {
    return fail(Errc::malformed, "runner {}: wiring is for {} nodes, the plan has {}", runner.get(),
                wiring.state.size(), plan.nodes.size());
  }
  const auto make_unf = [&](std::size_t node) {
    const auto& planned = plan.nodes[node];
    return unfs.find(planned.type)
        ->make({.config = planned.config,
                .artifacts = plan.artifacts,
                .state = wiring.state[node],
                .shared = wiring.shared[node]});
  };
  const auto shape = Pipeline::shape(unfs, plan, runner);
  if (!shape) return fail(shape.error());
  const bool fits = shape->member_of ? wiring.member_of.stage != nullptr
                                     : shape->outputs.size() == wiring.outputs.size() &&
                                           shape->joins.size() == wiring.joins.size() &&
                                           wiring.inputs.size() + wiring.joins.size() != 0;
  if (!fits) {
    return fail(Errc::malformed,
                "runner {}: {} inputs, {} joins and {} outputs are wired, the plan has {} joins and {}", runner.get(),
                wiring.inputs.size(), wiring.joins.size(), wiring.outputs.size(), shape->joins.size(),
                shape->outputs.size());
  }

  Runner made{wiring, counters, options};
  if (const auto& of = shape->member_of) {
    auto member =
        StageMember::make(unfs, plan, *planned_stage(plan, of->stage), of->member, *wiring.member_of.stage, make_unf);
    if (!member) return fail(std::move(member.error()));
    made.member_.emplace(std::move(*member));
    return made;
  }
  auto pipeline = Pipeline::make(unfs, plan, runner, layout, make_unf);
  if (!pipeline) return fail(std::move(pipeline.error()));
  made.pipeline_ = std::move(*pipeline);
  for (std::size_t i = 0; i < shape->joins.size(); ++i) {
    auto join = StageJoin::make(unfs, plan, *planned_stage(plan, shape->joins[i]), layout, *wiring.joins[i], make_unf);
    if (!join) return fail(std::move(join.error()));
    made.joins_.push_back(std::move(*join));
  }
  return made;
}

Runner::Runner(RunnerWiring wiring, const CounterBlock& counters, Options options)
    : block_(wiring.block), counters_(counters), options_(options), free_(*wiring.free), spare_(*wiring.spare) {
  assert(options_.burst <= kBurst);
  for (auto* ring : wiring.inputs) inputs_.emplace_back(*ring);
  for (auto* ring : wiring.outputs) outputs_.emplace_back(*ring);
}

void Runner::send(const Work& work, std::uint64_t mask, std::size_t output, std::size_t& lost) noexcept {
  auto& egress = outputs_[output];
  block_->outputs[output] = {egress.tail(), 0};
  if (mask == 0) return;
  const auto count = work.in_order(mask, leaving_.data());
  const auto sent = egress.offer(std::span{leaving_}.first(count));
  block_->outputs[output].count = sent;
  if (sent == count) return;
  pipeline_.count_lost(leaving_.data() + sent, count - sent);
  std::copy_n(leaving_.data() + sent, count - sent, dropping_.data() + lost);
  lost += count - sent;
}

std::size_t Runner::step_as_member() noexcept {
  const auto taken = member_->peek(std::span{work_.packets}.first(options_.burst));
  if (taken == 0) return 0;
  take_in_hand(0, member_->position(), taken);
  member_->process(work_.packets.data(), taken, __rdtsc());
  member_->release(taken);
  auto& line = *counters_.line;
  line.packets.store(line.packets.load(std::memory_order_relaxed) + taken, std::memory_order_relaxed);
  std::atomic_ref{block_->taken}.store(0, std::memory_order_release);  // not before the burst is released
  return taken;
}

std::size_t Runner::step() noexcept {
  auto& line = *counters_.line;
  line.heartbeat.store(line.heartbeat.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (member_) return step_as_member();

  std::uint32_t taken = 0;
  auto input = next_input_;
  const auto inputs = inputs_.size() + joins_.size();
  for (std::size_t i = 0; i < inputs && taken == 0; ++i) {
    input = next_input_;
    next_input_ = next_input_ + 1 == inputs ? 0 : next_input_ + 1;
    taken = peek(input);
  }
  if (taken == 0) return 0;

  take_in_hand(input, head(input), taken);
  work_.dropped = input < inputs_.size() ? 0 : joins_[input - inputs_.size()].judge(work_.packets.data(), taken);
  std::array<Packet*, kBurst> spare;
  Pipeline::Spare spares;
  if (pipeline_.emits()) spares.packets = std::span{spare}.first(spare_.peek(spare));
  work_.taken = taken;
  pipeline_.run(work_, spares, __rdtsc());

  std::size_t dropping = 0;
  for (std::size_t i = 0; i < outputs_.size(); ++i) send(work_, work_.outputs[i], i, dropping);
  if (work_.dropped != 0) dropping += work_.in_order(work_.dropped, dropping_.data() + dropping);
  block_->free = {free_.tail(), 0};
  if (dropping != 0) {
    block_->free.count = free_.offer(std::span{dropping_}.first(dropping));
    assert(block_->free.count == dropping);  // as large as the pool
  }
  block_->spare = {spare_.head(), static_cast<std::uint32_t>(spares.used)};

  block_->committed.store(1, std::memory_order_release);
  for (auto& output : outputs_) output.publish();
  free_.publish();
  if (spares.used != 0) spare_.release(static_cast<std::uint32_t>(spares.used));
  pipeline_.count(counters_);
  if (input >= inputs_.size()) joins_[input - inputs_.size()].count(counters_);
  line.packets.store(line.packets.load(std::memory_order_relaxed) + taken, std::memory_order_relaxed);
  release(input, taken);
  block_->taken = 0;
  block_->committed.store(0, std::memory_order_release);
  return taken;
}

void Idle::after(std::size_t found) noexcept {
  constexpr std::uint32_t kSpins = 256, kYields = 64;
  if (found != 0) {
    empty_ = 0;
  } else if (++empty_ < kSpins) {
    _mm_pause();
  } else if (empty_ < kSpins + kYields) {
    sched_yield();
  } else {
    empty_ = kSpins + kYields;
    const timespec nap{.tv_sec = 0, .tv_nsec = 50'000};
    nanosleep(&nap, nullptr);
  }
}

void serve(Runner& runner, const std::atomic<bool>& stop, std::uint32_t bursts_per_yield) noexcept {
  Idle idle;
  std::uint32_t bursts = 0;
  while (!stop.load(std::memory_order_relaxed)) {
    const auto found = runner.step();
    idle.after(found);
    if (bursts_per_yield != 0 && found != 0 && ++bursts >= bursts_per_yield) {
      bursts = 0;
      sched_yield();
    }
  }
}

}  // namespace unf::dataplane
