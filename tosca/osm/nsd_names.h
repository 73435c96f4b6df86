#pragma once

#include <span>
#include <string_view>

#include "tosca/osm/descriptors.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// The keys that maps of an NSD may have, whether or not something becomes of them.
namespace nsd_keys {
// clang-format off
inline constexpr std::string_view kNsd[] = {
    "id", "designer", "version", "name", "short-name", "description", "logo", "vendor", "invariant-id", "nested-nsd-id", "vnfd-id",
    "pnfd-id", "sapd", "security-group-rule", "virtual-link-desc", "vnffgd", "autoscale-rule",
    "lifecycle-management-script", "df", "signature", "algorithm", "certificate", "ns-configuration", "juju-bundle",
    "revision", "ip-profiles", "vca-relation", "placement-groups", "parameter-pool", "key-pair"};
inline constexpr std::string_view kDf[] = {
    "id", "flavour-key", "vnf-profile", "pnf-profile", "virtual-link-profile", "scaling-aspect",
    "affinity-or-anti-affinity-group", "ns-instantiation-level", "default-instantiation-level", "ns-lcm-additional-params",
    "ns-profile", "dependencies", "monitored-info", "priority", "service-availability-level", "description",
    "lcm-operations-configuration"};
inline constexpr std::string_view kVnfProfile[] = {
    "id", "vnfd-id", "flavour-id", "instantiation-level", "min-number-of-instances", "max-number-of-instances",
    "local-affinity-or-anti-affinity-rule", "affinity-or-anti-affinity-group-id", "affinity-or-anti-affinity-group",
    "virtual-link-connectivity", "service-availability-level", "df-id", "name", "description"};
inline constexpr std::string_view kConnectivity[] = {"virtual-link-profile-id", "constituent-cpd-id", "virtual-link-desc-id"};
inline constexpr std::string_view kConstituentCpd[] = {
    "constituent-base-element-id", "constituent-cpd-id", "ip-address", "mac-address", "order", "position"};
inline constexpr std::string_view kVirtualLink[] = {
    "id", "name", "short-name", "connectivity-type", "df", "test-access", "description", "mgmt-network",
    "vim-network-name", "vim-network-id", "provider-network", "ip-profile", "type"};
inline constexpr std::string_view kSapd[] = {
    "id", "virtual-link-desc", "associated-cpd", "layer-protocol", "role", "description", "protocol", "trunk-mode",
    "security-group-rule-id", "name"};
inline constexpr std::string_view kVnffgd[] = {
    "id", "vnf-profile-id", "pnf-profile-id", "nested-ns-profile-id", "virtual-link-profile-id", "nfp-position-element",
    "nfpd", "name", "description"};
inline constexpr std::string_view kNfpd[] = {"id", "rule", "position-desc", "position-desc-id", "name", "description"};
inline constexpr std::string_view kPosition[] = {
    "id", "nfp-position-element-id", "forwarding-behaviour", "forwarding-behavior-input-parameters", "cp-profile-id",
    "match-attributes"};
inline constexpr std::string_view kProfileElement[] = {
    "id", "order", "constituent-base-element-id", "ingress-constituent-cpd-id", "egress-constituent-cpd-id"};
inline constexpr std::string_view kMatchAttributes[] = {
    "id", "ip-proto", "source-ip-address", "destination-ip-address", "source-port", "destination-port",
    "constituent-base-element-id", "constituent-cpd-id"};
inline constexpr std::string_view kCatalogueNsd[] = {
    "id", "name", "short-name", "description", "vendor", "version", "logo", "constituent-vnfd", "vld", "connection-point",
    "vnffgd", "ip-profiles", "scaling-group-descriptor", "placement-groups", "vnf-dependency", "ns-configuration",
    "monitoring-param", "input-parameter-xpath", "parameter-pool", "key-pair", "user", "meta"};
// clang-format on
}  // namespace nsd_keys

/// What nothing becomes of in an NSD, and why.
namespace nsd_ignored {
// clang-format off
inline constexpr YangReader::Ignored kOfNsd[] = {
    {"autoscale-rule", "automatic scaling", "somebody else decides when to scale"},
    {"lifecycle-management-script", "lifecycle scripts", "scripts are not run"},
    {"security-group-rule", "security groups", "a uNF that filters does that"},
    {"ns-configuration", "configuration (charms)", "no machine is configured"},
    {"juju-bundle", "charms", "no machine is configured"},
    {"vca-relation", "relations of charms", "no machine is configured"},
    {"monitoring-param", "monitoring", "a manager has metrics of its own"},
    {"scaling-group-descriptor", "scaling groups", "VNFs scale, not the service"},
    {"vnf-dependency", "order of VNFs", "VNFs start together"},
    {"ip-profiles", "addresses", "no address is given to a uNF"}};
inline constexpr YangReader::Ignored kOfDf[] = {
    {"ns-instantiation-level", "instantiation levels", "a VNF is there once, and its uNFs scale"},
    {"scaling-aspect", "scaling aspects", "VNFs scale, not the service"},
    {"affinity-or-anti-affinity-group", "affinity groups", "the uNFs of a service are placed together"},
    {"ns-lcm-additional-params", "additional parameters", "no operation takes them"},
    {"dependencies", "order of VNFs", "VNFs start together"},
    {"monitored-info", "monitoring", "a manager has metrics of its own"}};
// clang-format on
}  // namespace nsd_ignored

/// A part of a network service that is not supported, and the keys that name such parts.
struct UnsupportedPart {
  std::string_view noun;
  std::string_view of_nsd, of_df, of_vnffgd;
};
inline constexpr UnsupportedPart kUnsupportedParts[] = {
    {"PNF", "pnfd-id", "pnf-profile", "pnf-profile-id"},
    {"nested network service", "nested-nsd-id", "ns-profile", "nested-ns-profile-id"}};

/// How a dialect names the parts of an NSD that both dialects have in the same form.
struct NsdNames {
  std::span<const std::string_view> nsd_keys;
  std::string_view virtual_links;                       ///< the list of them
  std::string_view virtual_link;                        ///< one of them; for messages
  std::span<const std::string_view> virtual_link_keys;  ///< empty: any
};
inline constexpr NsdNames kSol006Nsd{nsd_keys::kNsd, "virtual-link-desc", "a virtual link", nsd_keys::kVirtualLink};
inline constexpr NsdNames kCatalogueNsd{nsd_keys::kCatalogueNsd, "vld", "a `vld`", {}};

[[nodiscard]] constexpr const NsdNames& nsd_names(OsmDialect dialect) {
  return dialect == OsmDialect::catalogue ? kCatalogueNsd : kSol006Nsd;
}

}  // namespace unf::tosca
