#include "vnfm/lifecycle/goal.h"

#include <algorithm>
#include <cassert>

#include "vnfm/lifecycle/assembly.h"
#include "vnfm/lifecycle/links.h"
#include "vnfm/lifecycle/vim_connections.h"
#include "vnfm/lifecycle/vnfcs.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

using Aspect = ServiceRequest::ScalingAspect;
using Vnf = ServiceRequest::Vnf;

template <typename Range, typename Name>
std::string names(const Range& range, Name name) {
  std::vector<std::string> list;
  for (const auto& each : range) list.push_back(name(each));
  return list.empty() ? "none" : fmt::format("one of: {}", fmt::join(list, ", "));
}

/// Where an aspect is without scaling: at the level of the instantiation level.
std::uint32_t initial_level(const Vnf& vnf, const std::string& aspect) {
  const auto level = vnf.levels.find(vnf.level);
  if (level == vnf.levels.end()) return 0;
  const auto at = level->second.find(aspect);
  return at == level->second.end() ? 0 : at->second;
}

Result<std::uint32_t> check_level(const Vnf& vnf, const std::string& aspect, std::int64_t level) {
  const auto at = std::ranges::find(vnf.aspects, aspect, &Aspect::name);
  if (at == vnf.aspects.end()) {
    return fail(Errc::malformed, "aspectId: {}: the VNF has no such scaling aspect, expected {}", aspect,
                names(vnf.aspects, [](const auto& each) { return each.name; }));
  }
  if (level < 0 || level > at->max_level) {
    return fail(Errc::conflict, "aspectId: {}: would be at scale level {}, expected 0 to {}", aspect, level,
                at->max_level);
  }
  return static_cast<std::uint32_t>(level);
}

/// Puts `desired` at an instantiation level; at the default one, if `level` is empty.
Result<void> set_level(const Vnf& vnf, const std::string& level, Desired& desired) {
  desired.level = level.empty() ? vnf.level : level;
  desired.scale.clear();
  for (const auto& aspect : vnf.aspects) desired.scale[aspect.name] = 0;
  if (desired.level.empty()) return {};
  const auto at = vnf.levels.find(desired.level);
  if (at == vnf.levels.end()) {
    return fail(Errc::malformed, "instantiationLevelId: {}: there is none, expected {}", desired.level,
                names(vnf.levels, [](const auto& each) { return each.first; }));
  }
  for (const auto& [aspect, scale] : at->second) desired.scale[aspect] = scale;
  return {};
}

class Goals {
 public:
  Goals(const Service& service, const json& parameters, Packages& packages, Descriptors& descriptors)
      : service_(service), parameters_(parameters), packages_(packages), descriptors_(descriptors) {
    goal_.desired = service.desired;
  }

  Result<Goal> run(OperationKind kind) {
    if (auto done = make(kind); !done) return fail(done.error());
    return std::move(goal_);
  }

 private:
  Result<void> make(OperationKind kind) {
    switch (kind) {
      case OperationKind::instantiate:
        return instantiate();
      case OperationKind::scale:
        return scale();
      case OperationKind::scale_to_level:
        return scale_to_level();
      case OperationKind::change_flavour:
        return change_flavour();
      case OperationKind::terminate:
        return terminate();
      case OperationKind::heal:
        return heal();
      case OperationKind::operate:
        return operate();
      case OperationKind::change_ext_conn:
        return change_ext_conn();
      case OperationKind::modify_info:
        return modify_info();
      case OperationKind::change_vnfpkg:
        return change_package();
    }
    assert(false && "a kind without a goal");
    return {};
  }

  std::string text(const char* name) const { return parameters_.value(name, ""); }

  /// The VNF of what is desired now.
  Result<Vnf> described() {
    return descriptors_.of(service_.tenant, *goal_.desired).map([](const auto& request) {
      return request->vnfs.front();
    });
  }

  Result<void> set_flavour(const std::string& flavour, const char* attribute) {
    goal_.desired->flavour = flavour;
    auto vnf = described();
    if (!vnf && vnf.error().code == Errc::not_found) {
      return fail(Errc::malformed, "{}: {}", attribute, vnf.error().message);
    }
    if (!vnf) return fail(vnf.error());
    return set_level(*vnf, text("instantiationLevelId"), *goal_.desired);
  }

  void set_links() {
    if (parameters_.contains("extVirtualLinks")) relink(goal_.desired->links, parameters_["extVirtualLinks"]);
    if (parameters_.contains("extManagedVirtualLinks")) {
      goal_.desired->managed_links = parameters_["extManagedVirtualLinks"];
    }
  }

