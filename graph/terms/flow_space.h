#pragma once

#include <span>
#include <vector>

#include "graph/model/fields.h"
#include "graph/model/match.h"

namespace unf::graph {

/// What is known of packets by their headers: each fits one of some matches. Never less than what can be there.
class FlowSpace {
 public:
  /// Everything.
  FlowSpace() : any_of_{Match{}} {}
  explicit FlowSpace(std::vector<Match> any_of) : any_of_(std::move(any_of)) {}

  [[nodiscard]] std::span<const Match> any_of() const { return any_of_; }
  /// Whether all have an IP header without defect.
  [[nodiscard]] bool is_sound_ip() const { return sound_ip_; }
  void set_sound_ip() { sound_ip_ = true; }

  /// Those that fit one of `parts`, each of which is part of one of any_of().
  [[nodiscard]] FlowSpace narrowed(std::vector<Match> parts) const;
  /// What is left to say once these fields were written.
  [[nodiscard]] FlowSpace without(FieldSet written) const;
  [[nodiscard]] FlowSpace united(const FlowSpace& other) const;

 private:
  static constexpr std::size_t kMaxMatches = 64;  ///< beyond these less is said
  std::vector<Match> any_of_;
  bool sound_ip_ = false;
};

}  // namespace unf::graph
