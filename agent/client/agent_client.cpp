#include "agent/client/agent_client.h"

#include <thrift/TApplicationException.h>
#include <thrift/transport/TTransportException.h>

#include "Agent.h"
#include "agent/wire/errc.h"

namespace unf::agent {

using apache::thrift::TException;
using apache::thrift::transport::TTransportException;

AgentClient::AgentClient(Endpoint endpoint, Timeouts timeouts) : endpoint_(std::move(endpoint)), timeouts_(timeouts) {}
AgentClient::~AgentClient() = default;

template <typename T>
Result<T> AgentClient::call(const std::function<void(wire::AgentClient&, T&)>& invoke) {
  std::unique_ptr<wire::AgentClient> stub;
  {
    const std::lock_guard lock{mutex_};
    if (!idle_.empty()) {
      stub = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  const auto keep = [&] {
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(stub));
  };
  for (bool retry = stub != nullptr;; retry = false) {
    try {
      if (stub == nullptr) stub = std::make_unique<wire::AgentClient>(connect(endpoint_, timeouts_));
      T answer{};
      invoke(*stub, answer);
      keep();
      return answer;
    } catch (const wire::Refused& e) {
      keep();
      return fail(Error{errc(e.code), e.message});
    } catch (const TTransportException& e) {
      stub = nullptr;
      if (retry && e.getType() != TTransportException::TIMED_OUT) {
        const std::lock_guard lock{mutex_};
        idle_.clear();  // as old as the one that broke
        continue;
      }
      return fail(Errc::unavailable, "agent {}: {}", endpoint_.to_string(), e.what());
    } catch (const TException& e) {
      return fail(Errc::unavailable, "agent {}: {}", endpoint_.to_string(), e.what());
    }
  }
}

Result<wire::GraphInfo> AgentClient::apply(const GraphId& graph, Version version, const std::string& plan_json,
                                           const std::vector<GraphId>& replaces) {
  std::vector<std::string> ids;
  for (const auto& replaced : replaces) ids.push_back(replaced.get());
  return call<wire::GraphInfo>([&](wire::AgentClient& stub, wire::GraphInfo& answer) {
    stub.apply(answer, graph.get(), version.epoch, version.generation, plan_json, ids);
  });
}

Result<wire::Observation> AgentClient::observe() {
  return call<wire::Observation>([](wire::AgentClient& stub, wire::Observation& answer) { stub.observe(answer); });
}

Result<nlohmann::json> AgentClient::stats() {
  return call<std::string>([](wire::AgentClient& stub, std::string& answer) { stub.stats(answer, 0); })
      .and_then([&](const std::string& text) -> Result<nlohmann::json> {
        auto json = nlohmann::json::parse(text, nullptr, false);
        if (json.is_discarded()) return fail(Errc::internal, "agent {}: stats are no JSON", endpoint_.to_string());
        return json;
      });
}

Result<Catalog> AgentClient::catalog() {
  return call<std::string>([](wire::AgentClient& stub, std::string& answer) { stub.catalog(answer); })
      .and_then([](const std::string& text) { return Catalog::parse(text); });
}

Result<std::vector<wire::Event>> AgentClient::events(std::int64_t since) {
  return call<std::vector<wire::Event>>(
      [&](wire::AgentClient& stub, std::vector<wire::Event>& answer) { stub.events(answer, since); });
}

}  // namespace unf::agent
