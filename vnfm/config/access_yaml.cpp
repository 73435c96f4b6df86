#include "vnfm/config/access_yaml.h"

namespace unf::vnfm {
namespace {
constexpr auto kTenantLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
}  // namespace

bool is_local(const agent::Endpoint& endpoint) {
  const auto& host = endpoint.host;
  return !endpoint.path.empty() || host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::optional<agent::ServerTls> read_server_tls(agent::YamlReader& reader, const YAML::Node& parent) {
  const auto node = parent["tls"];
  if (!node || !reader.map(node, "tls", {"certificate", "key", "client_ca", "require_client"})) return std::nullopt;
  agent::ServerTls tls;
  std::string certificate, key, client_ca;
  reader.require(node, "certificate", certificate, "the path of a PEM file");
  reader.require(node, "key", key, "the path of a PEM file");
  reader.read(node, "client_ca", client_ca, "the path of a PEM file");
  reader.read(node, "require_client", tls.require_client, "true or false");
  if (tls.require_client && client_ca.empty()) {
    reader.problem(node["require_client"], "require_client: expected client_ca, too: who signs the certificates");
  }
  tls.certificate = certificate;
  tls.key = key;
  tls.client_ca = client_ca;
  return tls;
}

Caller read_caller(agent::YamlReader& reader, const YAML::Node& item) {
  Caller caller{.tenant = "default"};
  reader.require(item, "name", caller.name, "a name");
  reader.read(item, "tenant", caller.tenant, "a name");
  if (caller.tenant.empty() || caller.tenant.find_first_not_of(kTenantLetters) != std::string::npos) {
    reader.problem(item["tenant"], "tenant: is {}, expected letters, digits, `.`, `_` and `-`", caller.tenant);
  }
  std::string role = "reader";
  reader.read(item, "role", role, "reader, member or admin");
  if (role != "reader" && role != "member" && role != "admin") {
    reader.problem(item["role"], "role: is {}, expected reader, member or admin", role);
  }
  caller.role = role == "admin" ? Role::admin : role == "member" ? Role::member : Role::reader;
  return caller;
}

}  // namespace unf::vnfm
