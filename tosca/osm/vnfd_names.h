#pragma once

#include <span>
#include <string_view>

#include "tosca/osm/descriptors.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// The keys that maps of a VNFD may have, whether or not something becomes of them.
namespace vnfd_keys {
// clang-format off
inline constexpr std::string_view kVnfd[] = {
    "id", "name", "short-name", "description", "vendor", "logo", "provider", "product-name", "software-version", "version",
    "product-info-name", "product-info-description", "vnfm-info", "localization-language",
    "default-localization-language", "vdu", "virtual-compute-desc", "virtual-storage-desc", "sw-image-desc",
    "int-virtual-link-desc", "security-group-rule", "ext-cpd", "vip-cpd", "df", "configurable-properties",
    "modifiable-attributes", "lifecycle-management-script", "element-group", "indicator", "auto-scale",
    "vnf-package-change-info", "lcm-operations-coordination", "mgmt-cp", "kdu", "k8s-cluster", "placement-groups",
    "service-function-chain", "service-function-type", "vnf-configuration", "juju-bundle", "operational-status",
    "exporters-endpoints", "revision", "usageState", "monitoring-parameter", "ip-profiles", "certificates", "mciop-profile"};
inline constexpr std::string_view kVdu[] = {
    "id", "name", "description", "int-cpd", "virtual-compute-desc", "virtual-storage-desc", "boot-order", "sw-image-desc",
    "nfvi-constraint", "monitoring-parameter", "configurable-properties", "boot-data", "trunk-port", "cloud-init",
    "cloud-init-file", "supplemental-boot-data", "alarm", "alternative-sw-image-desc", "pdu-type", "vdu-configuration",
    "vim-config", "image", "count", "security-group-rule-id", "guest-epa", "hypervisor-epa", "host-epa"};
inline constexpr std::string_view kIntCpd[] = {
    "id", "int-virtual-link-desc", "bitrate-requirement", "virtual-network-interface-requirement",
    "nicio-requirements", "order", "vnic-type", "layer-protocol", "role", "description", "protocol", "trunk-mode",
    "security-group-rule-id", "port-security-enabled", "port-security-disable-strategy", "name", "type"};
inline constexpr std::string_view kExtCpd[] = {
    "id", "int-virtual-link-desc", "int-cpd", "vip-cpd", "virtual-network-interface-requirement",
    "nicio-requirements", "layer-protocol", "role", "description", "protocol", "trunk-mode", "security-group-rule-id",
    "k8s-cluster-net", "port-security-enabled", "port-security-disable-strategy", "name", "short-name", "type"};
inline constexpr std::string_view kDf[] = {
    "id", "description", "vdu-profile", "virtual-link-profile", "vip-cp-profile", "instantiation-level",
    "default-instantiation-level", "supported-operation", "lcm-operations-configuration",
    "affinity-or-anti-affinity-group", "indicator", "supported-vnf-interfaces", "supported-coordination-actions",
    "monitoring-parameter", "scaling-aspect", "dependencies", "healing-aspect", "kdu-resource-profile",
    "vnf-configuration-id", "mciop-profile", "flavour-key", "name"};
inline constexpr std::string_view kVduProfile[] = {
    "id", "min-number-of-instances", "max-number-of-instances", "local-affinity-or-anti-affinity-rule",
    "affinity-or-anti-affinity-group-id", "affinity-or-anti-affinity-group", "nfvi-maintenance-info",
    "vdu-configuration-id", "vnf-configuration-id", "anti-affinity-group"};
inline constexpr std::string_view kInstantiationLevel[] = {"id", "description", "vdu-level", "vip-cp-level", "scaling-info", "name"};
inline constexpr std::string_view kScalingAspect[] = {
    "id", "name", "description", "max-scale-level", "aspect-delta-details", "scaling-policy", "scaling-config-action"};
inline constexpr std::string_view kCatalogueVnfd[] = {
    "id", "name", "short-name", "description", "vendor", "version", "logo", "mgmt-interface", "connection-point",
    "internal-vld", "ip-profiles", "vdu", "vdu-dependency", "kdu", "k8s-cluster", "scaling-group-descriptor",
    "monitoring-param", "placement-groups", "vnf-configuration", "service-function-chain", "service-function-type",
    "operational-status", "http-endpoint", "pnf", "uses", "meta"};
inline constexpr std::string_view kCatalogueVdu[] = {
    "id", "name", "description", "image", "image-checksum", "count", "vm-flavor", "cloud-init", "cloud-init-file",
    "cloud-init-input", "interface", "internal-connection-point", "alternative-images", "supplemental-boot-data",
    "guest-epa", "vswitch-epa", "hypervisor-epa", "host-epa", "volumes", "alarm", "monitoring-param",
    "vdu-configuration", "mgmt-vpci", "pdu-type", "placement-groups", "vim-config"};
// clang-format on
}  // namespace vnfd_keys

