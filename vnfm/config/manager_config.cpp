#include "vnfm/config/manager_config.h"

#include "agent/base/endpoint.h"
#include "agent/base/host_yaml.h"
#include "vnfm/config/access_yaml.h"
#include "vnfm/config/nfvo_yaml.h"
#include "vnfm/config/rest_yaml.h"

namespace unf::vnfm {
namespace {

void read_operations(agent::YamlReader& reader, const YAML::Node& parent, LifecycleConfig& config) {
  const auto node = parent["operations"];
  if (!node || !reader.map(node, "operations", {"patience_ms", "converge_ms", "workers", "keep"})) return;
  const auto read = [&](const char* key, auto& into) {
    std::uint32_t value = 0;
    if (!reader.read(node, key, value, "a whole number")) return;
    if (value == 0) reader.problem(node[key], "{}: expected at least 1", key);
    into = std::remove_reference_t<decltype(into)>{value};
  };
  read("patience_ms", config.patience);
  read("converge_ms", config.converge_every);
  read("workers", config.workers);
  read("keep", config.keep);
}

void read_images(agent::YamlReader& reader, const YAML::Node& parent, ManagerConfig& config) {
  const auto node = parent["images"];
  if (!node || !reader.map(node, "images", {"map", "unmapped"})) return;
  if (std::string map; reader.read(node, "map", map, "a file")) config.image_map = map;
  std::string unmapped;
  if (!reader.read(node, "unmapped", unmapped, "refuse or pass-through")) return;
  config.pass_unmapped = unmapped == "pass-through";
  if (unmapped != "refuse" && !config.pass_unmapped)
    reader.problem(node["unmapped"], "unmapped: {}, expected refuse or pass-through", unmapped);
}

void read_packages(agent::YamlReader& reader, const YAML::Node& parent, ManagerConfig& config) {
  const auto node = parent["packages"];
  if (!node || !reader.map(node, "packages", {"signatures", "trust"})) return;
  std::string mode, trust;
  reader.read(node, "signatures", mode, "ignore, if-present or require");
  reader.read(node, "trust", trust, "a PEM file, or a directory of such");
  auto rules = tosca::signature_rules(mode, trust);
  if (!rules) return reader.problem(node, "packages: {}", rules.error().message);
  config.signatures = std::move(*rules);
}

/// `listen`, `tls` and `callers`: Thrift, and whom it obeys.
void read_thrift(agent::YamlReader& reader, const YAML::Node& node, ManagerConfig& config) {
  reader.read(node, "listen", config.listen, "HOST:PORT or the path of a Unix socket");
  const auto endpoint = agent::Endpoint::parse(config.listen);
  if (!endpoint) return reader.problem(node["listen"], "listen: {}", endpoint.error().message);
  config.tls = read_server_tls(reader, node);
  if (config.tls && !endpoint->path.empty()) reader.problem(node["tls"], "tls: listen is a Unix socket");
  const bool by_certificate = config.tls && !config.tls->client_ca.empty();
  if (!by_certificate && node["callers"]) {
    reader.problem(node["callers"], "callers: expected client_ca of tls, too: who signs their certificates");
  }
  if (!by_certificate && !is_local(*endpoint)) {
    reader.problem(node["listen"], "listen: {} can be reached by others, expected tls with client_ca, and callers",
                   endpoint->host);
  }
  if (!by_certificate) return;
  if (!node["callers"]) reader.problem(node["tls"], "callers is missing, expected a list of who may call");
  auto& callers = config.access.callers.emplace();
  if (!reader.list(node, "callers")) return;
  for (const auto& item : node["callers"]) {
    if (!reader.map(item, "caller", {"name", "tenant", "role", "certificate"})) continue;
    CertifiedCaller known{.caller = read_caller(reader, item)};
    reader.require(item, "certificate", known.certificate_name, "a name of the certificate: common or alternative");
    callers.push_back(std::move(known));
  }
}

}  // namespace

Result<ManagerConfig> read_manager_config(const std::string& file, const std::string& text) {
  return agent::parse_yaml(file, text).and_then([&](const YAML::Node& node) -> Result<ManagerConfig> {
    agent::YamlReader reader{file};
    ManagerConfig config;
    if (!reader.map(node, "vnfm.yaml",
                    {"listen", "tls", "callers", "state", "rest", "nfvo", "images", "packages", "operations", "hosts",
                     "links"}))
      return fail(reader.result().error());
    read_thrift(reader, node, config);
    if (std::string state; reader.read(node, "state", state, "a path")) config.state = state;
    config.rest = read_rest(reader, node);
    config.nfvo = read_nfvo(reader, node);
    config.access.max_package = config.rest.dispatcher.max_file;
    if (config.nfvo) config.nfvo->nfvo.max_package = config.rest.dispatcher.max_file;
    read_images(reader, node, config);
    read_packages(reader, node, config);
    read_operations(reader, node, config.lifecycle);
    config.inventory = agent::read_hosts_and_links(reader, node);
    for (std::size_t i = 0; i < config.inventory.hosts.size(); ++i) {
      const auto& host = config.inventory.hosts[i];
      if (const auto endpoint = agent::Endpoint::parse(host.agent); !endpoint) {
        reader.problem(node["hosts"][i], "host {}: agent: {}", host.name.get(), endpoint.error().message);
      }
    }
    return reader.result().map([&] { return std::move(config); });
  });
}

}  // namespace unf::vnfm
