#include "vnfm/wire/to_wire.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

static_assert(static_cast<int>(OperationKind::change_vnfpkg) == wire::OperationType::change_vnfpkg);
static_assert(static_cast<int>(Overview::State::terminating) == wire::ServiceState::terminating);
static_assert(static_cast<int>(OperationState::rolled_back) == wire::OperationState::rolled_back);

wire::OnboardingState::type state_of(const Package& package) {
  using State = wire::OnboardingState;
  if (package.is("onboardingState", "ONBOARDED")) return State::onboarded;
  if (package.is("onboardingState", "PROCESSING")) return State::processing;
  if (package.is("onboardingState", "UPLOADING")) return State::uploading;
  return package.info.contains("onboardingFailureDetails") ? State::failed : State::created;
}

Result<json> default_action(const std::string& action) {
  if (action == "drop" || action == "bridge") return json{{"default", action}};
  return fail(Errc::malformed, "default_action: is {}, expected drop or bridge", action);
}

}  // namespace

wire::ServiceInfo to_wire(const Overview::Entry& service) {
  wire::ServiceInfo info;
  info.id = service.id;
  info.state = static_cast<wire::ServiceState::type>(service.state);
  info.detail = service.detail;
  info.host = service.host.get();
  info.generation = service.generation;
  info.unfs = static_cast<std::int32_t>(service.unfs);
  return info;
}

wire::PackageInfo to_wire(const Package& package) {
  const auto text = [&](const char* attribute) { return package.info.value(attribute, ""); };
  wire::PackageInfo info;
  info.id = package.id;
  info.state = state_of(package);
  info.enabled = package.is("operationalState", "ENABLED");
  info.in_use = package.is("usageState", "IN_USE");
  info.failure = package.info.value(json::json_pointer{"/onboardingFailureDetails/detail"}, "");
  info.vnfd_id = text("vnfdId");
  info.provider = text("vnfProvider");
  info.product = text("vnfProductName");
  info.software_version = text("vnfSoftwareVersion");
  info.vnfd_version = text("vnfdVersion");
  info.user_data = package.info.value("userDefinedData", json::object()).dump();
  return info;
}

wire::InstanceInfo to_wire(const Service& instance) {
  wire::InstanceInfo info;
  info.id = instance.id;
  info.name = instance.info.value("vnfInstanceName", "");
  info.description = instance.info.value("vnfInstanceDescription", "");
  info.vnfd_id = instance.info.value("vnfdId", "");
  info.instantiated = instance.desired.has_value();
  info.configuration = "{}";
  info.operation = instance.operation;
  info.revision = instance.revision;
  if (!instance.desired) return info;
  info.flavour = instance.desired->flavour;
  info.level = instance.desired->level;
  for (const auto& [aspect, level] : instance.desired->scale) info.scale[aspect] = static_cast<std::int32_t>(level);
  info.stopped = instance.desired->stopped;
  info.configuration = instance.desired->configuration.dump();
  for (const auto& link : instance.desired->links) {
    for (const auto& cp : link.value("extCps", json::array())) {
      info.networks[cp.value("cpdId", "")] = link.value("resourceId", "");
    }
  }
  return info;
}

wire::OperationInfo to_wire(const Operation& operation) {
  wire::OperationInfo info;
  info.id = operation.id;
  info.instance = operation.service;
  info.type = static_cast<wire::OperationType::type>(operation.kind);
  info.state = static_cast<wire::OperationState::type>(operation.state);
  info.started = operation.started;
  info.entered = operation.entered;
  info.automatic = operation.automatic;
  info.cancel_pending = !operation.cancel.empty() && !operation.ended();
  if (operation.error) info.error = operation.error->message;
  info.parameters = operation.parameters.dump();
  return info;
}

Result<graph::CompileOptions> from_wire(const wire::DeployOptions& options) {
  using Parallelize = graph::CompileOptions::Parallelize;
  const auto& parallelize = options.parallelize;
  if (parallelize != "on" && parallelize != "off" && parallelize != "auto") {
    return fail(Errc::malformed, "parallelize: is {}, expected on, off or auto", parallelize);
  }
  return default_action(options.default_action).map([&](const json&) {
    graph::CompileOptions read;
    read.consolidate = options.consolidate;
    read.parallelize = parallelize == "on"    ? Parallelize::on
                       : parallelize == "off" ? Parallelize::off
                                              : Parallelize::automatic;
    read.default_action = options.default_action == "bridge" ? Plan::Default::bridge : Plan::Default::drop;
    return read;
  });
}

Result<json> object_of(const std::string& name, const wire::Json& text) {
  auto read = json::parse(text, nullptr, false);
  if (!read.is_object()) return fail(Errc::malformed, "{}: expected a JSON object", name);
  return read;
}

Result<json> instantiation_parameters(const wire::Instantiation& instantiation) {
  const auto configuration = object_of("configuration", instantiation.configuration);
  if (!configuration) return fail(configuration.error());
  auto action = default_action(instantiation.default_action);
  if (!action) return fail(action.error());
  json parameters{{"flavourId", instantiation.flavour},
                  {"extVirtualLinks", external_links(instantiation.networks)},
                  {"vnfConfigurableProperties", *configuration},
                  {"additionalParams", *action}};
  if (instantiation.__isset.level) parameters["instantiationLevelId"] = instantiation.level;
  return parameters;
}

Result<json> flavour_parameters(const wire::Instantiation& instantiation) {
  return instantiation_parameters(instantiation).map([](json parameters) {
    parameters["newFlavourId"] = std::move(parameters["flavourId"]);
    parameters.erase("flavourId");
    return parameters;
  });
}

Result<json> scale_parameters(const std::string& aspect, std::int32_t steps) {
  if (steps == 0) return fail(Errc::malformed, "steps: is 0, expected how many to add, or to take away if negative");
  return json{{"type", steps > 0 ? "SCALE_OUT" : "SCALE_IN"},
              {"aspectId", aspect},
              {"numberOfSteps", std::abs(std::int64_t{steps})}};
}

json level_parameters(const std::string& level, const std::map<std::string, std::int32_t>& scale) {
  if (!level.empty()) return {{"instantiationLevelId", level}};
  auto levels = json::array();
  for (const auto& [aspect, at] : scale) levels.push_back({{"aspectId", aspect}, {"scaleLevel", at}});
  return {{"scaleInfo", std::move(levels)}};
}

json external_links(const std::map<std::string, std::string>& networks) {
  std::map<std::string, json> cps_of;
  for (const auto& [cpd, network] : networks) {
    cps_of.try_emplace(network, json::array()).first->second.push_back({{"cpdId", cpd}});
  }
  auto links = json::array();
  for (auto& [network, cps] : cps_of) {
    links.push_back({{"id", network}, {"resourceId", network}, {"extCps", std::move(cps)}});
  }
  return links;
}

}  // namespace unf::vnfm
