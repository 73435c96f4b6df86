#pragma once

#include <cstdint>
#include <span>

#include "dataplane/ports/stage_ring.h"

namespace unf::dataplane {

/// The paper's MarkerEgressPort (VI-D.4): a member of a parallel stage says what it makes of the next packets. A byte a
/// packet that nobody else writes, where the paper adds to one counter: saying it again changes nothing.
class MarkerEgress {
 public:
  MarkerEgress(StageRing& stage, std::size_t member) noexcept
      : stage_(&stage), member_(member), next_(stage.done(member)) {}

  /// What the member says of the next packets; the join does not see it yet.
  void offer(std::span<const Verdict> verdicts) noexcept {
    stage_->write(member_, next_, verdicts.data(), static_cast<std::uint32_t>(verdicts.size()));
  }
  /// A word for the join about each of the next packets; the join does not see it yet.
  void offer(std::span<const std::uint64_t> findings) noexcept {
    stage_->write(member_, next_, findings.data(), static_cast<std::uint32_t>(findings.size()));
  }
  /// Shows what was offered of the next `count` packets: the member is done with them.
  void publish(std::uint32_t count) noexcept {
    next_ += count;
    stage_->set_done(member_, next_);
  }

 private:
  StageRing* stage_;
  std::size_t member_;
  std::uint32_t next_;
};

}  // namespace unf::dataplane
