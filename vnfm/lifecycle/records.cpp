#include "vnfm/lifecycle/records.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <chrono>

#include "agent/wire/errc.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

using Parallelize = graph::CompileOptions::Parallelize;

// What reads a part of a record throws a std::exception, which ends in the function that reads the record.

OperationKind kind_from(const std::string& name) {
  if (const auto kind = operation_kind(name)) return *kind;
  throw std::out_of_range{fmt::format("type: is {}", name)};
}

OperationState state_from(const std::string& name) {
  if (const auto state = operation_state(name)) return *state;
  throw std::out_of_range{fmt::format("state: is {}", name)};
}

Parallelize parallelize_from(int stored) {
  constexpr std::array kAll{Parallelize::off, Parallelize::on, Parallelize::automatic};
  const auto at = std::ranges::find(kAll, static_cast<Parallelize>(stored));
  if (at == kAll.end()) throw std::out_of_range{fmt::format("parallelize: is {}", stored)};
  return *at;
}

std::map<std::string, std::uint32_t> scale_from(const json& stored) {
  std::map<std::string, std::uint32_t> scale;
  for (const auto& [aspect, level] : stored.get_ref<const json::object_t&>())
    scale[aspect] = whole<std::uint32_t>(level);
  return scale;
}

json to_json(const Desired& desired) {
  return {{"package", desired.package},
          {"flavour", desired.flavour},
          {"level", desired.level},
          {"scale", desired.scale},
          {"links", desired.links},
          {"managedLinks", desired.managed_links},
          {"zones", desired.zones},
          {"configuration", desired.configuration},
          {"stopped", desired.stopped},
          {"files", to_json(desired.files)},
          {"consolidate", desired.options.consolidate},
          {"parallelize", static_cast<int>(desired.options.parallelize)},
          {"bridge", desired.options.default_action == Plan::Default::bridge}};
}

std::optional<Desired> desired_from(const json& stored) {
  if (stored.is_null()) return std::nullopt;
  return Desired{.package = stored.at("package"),
                 .flavour = stored.at("flavour"),
                 .level = stored.at("level"),
                 .scale = scale_from(stored.at("scale")),
                 .links = stored.at("links"),
                 .managed_links = stored.at("managedLinks"),
                 .zones = stored.value("zones", std::map<std::string, std::string>{}),
                 .configuration = stored.at("configuration"),
                 .stopped = stored.at("stopped"),
                 .files = stored_text(stored.at("files")),
                 .options = {.consolidate = stored.at("consolidate"),
                             .parallelize = parallelize_from(whole<int>(stored.at("parallelize"))),
                             .default_action = stored.at("bridge") ? Plan::Default::bridge : Plan::Default::drop}};
}

json or_null(const std::optional<Desired>& desired) { return desired ? to_json(*desired) : json{}; }

std::optional<Error> error_from(const json& stored) {
  if (stored.is_null()) return std::nullopt;
  return Error{agent::errc(stored.at("code").get<std::string>()), stored.at("message")};
}

}  // namespace

bool operator==(const Desired& a, const Desired& b) { return to_json(a) == to_json(b); }

std::string service_key(const std::string& tenant, const std::string& id) {
  return fmt::format("{}{}/{}", kServices, tenant, id);
}
std::string active_key(const std::string& id) { return fmt::format("{}{}", kActive, id); }
std::string operation_key(const std::string& tenant, const std::string& id) {
  return fmt::format("{}{}/{}", kOperations, tenant, id);
}

json to_json(const StoredText& text) { return {{"name", text.name}, {"parts", text.parts}}; }

StoredText stored_text(const json& stored) { return {stored.at("name"), whole<std::size_t>(stored.at("parts"))}; }

Transaction::Put put_of(const Service& service) {
  const json stored{{"info", service.info},
                    {"desired", or_null(service.desired)},
                    {"operation", service.operation},
                    {"since", service.since}};
  return {service_key(service.tenant, service.id), stored.dump()};
}

Result<Service> read_service(const Entry& entry) try {
  const auto stored = json::parse(entry.value);
  auto [tenant, id] = tenant_and_id(entry.key, kServices);
  return Service{.tenant = std::move(tenant),
                 .id = std::move(id),
                 .info = stored.at("info").get<json::object_t>(),
                 .desired = desired_from(stored.at("desired")),
                 .operation = stored.at("operation"),
                 .since = whole<std::int64_t>(stored.at("since")),
                 .revision = entry.modified};
} catch (const std::exception& e) {
  return fail(Errc::malformed, "{}: its record cannot be read: {}", entry.key, e.what());
}

Transaction::Put put_of(const Operation& operation) {
  auto graphs = json::array();
  for (const auto& graph : operation.graphs) graphs.push_back(graph.get());
  const json stored{{"service", operation.service},
                    {"type", to_string(operation.kind)},
                    {"state", to_string(operation.state)},
                    {"started", operation.started},
                    {"entered", operation.entered},
                    {"automatic", operation.automatic},
                    {"parameters", operation.parameters},
                    {"info", operation.info},
                    {"target", or_null(operation.target)},
                    {"changesGraph", operation.changes_graph},
                    {"cancel", operation.cancel},
                    {"error", operation.error ? json{{"code", agent::to_string(operation.error->code)},
                                                     {"message", operation.error->message}}
                                              : json{}},
                    {"outcome", operation.outcome},
                    {"grant", operation.grant},
                    {"planned", operation.planned},
                    {"graphs", std::move(graphs)}};
  return {operation_key(operation.tenant, operation.id), stored.dump()};
}

Result<Operation> read_operation(const Entry& entry) try {
  const auto stored = json::parse(entry.value);
  auto [tenant, id] = tenant_and_id(entry.key, kOperations);
  Operation operation{.tenant = std::move(tenant),
                      .id = std::move(id),
                      .service = stored.at("service"),
                      .kind = kind_from(stored.at("type")),
                      .state = state_from(stored.at("state")),
                      .started = stored.at("started"),
                      .entered = stored.at("entered"),
                      .automatic = stored.at("automatic"),
                      .parameters = stored.at("parameters").get<json::object_t>(),
                      .info = stored.at("info"),
                      .target = desired_from(stored.at("target")),
                      .changes_graph = stored.at("changesGraph"),
                      .cancel = stored.at("cancel"),
                      .error = error_from(stored.at("error")),
                      .outcome = stored.at("outcome").get<json::object_t>(),
                      .grant = stored.at("grant").get<json::object_t>(),
                      .planned = stored.at("planned"),
                      .graphs = {},
                      .revision = entry.modified};
  for (const auto& graph : stored.at("graphs")) operation.graphs.emplace_back(graph.get<std::string>());
  return operation;
} catch (const std::exception& e) {
  return fail(Errc::malformed, "{}: its record cannot be read: {}", entry.key, e.what());
}

std::pair<std::string, std::string> tenant_and_id(const std::string& key, std::string_view prefix) {
  const auto slash = key.rfind('/');
  return {key.substr(prefix.size(), slash - prefix.size()), key.substr(slash + 1)};
}

std::string time_stamp() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto millis = now.time_since_epoch().count() % 1000;
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), millis);
}

std::string make_uuid() {
  thread_local boost::uuids::random_generator generate;
  return to_string(generate());
}

}  // namespace unf::vnfm
