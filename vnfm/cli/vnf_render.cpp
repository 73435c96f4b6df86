#include "vnfm/cli/vnf_render.h"

#include "vnfm/cli/table.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

/// The name that a Thrift enum has for a value.
template <typename Enum>
std::string name_of(const std::map<int, const char*>& names, Enum value) {
  const auto at = names.find(static_cast<int>(value));
  return at == names.end() ? std::to_string(static_cast<int>(value)) : at->second;
}

std::string state_of(const wire::PackageInfo& package) {
  return name_of(wire::_OnboardingState_VALUES_TO_NAMES, package.state);
}
std::string state_of(const wire::OperationInfo& operation) {
  return name_of(wire::_OperationState_VALUES_TO_NAMES, operation.state);
}
std::string type_of(const wire::OperationInfo& operation) {
  return name_of(wire::_OperationType_VALUES_TO_NAMES, operation.type);
}

json parsed(const wire::Json& text) {
  auto read = json::parse(text, nullptr, false);
  return read.is_discarded() ? json(text) : read;
}

std::string yes_no(bool holds) { return holds ? "yes" : "no"; }

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

}  // namespace

json to_json(const wire::PackageInfo& package) {
  return {{"id", package.id},
          {"state", state_of(package)},
          {"enabled", package.enabled},
          {"in_use", package.in_use},
          {"failure", package.failure},
          {"vnfd_id", package.vnfd_id},
          {"provider", package.provider},
          {"product", package.product},
          {"software_version", package.software_version},
          {"vnfd_version", package.vnfd_version},
          {"user_data", parsed(package.user_data)}};
}

json to_json(const wire::InstanceInfo& instance) {
  return {{"id", instance.id},
          {"name", instance.name},
          {"description", instance.description},
          {"vnfd_id", instance.vnfd_id},
          {"instantiated", instance.instantiated},
          {"flavour", instance.flavour},
          {"level", instance.level},
          {"scale", instance.scale},
          {"stopped", instance.stopped},
          {"networks", instance.networks},
          {"configuration", parsed(instance.configuration)},
          {"operation", instance.operation},
          {"revision", instance.revision}};
}

json to_json(const wire::OperationInfo& operation) {
  return {{"id", operation.id},
          {"instance", operation.instance},
          {"type", type_of(operation)},
          {"state", state_of(operation)},
          {"started", operation.started},
          {"entered", operation.entered},
          {"automatic", operation.automatic},
          {"cancel_pending", operation.cancel_pending},
          {"error", operation.error},
          {"parameters", parsed(operation.parameters)}};
}

std::string table_of(const std::vector<wire::PackageInfo>& packages) {
  Table table{{"package", "state", "enabled", "in use", "VNFD", "product", "version"}};
  for (const auto& package : packages) {
    table.add({package.id, state_of(package), yes_no(package.enabled), yes_no(package.in_use), package.vnfd_id,
               package.product, package.vnfd_version});
  }
  return table.text();
}

std::string table_of(const std::vector<wire::InstanceInfo>& instances) {
  Table table{{"instance", "name", "VNFD", "instantiated", "flavour", "level", "operation"}};
  for (const auto& instance : instances) {
    table.add({instance.id, instance.name, instance.vnfd_id, yes_no(instance.instantiated), instance.flavour,
               instance.level, instance.operation});
  }
  return table.text();
}

std::string table_of(const std::vector<wire::OperationInfo>& operations) {
  Table table{{"operation", "instance", "type", "state", "started", "error"}};
  for (const auto& operation : operations) {
    table.add({operation.id, operation.instance, type_of(operation), state_of(operation), operation.started,
               operation.error});
  }
  return table.text();
}

std::string attributes_of(const json& shown) {
  Table table{{"attribute", "value"}};
  for (const auto& [name, value] : shown.items()) table.add({name, text_of(value)});
  return table.text();
}

}  // namespace unf::vnfm
