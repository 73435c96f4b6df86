#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/catalog.h"
#include "tosca/text/value.h"

namespace unf::tosca {

inline constexpr std::string_view kUnfPrefix = "unf.nodes.";
inline constexpr std::string_view kMicroNf = "unf.nodes.MicroNF";

namespace base {
inline constexpr std::string_view vnf = "tosca.nodes.nfv.VNF";
inline constexpr std::string_view vdu = "tosca.nodes.nfv.Vdu.Compute";
inline constexpr std::string_view vdu_cp = "tosca.nodes.nfv.VduCp";
inline constexpr std::string_view vnf_ext_cp = "tosca.nodes.nfv.VnfExtCp";
inline constexpr std::string_view vip_cp = "tosca.nodes.nfv.VipCp";
inline constexpr std::string_view virtual_cp = "tosca.nodes.nfv.VirtualCp";
inline constexpr std::string_view vnf_virtual_link = "tosca.nodes.nfv.VnfVirtualLink";
inline constexpr std::string_view ns = "tosca.nodes.nfv.NS";
inline constexpr std::string_view pnf = "tosca.nodes.nfv.PNF";
inline constexpr std::string_view sap = "tosca.nodes.nfv.Sap";
inline constexpr std::string_view ns_virtual_link = "tosca.nodes.nfv.NsVirtualLink";
inline constexpr std::string_view forwarding = "tosca.nodes.nfv.Forwarding";
inline constexpr std::string_view nfp = "tosca.nodes.nfv.NFP";
inline constexpr std::string_view nfp_position = "tosca.nodes.nfv.NfpPosition";
inline constexpr std::string_view nfp_position_element = "tosca.nodes.nfv.NfpPositionElement";
inline constexpr std::string_view tacker_vdu = "tosca.nodes.nfv.VDU.Tacker";
inline constexpr std::string_view tacker_cp = "tosca.nodes.nfv.CP.Tacker";
inline constexpr std::string_view tacker_vl = "tosca.nodes.nfv.VL";
inline constexpr std::string_view tacker_fp = "tosca.nodes.nfv.FP.Tacker";
inline constexpr std::string_view tacker_fp_v2 = "tosca.nodes.nfv.FP.TackerV2";
}  // namespace base

/// A node type, followed to what it derives from.
struct NodeType {
  std::string name;
  std::string_view base;                  ///< the normative type it is or derives from; of a uNF: base::vdu
  const Catalog::Entry* unf = nullptr;    ///< the uNF type it is or derives from
  bool micro_nf = false;                  ///< derives from unf.nodes.MicroNF
  std::vector<const Value*> definitions;  ///< in documents, the most derived first

  [[nodiscard]] bool is_vnf() const { return base == base::vnf; }
  /// A VDU that no uNF of the catalogue implements.
  [[nodiscard]] bool is_foreign_vdu() const { return base == base::vdu && unf == nullptr; }
  /// The default of a property, the most derived one; nullptr if none.
  [[nodiscard]] const Value* default_of(std::string_view property) const;
  /// The definition of a property, the most derived one; nullptr if none.
  [[nodiscard]] const Value* property(std::string_view name) const;
};

}  // namespace unf::tosca
