#include "agent/server/io_client.h"

#include <thrift/Thrift.h>

#include "Io.h"
#include "agent/wire/errc.h"
#include "dataplane/wire/host_json.h"

namespace unf::agent {
namespace {

namespace io = dataplane::wire;

/// What `invoke(stub)` gives.
template <typename Invoke>
auto call(const Endpoint& endpoint, Invoke invoke) -> Result<decltype(invoke(std::declval<io::IoClient&>()))> try {
  io::IoClient stub{connect(endpoint, Timeouts{})};
  if constexpr (std::is_void_v<decltype(invoke(stub))>) {
    invoke(stub);
    return {};
  } else {
    return invoke(stub);
  }
} catch (const io::IoError& e) {
  return fail(Error{errc(e.code), e.message});
} catch (const apache::thrift::TException& e) {
  return fail(Errc::unavailable, "unf-io: {}", e.what());
}

}  // namespace

bool IoClient::answers() const try {
  connect(endpoint_, Timeouts{})->getTransport()->close();
  return true;
} catch (const apache::thrift::TException&) {
  return false;
}

Result<std::map<RunnerId, std::string>> IoClient::prepare(const GraphId& graph, std::int64_t generation,
                                                          const std::string& plan_json, const Host& host,
                                                          const std::string& counters_path,
                                                          const std::vector<GraphId>& replaces) const {
  std::vector<std::string> replaced;
  for (const auto& id : replaces) replaced.push_back(id.get());
  return call(endpoint_, [&](io::IoClient& stub) {
    std::map<std::string, std::string> specs;
    stub.prepare(specs, graph.get(), generation, plan_json, dataplane::to_json(host).dump(), counters_path, replaced);
    std::map<RunnerId, std::string> by_runner;
    for (auto& [runner, spec] : specs) by_runner.emplace(RunnerId{runner}, std::move(spec));
    return by_runner;
  });
}

Result<bool> IoClient::switch_over(const GraphId& graph, std::int64_t generation, std::chrono::milliseconds patience,
                                   bool give_up) const {
  return call(endpoint_, [&](io::IoClient& stub) {
    return stub.switch_over(graph.get(), generation, static_cast<std::int32_t>(patience.count()), give_up);
  });
}

Result<bool> IoClient::retire(const GraphId& graph, std::chrono::milliseconds patience, bool give_up) const {
  return call(endpoint_, [&](io::IoClient& stub) {
    return stub.retire(graph.get(), static_cast<std::int32_t>(patience.count()), give_up);
  });
}

Result<void> IoClient::unload(const GraphId& graph, std::int64_t generation) const {
  return call(endpoint_, [&](io::IoClient& stub) { stub.unload(graph.get(), generation); });
}

Result<std::string> IoClient::recover(const GraphId& graph, std::int64_t generation, const RunnerId& runner) const {
  return call(endpoint_, [&](io::IoClient& stub) {
    std::string spec;
    stub.recover(spec, graph.get(), generation, runner.get());
    return spec;
  });
}

Result<std::vector<io::Generation>> IoClient::generations() const {
  return call(endpoint_, [](io::IoClient& stub) {
    std::vector<io::Generation> found;
    stub.generations(found);
    return found;
  });
}

Result<std::string> IoClient::report(const GraphId& graph) const {
  return call(endpoint_, [&](io::IoClient& stub) {
    std::string report;
    stub.report(report, graph.get());
    return report;
  });
}

}  // namespace unf::agent
