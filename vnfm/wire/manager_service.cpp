#include "vnfm/wire/manager_service.h"

#include <fstream>

#include "Manager.h"
#include "agent/wire/errc.h"
#include "vnfm/wire/events.h"
#include "vnfm/wire/to_wire.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestWait{60'000};
constexpr milliseconds kWaitAtATime{200};  // then whether the server still serves
constexpr std::int32_t kLongestList = 1'000;

[[noreturn]] void refuse(const Error& error) {
  wire::Refused refused;
  refused.code = agent::to_string(error.code);
  refused.message = error.message;
  throw refused;
}

[[noreturn]] void deny(const std::string& message) {
  wire::Denied denied;
  denied.message = message;
  throw denied;
}

template <typename T>
T value_or_refuse(Result<T> result) {
  if (!result) refuse(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

template <typename Record>
auto to_wire_all(const std::vector<Record>& records) {
  std::vector<decltype(to_wire(records.front()))> all;
  for (const auto& record : records) all.push_back(to_wire(record));
  return all;
}

std::size_t limit_of(std::int32_t limit) {
  if (limit < 1 || limit > kLongestList) {
    refuse({Errc::malformed, fmt::format("limit: is {}, expected 1 to {}", limit, kLongestList)});
  }
  return static_cast<std::size_t>(limit);
}

/// Bytes behind those that are in `file` already; a file that is begun anew, if `offset` is 0.
Result<void> append(const std::filesystem::path& file, std::int64_t offset, const std::string& data,
                    std::uint64_t most) {
  std::error_code error;
  const auto size = offset == 0 ? 0 : std::filesystem::file_size(file, error);
  if (error || offset < 0 || static_cast<std::uint64_t>(offset) != size) {
    return fail(Errc::conflict, "offset: is {}, expected {}, or 0 to begin anew", offset, error ? 0 : size);
  }
  if (data.size() > most - std::min<std::uint64_t>(size, most)) {
    return fail(Errc::no_capacity, "the package is larger than {} bytes", most);
  }
  std::ofstream out{file, std::ios::binary | (offset == 0 ? std::ios::trunc : std::ios::app)};
  if (!out.write(data.data(), std::ssize(data)).flush()) {
    return fail(Errc::unavailable, "{}: cannot be written", file.string());
  }
  return {};
}

/// Who calls over a connection, and what he may do.
class Gate {
 public:
  Gate(std::shared_ptr<const ManagerAccess> access, std::shared_ptr<spdlog::logger> audit,
       std::shared_ptr<const agent::Peer> peer)
      : access_(std::move(access)), audit_(std::move(audit)), peer_(std::move(peer)) {}

  [[nodiscard]] const ManagerAccess& access() const { return *access_; }
  [[nodiscard]] const agent::Peer& peer() const { return *peer_; }

  /// Who calls. Throws Denied, if that is nobody, or may not do what takes `role`.
  Caller caller(Role role) const {
    const auto known = identify();
    if (known.role < role) {
      deny(fmt::format("{} may {}", known.name, known.role == Role::none ? "do nothing" : "only read"));
    }
    return known;
  }

  /// What `look(tenant)` finds.
  template <typename Look>
  auto read(Look look) const {
    return value_or_refuse(look(caller(Role::reader).tenant));
  }

  /// What comes of `act(tenant)`, which the audit log calls `what`.
  template <typename Act>
  auto change(const char* what, const std::string& of, Act act) const {
    const auto by = caller(Role::member);
    auto result = act(by.tenant);
    audit_->info("{} {} by {} of {} from {}: {}", what, of, by.name, by.tenant, peer_->address(),
                 result ? "done" : result.error().message);
    return value_or_refuse(std::move(result));
  }

 private:
  Caller identify() const {
    if (!access_->callers) return {.name = "anyone", .tenant = kDefaultTenant, .role = Role::admin};
    const auto names = peer_->certificate_names();
    for (const auto& known : *access_->callers) {
      if (std::ranges::find(names, known.certificate_name) != names.end()) return known.caller;
    }
    audit_->warn("a call from {} is refused: its certificate is of nobody: {}", peer_->address(),
                 fmt::join(names, ", "));
    return {.name = names.empty() ? "a caller without a certificate" : names.front()};
  }

  const std::shared_ptr<const ManagerAccess> access_;
  const std::shared_ptr<spdlog::logger> audit_;
  const std::shared_ptr<const agent::Peer> peer_;
};

/// Of one connection.
class ManagerService final : public wire::ManagerIf {
 public:
  ManagerService(Manager& manager, Gate gate)
      : manager_(manager),
        lifecycle_(manager.lifecycle()),
        packages_(manager.packages()),
        overview_(manager.overview()),
        gate_(std::move(gate)) {}

  // ---- whole services

  void deploy(wire::ServiceInfo& answer, const wire::Sources& sources, const wire::DeployOptions& options) override {
    tosca::FileSet files{.paths = sources.paths, .files = {sources.files.begin(), sources.files.end()}};
    const auto read = value_or_refuse(from_wire(options));
    const auto service = gate_.change("deploy", options.name, [&](const auto& tenant) {
      return lifecycle_.deploy(tenant, files, options.name, read);
    });
    for (const auto& entry : value_or_refuse(overview_.list(service.tenant))) {
      if (entry.id == service.id) answer = to_wire(entry);
    }
  }
  void services(std::vector<wire::ServiceInfo>& answer) override {
    answer = to_wire_all(gate_.read([&](const auto& tenant) { return overview_.list(tenant); }));
  }
  void show(std::string& answer, const std::string& id) override {
    answer = gate_.read([&](const auto& tenant) { return overview_.show(tenant, id); }).dump();
  }
  void terminate(const std::string& id) override {
    gate_.change("terminate", id, [&](const auto& tenant) { return overview_.terminate(tenant, id); });
  }

  // ---- VNF packages

  void create_package(wire::PackageInfo& answer, const std::string& user_data) override {
    const auto data = value_or_refuse(object_of("user_data", user_data));
    answer =
        to_wire(gate_.change("create package", "", [&](const auto& tenant) { return packages_.create(tenant, data); }));
  }
  void upload(const std::string& id, std::int64_t offset, const std::string& data) override {
    gate_.change("upload package", id, [&](const auto& tenant) {
      return packages_.find(tenant, id).and_then([&](const Package&) {
        return append(uploaded(id), offset, data, gate_.access().max_package);
      });
    });
  }
  void onboard(wire::PackageInfo& answer, const std::string& id, std::int64_t size, std::int32_t wait_ms) override {
    const auto tenant = gate_.change("onboard package", id, [&](const auto& its_tenant) {
      return take_uploaded(its_tenant, id, size).map([&] { return its_tenant; });
    });
    auto package = packages_.find(tenant, id);
    wait_until(wait_ms, [&](milliseconds patience) {
      package = packages_.wait_for(tenant, id, patience);
      return !package || package->is("onboardingState", "ONBOARDED") || package->is("onboardingState", "CREATED");
    });
    answer = to_wire(value_or_refuse(std::move(package)));
  }
  void packages(std::vector<wire::PackageInfo>& answer, const std::string& after, std::int32_t limit) override {
    answer =
        to_wire_all(gate_.read([&](const auto& tenant) { return packages_.list(tenant, after, limit_of(limit)); }));
  }
  void show_package(wire::PackageInfo& answer, const std::string& id) override {
    answer = to_wire(gate_.read([&](const auto& tenant) { return packages_.find(tenant, id); }));
  }
  void enable_package(wire::PackageInfo& answer, const std::string& id, bool enabled) override {
    answer = to_wire(gate_.change(enabled ? "enable package" : "disable package", id, [&](const auto& tenant) {
      return packages_.find(tenant, id)
          .and_then([&](const Package& package) {
            return packages_.modify(tenant, package, {{"operationalState", enabled ? "ENABLED" : "DISABLED"}});
          })
          .and_then([&](const json&) { return packages_.find(tenant, id); });
    }));
  }
  void delete_package(const std::string& id) override {
    gate_.change("delete package", id, [&](const auto& tenant) {
      return packages_.find(tenant, id).and_then([&](const Package& package) {
        return packages_.remove(tenant, package);
      });
    });
    std::error_code error;
    std::filesystem::remove(uploaded(id), error);
  }

  // ---- VNF instances

  void create_instance(wire::InstanceInfo& answer, const std::string& vnfd_id, const std::string& name,
                       const std::string& description) override {
    const json info{{"vnfInstanceName", name}, {"vnfInstanceDescription", description}};
    answer = to_wire(gate_.change("create instance of", vnfd_id,
                                  [&](const auto& tenant) { return lifecycle_.create(tenant, vnfd_id, info); }));
  }
  void instances(std::vector<wire::InstanceInfo>& answer, const std::string& after, std::int32_t limit) override {
    const auto most = limit_of(limit);
    auto behind = after;
    while (answer.size() < most) {
      const auto services = gate_.read([&](const auto& tenant) { return lifecycle_.list(tenant, behind, most); });
      for (const auto& service : services) {
        if (service.is_vnf() && answer.size() < most) answer.push_back(to_wire(service));
      }
      if (services.size() < most) return;
      behind = services.back().id;
    }
  }
  void show_instance(wire::InstanceInfo& answer, const std::string& id) override {
    answer = to_wire(gate_.read([&](const auto& tenant) { return find_instance(tenant, id); }));
  }
  void delete_instance(const std::string& id) override {
    gate_.change("delete instance", id, [&](const auto& tenant) {
      return find_instance(tenant, id).and_then([&](const Service& service) { return lifecycle_.remove(service); });
    });
  }

  // ---- operations

  void instantiate(wire::OperationInfo& answer, const std::string& id, const wire::Instantiation& how) override {
    answer = begin(id, OperationKind::instantiate, instantiation_parameters(how));
  }
  void scale(wire::OperationInfo& answer, const std::string& id, const std::string& aspect,
             std::int32_t steps) override {
    answer = begin(id, OperationKind::scale, scale_parameters(aspect, steps));
  }
  void scale_to_level(wire::OperationInfo& answer, const std::string& id, const std::string& level,
                      const std::map<std::string, std::int32_t>& scale) override {
    answer = begin(id, OperationKind::scale_to_level, level_parameters(level, scale));
  }
  void change_flavour(wire::OperationInfo& answer, const std::string& id, const wire::Instantiation& how) override {
    answer = begin(id, OperationKind::change_flavour, flavour_parameters(how));
  }
  void heal(wire::OperationInfo& answer, const std::string& id, const std::string& cause) override {
    answer = begin(id, OperationKind::heal, cause.empty() ? json::object() : json{{"cause", cause}});
  }
  void operate(wire::OperationInfo& answer, const std::string& id, bool stop) override {
    answer = begin(id, OperationKind::operate, json{{"changeStateTo", stop ? "STOPPED" : "STARTED"}});
  }
  void connect(wire::OperationInfo& answer, const std::string& id,
               const std::map<std::string, std::string>& networks) override {
    answer = begin(id, OperationKind::change_ext_conn, json{{"extVirtualLinks", external_links(networks)}});
  }
  void configure(wire::OperationInfo& answer, const std::string& id, const std::string& configuration) override {
    answer =
        begin(id, OperationKind::modify_info, object_of("configuration", configuration).map([](const json& changes) {
          return json{{"vnfConfigurableProperties", changes}};
        }));
  }
  void change_package(wire::OperationInfo& answer, const std::string& id, const std::string& vnfd_id) override {
    answer = begin(id, OperationKind::change_vnfpkg, json{{"vnfdId", vnfd_id}});
  }
  void begin_termination(wire::OperationInfo& answer, const std::string& id) override {
    answer = begin(id, OperationKind::terminate, json{{"terminationType", "FORCEFUL"}});
  }

  void operations(std::vector<wire::OperationInfo>& answer, const std::string& after, std::int32_t limit) override {
    answer = to_wire_all(
        gate_.read([&](const auto& tenant) { return lifecycle_.list_operations(tenant, after, limit_of(limit)); }));
  }
  void show_operation(wire::OperationInfo& answer, const std::string& id) override {
    answer = to_wire(gate_.read([&](const auto& tenant) { return lifecycle_.find_operation(tenant, id); }));
  }
  void wait_operation(wire::OperationInfo& answer, const std::string& id, std::int32_t wait_ms) override {
    const auto tenant = gate_.caller(Role::reader).tenant;
    auto operation = lifecycle_.find_operation(tenant, id);
    wait_until(wait_ms, [&](milliseconds patience) {
      operation = lifecycle_.wait(tenant, id, patience);
      return !operation || operation->rests();
    });
    answer = to_wire(value_or_refuse(std::move(operation)));
  }
  void retry_operation(wire::OperationInfo& answer, const std::string& id) override {
    answer =
        to_wire(gate_.change("retry operation", id, [&](const auto& tenant) { return lifecycle_.retry(tenant, id); }));
  }
  void roll_back_operation(wire::OperationInfo& answer, const std::string& id) override {
    answer = to_wire(
        gate_.change("roll back operation", id, [&](const auto& tenant) { return lifecycle_.roll_back(tenant, id); }));
  }
  void fail_operation(wire::OperationInfo& answer, const std::string& id) override {
    answer =
        to_wire(gate_.change("fail operation", id, [&](const auto& tenant) { return lifecycle_.give_up(tenant, id); }));
  }
  void cancel_operation(wire::OperationInfo& answer, const std::string& id, bool forceful) override {
    answer = to_wire(gate_.change("cancel operation", id, [&](const auto& tenant) {
      return lifecycle_.cancel(tenant, id, forceful ? "FORCEFUL" : "GRACEFUL");
    }));
  }

  void events(wire::Events& answer, std::int64_t since, std::int32_t wait_ms) override {
    const auto tenant = gate_.caller(Role::reader).tenant;
    const bool asks_for_cursor = since == 0;
    Result<wire::Events> found;
    wait_until(wait_ms, [&](milliseconds patience) {
      found = events_since(manager_.store()->store(), tenant, since, patience);
      if (found) since = found->cursor;
      return !found || asks_for_cursor || !found->events.empty();
    });
    answer = value_or_refuse(std::move(found));
  }

 private:
  wire::OperationInfo begin(const std::string& id, OperationKind kind, Result<json> parameters) const {
    const auto given = value_or_refuse(std::move(parameters));
    return to_wire(gate_.change(to_string(kind), id, [&](const auto& tenant) {
      return lifecycle_.find(tenant, id).and_then([&](const Service& service) {
        return lifecycle_.begin(service, kind, given);
      });
    }));
  }

  Result<Service> find_instance(const std::string& tenant, const std::string& id) const {
    auto service = lifecycle_.find(tenant, id);
    if (service && !service->is_vnf()) return fail(Errc::not_found, "VNF instance {}: there is none", id);
    return service;
  }

  /// Where what is uploaded of a package is gathered.
  std::filesystem::path uploaded(const std::string& id) const { return packages_.incoming() / ("thrift-" + id); }

  Result<void> take_uploaded(const std::string& tenant, const std::string& id, std::int64_t size) const {
    if (auto package = packages_.find(tenant, id); !package) return fail(package.error());
    std::error_code error;
    const auto there = std::filesystem::file_size(uploaded(id), error);
    if (error || static_cast<std::uint64_t>(size) != there) {
      return fail(Errc::conflict, "size: is {}, but {} bytes were uploaded", size, error ? 0 : there);
    }
    return packages_.upload(tenant, id, uploaded(id));
  }

  /// Calls `attempt(patience)` until it holds, time is up, or the server ends.
  template <typename Attempt>
  void wait_until(std::int32_t wait_ms, Attempt attempt) const {
    const auto deadline =
        std::chrono::steady_clock::now() + std::clamp(milliseconds{wait_ms}, milliseconds{0}, kLongestWait);
    while (true) {
      const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
      if (attempt(std::clamp(left, milliseconds{0}, kWaitAtATime))) return;
      if (left <= milliseconds{0} || !gate_.peer().is_served()) return;
    }
  }

  Manager& manager_;
  Lifecycle& lifecycle_;
  Packages& packages_;
  Overview& overview_;
  const Gate gate_;
};

}  // namespace

agent::ProcessorOf make_manager_service(Manager& manager, ManagerAccess access, std::shared_ptr<spdlog::logger> audit) {
  return [&manager, access = std::make_shared<const ManagerAccess>(std::move(access)),
          audit = std::move(audit)](std::shared_ptr<const agent::Peer> peer) {
    return std::make_shared<wire::ManagerProcessor>(
        std::make_shared<ManagerService>(manager, Gate{access, audit, std::move(peer)}));
  };
}

}  // namespace unf::vnfm