  /// Attributes of the instance that a request may bring along.
  void set_info(std::initializer_list<const char*> names) {
    auto info = service_.info;
    for (const auto* name : names) {
      if (!parameters_.contains(name)) continue;
      auto change = parameters_[name];
      if (name == std::string_view{"vimConnectionInfo"}) change = connections_by_id(change);
      info[name].merge_patch(change);
    }
    if (info != service_.info) goal_.info = std::move(info);
    if (goal_.desired)
      goal_.desired->configuration = configuration_of(goal_.info.is_null() ? service_.info : goal_.info);
  }

  /// What the client may set of nodes, by name: extensions first, then vnfConfigurableProperties.
  static json configuration_of(const json& info) {
    auto configuration = json::object();
    for (const auto* name : {"extensions", "vnfConfigurableProperties"}) {
      if (info.contains(name)) configuration.merge_patch(info[name]);
    }
    return configuration;
  }

  Result<void> set_default_action() {
    const auto extra = parameters_.value("additionalParams", json::object());
    const auto action = extra.value("default", json("drop"));
    if (action != "drop" && action != "bridge") {
      return fail(Errc::malformed, "additionalParams.default: is {}, expected drop or bridge", action.dump());
    }
    goal_.desired->options.default_action = action == "bridge" ? Plan::Default::bridge : Plan::Default::drop;
    return {};
  }

  Result<void> instantiate() {
    auto package = packages_.find_vnfd(service_.tenant, service_.info["vnfdId"]);
    if (!package) return fail(package.error());
    goal_.desired = Desired{.package = package->id};
    if (auto done = set_flavour(text("flavourId"), "flavourId"); !done) return done;
    set_links();
    set_info({"vimConnectionInfo", "extensions", "vnfConfigurableProperties"});
    return set_default_action();
  }

  Result<void> scale() {
    const auto request = descriptors_.of(service_.tenant, *goal_.desired);
    if (!request) return fail(request.error());
    auto part = Result<PartOfVnf>{PartOfVnf{.name = text("aspectId")}};
    if (!service_.is_vnf()) part = find_aspect(**request, text("aspectId"));
    if (!part) return fail(Errc::malformed, "aspectId: {}", part.error().message);
    const auto& vnf = (*request)->vnfs[part->vnf];
    const auto key = service_.is_vnf() ? part->name : vnf.name + "/" + part->name;
    const auto steps = parameters_.value("numberOfSteps", std::int64_t{1});
    const auto now = goal_.desired->scale.find(key);
    const std::int64_t before = now == goal_.desired->scale.end() ? initial_level(vnf, part->name) : now->second;
    const auto level = check_level(vnf, part->name, text("type") == "SCALE_OUT" ? before + steps : before - steps);
    if (!level) return fail(level.error());
    goal_.desired->scale[key] = *level;
    return {};
  }

  Result<void> scale_to_level() {
    const auto vnf = described();
    if (!vnf) return fail(vnf.error());
    if (parameters_.contains("instantiationLevelId") == parameters_.contains("scaleInfo")) {
      return fail(Errc::malformed, "expected either instantiationLevelId or scaleInfo");
    }
    if (parameters_.contains("instantiationLevelId")) {
      return set_level(*vnf, text("instantiationLevelId"), *goal_.desired);
    }
    for (const auto& entry : parameters_["scaleInfo"]) {
      const auto level = check_level(*vnf, entry["aspectId"], entry["scaleLevel"]);
      if (!level) return fail(level.error());
      goal_.desired->scale[entry["aspectId"]] = *level;
    }
    return {};
  }

  Result<void> change_flavour() {
    if (auto done = set_flavour(text("newFlavourId"), "newFlavourId"); !done) return done;
    set_links();
    set_info({"vimConnectionInfo", "extensions", "vnfConfigurableProperties"});
    return {};
  }

  Result<void> terminate() {
    goal_.desired.reset();
    return {};
  }

  /// The desired state stays, and everything that runs of the VNF is replaced (docs/design/ownership.md), whichever
  /// VNFCs the request names.
  Result<void> heal() {
    const auto request = descriptors_.of(service_.tenant, *goal_.desired);
    if (!request) return fail(request.error());
    const auto vnfcs = vnfcs_of(service_.id, **request, *goal_.desired);
    for (const auto& id : parameters_.value("vnfcInstanceId", std::vector<std::string>{})) {
      if (std::ranges::find(vnfcs, id, &Vnfc::id) != vnfcs.end()) continue;
      return fail(Errc::malformed, "vnfcInstanceId: {}: the VNF has no such VNFC, expected {}", id,
                  names(vnfcs, [](const auto& vnfc) { return vnfc.id; }));
    }
    return {};
  }

  Result<void> operate() {
    const bool stop = text("changeStateTo") == "STOPPED";
    if (goal_.desired->stopped == stop) {
      return fail(Errc::conflict, "changeStateTo: the VNF is {} already", text("changeStateTo"));
    }
    goal_.desired->stopped = stop;
    return {};
  }

