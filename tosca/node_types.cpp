#include "tosca/node_types.h"

namespace unf::tosca {

const Value* NodeType::property(std::string_view name_of_it) const {
  for (const auto* definition : definitions) {
    if (const auto* found = definition->find("properties", name_of_it)) return found;
  }
  return nullptr;
}

const Value* NodeType::default_of(std::string_view name_of_it) const {
  for (const auto* definition : definitions) {
    const auto* found = definition->find("properties", name_of_it);
    if (found == nullptr) continue;
    if (const auto* value = found->find("default")) return value;
  }
  return nullptr;
}

// clang-format off
const std::vector<std::string_view>& normative_node_types() {
  static const std::vector<std::string_view> names{
      "tosca.nodes.Root", "tosca.nodes.nfv.Cp", base::vnf, "tosca.nodes.nfv.VnfExtCp", base::vdu,
      "tosca.nodes.nfv.Vdu.VirtualBlockStorage", "tosca.nodes.nfv.Vdu.VirtualObjectStorage",
      "tosca.nodes.nfv.Vdu.VirtualFileStorage", "tosca.nodes.nfv.Vdu.OsContainer",
      "tosca.nodes.nfv.Vdu.OsContainerDeployableUnit", "tosca.nodes.nfv.Mciop", base::vdu_cp,
      "tosca.nodes.nfv.VirtualCp", "tosca.nodes.nfv.VnfVirtualLink", "tosca.nodes.nfv.VipCp", base::ns, base::sap,
      base::ns_virtual_link, base::nfp_position_element, base::nfp_position, base::nfp, base::forwarding, base::pnf,
      "tosca.nodes.nfv.PnfExtCp"};
  return names;
}

const std::vector<std::string_view>& known_policy_types() {
  static const std::vector<std::string_view> names{
      "tosca.policies.Root", "tosca.policies.Placement", "tosca.policies.Scaling",
      "tosca.policies.nfv.InstantiationLevels", "tosca.policies.nfv.VduInstantiationLevels",
      "tosca.policies.nfv.VirtualLinkInstantiationLevels", "tosca.policies.nfv.ScalingAspects",
      "tosca.policies.nfv.VduScalingAspectDeltas", "tosca.policies.nfv.VirtualLinkBitrateScalingAspectDeltas",
      "tosca.policies.nfv.VduInitialDelta", "tosca.policies.nfv.VirtualLinkBitrateInitialDelta",
      "tosca.policies.nfv.VipCpInitialDelta", "tosca.policies.nfv.VipCpScalingAspectDeltas",
      "tosca.policies.nfv.VipCpInstantiationLevels", "tosca.policies.nfv.VirtualCpInitialDelta",
      "tosca.policies.nfv.AffinityRule", "tosca.policies.nfv.AntiAffinityRule",
      "tosca.policies.nfv.SupportedVnfInterface", "tosca.policies.nfv.SecurityGroupRule",
      "tosca.policies.nfv.Abstract.SecurityGroupRule", "tosca.policies.nfv.VnfIndicator",
      "tosca.policies.nfv.VnfPackageChange", "tosca.policies.nfv.LcmCoordinationAction",
      "tosca.policies.nfv.LcmCoordinationsForLcmOperation", "tosca.policies.nfv.NsAffinityRule",
      "tosca.policies.nfv.NsAntiAffinityRule", "tosca.policies.nfv.NsSecurityGroupRule", "tosca.policies.nfv.NfpRule",
      "tosca.policies.nfv.NsMonitoring", "tosca.policies.nfv.VnfMonitoring", "tosca.policies.nfv.NsScalingAspects",
      "tosca.policies.nfv.VnfToLevelMapping", "tosca.policies.nfv.NsToLevelMapping",
      "tosca.policies.nfv.VirtualLinkToLevelMapping", "tosca.policies.nfv.NsInstantiationLevels",
      "tosca.policies.nfv.VnfToInstantiationLevelMapping", "tosca.policies.nfv.NsToInstantiationLevelMapping",
      "tosca.policies.nfv.VirtualLinkToInstantiationLevelMapping", "tosca.policies.nfv.NsAutoScale",
      "tosca.policies.nfv.PnfSecurityGroupRule", "unf.policies.MaxLatency"};
  return names;
}

const std::vector<std::string_view>& normative_group_types() {
  static const std::vector<std::string_view> names{"tosca.groups.Root", "tosca.groups.nfv.PlacementGroup",
                                                   "tosca.groups.nfv.NsPlacementGroup", "tosca.groups.nfv.VNFFG"};
  return names;
}

const std::vector<std::string_view>& vdu_properties() {
  static const std::vector<std::string_view> names{
      "name", "description", "boot_order", "nfvi_constraints", "monitoring_parameters", "configurable_properties",
      "vdu_profile", "sw_image_data", "boot_data"};
  return names;
}

const std::vector<std::string_view>& vnf_properties() {
  static const std::vector<std::string_view> names{
      "descriptor_id", "descriptor_version", "provider", "product_name", "software_version", "product_info_name",
      "product_info_description", "vnfm_info", "localization_languages", "default_localization_language",
      "lcm_operations_configuration", "monitoring_parameters", "flavour_id", "flavour_description", "vnf_profile",
      "configurable_properties", "modifiable_attributes", "nfvi_maintenance_info", "ext_invariant_id"};
  return names;
}
// clang-format on

}  // namespace unf::tosca
