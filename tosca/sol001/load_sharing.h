#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/sol001/nfp_element.h"

namespace unf::tosca {

/// The VNFs that share their load because a position of a forwarding path deals flows over them (SOL001 7.8.4, `lb`).
/// They are alike, so the first of them runs for all, with the instances of all.
class LoadSharing {
 public:
  /// Has the VNFs of `hops`, the elements of a position, share their load: the first runs. False: reported.
  [[nodiscard]] bool add(const NodeTemplate& position, std::span<const NfpHop> hops, const NsVnfs& vnfs,
                         Report& report);

  /// Whether another VNF runs in place of this one.
  [[nodiscard]] bool is_replaced(std::string_view vnf) const { return replaced_.contains(vnf); }

  /// The VNFs that run, with their instances.
  [[nodiscard]] std::vector<ServiceRequest::Vnf> applied_to(std::vector<ServiceRequest::Vnf> vnfs) const;

  /// Reports paths that go through a VNF that another runs for: by itself it is not there.
  void check_paths(std::span<const ServiceRequest::Path> paths, Problems& problems) const;

 private:
  std::map<std::string, std::set<std::string>> sharers_;  ///< VNF that runs -> those that it runs for, itself too
  std::set<std::string, std::less<>> replaced_;
};

}  // namespace unf::tosca