  Result<void> change_ext_conn() {
    set_links();
    set_info({"vimConnectionInfo"});
    return {};
  }

  Result<void> change_package() {
    if (auto done = adopt_package(); !done) return done;
    set_links();
    const auto info = std::move(goal_.info);
    set_info({"vimConnectionInfo", "extensions", "vnfConfigurableProperties"});
    if (goal_.info.is_null()) goal_.info = service_.info;
    goal_.info.update(info);
    return {};
  }

  /// Changes to the package of `vnfdId`, in the flavour and at the levels of now as far as it has them.
  Result<void> adopt_package() {
    auto package = usable_package(packages_, service_.tenant, text("vnfdId"));
    if (!package) return fail(package.error());
    goal_.info = vnfd_attributes(*package);
    if (!goal_.desired) return {};
    const auto scale = goal_.desired->scale;
    goal_.desired->package = package->id;
    if (auto done = set_flavour(goal_.desired->flavour, "vnfdId"); !done) return done;
    for (auto& [aspect, level] : goal_.desired->scale) {
      if (const auto before = scale.find(aspect); before != scale.end()) level = before->second;
    }
    return {};
  }

  Result<void> modify_info() {
    auto info = service_.info;
    if (parameters_.contains("vnfdId") && parameters_["vnfdId"] != info["vnfdId"]) {
      if (service_.desired)
        return fail(Errc::conflict, "vnfdId: can be changed of an instance that is NOT_INSTANTIATED");
      if (auto done = adopt_package(); !done) return done;
      info.update(goal_.info);
    }
    for (const auto* name : {"vnfInstanceName", "vnfInstanceDescription", "vnfConfigurableProperties", "metadata",
                             "extensions", "vimConnectionInfo"}) {
      const auto change = parameters_.find(name);
      if (change == parameters_.end()) continue;
      info[name].merge_patch(name == std::string_view{"vimConnectionInfo"} ? connections_by_id(*change) : *change);
    }
    const auto connections = info.value("vimConnectionInfo", json::object());
    for (const auto& [id, connection] : connections.items()) {
      if (!connection.contains("vimType")) {
        return fail(Errc::malformed, "vimConnectionInfo: {}: vimType is missing", id);
      }
    }
    goal_.info = info;
    goal_.changes_graph = false;
    if (!goal_.desired) return {};
    goal_.desired->configuration = configuration_of(info);
    goal_.changes_graph = goal_.desired->configuration != service_.desired->configuration;
    return {};
  }

  const Service& service_;
  const json& parameters_;
  Packages& packages_;
  Descriptors& descriptors_;
  Goal goal_;
};

}  // namespace

Result<Goal> goal_of(const Service& service, OperationKind kind, const json& parameters, Packages& packages,
                     Descriptors& descriptors) {
  return Goals{service, parameters, packages, descriptors}.run(kind);
}

Result<void> check_kind(const Service& service, OperationKind kind) {
  if (service.is_vnf() || traits_of(kind).on_whole_services) return {};
  return fail(Errc::unsupported, "service {}: is no VNF instance: it can be scaled, healed, updated and terminated",
              service.id);
}

bool may_begin(OperationKind kind, const Service& service) {
  const auto& traits = traits_of(kind);
  return service.desired ? traits.when_instantiated : traits.when_not_instantiated;
}

Result<void> check_state(const Service& service, OperationKind kind) {
  if (!service.operation.empty()) {
    return fail(Errc::conflict, "VNF instance {}: operation {} is not ended", service.id, service.operation);
  }
  if (may_begin(kind, service)) return {};
  return fail(Errc::conflict, "VNF instance {}: is {}", service.id,
              service.desired ? "INSTANTIATED, expected NOT_INSTANTIATED" : "NOT_INSTANTIATED, expected INSTANTIATED");
}

Result<Package> usable_package(Packages& packages, const std::string& tenant, const std::string& vnfd_id) {
  auto package = packages.obtain(tenant, vnfd_id);
  if (!package) {
    const auto code = package.error().code == Errc::unavailable ? Errc::unavailable : Errc::unsupported;
    return fail(code, "vnfdId: {}", package.error().message);
  }
  if (package->is("operationalState", "ENABLED")) return package;
  return fail(Errc::unsupported, "vnfdId: VNF package {} is DISABLED, expected ENABLED", package->id);
}

json vnfd_attributes(const Package& package) {
  json attributes = json::object();
  for (const auto* name : {"vnfdId", "vnfProvider", "vnfProductName", "vnfSoftwareVersion", "vnfdVersion"}) {
    attributes[name] = package.info.at(name);
  }
  return attributes;
}

}  // namespace unf::vnfm
