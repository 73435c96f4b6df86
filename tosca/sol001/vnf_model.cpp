#include "tosca/sol001/vnf_model.h"

#include <algorithm>
#include <cmath>

#include "tosca/sol001/functions.h"
#include "tosca/text/scalar.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kVirtualLinkPolicy = "tosca.policies.nfv.VirtualLink";

class VnfModelReader {
 public:
  VnfModelReader(Documents& documents, const Document& document) : documents_(documents), document_(document) {}

  VnfModel read() {
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr) continue;
      const auto base = node.type->base;
      if (node.type->is_foreign_vdu() && !node.type->micro_nf) read_vdu(node);
      if (base == base::vdu_cp || base == base::vnf_ext_cp) read_point(node);
      if (base == base::vnf_virtual_link) read_link(node);
      if (node.type->is_vnf()) read_hooks(node);
      if (!node.type->micro_nf) read_image(node);
    }
    for (const auto& image : model_.images) images_[image.id] = &image;
    for (auto& vdu : model_.vdus) name_images(vdu);
    read_external();
    for (const auto& policy : document_.policies) read_policy(policy);
    return std::move(model_);
  }

 private:
  /// A value under `map`, evaluated. nullptr: none, or not known yet.
  ValuePtr value_at(std::string_view self, const Value* map, std::string_view key) {
    const auto* member = map == nullptr ? nullptr : map->find_member(key);
    auto value = member == nullptr ? nullptr : evaluate(documents_, document_, self, member->value, Late::allowed);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  std::string text_at(std::string_view self, const Value* map, std::string_view key) {
    const auto value = value_at(self, map, key);
    return value != nullptr && value->is_scalar() ? value->text : std::string{};
  }
  std::uint64_t size_at(std::string_view self, const Value* map, std::string_view key, Unit unit = Unit::size) {
    constexpr double kMost = 1e18;
    const auto number = to_scalar(unit, text_at(self, map, key));
    return number && *number >= 0 && *number < kMost ? static_cast<std::uint64_t>(std::llround(*number)) : 0;
  }
  std::optional<std::uint32_t> count_at(std::string_view self, const Value* map, std::string_view key) {
    const auto number = to_unsigned(text_at(self, map, key));
    return number && *number <= UINT32_MAX ? std::optional{static_cast<std::uint32_t>(*number)} : std::nullopt;
  }
  static const Value* properties_of(const NodeTemplate& node) { return node.value->find("properties"); }

  void read_vdu(const NodeTemplate& node) {
    const auto* properties = properties_of(node);
    VnfModel::Vdu vdu{
        .name = node.name, .title = text_at(node.name, properties, "name"), .type = node.type->name, .at = node.at};
    const auto profile = value_at(node.name, properties, "vdu_profile");
    vdu.min_instances = count_at(node.name, profile.get(), "min_number_of_instances");
    vdu.max_instances = count_at(node.name, profile.get(), "max_number_of_instances");
    const auto* compute = node.value->find("capabilities", "virtual_compute");
    if (compute != nullptr) compute = compute->find("properties");
    const auto cpu = value_at(node.name, compute, "virtual_cpu");
    vdu.cpus = count_at(node.name, cpu.get(), "num_virtual_cpu").value_or(0);
    const auto memory = value_at(node.name, compute, "virtual_memory");
    vdu.memory = size_at(node.name, memory.get(), "virtual_mem_size");
    if (const auto wanted = value_at(node.name, compute, "requested_additional_capabilities")) {
      for (const auto& [key, capability] : wanted->members) {
        auto name = text_at(node.name, capability.get(), "requested_additional_capability_name");
        if (!name.empty()) vdu.capabilities.push_back(std::move(name));
      }
    }
    model_.vdus.push_back(std::move(vdu));
  }

  void read_point(const NodeTemplate& node) {
    const auto* properties = properties_of(node);
    VnfModel::ConnectionPoint point{.name = node.name,
                                    .order = count_at(node.name, properties, "order"),
                                    .role = text_at(node.name, properties, "role"),
                                    .vnic_type = text_at(node.name, properties, "vnic_type"),
                                    .at = node.at};
    for (const auto& requirement : node.requirements) {
      if (requirement.name == "virtual_binding") point.vdu = requirement.target;
      if (requirement.name == "virtual_link" || requirement.name == "internal_virtual_link")
        point.link = requirement.target;
    }
    model_.points.push_back(std::move(point));
  }

  LinkBitrate bitrate_of(std::string_view self, const Value* map, std::string_view key) {
    const auto value = value_at(self, map, key);
    return {size_at(self, value.get(), "root", Unit::bitrate), size_at(self, value.get(), "leaf", Unit::bitrate)};
  }

  void read_link(const NodeTemplate& node) {
    const auto connectivity = value_at(node.name, properties_of(node), "connectivity_type");
    const auto profile = value_at(node.name, properties_of(node), "vl_profile");
    VnfModel::VirtualLink link{.name = node.name,
                               .flow_pattern = text_at(node.name, connectivity.get(), "flow_pattern"),
                               .max = bitrate_of(node.name, profile.get(), "max_bitrate_requirements"),
                               .min = bitrate_of(node.name, profile.get(), "min_bitrate_requirements"),
                               .at = node.at};
    if (const auto protocols = value_at(node.name, connectivity.get(), "layer_protocols")) {
      for (const auto& protocol : protocols->items) link.layer_protocols.push_back(protocol->text);
    }
    model_.links.push_back(std::move(link));
  }

  /// sw_image_data, and what artifacts of type SwImage add.
  void read_image(const NodeTemplate& node) {
    const auto* properties = properties_of(node);
    const auto data = value_at(node.name, properties, "sw_image_data");
    const auto* artifacts = node.value->find("artifacts");
    const auto* file = static_cast<const Value*>(nullptr);
    const auto* said = data.get();
    std::string name_of_artifact;
    for (const auto& [key, artifact] : artifacts == nullptr ? std::vector<Value::Member>{} : artifacts->members) {
      const auto* type = artifact->find("type");
      const bool is_image =
          artifact->is_scalar() ? key->text == "sw_image" : type != nullptr && type->text.ends_with("SwImage");
      if (!is_image || file != nullptr) continue;
      file = artifact->is_scalar() ? artifact.get() : artifact->find("file");
      name_of_artifact = key->text;
      if (said == nullptr) said = artifact->find("properties");
    }
    if (said == nullptr && file == nullptr) return;
    const auto checksum = value_at(node.name, said, "checksum");
    SoftwareImage image{.id = node.name,
                        .name = text_at(node.name, said, "name"),
                        .version = text_at(node.name, said, "version"),
                        .provider = text_at(node.name, said, "provider"),
                        .container_format = text_at(node.name, said, "container_format"),
                        .disk_format = text_at(node.name, said, "disk_format"),
                        .checksum_algorithm = text_at(node.name, checksum.get(), "algorithm"),
                        .checksum = text_at(node.name, checksum.get(), "hash"),
                        .min_disk = size_at(node.name, said, "min_disk"),
                        .min_ram = size_at(node.name, said, "min_ram"),
                        .size = size_at(node.name, said, "size"),
                        .file = file != nullptr && file->is_scalar() ? file->text : "",
                        .at = node.at};
    if (image.name.empty()) image.name = name_of_artifact;
    model_.images.push_back(std::move(image));
  }

  /// Its own image's name and those of its storages.
  void name_images(VnfModel::Vdu& vdu) {
    const auto* node = document_.find_node(vdu.name);
    const auto take = [&](std::string_view id) {
      const auto image = images_.find(id);
      if (image != images_.end() && !image->second->name.empty()) vdu.images.push_back(image->second->name);
    };
    take(vdu.name);
    for (const auto& requirement : node->requirements) {
      if (requirement.name == "virtual_storage") take(requirement.target);
    }
  }

  void read_external() {
    std::map<std::string_view, VnfModel::ConnectionPoint*> points;
    for (auto& point : model_.points) points[point.name] = &point;
    for (const auto& mapped : mapped_requirements(document_, documents_.problems())) {
      const auto point = points.find(mapped.node->text);
      if (point != points.end()) point->second->external.push_back(mapped.port->text);
    }
  }

  /// Operations of Vnflcm and others that name an implementation, of the node template and of its types.
  void read_hooks(const NodeTemplate& node) {
    read_interfaces(node.value->find("interfaces"));
    for (const auto* definition : node.type->definitions) read_interfaces(definition->find("interfaces"));
  }

  void read_interfaces(const Value* interfaces) {
    if (interfaces == nullptr || !interfaces->is_map()) return;
    for (const auto& [key, interface] : interfaces->members) {
      const auto take = [&, name = key->text](const Value& operations) {
        for (const auto& [operation, said] : operations.members) {
          if (is_interface_key(operation->text)) continue;
          const auto* by = said->is_map() ? said->find("implementation") : said.get();
          if (by != nullptr && by->is_map() && by->find("primary") != nullptr) by = by->find("primary");
          if (by != nullptr && by->is_map() && by->find("file") != nullptr) by = by->find("file");
          if (by == nullptr || !by->is_scalar() || by->text.empty()) continue;
          model_.hooks.push_back({name, operation->text, by->text, operation->at()});
        }
      };
      take(*interface);
      if (const auto* operations = interface->find("operations"); operations != nullptr && operations->is_map())
        take(*operations);
    }
  }

  void read_policy(const Policy& policy) {
    if (policy.type == "tosca.policies.nfv.VnfIndicator") {
      model_.indicators.push_back({policy.name, text_at({}, policy.properties, "source"), policy.at});
    }
    if (!policy.type.starts_with(kVirtualLinkPolicy)) return;
    const auto kind = std::string_view{policy.type}.substr(kVirtualLinkPolicy.size());
    const auto each = [&](std::string_view key, const auto& take) {
      const auto levels = value_at({}, policy.properties, key);
      if (levels == nullptr) return;
      for (const auto& [level, value] : levels->members) {
        const auto bitrate = bitrate_of({}, value.get(), "bitrate_requirements");
        for (const auto& link : policy.targets) take(level->text, link, bitrate);
      }
    };
    if (kind == "InstantiationLevels") {
      each("levels",
           [&](const auto& level, const auto& link, const auto& rate) { model_.link_levels[level][link] = rate; });
    } else if (kind == "BitrateScalingAspectDeltas") {
      const auto aspect = text_at({}, policy.properties, "aspect");
      each("deltas", [&](const auto& delta, const auto& link, const auto& rate) {
        model_.link_deltas[aspect][delta][link] = rate;
      });
    }
  }

  Documents& documents_;
  const Document& document_;
  VnfModel model_;
  std::map<std::string_view, const SoftwareImage*> images_;  ///< by node template
};

}  // namespace

bool is_interface_key(std::string_view key) {
  return key == "type" || key == "inputs" || key == "operations" || key == "notifications" || key == "description" ||
         key == "derived_from" || key == "metadata" || key == "version";
}

VnfModel read_vnf_model(Documents& documents, const Document& document) {
  return VnfModelReader{documents, documents.read_topology(document)}.read();
}

}  // namespace unf::tosca
