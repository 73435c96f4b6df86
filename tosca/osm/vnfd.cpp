#include "tosca/osm/vnfd.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

namespace unf::tosca {
namespace {

using Keys = std::span<const std::string_view>;

constexpr std::uint32_t kMaxOsmInstances = 1024;
constexpr std::uint32_t kMaxOsmScaleLevel = 1024;
constexpr std::size_t kMaxOsmAspects = 256;
constexpr std::size_t kMaxOsmLevels = 256;
constexpr std::size_t kMaxOsmImages = 64;  ///< of a VDU
constexpr std::size_t kMaxOsmShown = 100;  ///< names in a line
constexpr std::size_t kMaxOsmSteps = 1U << 20;

// clang-format off
constexpr std::string_view kVnfdKeys[] = {
    "id", "name", "short-name", "description", "vendor", "logo", "provider", "product-name", "software-version", "version",
    "product-info-name", "product-info-description", "vnfm-info", "localization-language",
    "default-localization-language", "vdu", "virtual-compute-desc", "virtual-storage-desc", "sw-image-desc",
    "int-virtual-link-desc", "security-group-rule", "ext-cpd", "vip-cpd", "df", "configurable-properties",
    "modifiable-attributes", "lifecycle-management-script", "element-group", "indicator", "auto-scale",
    "vnf-package-change-info", "lcm-operations-coordination", "mgmt-cp", "kdu", "k8s-cluster", "placement-groups",
    "service-function-chain", "service-function-type", "vnf-configuration", "juju-bundle", "operational-status",
    "exporters-endpoints", "revision", "usageState", "monitoring-parameter", "ip-profiles", "certificates", "mciop-profile"};
constexpr std::string_view kVduKeys[] = {
    "id", "name", "description", "int-cpd", "virtual-compute-desc", "virtual-storage-desc", "boot-order", "sw-image-desc",
    "nfvi-constraint", "monitoring-parameter", "configurable-properties", "boot-data", "trunk-port", "cloud-init",
    "cloud-init-file", "supplemental-boot-data", "alarm", "alternative-sw-image-desc", "pdu-type", "vdu-configuration",
    "vim-config", "image", "count", "security-group-rule-id", "guest-epa", "hypervisor-epa", "host-epa"};
constexpr std::string_view kIntCpdKeys[] = {
    "id", "int-virtual-link-desc", "bitrate-requirement", "virtual-network-interface-requirement",
    "nicio-requirements", "order", "vnic-type", "layer-protocol", "role", "description", "protocol", "trunk-mode",
    "security-group-rule-id", "port-security-enabled", "port-security-disable-strategy", "name", "type"};
constexpr std::string_view kExtCpdKeys[] = {
    "id", "int-virtual-link-desc", "int-cpd", "vip-cpd", "virtual-network-interface-requirement",
    "nicio-requirements", "layer-protocol", "role", "description", "protocol", "trunk-mode", "security-group-rule-id",
    "k8s-cluster-net", "port-security-enabled", "port-security-disable-strategy", "name", "short-name", "type"};
constexpr std::string_view kDfKeys[] = {
    "id", "description", "vdu-profile", "virtual-link-profile", "vip-cp-profile", "instantiation-level",
    "default-instantiation-level", "supported-operation", "lcm-operations-configuration",
    "affinity-or-anti-affinity-group", "indicator", "supported-vnf-interfaces", "supported-coordination-actions",
    "monitoring-parameter", "scaling-aspect", "dependencies", "healing-aspect", "kdu-resource-profile",
    "vnf-configuration-id", "mciop-profile", "flavour-key", "name"};
constexpr std::string_view kVduProfileKeys[] = {
    "id", "min-number-of-instances", "max-number-of-instances", "local-affinity-or-anti-affinity-rule",
    "affinity-or-anti-affinity-group-id", "affinity-or-anti-affinity-group", "nfvi-maintenance-info",
    "vdu-configuration-id", "vnf-configuration-id", "anti-affinity-group"};
constexpr std::string_view kLevelKeys[] = {"id", "description", "vdu-level", "vip-cp-level", "scaling-info", "name"};
constexpr std::string_view kAspectKeys[] = {
    "id", "name", "description", "max-scale-level", "aspect-delta-details", "scaling-policy", "scaling-config-action"};
constexpr std::string_view kOldVnfdKeys[] = {
    "id", "name", "short-name", "description", "vendor", "version", "logo", "mgmt-interface", "connection-point",
    "internal-vld", "ip-profiles", "vdu", "vdu-dependency", "kdu", "k8s-cluster", "scaling-group-descriptor",
    "monitoring-param", "placement-groups", "vnf-configuration", "service-function-chain", "service-function-type",
    "operational-status", "http-endpoint", "pnf", "uses", "meta"};
constexpr std::string_view kOldVduKeys[] = {
    "id", "name", "description", "image", "image-checksum", "count", "vm-flavor", "cloud-init", "cloud-init-file",
    "cloud-init-input", "interface", "internal-connection-point", "alternative-images", "supplemental-boot-data",
    "guest-epa", "vswitch-epa", "hypervisor-epa", "host-epa", "volumes", "alarm", "monitoring-param",
    "vdu-configuration", "mgmt-vpci", "pdu-type", "placement-groups", "vim-config"};

constexpr OsmReader::Ignored kIgnoredOfVnfd[] = {
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
constexpr OsmReader::Ignored kIgnoredOfVdu[] = {
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
constexpr OsmReader::Ignored kIgnoredOfFlavour[] = {
    {"lcm-operations-configuration", "configuration (charms, day 1 and 2)", "no machine is configured"},
    {"virtual-link-profile", "bitrates of links", "they are neither kept free nor enforced"},
    {"monitoring-parameter", "monitoring", "a manager has metrics of its own"},
    {"indicator", "indicators", "a manager has its own"},
    {"healing-aspect", "automatic healing", "a host that fails is left at once"},
    {"supported-vnf-interfaces", "interfaces", "uNFs have none but their connection points"},
    {"dependencies", "order of VDUs", "uNFs start together"}};
// clang-format on

/// Whether a connection point's name says that it is for management.
bool is_for_management(std::string_view id, std::string_view role) {
  const auto begins = [&](std::string_view word) {
    return id.starts_with(word) && (id.size() == word.size() || std::string_view{"-_."}.find(id[word.size()]) < 3);
  };
  return role == "management" || begins("mgmt") || begins("management");
}

/// What a size in GB is in bytes; 0: none.
std::uint64_t gigabytes(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && number > 0 && number < 1e9 ? static_cast<std::uint64_t>(std::llround(number * 1e9))
                                                            : 0;
}

class OsmVnfdReader {
 public:
  OsmVnfdReader(const OsmDescriptor& descriptor, Report& report)
      : descriptor_(descriptor), reader_(report), report_(report), problems_(report.problems) {}

  OsmVnfd read() {
    const auto& value = *descriptor_.value;
    vnfd_.at = value.at();
    vnfd_.file = descriptor_.document->file;
    const auto* id = reader_.id(value, "a VNFD");
    vnfd_.id = id == nullptr ? "?" : id->text;
    what_ = fmt::format("VNFD `{}`", vnfd_.id);
    reader_.check_keys(value, descriptor_.catalogue ? Keys{kOldVnfdKeys} : Keys{kVnfdKeys}, what_);
    reader_.ignore(value, kIgnoredOfVnfd, what_);
    refuse_containers(value);
    if (descriptor_.catalogue) {
      read_old_points(value);
      for (const auto* vdu : reader_.entries(value, "vdu")) read_old_vdu(*vdu);
      read_old_scaling(value);
    } else {
      read_resources(value);
      for (const auto* vdu : reader_.entries(value, "vdu")) read_vdu(*vdu);
      read_links(value);
      read_points(value);
      for (const auto* df : reader_.entries(value, "df")) read_flavour(*df);
    }
    if (vnfd_.flavours.empty()) vnfd_.flavours.emplace_back().id = "default";
    for (auto& flavour : vnfd_.flavours) {
      flavour.scaling.vnfd_id = vnfd_.id;
      flavour.scaling.flavour = flavour.id;
    }
    find_management(value);
    std::ranges::copy_if(vnfd_.external, std::back_inserter(vnfd_.data),
                         [&](const auto& name) { return !vnfd_.management.contains(name); });
    name_inner_points();
    if (vnfd_.model.vdus.empty() && vnfd_.refusals.empty())
      vnfd_.refusals.emplace_back(vnfd_.at, fmt::format("{} has no VDU, expected one at least", what_));
    return std::move(vnfd_);
  }

 private:
  void refuse_containers(const Value& value) {
    for (const auto* key : {"kdu", "mciop-profile"}) {
      for (const auto* kdu : reader_.entries(value, key)) {
        auto name = reader_.text_at(*kdu, "name");
        if (name.empty()) name = reader_.text_at(*kdu, "id");
        vnfd_.refusals.emplace_back(
            kdu->at(),
            fmt::format("KDU `{}` of {} runs in Kubernetes, which is not supported, expected VDUs", name, what_));
      }
    }
  }

  [[nodiscard]] std::string vdu_text(std::string_view id) const { return fmt::format("VDU `{}` of {}", id, what_); }

  /// Adds a VDU. nullptr: reported.
  VnfModel::Vdu* add_vdu(const Value& value) {
    const auto* id = reader_.id(value, fmt::format("a VDU of {}", what_));
    if (id == nullptr) return nullptr;
    if (!vdus_.insert(id->text).second) {
      problems_.add(value.at(), "a second VDU `{}` in {}, expected another `id`", id->text, what_);
      return nullptr;
    }
    const auto what = vdu_text(id->text);
    if (const auto* pdu = OsmReader::find(value, "pdu-type")) {
      vnfd_.refusals.emplace_back(
          pdu->at(), fmt::format("{} is a physical device, which is not supported, expected one with an image", what));
    }
    reader_.ignore(value, kIgnoredOfVdu, what);
    report_.map(value.at(), fmt::format("machine of VDU `{}`", id->text), "",
                "uNFs run in place of it, and are placed by what they take for a packet");
    vnfd_.model.vdus.push_back({.name = id->text, .title = reader_.text_at(value, "name"), .at = value.at()});
    return &vnfd_.model.vdus.back();
  }

  // SOL006 ----------------------------------------------------------------------------------------------------------

  void read_resources(const Value& value) {
    for (const auto* image : reader_.entries(value, "sw-image-desc")) {
      const auto* id = reader_.id(*image, fmt::format("an image of {}", what_));
      if (id != nullptr) images_[id->text] = image;
    }
    for (const auto* compute : reader_.entries(value, "virtual-compute-desc")) {
      const auto* id = reader_.id(*compute, fmt::format("a `virtual-compute-desc` of {}", what_));
      if (id != nullptr) computes_[id->text] = compute;
    }
  }

  void read_vdu(const Value& value) {
    auto* vdu = add_vdu(value);
    if (vdu == nullptr) return;
    const auto what = vdu_text(vdu->name);
    reader_.check_keys(value, kVduKeys, what);
    for (const auto* key : {"sw-image-desc", "alternative-sw-image-desc"}) {
      for (const auto* image : reader_.texts(value, key)) {
        if (vdu->images.size() >= kMaxOsmImages) break;
        vdu->images.push_back(image->text);
        const auto described = images_.find(image->text);
        if (described == images_.end()) continue;  // OSM takes the name of an image that is already there
        for (const auto* name : {"name", "image"}) {
          auto text = reader_.text_at(*described->second, name);
          if (!text.empty() && std::ranges::find(vdu->images, text) == vdu->images.end())
            vdu->images.push_back(std::move(text));
        }
      }
    }
    read_compute(value, *vdu, what);
    const auto name = vdu->name;
    for (const auto* point : reader_.entries(value, "int-cpd")) read_inner_point(*point, name, what);
  }

  void read_compute(const Value& value, VnfModel::Vdu& vdu, const std::string& what) {
    const auto* named = reader_.text(value, "virtual-compute-desc");
    if (named == nullptr) return;
    const auto compute = computes_.find(named->text);
    if (compute == computes_.end()) {
      problems_.add(named->at(), "{} has the `virtual-compute-desc` `{}`, which {} does not have{}", what, named->text,
                    what_, problems_.suggest(named->text, [&] { return names_of(computes_); }));
      return;
    }
    for (const auto* capability : reader_.entries(*compute->second, "request-additional-capability")) {
      auto wanted = reader_.text_at(*capability, "name");
      if (!wanted.empty()) vdu.capabilities.push_back(std::move(wanted));
    }
    const auto* cpu = OsmReader::find(*compute->second, "virtual-cpu");
    const auto* memory = OsmReader::find(*compute->second, "virtual-memory");
    if (cpu != nullptr) vdu.cpus = reader_.count(*cpu, "num-virtual-cpu", 1, 65535, what).value_or(0);
    if (memory != nullptr) vdu.memory = gigabytes(reader_.text_at(*memory, "size"));
  }

  void read_inner_point(const Value& value, const std::string& vdu, const std::string& what) {
    const auto* id = reader_.id(value, fmt::format("an `int-cpd` of {}", what));
    if (id == nullptr) return;
    reader_.check_keys(value, kIntCpdKeys, fmt::format("int-cpd `{}` of {}", id->text, what));
    if (!points_.try_emplace({vdu, id->text}, vnfd_.model.points.size()).second) {
      problems_.add(value.at(), "a second int-cpd `{}` in {}, expected another `id`", id->text, what);
      return;
    }
    VnfModel::ConnectionPoint point{.name = id->text,
                                    .vdu = vdu,
                                    .link = reader_.text_at(value, "int-virtual-link-desc"),
                                    .order = reader_.count(value, "order", 0, UINT16_MAX, what),
                                    .vnic_type = reader_.text_at(value, "vnic-type"),
                                    .at = value.at()};
    for (const auto* interface : reader_.entries(value, "virtual-network-interface-requirement")) {
      if (!point.order) point.order = reader_.count(*interface, "position", 0, UINT16_MAX, what);
    }
    vnfd_.model.points.push_back(std::move(point));
  }

  void read_links(const Value& value) {
    for (const auto* link : reader_.entries(value, "int-virtual-link-desc")) {
      const auto* id = reader_.id(*link, fmt::format("an internal link of {}", what_));
      if (id != nullptr) add_link(id->text, link->at());
    }
    for (const auto& point : vnfd_.model.points) {
      if (point.link.empty() || links_.contains(point.link)) continue;
      problems_.add(point.at, "int-cpd `{}` of {} is on the internal link `{}`, which {} does not have{}", point.name,
                    vdu_text(point.vdu), point.link, what_,
                    problems_.suggest(point.link, [&] { return names_of(links_); }));
    }
  }

  void add_link(const std::string& id, const SourcePlace& at) {
    if (!links_.insert(id).second) {
      problems_.add(at, "a second internal link `{}` in {}, expected another `id`", id, what_);
      return;
    }
    report_.map(at, fmt::format("internal link `{}`", id), "edges between uNFs");
    vnfd_.model.links.push_back({.name = id, .at = at});
  }

  void read_points(const Value& value) {
    std::set<std::string> known;
    for (const auto* ext : reader_.entries(value, "ext-cpd")) {
      const auto* id = reader_.id(*ext, fmt::format("an `ext-cpd` of {}", what_));
      if (id == nullptr) continue;
      const auto what = fmt::format("ext-cpd `{}` of {}", id->text, what_);
      reader_.check_keys(*ext, kExtCpdKeys, what);
      if (!known.insert(id->text).second) {
        problems_.add(ext->at(), "a second {}, expected another `id`", what);
      } else if (vdus_.contains(id->text)) {
        problems_.add(ext->at(), "{} is called like a VDU, expected another `id`", what);
      } else {
        vnfd_.external.push_back(id->text);
        if (is_for_management(id->text, without_module(reader_.text_at(*ext, "role"))))
          vnfd_.management.insert(id->text);
        read_outer_point(*ext, id->text, what);
      }
    }
  }

  void read_outer_point(const Value& ext, const std::string& id, const std::string& what) {
    if (const auto* link = reader_.text(ext, "int-virtual-link-desc")) {
      if (!links_.contains(link->text)) {
        problems_.add(link->at(), "{} is on the internal link `{}`, which {} does not have{}", what, link->text, what_,
                      problems_.suggest(link->text, [&] { return names_of(links_); }));
        return;
      }
      vnfd_.model.points.push_back({.name = id, .link = link->text, .external = {id}, .at = ext.at()});
      return;
    }
    const auto* inner = OsmReader::find(ext, "int-cpd");
    std::size_t at = vnfd_.model.points.size();
    if (inner == nullptr) {
      at = only_point_named(id);
    } else {
      const auto* vdu = reader_.id(*inner, what, "vdu-id");
      const auto* cpd = vdu == nullptr ? nullptr : reader_.id(*inner, what, "cpd");
      if (cpd == nullptr) return;
      const auto found = points_.find({vdu->text, cpd->text});
      if (found == points_.end()) {
        std::vector<std::string_view> names;
        for (auto point = points_.lower_bound({vdu->text, {}});
             point != points_.end() && point->first.first == vdu->text && names.size() < kMaxOsmShown; ++point) {
          names.push_back(point->first.second);
        }
        if (!vdus_.contains(vdu->text)) {
          problems_.add(vdu->at(), "{} leads to VDU `{}`, which {} does not have{}", what, vdu->text, what_,
                        problems_.suggest(vdu->text, [&] { return names_of(vdus_); }));
        } else {
          problems_.add(cpd->at(), "{} leads to int-cpd `{}`, which VDU `{}` does not have, expected {}{}", what,
                        cpd->text, vdu->text, one_of(names), problems_.suggest(cpd->text, names));
        }
        return;
      }
      at = found->second;
    }
    if (at >= vnfd_.model.points.size()) {
      vnfd_.refusals.emplace_back(
          ext.at(), fmt::format("{} leads to no VDU, expected `int-cpd` or `int-virtual-link-desc`", what));
      return;
    }
    auto& point = vnfd_.model.points[at];
    if (!point.external.empty()) {
      problems_.add(ext.at(), "{} leads to an int-cpd that `{}` leads to already, expected another", what, point.name);
      return;
    }
    point.name = id;
    point.external = {id};
    point.at = ext.at();
  }

  /// Where an ext-cpd says nothing of it, that which has its name.
  [[nodiscard]] std::size_t only_point_named(const std::string& id) const {
    auto only = vnfd_.model.points.size();
    for (const auto& [key, index] : points_) {
      if (key.second != id) continue;
      if (only != vnfd_.model.points.size()) return vnfd_.model.points.size();
      only = index;
    }
    return only;
  }

  void find_management(const Value& value) {
    const auto* management = reader_.text(value, "mgmt-cp");
    if (management == nullptr) {
      if (const auto* old = OsmReader::find(value, "mgmt-interface")) management = reader_.text(*old, "cp");
    }
    if (management == nullptr) return;
    vnfd_.management = {management->text};
    report_.map(management->at(), fmt::format("management of {}", what_), "", "uNFs have no address of their own");
    if (std::ranges::find(vnfd_.external, management->text) != vnfd_.external.end()) return;
    problems_.add(management->at(), "{} is managed by `{}`, which is no connection point that leads out of it{}", what_,
                  management->text, problems_.suggest(management->text, [&] {
                    return std::vector<std::string_view>{vnfd_.external.begin(), vnfd_.external.end()};
                  }));
  }

  /// Names of connection points are of a VDU, those in a graph are of all.
  void name_inner_points() {
    std::map<std::string_view, std::size_t> uses;
    for (const auto& name : vnfd_.external) ++uses[name];
    for (const auto& vdu : vnfd_.model.vdus) ++uses[vdu.name];
    for (const auto& point : vnfd_.model.points) {
      if (point.external.empty()) ++uses[point.name];
    }
    std::vector<VnfModel::ConnectionPoint*> ambiguous;
    for (auto& point : vnfd_.model.points) {
      if (point.external.empty() && uses[point.name] > 1) ambiguous.push_back(&point);
    }
    for (auto* point : ambiguous) point->name = point->vdu + "." + point->name;
  }

  // Scaling ---------------------------------------------------------------------------------------------------------

  void read_flavour(const Value& df) {
    const auto* id = reader_.id(df, fmt::format("a `df` of {}", what_));
    if (id == nullptr) return;
    what_flavour_ = fmt::format("df `{}` of {}", id->text, what_);
    reader_.check_keys(df, kDfKeys, what_flavour_);
    reader_.ignore(df, kIgnoredOfFlavour, what_flavour_);
    auto& flavour = vnfd_.flavours.emplace_back();
    flavour.id = id->text;
    for (const auto* kind : {"mciop-profile", "kdu-resource-profile"}) {
      if (const auto* kdu = OsmReader::find(df, kind); kdu != nullptr && vnfd_.refusals.empty())
        vnfd_.refusals.emplace_back(
            kdu->at(), fmt::format("{} is of Kubernetes, which is not supported, expected VDUs", what_flavour_));
    }
    const auto aspects = reader_.entries(df, "scaling-aspect"), levels = reader_.entries(df, "instantiation-level");
    if (aspects.size() > kMaxOsmAspects || levels.size() > kMaxOsmLevels) {
      problems_.add(df.at(), "{} has {} scaling aspects and {} levels, expected at most {} and {}", what_flavour_,
                    aspects.size(), levels.size(), kMaxOsmAspects, kMaxOsmLevels);
      return;
    }
    profiles_.clear();
    read_profiles(df, flavour.scaling);
    for (const auto& [vdu, profile] : profiles_) flavour.vdus.insert(vdu);
    for (const auto* aspect : aspects) read_aspect(*aspect, flavour.scaling);
    read_levels(df, levels, flavour.scaling);
  }

  struct Profile {
    std::optional<std::uint32_t> least, most;
  };

  /// nullptr: reported.
  const Value* vdu_of(const Value& map, std::string_view key, const std::string& what) {
    const auto* vdu = reader_.id(map, what, key);
    if (vdu == nullptr || vdus_.contains(vdu->text)) return vdu;
    problems_.add(vdu->at(), "{} is of VDU `{}`, which {} does not have{}", what, vdu->text, what_,
                  problems_.suggest(vdu->text, [&] { return names_of(vdus_); }));
    return nullptr;
  }

  void read_profiles(const Value& df, ServiceRequest::Vnf& scaling) {
    std::map<std::string, ServiceRequest::Affinity> groups;
    for (const auto* group : reader_.entries(df, "affinity-or-anti-affinity-group")) {
      const auto* id = reader_.id(*group, fmt::format("an affinity group of {}", what_flavour_));
      if (id == nullptr) continue;
      const auto* kind =
          OsmReader::find(*group, "affinityorAntiaffinity") != nullptr ? "affinityorAntiaffinity" : "type";
      if (auto rule = affinity_of(*group, kind, fmt::format("affinity group `{}`", id->text)))
        groups.emplace(id->text, std::move(*rule));
      report_.map(group->at(), fmt::format("affinity group `{}`", id->text), "where uNFs run");
    }
    for (const auto* profile : reader_.entries(df, "vdu-profile")) {
      const auto what = fmt::format("a VDU profile of {}", what_flavour_);
      const auto* vdu = vdu_of(*profile, "id", what);
      if (vdu == nullptr) continue;
      reader_.check_keys(*profile, kVduProfileKeys, fmt::format("the profile of VDU `{}`", vdu->text));
      auto& [least, most] = profiles_[vdu->text];
      least = reader_.count(*profile, "min-number-of-instances", 0, kMaxOsmInstances, what);
      most = reader_.count(*profile, "max-number-of-instances", 1, UINT32_MAX, what);
      if (least && most && *least > *most)
        problems_.add(profile->at(), "VDU `{}` has {} to {} instances, expected no more at least than at most",
                      vdu->text, *least, *most);
      for (const auto* rule : reader_.entries(*profile, "local-affinity-or-anti-affinity-rule")) {
        auto affinity = affinity_of(*rule, "type", fmt::format("an affinity rule of VDU `{}`", vdu->text));
        if (!affinity) continue;
        affinity->nodes = {vdu->text};
        scaling.affinity.push_back(std::move(*affinity));
      }
      for (const auto* group : groups_of(*profile)) {
        const auto known = groups.find(group->text);
        if (known != groups.end()) {
          known->second.nodes.push_back(vdu->text);
          continue;
        }
        problems_.add(group->at(), "VDU `{}` is in the affinity group `{}`, which {} does not have{}", vdu->text,
                      group->text, what_flavour_, problems_.suggest(group->text, [&] { return names_of(groups); }));
      }
    }
    for (auto& [id, group] : groups) {
      if (!group.nodes.empty()) scaling.affinity.push_back(std::move(group));
    }
  }

  /// ETSI lists names, OSM maps with a name.
  std::vector<const Value*> groups_of(const Value& profile) {
    auto found = reader_.texts(profile, "affinity-or-anti-affinity-group-id");
    for (const auto* group : reader_.entries(profile, "affinity-or-anti-affinity-group")) {
      if (const auto* id = reader_.id(*group, "an affinity group")) found.push_back(id);
    }
    return found;
  }

  std::optional<ServiceRequest::Affinity> affinity_of(const Value& rule, std::string_view key,
                                                      const std::string& what) {
    const auto kind = std::string{without_module(reader_.text_at(rule, key))};
    auto scope = std::string{without_module(reader_.text_at(rule, "scope"))};
    constexpr std::array<std::string_view, 5> kScopes{"nfvi-node", "zone", "zone-group", "nfvi-pop",
                                                      "network-link-and-node"};
    if ((kind != "affinity" && kind != "anti-affinity") || std::ranges::find(kScopes, scope) == kScopes.end()) {
      problems_.add(rule.at(), "{} is `{}` in the scope `{}`, expected affinity or anti-affinity, and {}", what, kind,
                    scope, one_of({kScopes.begin(), kScopes.end()}));
      return std::nullopt;
    }
    std::ranges::replace(scope, '-', '_');
    return ServiceRequest::Affinity{.anti = kind == "anti-affinity", .scope = std::move(scope), .nodes = {}};
  }

  using Deltas = std::map<std::string, std::uint32_t>;  ///< VDU -> instances

  void read_aspect(const Value& value, ServiceRequest::Vnf& scaling) {
    const auto* id = reader_.id(value, fmt::format("a scaling aspect of {}", what_flavour_));
    if (id == nullptr) return;
    const auto what = fmt::format("scaling aspect `{}`", id->text);
    reader_.check_keys(value, kAspectKeys, what);
    static constexpr OsmReader::Ignored kIgnored[] = {
        {"scaling-policy", "scaling policy", "somebody else decides when to scale"},
        {"scaling-config-action", "scaling actions (charms)", "no machine is configured"}};
    reader_.ignore(value, kIgnored, what);
    const auto known = std::ranges::find(scaling.aspects, id->text, &ServiceRequest::ScalingAspect::name);
    if (known != scaling.aspects.end()) {
      problems_.add(value.at(), "a second {}, expected another `id`", what);
      return;
    }
    std::map<std::string, Deltas> deltas;
    std::vector<const Value*> steps;
    for (const auto* details : reader_.entries(value, "aspect-delta-details")) {
      for (const auto* delta : reader_.entries(*details, "deltas")) {
        const auto* name = reader_.id(*delta, fmt::format("a delta of {}", what));
        if (name == nullptr) continue;
        auto& added = deltas[name->text];
        for (const auto* one : reader_.entries(*delta, "vdu-delta")) {
          const auto* vdu = vdu_of(*one, "id", fmt::format("delta `{}` of {}", name->text, what));
          if (vdu != nullptr)
            added[vdu->text] = reader_.count(*one, "number-of-instances", 0, kMaxOsmInstances, what).value_or(1);
        }
      }
      for (const auto* step : reader_.texts(*details, "step-deltas")) {
        if (deltas.contains(step->text)) {
          steps.push_back(step);
        } else {
          problems_.add(step->at(), "{} steps by delta `{}`, which it does not have{}", what, step->text,
                        problems_.suggest(step->text, [&] { return names_of(deltas); }));
        }
      }
    }
    const auto most = reader_.count(value, "max-scale-level", 1, kMaxOsmScaleLevel, what);
    if (!most) {
      if (reader_.text(value, "max-scale-level") == nullptr)
        problems_.add(value.at(), "{} has no `max-scale-level`, expected 1 to {}", what, kMaxOsmScaleLevel);
      return;
    }
    ServiceRequest::ScalingAspect aspect{.name = id->text, .max_level = *most};
    std::set<std::string> scaled;
    for (const auto& [name, added] : deltas) {
      for (const auto& [vdu, count] : added) scaled.insert(vdu);
    }
    steps_ += scaled.size() * *most;
    if (steps_ > kMaxOsmSteps) {
      problems_.add(value.at(), "too many scaling steps in {}, expected at most {}", what_, kMaxOsmSteps);
      return;
    }
    // Without steps of its own, each is by all deltas together; the last step goes on.
    Deltas together;
    for (const auto& [name, added] : deltas) {
      for (const auto& [vdu, count] : added) together[vdu] = std::min(together[vdu] + count, kMaxOsmInstances);
    }
    for (const auto& vdu : scaled) {
      auto& added = aspect.node_deltas[vdu];
      for (std::size_t step = 0; step < *most; ++step) {
        const auto& by = steps.empty() ? together : deltas[steps[std::min(step, steps.size() - 1)]->text];
        const auto delta = by.find(vdu);
        added.push_back(delta == by.end() ? 0 : delta->second);
      }
    }
    report_.map(value.at(), what, fmt::format("scaling aspect of {} steps", *most));
    scaling.aspects.push_back(std::move(aspect));
  }

  /// An instantiation level as written.
  struct Level {
    const Value* value;
    Deltas instances;
    std::map<std::string, std::uint32_t> scale;  ///< aspect -> scale level
  };

  static std::uint32_t added_up_to(const ServiceRequest::ScalingAspect& aspect, const std::string& vdu,
                                   std::uint32_t level) {
    const auto deltas = aspect.node_deltas.find(vdu);
    std::uint32_t sum = 0;
    for (std::uint32_t step = 0; deltas != aspect.node_deltas.end() && step < level; ++step)
      sum += deltas->second[step];
    return sum;
  }

  void read_levels(const Value& df, const std::vector<const Value*>& values, ServiceRequest::Vnf& scaling) {
    std::map<std::string, Level> levels;
    std::string first;
    for (const auto* value : values) {
      const auto* id = reader_.id(*value, fmt::format("an instantiation level of {}", what_flavour_));
      if (id == nullptr) continue;
      const auto what = fmt::format("instantiation level `{}`", id->text);
      reader_.check_keys(*value, kLevelKeys, what);
      if (!levels.try_emplace(id->text, Level{value, {}, {}}).second) {
        problems_.add(value->at(), "a second {}, expected another `id`", what);
        continue;
      }
      if (first.empty()) first = id->text;
      read_level(*value, what, levels[id->text], scaling);
      report_.map(value->at(), what, "instantiation level");
    }
    scaling.level = first;
    if (const auto* chosen = reader_.text(df, "default-instantiation-level")) {
      scaling.level = chosen->text;
      if (!levels.contains(chosen->text)) {
        problems_.add(chosen->at(), "`default-instantiation-level` of {} is `{}`, expected {}{}", what_flavour_,
                      chosen->text, one_of(names_of(levels)),
                      problems_.suggest(chosen->text, [&] { return names_of(levels); }));
        return;
      }
    }
    for (const auto& vdu : vnfd_.model.vdus) start(vdu.name, levels, scaling);
    std::map<std::string_view, std::size_t> aspects_of;
    for (const auto& aspect : scaling.aspects) {
      for (const auto& [vdu, deltas] : aspect.node_deltas) ++aspects_of[vdu];
    }
    for (auto& [id, level] : levels) scale_to(id, level, aspects_of, scaling);
  }

  void read_level(const Value& value, const std::string& what, Level& level, const ServiceRequest::Vnf& scaling) {
    for (const auto* one : reader_.entries(value, "vdu-level")) {
      const auto* vdu = vdu_of(*one, "vdu-id", what);
      if (vdu == nullptr) continue;
      const auto count = reader_.count(*one, "number-of-instances", 0, kMaxOsmInstances, what).value_or(1);
      level.instances[vdu->text] = count;
    }
    for (const auto* info : reader_.entries(value, "scaling-info")) {
      const auto* aspect = reader_.id(*info, what, "scaling-aspect-id");
      if (aspect == nullptr) continue;
      const auto known = std::ranges::find(scaling.aspects, aspect->text, &ServiceRequest::ScalingAspect::name);
      if (known == scaling.aspects.end()) {
        std::vector<std::string_view> names;
        for (const auto& one : scaling.aspects) names.push_back(one.name);
        problems_.add(aspect->at(), "{} is of scaling aspect `{}`, expected {}{}", what, aspect->text, one_of(names),
                      problems_.suggest(aspect->text, names));
        continue;
      }
      const auto step = reader_.count(*info, "scale-level", 0, known->max_level, what);
      if (step) level.scale[aspect->text] = *step;
    }
  }

  /// Of how many instances a VDU has at scale level 0: a level that says its scale tells, else the least is it.
  void start(const std::string& vdu, const std::map<std::string, Level>& levels, ServiceRequest::Vnf& scaling) {
    std::vector<const ServiceRequest::ScalingAspect*> by;
    for (const auto& aspect : scaling.aspects) {
      if (aspect.node_deltas.contains(vdu)) by.push_back(&aspect);
    }
    const auto profile = profiles_[vdu];
    std::uint32_t initial = std::max(profile.least.value_or(1), 1U);
    const auto chosen = levels.find(scaling.level);
    if (!by.empty() && !profile.least && chosen != levels.end()) {
      const auto count = chosen->second.instances.find(vdu);
      if (count != chosen->second.instances.end()) initial = std::max(count->second, 1U);
    }
    for (const auto& [id, level] : levels) {
      const auto count = level.instances.find(vdu);
      const bool says = !by.empty() && count != level.instances.end() &&
                        std::ranges::all_of(by, [&](const auto* aspect) { return level.scale.contains(aspect->name); });
      if (!says) continue;
      std::uint32_t added = 0;
      for (const auto* aspect : by) added += added_up_to(*aspect, vdu, level.scale.at(aspect->name));
      if (count->second > added) initial = count->second - added;
      break;
    }
    scaling.initial[vdu] = initial;
  }

  /// What scale levels an instantiation level stands for, by its instances where it does not say.
  void scale_to(const std::string& id, const Level& level, const std::map<std::string_view, std::size_t>& aspects_of,
                ServiceRequest::Vnf& scaling) {
    auto& scale = scaling.levels[id];
    for (const auto& aspect : scaling.aspects) {
      auto& step = scale[aspect.name];
      if (const auto said = level.scale.find(aspect.name); said != level.scale.end()) {
        step = said->second;
        continue;
      }
      for (const auto& [vdu, deltas] : aspect.node_deltas) {
        const auto count = level.instances.find(vdu);
        if (count == level.instances.end() || aspects_of.at(vdu) > 1) continue;
        auto reached = scaling.initial[vdu];
        step = 0;
        while (reached < count->second && step < aspect.max_level) reached += deltas[step++];
        break;
      }
    }
    for (const auto& [vdu, count] : level.instances) {
      if (!aspects_of.contains(vdu)) {
        if (count == 0) {
          problems_.add(level.value->at(), "instantiation level `{}` has no instance of VDU `{}`, expected 1 to {}", id,
                        vdu, kMaxOsmInstances);
        }
        scaling.level_instances[id][vdu] = count;
        continue;
      }
      auto reached = scaling.initial[vdu];
      for (const auto& aspect : scaling.aspects) reached += added_up_to(aspect, vdu, scale[aspect.name]);
      if (reached == count) continue;
      problems_.add(
          level.value->at(),
          "instantiation level `{}` has {} instances of VDU `{}`, which no scale level gives, expected {} and "
          "what its scaling aspects add",
          id, count, vdu, scaling.initial[vdu]);
    }
  }

  // Before SOL006 ---------------------------------------------------------------------------------------------------

  void read_old_points(const Value& value) {
    for (const auto* point : reader_.entries(value, "connection-point")) {
      const auto* key = OsmReader::find(*point, "name") != nullptr ? "name" : "id";
      const auto* id = reader_.id(*point, fmt::format("a connection point of {}", what_), key);
      if (id == nullptr) continue;
      if (!old_points_.emplace(id->text, false).second) {
        problems_.add(point->at(), "a second connection point `{}` in {}, expected another name", id->text, what_);
        continue;
      }
      vnfd_.external.push_back(id->text);
      if (is_for_management(id->text, {})) vnfd_.management.insert(id->text);
    }
    for (const auto* link : reader_.entries(value, "internal-vld")) {
      const auto* id = reader_.id(*link, fmt::format("an internal link of {}", what_));
      if (id == nullptr) continue;
      add_link(id->text, link->at());
      for (const auto* point : reader_.entries(*link, "internal-connection-point")) {
        const auto* ref = reader_.id(*point, fmt::format("internal link `{}`", id->text), "id-ref");
        if (ref != nullptr) old_links_[ref->text] = id->text;
      }
    }
  }

  void read_old_vdu(const Value& value) {
    auto* vdu = add_vdu(value);
    if (vdu == nullptr) return;
    const auto what = vdu_text(vdu->name);
    reader_.check_keys(value, kOldVduKeys, what);
    if (auto image = reader_.text_at(value, "image"); !image.empty()) vdu->images.push_back(std::move(image));
    for (const auto* image : reader_.entries(value, "alternative-images")) {
      if (auto name = reader_.text_at(*image, "image"); !name.empty()) vdu->images.push_back(std::move(name));
    }
    if (const auto* flavor = OsmReader::find(value, "vm-flavor")) {
      vdu->cpus = reader_.count(*flavor, "vcpu-count", 0, 65535, what).value_or(0);
      vdu->memory = std::uint64_t{reader_.count(*flavor, "memory-mb", 0, UINT32_MAX, what).value_or(0)} << 20U;
    }
    old_counts_[vdu->name] = reader_.count(value, "count", 1, kMaxOsmInstances, what).value_or(1);
    const auto name = vdu->name;
    for (const auto* interface : reader_.entries(value, "interface")) read_interface(*interface, name, what);
  }

  void read_interface(const Value& interface, const std::string& vdu, const std::string& what) {
    VnfModel::ConnectionPoint point{
        .vdu = vdu, .order = reader_.count(interface, "position", 0, UINT16_MAX, what), .at = interface.at()};
    if (const auto* out = reader_.text(interface, "external-connection-point-ref")) {
      if (!old_points_.contains(out->text)) {
        problems_.add(out->at(), "an interface of {} is connection point `{}`, which {} does not have{}", what,
                      out->text, what_, problems_.suggest(out->text, [&] {
                        return std::vector<std::string_view>{vnfd_.external.begin(), vnfd_.external.end()};
                      }));
        return;
      }
      auto& taken = old_points_[out->text];
      if (taken || vdus_.contains(out->text)) {
        problems_.add(out->at(), "connection point `{}` is {}, expected one interface and a name of its own", out->text,
                      taken ? "that of two interfaces" : "called like a VDU");
        return;
      }
      taken = true;
      point.name = out->text;
      point.external = {out->text};
    } else if (const auto* in = reader_.text(interface, "internal-connection-point-ref")) {
      point.name = in->text;
      const auto link = old_links_.find(in->text);
      if (link != old_links_.end()) point.link = link->second;
    } else {
      problems_.add(interface.at(),
                    "an interface of {} has no connection point, expected `external-connection-point-ref` or "
                    "`internal-connection-point-ref`",
                    what);
      return;
    }
    vnfd_.model.points.push_back(std::move(point));
  }

  void read_old_scaling(const Value& value) {
    constexpr std::uint32_t kOldMaxInstances = 10;  // what OSM takes where nothing is said
    auto& scaling = vnfd_.flavours.emplace_back().scaling;
    vnfd_.flavours.back().id = "default";
    for (const auto& [vdu, count] : old_counts_) scaling.initial[vdu] = count;
    const auto groups = reader_.entries(value, "scaling-group-descriptor");
    if (groups.size() > kMaxOsmAspects) {
      problems_.add(value.at(), "{} has {} scaling groups, expected at most {}", what_, groups.size(), kMaxOsmAspects);
      return;
    }
    for (const auto* group : groups) {
      const auto* name = reader_.id(*group, fmt::format("a scaling group of {}", what_), "name");
      if (name == nullptr) continue;
      const auto what = fmt::format("scaling group `{}`", name->text);
      const auto most = reader_.count(*group, "max-instance-count", 1, kMaxOsmScaleLevel, what);
      ServiceRequest::ScalingAspect aspect{.name = name->text, .max_level = most.value_or(kOldMaxInstances)};
      for (const auto* one : reader_.entries(*group, "vdu")) {
        const auto* vdu = vdu_of(*one, "vdu-id-ref", what);
        if (vdu == nullptr) continue;
        steps_ += aspect.max_level;
        if (steps_ > kMaxOsmSteps) {
          problems_.add(group->at(), "too many scaling steps in {}, expected at most {}", what_, kMaxOsmSteps);
          return;
        }
        const auto count = reader_.count(*one, "count", 1, kMaxOsmInstances, what).value_or(1);
        aspect.node_deltas[vdu->text].assign(aspect.max_level, count);
      }
      report_.map(group->at(), what, fmt::format("scaling aspect of {} steps", aspect.max_level));
      scaling.aspects.push_back(std::move(aspect));
    }
  }

  static std::string_view name_in(const std::string& name) { return name; }
  template <typename Pair>
  static std::string_view name_in(const Pair& pair) {
    return pair.first;
  }
  template <typename Map>
  static std::vector<std::string_view> names_of(const Map& map) {
    std::vector<std::string_view> names;
    for (const auto& one : map) names.push_back(name_in(one));
    return names;
  }

  const OsmDescriptor& descriptor_;
  OsmReader reader_;
  Report& report_;
  Problems& problems_;
  OsmVnfd vnfd_;
  std::string what_, what_flavour_;  ///< the VNFD, a flavour of it; for messages
  std::set<std::string> vdus_, links_;
  std::map<std::string, const Value*> images_, computes_;
  std::map<std::pair<std::string, std::string>, std::size_t> points_;  ///< by VDU and int-cpd
  std::map<std::string, Profile> profiles_;                            ///< of a flavour, by VDU
  std::map<std::string, bool> old_points_;                             ///< whether an interface is it
  std::map<std::string, std::string> old_links_;                       ///< internal connection point -> link
  std::map<std::string, std::uint32_t> old_counts_;                    ///< of VDUs
  std::size_t steps_ = 0;
};

}  // namespace

OsmVnfd read_osm_vnfd(const OsmDescriptor& descriptor, Report& report) {
  return OsmVnfdReader{descriptor, report}.read();
}

}  // namespace unf::tosca
