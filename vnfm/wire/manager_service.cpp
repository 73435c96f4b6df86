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

static_assert(static_cast<int>(Manager::State::terminating) == wire::ServiceState::terminating);

wire::ServiceInfo to_wire(const Manager::Service& service) {
  wire::ServiceInfo info;
  info.id = service.id;
  info.state = static_cast<wire::ServiceState::type>(service.state);
  info.detail = service.detail;
  info.host = service.host.get();
  info.generation = service.generation;
  info.unfs = static_cast<std::int32_t>(service.unfs);
  return info;
}

Result<Manager::DeployOptions> from_wire(const wire::DeployOptions& options) {
  using Parallelize = graph::CompileOptions::Parallelize;
  const auto& parallelize = options.parallelize;
  if (parallelize != "on" && parallelize != "off" && parallelize != "auto") {
    return fail(Errc::malformed, "parallelize: is {}, expected on, off or auto", parallelize);
  }
  if (options.default_action != "drop" && options.default_action != "bridge") {
    return fail(Errc::malformed, "default: is {}, expected drop or bridge", options.default_action);
  }
  Manager::DeployOptions read;
  if (options.__isset.name) read.name = options.name;
  read.compile.consolidate = options.consolidate;
  read.compile.parallelize = parallelize == "on"    ? Parallelize::on
                             : parallelize == "off" ? Parallelize::off
                                                    : Parallelize::automatic;
  read.compile.default_action = options.default_action == "bridge" ? Plan::Default::bridge : Plan::Default::drop;
  return read;
}

class ManagerService final : public wire::ManagerIf {
 public:
  explicit ManagerService(Manager& manager) : manager_(manager) {}

  void deploy(wire::ServiceInfo& answer, const wire::Sources& sources, const wire::DeployOptions& options) override {
    tosca::FileSet files{.paths = sources.paths, .files = {sources.files.begin(), sources.files.end()}};
    answer = to_wire(value_or_refuse(manager_.deploy(files, value_or_refuse(from_wire(options)))));
  }
  void services(std::vector<wire::ServiceInfo>& answer) override {
    for (const auto& service : manager_.list()) answer.push_back(to_wire(service));
  }
  void show(std::string& answer, const std::string& id) override { answer = value_or_refuse(manager_.show(id)).dump(); }
  void terminate(const std::string& id) override {
    if (auto terminated = manager_.terminate(id); !terminated) refuse(terminated.error());
  }

 private:
  Manager& manager_;
};

}  // namespace

std::shared_ptr<apache::thrift::TProcessor> make_manager_service(Manager& manager) {
  return std::make_shared<wire::ManagerProcessor>(std::make_shared<ManagerService>(manager));
}

}  // namespace unf::vnfm
