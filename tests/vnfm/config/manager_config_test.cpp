#include "vnfm/config/manager_config.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "agent/base/agent_config.h"
#include "agent/base/files.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tosca/load.h"
#include "vnfm/cli/service_options.h"
#include "vnfm/server/builtin_catalog.h"

namespace unf::vnfm {
namespace {

using testing::HasSubstr;

TEST(ManagerConfig, SampleIsReadAndNamesTheSampleAgent) {
  const auto read = [](const std::string& name) { return *agent::read_file(source_path("samples/config/") + name); };
  const auto manager = read_manager_config("vnfm.yaml", read("vnfm.yaml"));
  ASSERT_TRUE(manager) << manager.error().message;
  const auto host = agent::read_agent_config("agent.yaml", read("agent.yaml"));
  ASSERT_TRUE(host) << host.error().message;
  ASSERT_EQ(manager->inventory.hosts.size(), 1U);
  EXPECT_EQ(manager->inventory.hosts[0].agent, host->listen);
  EXPECT_EQ(manager->inventory.hosts[0].name, host->host.name);
  EXPECT_EQ(manager->listen, "127.0.0.1:9891");
}

TEST(ManagerConfig, SampleHostCanRunTheSampleService) {
  const auto config = read_manager_config("vnfm.yaml", *agent::read_file(source_path("samples/config/vnfm.yaml")));
  ASSERT_TRUE(config);
  const std::vector<std::string> paths{source_path("samples/enterprise-edge")};
  const auto plan = plan_service(*tosca::load(paths), {}, builtin_catalog(), {}, config->inventory, {});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->nodes.size(), 9U);
}

TEST(ManagerConfig, SignaturesAreCheckedByATrust) {
  EXPECT_EQ(read_manager_config("v.yaml", "hosts: []")->signatures.mode, tosca::SignatureMode::ignore);
  char name[] = "/tmp/unf-test-XXXXXX";
  const std::filesystem::path root = mkdtemp(name);
  const auto identity = tosca::make_identity("Example").value();
  std::ofstream{root / "t.pem"} << identity.certificate;
  const auto read = [&](const std::string& packages) {
    return read_manager_config("v.yaml", "hosts: []\npackages: " + packages);
  };
  const auto trust = "trust: " + (root / "t.pem").string();
  const auto config = read("{ " + trust + " }");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->signatures.mode, tosca::SignatureMode::if_present);
  EXPECT_EQ(config->signatures.trust, identity.certificate);
  EXPECT_EQ(read("{ signatures: require, " + trust + " }")->signatures.mode, tosca::SignatureMode::require);
  EXPECT_EQ(read("{ signatures: ignore }")->signatures.mode, tosca::SignatureMode::ignore);
  for (const auto& [packages, why] :
       {std::pair{"{ signatures: require }", "v.yaml:2: packages: signatures: is require, expected a trust"},
        std::pair{"{ signatures: never }", "v.yaml:2: packages: signatures: is 'never', expected ignore, if-present"},
        std::pair{"{ trust: /none }", "v.yaml:2: packages: /none: cannot be read"},
        std::pair{"{ trusts: /none }", "trusts"}}) {
    const auto bad = read(packages);
    ASSERT_FALSE(bad);
    EXPECT_THAT(bad.error().message, HasSubstr(why));
  }
  std::filesystem::remove_all(root);
}

TEST(ManagerConfig, ImagesNameTheirMap) {
  const auto read = [](const std::string& images) {
    return read_manager_config("v.yaml", "hosts: []\nimages: " + images);
  };
  const auto config = read("{ map: /etc/unf/images.yaml, unmapped: pass-through }");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->image_map, "/etc/unf/images.yaml");
  EXPECT_TRUE(config->pass_unmapped);
  EXPECT_FALSE(read("{ map: m, unmapped: refuse }")->pass_unmapped);
  EXPECT_FALSE(read("{ map: m }")->pass_unmapped);
  const auto bad = read("{ unmapped: perhaps }");
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message, HasSubstr("v.yaml:2: unmapped: perhaps, expected refuse or pass-through"));
}

