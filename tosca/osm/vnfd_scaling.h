#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/osm/vnfd_vdus.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

inline constexpr std::size_t kMaxOsmAspects = 256;  ///< of a flavour

/// Bounds how many scaling steps all flavours of a VNFD have in all.
class ScalingStepBudget {
 public:
  static constexpr std::size_t kMost = 1U << 20;

  /// False: the steps are more than there may be.
  [[nodiscard]] bool spend(std::size_t steps) {
    spent_ += steps;
    return spent_ <= kMost;
  }

 private:
  std::size_t spent_ = 0;
};

/// Reads the scaling aspects of a SOL006 flavour, which are `values`. `of` is the flavour, for messages.
[[nodiscard]] std::vector<ServiceRequest::ScalingAspect> read_scaling_aspects(std::span<const Value* const> values,
                                                                              const std::string& of,
                                                                              const OsmVdus& vdus,
                                                                              ScalingStepBudget& budget,
                                                                              YangReader& reader);

/// Reads the scaling groups of a VNFD of the older catalogue as aspects, each step of which adds the same.
[[nodiscard]] std::vector<ServiceRequest::ScalingAspect> read_scaling_groups(const Value& vnfd, const OsmVdus& vdus,
                                                                             YangReader& reader);

}  // namespace unf::tosca
