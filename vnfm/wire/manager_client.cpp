#include "vnfm/wire/manager_client.h"

#include <thrift/Thrift.h>
#include <thrift/transport/TTransportException.h>
#include <unistd.h>

#include <cerrno>

#include "agent/base/transport.h"
#include "agent/wire/errc.h"

namespace unf::vnfm {
namespace {

using apache::thrift::transport::TTransportException;

/// Why a connection could not be made, and what the user can do.
Error not_connected(const agent::Endpoint& endpoint) {
  const auto name = endpoint.to_string();
  if (!endpoint.path.empty() && access(endpoint.path.c_str(), W_OK) != 0 && errno == EACCES) {
    return {Errc::unavailable, fmt::format("manager {}: no permission to connect: run as its owner, or as root", name)};
  }
  return {Errc::unavailable,
          fmt::format("no manager at {}: start \"vnfm serve\", or name another with --server", name)};
}

}  // namespace

Result<void> ManagerClient::invoke(const std::function<void(Service&)>& ask) const try {
  wire::ManagerClient stub{agent::connect(endpoint_, {.call = std::chrono::minutes{2}}, tls_)};
  ask(stub);
  return {};
} catch (const wire::Refused& e) {
  return fail(Error{agent::errc(e.code), e.message});
} catch (const wire::Denied& e) {
  return fail(Errc::unsupported, "manager {}: denied: {}", endpoint_.to_string(), e.message);
} catch (const TTransportException& e) {
  if (e.getType() == TTransportException::NOT_OPEN) return fail(not_connected(endpoint_));
  return fail(Errc::unavailable, "manager {}: {}", endpoint_.to_string(), e.what());
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
