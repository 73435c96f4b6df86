#include "vnfm/wire/manager_service.h"

#include "Manager.h"
#include "agent/wire/errc.h"

namespace unf::vnfm {
namespace {

[[noreturn]] void refuse(const Error& error) {
  wire::Refused refused;
  refused.code = agent::to_string(error.code);
  refused.message = error.message;
  throw refused;
}

template <typename T>
T value_or_refuse(Result<T> result) {
  if (!result) refuse(result.error());
  return std::move(*result);
}

static_assert(static_cast<int>(Overview::State::terminating) == wire::ServiceState::terminating);

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

Result<graph::CompileOptions> from_wire(const wire::DeployOptions& options) {
  using Parallelize = graph::CompileOptions::Parallelize;
  const auto& parallelize = options.parallelize;
  if (parallelize != "on" && parallelize != "off" && parallelize != "auto") {
    return fail(Errc::malformed, "parallelize: is {}, expected on, off or auto", parallelize);
  }
  if (options.default_action != "drop" && options.default_action != "bridge") {
    return fail(Errc::malformed, "default: is {}, expected drop or bridge", options.default_action);
  }
  graph::CompileOptions read;
  read.consolidate = options.consolidate;
  read.parallelize = parallelize == "on"    ? Parallelize::on
                     : parallelize == "off" ? Parallelize::off
                                            : Parallelize::automatic;
  read.default_action = options.default_action == "bridge" ? Plan::Default::bridge : Plan::Default::drop;
  return read;
}

class ManagerService final : public wire::ManagerIf {
 public:
  explicit ManagerService(Manager& manager) : lifecycle_(manager.lifecycle()), overview_(manager.overview()) {}

  void deploy(wire::ServiceInfo& answer, const wire::Sources& sources, const wire::DeployOptions& options) override {
    tosca::FileSet files{.paths = sources.paths, .files = {sources.files.begin(), sources.files.end()}};
    const auto service =
        value_or_refuse(lifecycle_.deploy(kDefaultTenant, files, options.name, value_or_refuse(from_wire(options))));
    for (const auto& entry : value_or_refuse(overview_.list(kDefaultTenant))) {
      if (entry.id == service.id) answer = to_wire(entry);
    }
  }
  void services(std::vector<wire::ServiceInfo>& answer) override {
    for (const auto& service : value_or_refuse(overview_.list(kDefaultTenant))) answer.push_back(to_wire(service));
  }
  void show(std::string& answer, const std::string& id) override {
    answer = value_or_refuse(overview_.show(kDefaultTenant, id)).dump();
  }
  void terminate(const std::string& id) override {
    if (auto terminated = overview_.terminate(kDefaultTenant, id); !terminated) refuse(terminated.error());
  }

 private:
  Lifecycle& lifecycle_;
  Overview& overview_;
};

}  // namespace

std::shared_ptr<apache::thrift::TProcessor> make_manager_service(Manager& manager) {
  return std::make_shared<wire::ManagerProcessor>(std::make_shared<ManagerService>(manager));
}

}  // namespace unf::vnfm
