#include "agent/server/io_client.h"

#include <thrift/Thrift.h>

#include "Io.h"
#include "agent/wire/errc.h"
#include "dataplane/wire/host_json.h"

namespace unf::agent {
namespace {

namespace wire = dataplane::wire;

/// What `invoke(stub)` gives.
template <typename Invoke>
auto call(const Endpoint& endpoint, Invoke invoke) -> Result<decltype(invoke(std::declval<wire::IoClient&>()))> try {
  wire::IoClient stub{connect(endpoint, Timeouts{})};
  if constexpr (std::is_void_v<decltype(invoke(stub))>) {
    invoke(stub);
    return {};
  } else {
    return invoke(stub);
  }
} catch (const wire::IoError& e) {
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

Result<std::map<RunnerId, std::string>> IoClient::load(const GraphId& graph, const std::string& plan_json,
                                                       const Host& host, const std::string& counters_path) const {
  return call(endpoint_, [&](wire::IoClient& stub) {
    std::map<std::string, std::string> specs;
    stub.load(specs, graph.get(), plan_json, dataplane::to_json(host).dump(), counters_path);
    std::map<RunnerId, std::string> by_runner;
    for (auto& [runner, spec] : specs) by_runner.emplace(RunnerId{runner}, std::move(spec));
    return by_runner;
  });
}

Result<void> IoClient::unload(const GraphId& graph) const {
  return call(endpoint_, [&](wire::IoClient& stub) { stub.unload(graph.get()); });
}

Result<std::string> IoClient::recover(const GraphId& graph, const RunnerId& runner) const {
  return call(endpoint_, [&](wire::IoClient& stub) {
    std::string spec;
    stub.recover(spec, graph.get(), runner.get());
    return spec;
  });
}

Result<std::string> IoClient::report(const GraphId& graph) const {
  return call(endpoint_, [&](wire::IoClient& stub) {
    std::string report;
    stub.report(report, graph.get());
    return report;
  });
}

}  // namespace unf::agent