TEST(ManagerConfig, RestHasDefaultsAndTakesAllLimits) {
  const auto defaults = read_manager_config("v.yaml", "hosts: []");
  ASSERT_TRUE(defaults) << defaults.error().message;
  EXPECT_EQ(defaults->rest.http.listen.to_string(), "127.0.0.1:9890");
  EXPECT_EQ(defaults->rest.http.limits.header, std::chrono::seconds{5});
  EXPECT_FALSE(defaults->rest.http.tls);

  const auto config = read_manager_config("v.yaml", R"(
hosts: []
rest:
  listen: "[::1]:1234"
  root: https://vnfm.example
  strict: true
  page: 7
  allow: [ 10.0.0.0/8, "fd00::/8" ]
  tls: { certificate: c.pem, key: k.pem, client_ca: ca.pem, require_client: true }
  limits: { handshake_ms: 1, header_ms: 2, body_ms: 3, write_ms: 4, idle_ms: 5, min_bytes_per_second: 6,
            max_header_bytes: 7, max_headers: 8, max_uri_bytes: 9, max_connections: 10, max_connections_per_peer: 11,
            max_waiting: 12, max_json_bytes: 13, max_package_mb: 14, io_threads: 15, workers: 16 }
)");
  ASSERT_TRUE(config) << config.error().message;
  const auto& limits = config->rest.http.limits;
  EXPECT_EQ(limits.handshake.count() * 10000 + limits.header.count() * 1000 + limits.body.count() * 100 +
                limits.write.count() * 10 + limits.idle.count(),
            12345);
  EXPECT_EQ(limits.min_bytes_per_second, 6U);
  EXPECT_EQ(limits.max_header_bytes, 7U);
  EXPECT_EQ(limits.max_headers, 8U);
  EXPECT_EQ(limits.max_target_bytes, 9U);
  EXPECT_EQ(limits.max_connections, 10U);
  EXPECT_EQ(limits.max_connections_per_peer, 11U);
  EXPECT_EQ(limits.max_waiting, 12U);
  EXPECT_EQ(config->rest.dispatcher.max_json, 13U);
  EXPECT_EQ(config->rest.dispatcher.max_file, 14U << 20);
  EXPECT_EQ(config->rest.fetching.max_answer, 14U << 20);
  EXPECT_EQ(limits.io_threads, 15U);
  EXPECT_EQ(limits.workers, 16U);
  EXPECT_EQ(config->rest.page, 7U);
  EXPECT_TRUE(config->rest.dispatcher.strict);
  EXPECT_EQ(config->rest.dispatcher.root, "https://vnfm.example");
  EXPECT_EQ(config->rest.fetching.allowed.size(), 2U);
  ASSERT_TRUE(config->rest.http.tls);
  EXPECT_TRUE(config->rest.http.tls->require_client);
}

TEST(ManagerConfig, ThriftKnowsItsCallersByTheirCertificates) {
  EXPECT_FALSE(read_manager_config("v.yaml", "hosts: []")->access.callers) << "everybody on loopback";
  const auto config = read_manager_config("v.yaml", R"(
hosts: []
listen: 0.0.0.0:9891
tls: { certificate: c.pem, key: k.pem, client_ca: ca.pem }
callers:
  - { name: nfvo, tenant: t, role: member, certificate: urn:nfvo }
  - { name: eyes, certificate: eyes.example }
)");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->tls->client_ca, "ca.pem");
  ASSERT_EQ(config->access.callers->size(), 2U);
  EXPECT_EQ(config->access.callers->at(0).certificate_name, "urn:nfvo");
  EXPECT_EQ(config->access.callers->at(0).caller, (Caller{.name = "nfvo", .tenant = "t", .role = Role::member}));
  EXPECT_EQ(config->access.callers->at(1).caller, (Caller{.name = "eyes", .tenant = "default", .role = Role::reader}));
}

