#include "vnfm/config/nfvo_yaml.h"

#include "vnfm/config/secret_yaml.h"

namespace unf::vnfm {
namespace {
using agent::YamlReader;

Credentials read_credentials(YamlReader& reader, const YAML::Node& parent) {
  const auto node = parent["auth"];
  if (!node || !reader.map(node, "auth", {"mode", "user", "secret_file", "token_endpoint"})) return {};
  std::string mode, user, token_endpoint;
  reader.require(node, "mode", mode, "none, static-token, basic or oauth2");
  if (mode == "none") return {};
  if (mode == "static-token") return BearerToken{read_secret(reader, node)};
  if (mode == "basic" || mode == "oauth2") reader.require(node, "user", user, "who we are to the NFVO");
  if (mode == "basic") return BasicCredentials{std::move(user), read_secret(reader, node)};
  if (mode == "oauth2") {
    reader.require(node, "token_endpoint", token_endpoint, "https://HOST/PATH");
    return ClientCredentials{std::move(user), read_secret(reader, node), std::move(token_endpoint)};
  }
  reader.problem(node["mode"], "mode: is {}, expected none, static-token, basic or oauth2", mode);
  return {};
}

OutgoingTls read_tls(YamlReader& reader, const YAML::Node& parent) {
  const auto node = parent["tls"];
  if (!node || !reader.map(node, "tls", {"ca", "certificate", "key"})) return {};
  OutgoingTls tls;
  const auto read = [&](const char* key, std::filesystem::path& into) {
    if (std::string path; reader.read(node, key, path, "the path of a PEM file")) into = path;
  };
  read("ca", tls.ca);
  read("certificate", tls.certificate);
  read("key", tls.key);
  if (tls.certificate.empty() != tls.key.empty()) reader.problem(node, "tls: expected certificate and key, or neither");
  return tls;
}

}  // namespace

std::optional<NfvoUse> read_nfvo(YamlReader& reader, const YAML::Node& parent) {
  const auto node = parent["nfvo"];
  if (!node || !reader.map(node, "nfvo", {"url", "grants", "packages", "auth", "tls"})) return std::nullopt;
  NfvoUse use;
  if (reader.require(node, "url", use.nfvo.url, "https://HOST:PORT")) {
    if (auto checked = check_uri(use.nfvo.url); !checked)
      reader.problem(node["url"], "url: {}", checked.error().message);
  }
  if (use.nfvo.url.ends_with('/')) use.nfvo.url.pop_back();
  std::string grants = "local";
  reader.read(node, "grants", grants, "local or nfvo");
  if (grants != "local" && grants != "nfvo") {
    reader.problem(node["grants"], "grants: is {}, expected local or nfvo", grants);
  }
  use.grants = grants == "nfvo";
  std::string packages = "local";
  reader.read(node, "packages", packages, "local, v1 or v2");
  if (packages != "local" && packages != "v1" && packages != "v2") {
    reader.problem(node["packages"], "packages: is {}, expected local, v1 or v2", packages);
  }
  use.packages = packages != "local";
  use.nfvo.packages_major = packages == "v1" ? 1 : 2;
  use.nfvo.credentials = read_credentials(reader, node);
  use.nfvo.tls = read_tls(reader, node);
  return use;
}

}  // namespace unf::vnfm
