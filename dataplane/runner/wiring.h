#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "dataplane/ports/spsc_ring.h"
#include "dataplane/ports/stage_ring.h"
#include "dataplane/runner/pipeline.h"
#include "graph/model/result.h"

namespace unf::dataplane {

/// What a runner has in hand, in memory that outlives it (docs/design/dataplane.md, "The commit protocol"). The
/// runner writes it, its successor reads it. Order of a burst: peek the input, compute, offer to the outputs, one
/// committing store, publish, release the input.
struct alignas(64) RunnerBlock {
  /// Packets offered on a ring, from the position they start at.
  struct Offered {
    std::uint32_t from, count;
  };
  std::atomic<std::uint32_t> committed;
  std::uint32_t input;       ///< which input; behind those, which join
  std::uint32_t input_head;  ///< its position
  std::uint32_t taken;       ///< packets in hand, 0 between bursts
  Offered spare;
  Offered free;
  std::array<Offered, Work::kMaxOutputs> outputs;
  /// How the packets in hand came, where the runner changes that; a successor takes them as they came.
  struct Arrival {
    std::uint32_t edge;
    std::uint16_t path;
  };
  std::uint32_t noted;  ///< of the packets in hand, 0 or all
  std::array<Arrival, kBurst> arrivals;
};

/// The rings and memory of one runner. All of it is made by unf-io (or by the one process there is) and lies at the
/// same address everywhere.
struct RunnerWiring {
  std::vector<SpscRing*> inputs;
  std::vector<StageRing*> joins;   ///< in the order of Pipeline::Shape::joins
  std::vector<SpscRing*> outputs;  ///< in the order of Pipeline::outputs()
  SpscRing* free = nullptr;        ///< packets that are dropped, to unf-io; never full
  SpscRing* spare = nullptr;       ///< empty packets from unf-io, for uNFs that emit
  RunnerBlock* block = nullptr;
  struct Membership {
    StageRing* stage = nullptr;
    std::size_t member = 0;
  };
  Membership member_of;                     ///< a member of a stage has neither inputs, joins nor outputs
  std::vector<std::span<std::byte>> state;  ///< by node of the plan
  std::vector<void*> shared;                ///< by node of the plan: what UnfType::build_shared made
};

/// Addresses as numbers, for a runner in another process.
[[nodiscard]] nlohmann::json to_json(const RunnerWiring& wiring);
/// Errors: malformed.
[[nodiscard]] Result<RunnerWiring> wiring_from_json(const nlohmann::json& json);

/// Ends what a dead runner was at, so that a successor can start: a committed burst is published to the end; one that
/// is not stays in the input and is done again, or, where the runner's uNFs would edit packets twice, is dropped by way
/// of the free ring; what a member of a stage edits is marked as lost. Returns how many packets were dropped. Nobody
/// else may touch the runner's ends of the rings meanwhile.
std::uint32_t finish_for(const RunnerWiring& dead, Replay replay) noexcept;

}  // namespace unf::dataplane