/// A file with a secret.
class CallersConfig : public testing::Test {
 protected:
  CallersConfig() {
    char name[] = "/tmp/unf-test-XXXXXX";
    file_ = name;
    close(mkstemp(file_.data()));
  }
  ~CallersConfig() override { std::filesystem::remove(file_); }
  Result<ManagerConfig> read(const std::string& secret, unsigned mode) {
    std::ofstream{file_} << secret;
    std::filesystem::permissions(file_, std::filesystem::perms{mode});
    return read_manager_config(
        "v.yaml", fmt::format("hosts: []\nrest:\n  listen: 0.0.0.0:1\n  auth: {{ mode: basic, callers: [ {{ name: n, "
                              "tenant: t, role: member, secret_file: {} }} ] }}\n",
                              file_));
  }
  std::string file_;
};

TEST_F(CallersConfig, SecretsComeFromFiles) {
  const auto config = read("s3cret\nmore\n", 0600);
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->rest.callers.size(), 1U);
  EXPECT_EQ(config->rest.callers[0].secret, "s3cret");
  EXPECT_EQ(config->rest.callers[0].caller, (Caller{.name = "n", .tenant = "t", .role = Role::member}));
}

TEST_F(CallersConfig, SecretsThatOthersMayReadAreRefused) {
  EXPECT_THAT(read("s3cret", 0640).error().message, HasSubstr("expected mode 0600"));
  EXPECT_THAT(read("\n", 0600).error().message, HasSubstr("is empty"));
}

/// An NFVO whose secret is in a file.
class NfvoConfigTest : public CallersConfig {
 protected:
  Result<ManagerConfig> read_auth(const std::string& auth) {
    std::ofstream{file_} << "s3cret\n";
    std::filesystem::permissions(file_, std::filesystem::perms{0600});
    const auto with_file = fmt::format(fmt::runtime(auth), file_);
    return read_manager_config(
        "v.yaml", "hosts: []\nnfvo:\n  url: https://nfvo:8443/\n  grants: nfvo\n  auth: " + with_file + "\n");
  }
};

TEST_F(NfvoConfigTest, SaysWhomToAskAndWhoWeAre) {
  EXPECT_FALSE(read_manager_config("v.yaml", "hosts: []")->nfvo);
  const auto local = read_manager_config("v.yaml", "hosts: []\nnfvo: { url: \"http://nfvo\" }");
  ASSERT_TRUE(local) << local.error().message;
  EXPECT_FALSE(local->nfvo->grants);
  EXPECT_FALSE(local->nfvo->packages);
  const auto packages = read_manager_config("v.yaml", "hosts: []\nnfvo: { url: \"http://nfvo\", packages: v1 }");
  ASSERT_TRUE(packages) << packages.error().message;
  EXPECT_TRUE(packages->nfvo->packages);
  EXPECT_EQ(packages->nfvo->nfvo.packages_major, 1U);
  EXPECT_EQ(packages->nfvo->nfvo.max_package, packages->rest.dispatcher.max_file);

  const auto basic = read_auth("{{ mode: basic, user: vnfm, secret_file: {} }}");
  ASSERT_TRUE(basic) << basic.error().message;
  EXPECT_TRUE(basic->nfvo->grants);
  EXPECT_EQ(basic->nfvo->nfvo.url, "https://nfvo:8443");
  EXPECT_EQ(basic->nfvo->nfvo.credentials, Credentials{(BasicCredentials{"vnfm", "s3cret"})});
  EXPECT_EQ(read_auth("{{ mode: static-token, secret_file: {} }}")->nfvo->nfvo.credentials,
            Credentials{BearerToken{"s3cret"}});
  EXPECT_EQ(
      read_auth("{{ mode: oauth2, user: c, secret_file: {}, token_endpoint: \"http://as\" }}")->nfvo->nfvo.credentials,
      Credentials{(ClientCredentials{"c", "s3cret", "http://as"})});
}

