#include "vnfm/config/manager_config.h"

#include "agent/config/host_yaml.h"
#include "agent/wire/endpoint.h"
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

}  // namespace

Result<ManagerConfig> read_manager_config(const std::string& file, const std::string& text) {
  return agent::parse_yaml(file, text).and_then([&](const YAML::Node& node) -> Result<ManagerConfig> {
    agent::YamlReader reader{file};
    ManagerConfig config;
    if (!reader.map(node, "vnfm.yaml", {"listen", "state", "rest", "nfvo", "operations", "hosts", "links"}))
      return fail(reader.result().error());
    if (reader.read(node, "listen", config.listen, "HOST:PORT or the path of a Unix socket")) {
      if (const auto endpoint = agent::Endpoint::parse(config.listen); !endpoint) {
        reader.problem(node["listen"], "listen: {}", endpoint.error().message);
      }
    }
    if (std::string state; reader.read(node, "state", state, "a path")) config.state = state;
    config.rest = read_rest(reader, node);
    config.nfvo = read_nfvo(reader, node);
    if (config.nfvo) config.nfvo->nfvo.max_package = config.rest.dispatcher.max_file;
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
