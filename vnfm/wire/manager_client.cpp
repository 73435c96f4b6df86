#include "vnfm/wire/manager_client.h"

#include <thrift/Thrift.h>

#include "Manager.h"
#include "agent/wire/errc.h"
#include "agent/wire/transport.h"

namespace unf::vnfm {
namespace {

/// What `invoke(stub, answer)` puts into `answer`.
template <typename T, typename Invoke>
Result<T> call(const agent::Endpoint& endpoint, Invoke invoke) try {
  wire::ManagerClient stub{agent::connect(endpoint, {.call = std::chrono::minutes{2}})};
  T answer{};
  invoke(stub, answer);
  return answer;
} catch (const wire::Refused& e) {
  return fail(Error{agent::errc(e.code), e.message});
} catch (const apache::thrift::TException& e) {
  return fail(Errc::unavailable, "manager {}: {}", endpoint.to_string(), e.what());
}

}  // namespace

Result<wire::ServiceInfo> ManagerClient::deploy(const wire::Sources& sources,
                                                const wire::DeployOptions& options) const {
  return call<wire::ServiceInfo>(endpoint_, [&](auto& stub, auto& answer) { stub.deploy(answer, sources, options); });
}

Result<std::vector<wire::ServiceInfo>> ManagerClient::list() const {
  return call<std::vector<wire::ServiceInfo>>(endpoint_, [&](auto& stub, auto& answer) { stub.services(answer); });
}

Result<nlohmann::json> ManagerClient::show(const std::string& id) const {
  return call<std::string>(endpoint_, [&](auto& stub, auto& answer) { stub.show(answer, id); })
      .and_then([&](const std::string& text) -> Result<nlohmann::json> {
        auto json = nlohmann::json::parse(text, nullptr, false);
        if (!json.is_object()) return fail(Errc::internal, "manager {}: its answer is no JSON", endpoint_.to_string());
        return json;
      });
}

Result<void> ManagerClient::terminate(const std::string& id) const {
  return call<bool>(endpoint_, [&](auto& stub, bool&) { stub.terminate(id); }).map([](bool) {});
}

}  // namespace unf::vnfm