struct Bad {
  const char* name;
  const char* text;
  const char* problem;
};
class BadManagerConfig : public testing::TestWithParam<Bad> {};
TEST_P(BadManagerConfig, IsNamedByLine) {
  const auto config = read_manager_config("v.yaml", GetParam().text);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Errc::malformed);
  EXPECT_THAT(config.error().message, HasSubstr(GetParam().problem));
}
INSTANTIATE_TEST_SUITE_P(
    Configs, BadManagerConfig,
    testing::Values(
        Bad{"NoMap", "[]", "expected a map"}, Bad{"NoHosts", "listen: a:1", "v.yaml:1: hosts is missing"},
        Bad{"Listen", "listen: here\nhosts: []", "v.yaml:1: listen: here: expected HOST:PORT"},
        Bad{"ThriftForAll", "listen: 0.0.0.0:1\nhosts: []", "v.yaml:1: listen: 0.0.0.0 can be reached by others"},
        Bad{"ThriftWithoutCallers", "tls: {certificate: a, key: b, client_ca: c}\nhosts: []", "callers is missing"},
        Bad{"CallersWithoutCa", "tls: {certificate: a, key: b}\ncallers: []\nhosts: []", "v.yaml:2: callers: expected"},
        Bad{"CallerWithoutCertificate", "tls: {certificate: a, key: b, client_ca: c}\ncallers:\n- {name: a}\nhosts: []",
            "v.yaml:3: certificate is missing"},
        Bad{"TlsOnASocket", "listen: /a/b\ntls: {certificate: a, key: b}\nhosts: []", "listen is a Unix socket"},
        Bad{"Unknown", "hosts: []\nport: 1", "v.yaml:2: vnfm.yaml: unknown key port"},
        Bad{"RestListen", "hosts: []\nrest: {listen: /a}", "v.yaml:2: listen: /a: expected HOST:PORT"},
        Bad{"OpenToAll", "hosts: []\nrest: {listen: \"0.0.0.0:1\"}", "v.yaml:2: auth: none, and 0.0.0.0"},
        Bad{"AuthMode", "hosts: []\nrest: {auth: {mode: magic}}", "mode: is magic, expected none"},
        Bad{"NoCallers", "hosts: []\nrest: {auth: {mode: basic}}", "callers is missing"},
        Bad{"Role", "hosts: []\nrest: {auth: {mode: basic, callers: [{name: a, role: king}]}}", "role: is king"},
        Bad{"Tenant", "hosts: []\nrest: {auth: {mode: basic, callers: [{name: a, tenant: a/b}]}}", "tenant: is a/b"},
        Bad{"NoSecret", "hosts: []\nrest: {auth: {mode: basic, callers: [{name: a}]}}", "secret_file is missing"},
        Bad{"Allow", "hosts: []\nrest: {allow: [here]}", "allow: here: expected a network"},
        Bad{"Limit", "hosts: []\nrest: {limits: {header_ms: 0}}", "header_ms: expected milliseconds"},
        Bad{"UnknownLimit", "hosts: []\nrest: {limits: {speed: 1}}", "unknown key speed"},
        Bad{"TlsWithoutKey", "hosts: []\nrest: {tls: {certificate: a}}", "key is missing"},
        Bad{"ClientWithoutCa", "hosts: []\nrest: {tls: {certificate: a, key: b, require_client: true}}",
            "expected client_ca"},
        Bad{"NoNfvo", "hosts: []\nnfvo: {grants: nfvo}", "v.yaml:2: url is missing"},
        Bad{"NfvoUrl", "hosts: []\nnfvo: {url: \"ftp://nfvo\"}", "url: a URI with ftp:"},
        Bad{"Grants", "hosts: []\nnfvo: {url: \"http://nfvo\", grants: maybe}",
            "grants: is maybe, expected local or nfvo"},
        Bad{"NfvoPackages", "hosts: []\nnfvo: {url: \"http://nfvo\", packages: all}",
            "packages: is all, expected local"},
        Bad{"NfvoAuth", "hosts: []\nnfvo: {url: \"http://nfvo\", auth: {mode: magic}}", "mode: is magic"},
        Bad{"NfvoTls", "hosts: []\nnfvo: {url: \"http://nfvo\", tls: {key: k}}", "certificate and key"},
        Bad{"Agent", "hosts:\n- {name: a, cores: []}", "v.yaml:2: host a: agent: "}),
    testing_support::by_name);

}  // namespace
}  // namespace unf::vnfm
