#include "vnfm/wire/manager_client.h"

#include <thrift/Thrift.h>

#include "agent/base/transport.h"
#include "agent/wire/errc.h"

namespace unf::vnfm {

Result<void> ManagerClient::invoke(const std::function<void(Service&)>& ask) const try {
  wire::ManagerClient stub{agent::connect(endpoint_, {.call = std::chrono::minutes{2}}, tls_)};
  ask(stub);
  return {};
} catch (const wire::Refused& e) {
  return fail(Error{agent::errc(e.code), e.message});
} catch (const wire::Denied& e) {
  return fail(Errc::unsupported, "manager {}: denied: {}", endpoint_.to_string(), e.message);
} catch (const apache::thrift::TException& e) {
  return fail(Errc::unavailable, "manager {}: {}", endpoint_.to_string(), e.what());
}

Result<nlohmann::json> ManagerClient::show(const std::string& id) const {
  return call(&Service::show, id).and_then([&](const std::string& text) -> Result<nlohmann::json> {
    auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) return fail(Errc::internal, "manager {}: its answer is no JSON", endpoint_.to_string());
    return json;
  });
}

}  // namespace unf::vnfm