/// What nothing becomes of in a VNFD, and why.
namespace vnfd_ignored {
// clang-format off
inline constexpr YangReader::Ignored kOfVnfd[] = {
    {"virtual-storage-desc", "storage", "uNFs have no disks"},
    {"configurable-properties", "configurable properties", "a manager's user sets those of uNFs"},
    {"modifiable-attributes", "modifiable attributes", "a manager's user sets those of uNFs"},
    {"lifecycle-management-script", "lifecycle scripts", "scripts are not run"},
    {"indicator", "indicators", "a manager has its own"},
    {"auto-scale", "automatic scaling", "somebody else decides when to scale"},
    {"security-group-rule", "security groups", "a uNF that filters does that"},
    {"vip-cpd", "virtual addresses", "no address is given to a uNF"},
    {"vnf-configuration", "configuration (charms, day 1 and 2)", "no machine is configured"},
    {"juju-bundle", "charms", "no machine is configured"},
    {"monitoring-param", "monitoring", "a manager has metrics of its own"},
    {"monitoring-parameter", "monitoring", "a manager has metrics of its own"},
    {"vnf-package-change-info", "package changes", "a running VNF takes any package"},
    {"ip-profiles", "addresses", "no address is given to a uNF"}};
inline constexpr YangReader::Ignored kOfVdu[] = {
    {"cloud-init", "cloud-init", "no machine is started"},
    {"cloud-init-file", "cloud-init", "no machine is started"},
    {"boot-data", "boot data", "no machine is started"},
    {"supplemental-boot-data", "boot data", "no machine is started"},
    {"boot-order", "boot order", "no machine is started"},
    {"monitoring-parameter", "monitoring", "a manager has metrics of its own"},
    {"monitoring-param", "monitoring", "a manager has metrics of its own"},
    {"alarm", "alarms", "a manager has alarms of its own"},
    {"vdu-configuration", "configuration (charms, day 1 and 2)", "no machine is configured"},
    {"configurable-properties", "configurable properties", "a manager's user sets those of uNFs"},
    {"nfvi-constraint", "constraints", "uNFs are placed by what they take for a packet"},
    {"volumes", "storage", "uNFs have no disks"},
    {"trunk-port", "trunk ports", "a uNF sees frames with their tags"}};
inline constexpr YangReader::Ignored kOfDf[] = {
    {"lcm-operations-configuration", "configuration (charms, day 1 and 2)", "no machine is configured"},
    {"virtual-link-profile", "bitrates of links", "they are neither kept free nor enforced"},
    {"monitoring-parameter", "monitoring", "a manager has metrics of its own"},
    {"indicator", "indicators", "a manager has its own"},
    {"healing-aspect", "automatic healing", "a host that fails is left at once"},
    {"supported-vnf-interfaces", "interfaces", "uNFs have none but their connection points"},
    {"dependencies", "order of VDUs", "uNFs start together"}};
inline constexpr YangReader::Ignored kOfScalingAspect[] = {
    {"scaling-policy", "scaling policy", "somebody else decides when to scale"},
    {"scaling-config-action", "scaling actions (charms)", "no machine is configured"}};
// clang-format on
}  // namespace vnfd_ignored

/// How a dialect names the parts of a VNFD that both dialects have in the same form.
struct VnfdNames {
  std::span<const std::string_view> vnfd_keys, vdu_keys;
  std::string_view internal_links;  ///< the list of them
};
inline constexpr VnfdNames kSol006Vnfd{vnfd_keys::kVnfd, vnfd_keys::kVdu, "int-virtual-link-desc"};
inline constexpr VnfdNames kCatalogueVnfd{vnfd_keys::kCatalogueVnfd, vnfd_keys::kCatalogueVdu, "internal-vld"};

[[nodiscard]] constexpr const VnfdNames& vnfd_names(OsmDialect dialect) {
  return dialect == OsmDialect::catalogue ? kCatalogueVnfd : kSol006Vnfd;
}

}  // namespace unf::tosca
