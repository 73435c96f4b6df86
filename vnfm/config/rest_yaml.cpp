#include "vnfm/config/rest_yaml.h"

#include "vnfm/config/access_yaml.h"
#include "vnfm/config/secret_yaml.h"

namespace unf::vnfm {
namespace {
using agent::YamlReader;

void read_milliseconds(YamlReader& reader, const YAML::Node& node, const char* key, std::chrono::milliseconds& into) {
  std::uint32_t value = 0;
  if (!reader.read(node, key, value, "milliseconds")) return;
  if (value == 0) reader.problem(node[key], "{}: expected milliseconds, at least 1", key);
  into = std::chrono::milliseconds{value};
}

template <typename T>
void read_count(YamlReader& reader, const YAML::Node& node, const char* key, T& into) {
  std::uint32_t value = 0;
  if (!reader.read(node, key, value, "a whole number")) return;
  if (value == 0) reader.problem(node[key], "{}: expected at least 1", key);
  into = value;
}

void read_limits(YamlReader& reader, const YAML::Node& parent, RestConfig& config) {
  const auto node = parent["limits"];
  if (!node) return;
  if (!reader.map(node, "limits",
                  {"handshake_ms", "header_ms", "body_ms", "write_ms", "idle_ms", "min_bytes_per_second",
                   "max_header_bytes", "max_headers", "max_uri_bytes", "max_connections", "max_connections_per_peer",
                   "max_waiting", "max_json_bytes", "max_package_mb", "io_threads", "workers"})) {
    return;
  }
  auto& limits = config.http.limits;
  read_milliseconds(reader, node, "handshake_ms", limits.handshake);
  read_milliseconds(reader, node, "header_ms", limits.header);
  read_milliseconds(reader, node, "body_ms", limits.body);
  read_milliseconds(reader, node, "write_ms", limits.write);
  read_milliseconds(reader, node, "idle_ms", limits.idle);
  read_count(reader, node, "min_bytes_per_second", limits.min_bytes_per_second);
  read_count(reader, node, "max_header_bytes", limits.max_header_bytes);
  read_count(reader, node, "max_headers", limits.max_headers);
  read_count(reader, node, "max_uri_bytes", limits.max_target_bytes);
  read_count(reader, node, "max_connections", limits.max_connections);
  read_count(reader, node, "max_connections_per_peer", limits.max_connections_per_peer);
  read_count(reader, node, "max_waiting", limits.max_waiting);
  read_count(reader, node, "io_threads", limits.io_threads);
  read_count(reader, node, "workers", limits.workers);
  read_count(reader, node, "max_json_bytes", config.dispatcher.max_json);
  std::uint64_t megabytes = config.dispatcher.max_file >> 20;
  read_count(reader, node, "max_package_mb", megabytes);
  config.dispatcher.max_file = megabytes << 20;
}

void read_callers(YamlReader& reader, const YAML::Node& node, RestConfig& config) {
  if (!node["callers"]) reader.problem(node, "callers is missing, expected a list of who may call");
  if (!reader.list(node, "callers")) return;
  for (const auto& item : node["callers"]) {
    if (!reader.map(item, "caller", {"name", "tenant", "role", "secret_file"})) continue;
    KnownCaller known{.caller = read_caller(reader, item)};
    known.secret = read_secret(reader, item);
    config.callers.push_back(std::move(known));
  }
}

void read_keystone(YamlReader& reader, const YAML::Node& parent, KeystoneConfig& config) {
  const auto node = parent["keystone"];
  if (!node) return reader.problem(parent, "keystone is missing, expected where it is and who we are to it");
  if (!reader.map(node, "keystone", {"url", "user", "user_domain", "project", "project_domain", "secret_file"})) return;
  reader.require(node, "url", config.url, "http://HOST:PORT/v3");
  reader.require(node, "user", config.user, "a name");
  reader.read(node, "user_domain", config.user_domain, "a name");
  reader.read(node, "project", config.project, "a name");
  reader.read(node, "project_domain", config.project_domain, "a name");
  config.password = read_secret(reader, node);
}

void read_auth(YamlReader& reader, const YAML::Node& parent, RestConfig& config) {
  std::string mode = "none";
  const auto node = parent["auth"];
  if (node && reader.map(node, "auth", {"mode", "callers", "keystone"})) {
    reader.require(node, "mode", mode, "none, static-token, basic or keystone");
    if (mode == "static-token" || mode == "basic") {
      config.auth = mode == "basic" ? RestConfig::Auth::basic : RestConfig::Auth::static_token;
      read_callers(reader, node, config);
    } else if (mode == "keystone") {
      config.auth = RestConfig::Auth::keystone;
      read_keystone(reader, node, config.keystone);
    } else if (mode != "none") {
      reader.problem(node["mode"], "mode: is {}, expected none, static-token, basic or keystone", mode);
    }
  }
  const auto& listen = config.http.listen;
  if (mode == "none" && !is_local(listen)) {
    reader.problem(node ? node : parent, "auth: none, and {} can be reached by others, expected a mode of auth",
                   listen.host);
  }
}

}  // namespace

RestConfig read_rest(YamlReader& reader, const YAML::Node& parent) {
  RestConfig config;
  const auto node = parent["rest"];
  if (!node || !reader.map(node, "rest", {"listen", "root", "strict", "page", "allow", "tls", "auth", "limits"}))
    return config;
  if (std::string listen; reader.read(node, "listen", listen, "HOST:PORT")) {
    const auto endpoint = agent::Endpoint::parse(listen);
    if (endpoint && endpoint->path.empty()) {
      config.http.listen = *endpoint;
    } else {
      reader.problem(node["listen"], "listen: {}: expected HOST:PORT", listen);
    }
  }
  reader.read(node, "root", config.dispatcher.root, "what URIs begin with, such as https://vnfm.example:9890");
  reader.read(node, "strict", config.dispatcher.strict, "true or false");
  reader.read(node, "page", config.page, "a number of resources");
  if (reader.list(node, "allow")) {
    for (const auto& item : node["allow"]) {
      auto network = IpNetwork::parse(item.IsScalar() ? item.Scalar() : std::string{});
      if (network) {
        config.fetching.allowed.push_back(*network);
      } else {
        reader.problem(item, "allow: {}", network.error().message);
      }
    }
  }
  config.http.tls = read_server_tls(reader, node);
  read_auth(reader, node, config);
  read_limits(reader, node, config);
  config.fetching.max_answer = config.dispatcher.max_file;
  config.notify.rules.allowed = config.fetching.allowed;
  config.notify.root = config.dispatcher.root;
  if (config.notify.root.empty()) {
    config.notify.root = (config.http.tls ? "https://" : "http://") + config.http.listen.to_string();
  }
  return config;
}

}  // namespace unf::vnfm
