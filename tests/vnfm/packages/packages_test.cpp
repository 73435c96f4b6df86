#include "vnfm/packages/packages.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include <fstream>

#include "agent/base/files.h"
#include "graph/model/artifacts.h"
#include "tests/support/fake_nfvo.h"
#include "tests/support/sample_csar.h"
#include "tests/support/test_catalog.h"
#include "tests/vnfm/store/store_fixture.h"
#include "tosca/package/package_writer.h"
#include "vnfm/http/http_server.h"

namespace unf::vnfm {
namespace {
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class PackagesTest : public StoreFixture {
 protected:
  PackagesTest() { open(); }

  void open(tosca::ImageMap images = {}) {
    packages_.reset();
    store_.reset();
    store_ = lead_store(directory_).value();
    packages_ =
        Packages::open(store_, root_ / "packages", testing_support::test_catalog(), rules_,
                       std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>()), nfvo_,
                       PackageRules{.images = std::move(images), .signatures = signatures_})
            .value();
  }
  std::string create(const std::string& tenant = "t") { return packages_->create(tenant, {}).value().id; }
  /// As a client's body lies there.
  std::filesystem::path incoming(const std::string& bytes) {
    const auto file = packages_->incoming() / fmt::format("f{}", files_++);
    std::ofstream{file, std::ios::binary} << bytes;
    return file;
  }
  Package found(const std::string& id) { return packages_->find("t", id).value(); }
  /// What it became.
  Package upload(const std::string& id, const std::string& bytes, const std::string& tenant = "t") {
    const auto uploaded = packages_->upload(tenant, id, incoming(bytes));
    EXPECT_TRUE(uploaded) << uploaded.error().message;
    packages_->wait();
    return packages_->find(tenant, id).value();
  }
  [[nodiscard]] std::size_t contents() const {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator{root_ / "packages"}) count += file.is_regular_file();
    return count;
  }

  HttpClientRules rules_{.allowed = {IpNetwork::parse("127.0.0.0/8").value()}, .max_answer = 1 << 20};
  tosca::SignatureRules signatures_;
  std::shared_ptr<FakeNfvo> nfvo_ = std::make_shared<FakeNfvo>();
  std::shared_ptr<LedStore> store_;
  std::unique_ptr<Packages> packages_;
  int files_ = 0;
};

TEST_F(PackagesTest, OnboardsACsar) {
  const auto id = create();
  EXPECT_EQ(
      packages_->find("t", id)->info,
      (json{
          {"id", id}, {"onboardingState", "CREATED"}, {"operationalState", "DISABLED"}, {"usageState", "NOT_IN_USE"}}));
  const auto csar = sample_csar();
  const auto info = upload(id, csar).info;
  EXPECT_EQ(info["onboardingState"], "ONBOARDED") << info;
  EXPECT_EQ(info["operationalState"], "ENABLED");
  EXPECT_EQ(info["vnfdId"], kSampleVnfd);
  EXPECT_EQ("sha256:" + info["checksum"]["hash"].get<std::string>(), digest_of(csar));
  ASSERT_EQ(info["additionalArtifacts"].size(), 1U);
  EXPECT_EQ(info["additionalArtifacts"][0]["artifactPath"], "edge.rules");
  EXPECT_EQ(packages_->find_vnfd("t", kSampleVnfd)->id, id);
  EXPECT_EQ(agent::read_file(*packages_->content("t", id)), csar);
  EXPECT_THAT(*packages_->vnfd("t", id), ElementsAre(testing::Pair("firewall.yaml", HasSubstr("topology_template"))));
  EXPECT_THAT(*packages_->artifact("t", id, "edge.rules"), HasSubstr("allow"));
  EXPECT_EQ(packages_->artifact("t", id, "none").error().code, Errc::not_found);
}

TEST_F(PackagesTest, WhatCannotBeOnboardedIsCreatedAgainAndSaysWhy) {
  const auto id = create();
  const auto failed = upload(id, "no zip").info;
  EXPECT_EQ(failed["onboardingState"], "CREATED");
  EXPECT_EQ(failed["onboardingFailureDetails"]["status"], 422);
  EXPECT_THAT(failed["onboardingFailureDetails"]["detail"].get<std::string>(), HasSubstr("no zip"));
  EXPECT_EQ(contents(), 0U);
  EXPECT_EQ(packages_->content("t", id).error().code, Errc::conflict);

  const auto info = upload(id, sample_csar()).info;
  EXPECT_EQ(info["onboardingState"], "ONBOARDED");
  EXPECT_FALSE(info.contains("onboardingFailureDetails"));
}

/// A package that `identity` has signed, as `vnfm new` makes it.
std::map<std::string, std::string> signed_files(const tosca::Identity& identity) {
  auto files = tosca::starter_package(
      {.name = "fw", .provider = "Example", .descriptor_id = "5e0c0c1a-0", .released = "2026-01-01T00:00:00Z"});
  (*files)["Files/charts/a"] = "chart";
  (*files)["fw.mf"] += "non_mano_artifact_sets:\n  onap_charts:\n    Source: Files/charts/a\n";
  return tosca::signed_package(std::move(*files), identity, "fw").value();
}

TEST_F(PackagesTest, WhoSignedAPackageIsTold) {
  const auto identity = tosca::make_identity("Example").value();
  signatures_ = {.mode = tosca::SignatureMode::require, .trust = identity.certificate};
  open();
  const auto info = upload(create(), tosca::make_zip(signed_files(identity))).info;
  ASSERT_EQ(info["onboardingState"], "ONBOARDED") << info;
  EXPECT_EQ(info["packageSecurityOption"], "OPTION_1");
  EXPECT_EQ(info["signingCertificate"], identity.certificate);
  std::map<std::string, json> artifacts;
  for (const auto& artifact : info["additionalArtifacts"]) artifacts[artifact["artifactPath"]] = artifact;
  EXPECT_EQ(artifacts.size(), 3U) << info;
  EXPECT_EQ(artifacts["ChangeLog.txt"]["artifactClassification"], "HISTORY");
  EXPECT_EQ(artifacts["Files/charts/a"]["nonManoArtifactSetId"], "onap_charts");
  EXPECT_EQ(artifacts["Files/fw.rules"].size(), 3U);
}

TEST_F(PackagesTest, APackageSignedAsAWholeIsOnboardedAndServedAsItWasUploaded) {
  const auto identity = tosca::make_identity("Example").value();
  signatures_ = {.mode = tosca::SignatureMode::require, .trust = identity.certificate};
  open();
  const auto csar = sample_csar();
  const auto whole =
      tosca::make_zip({{"fw.csar", csar}, {"fw.cms", tosca::sign(csar, identity.key, identity.certificate).value()}});
  const auto id = create();
  const auto info = upload(id, whole).info;
  ASSERT_EQ(info["onboardingState"], "ONBOARDED") << info;
  EXPECT_EQ(info["packageSecurityOption"], "OPTION_2");
  EXPECT_EQ("sha256:" + info["checksum"]["hash"].get<std::string>(), digest_of(whole));
  EXPECT_EQ(agent::read_file(*packages_->content("t", id)), whole);
  EXPECT_EQ(packages_->vnfd("t", id)->size(), 1U);
  EXPECT_THAT(*packages_->artifact("t", id, "edge.rules"), HasSubstr("allow"));
}

TEST_F(PackagesTest, WhatIsNotSignedByTheTrustedIsRefusedAndLeavesNothing) {
  const auto identity = tosca::make_identity("Example").value(), other = tosca::make_identity("Other").value();
  signatures_ = {.mode = tosca::SignatureMode::require, .trust = identity.certificate};
  open();
  auto changed = signed_files(identity);
  changed["Files/charts/b"] = "more";
  for (const auto& [csar, why] :
       {std::pair{sample_csar(), "package: is not signed, expected a signature of its manifest or"},
        std::pair{tosca::make_zip(signed_files(other)), "signature of the manifest: the certificate of 'CN=Other'"},
        std::pair{tosca::make_zip(changed), "package/Files/charts/b:1: is not signed"}}) {
    const auto info = upload(create(), csar).info;
    EXPECT_EQ(info["onboardingState"], "CREATED");
    EXPECT_EQ(info["onboardingFailureDetails"]["status"], 422);
    EXPECT_THAT(info["onboardingFailureDetails"]["detail"].get<std::string>(), HasSubstr(why));
    EXPECT_EQ(contents(), 0U);
  }
}

/// Of what no JSON can hold, and once ended the manager.
TEST_F(PackagesTest, TextThatIsNoUtf8IsRefusedInWordsThatAre) {
  auto odd_name = tosca::make_zip({{"aXb", "text"}});
  for (auto at = odd_name.find('X'); at != odd_name.npos; at = odd_name.find('X')) odd_name[at] = '\xff';
  const auto long_line = std::string(79, 'x') + "\u00fc and more";
  for (const auto& csar :
       {odd_name, tosca::make_zip({{"v.yaml", "v"}, {"v.mf", "\xff\n"}}),
        tosca::make_zip({{"v.yaml", "v"}, {"v.mf", long_line + "\n"}}),
        tosca::make_zip({{"v.yaml", "v"}, {"TOSCA-Metadata/TOSCA.meta", "Entry-Definitions: \xff\n"}})}) {
    const auto info = upload(create(), csar).info;
    EXPECT_EQ(info["onboardingState"], "CREATED");
    EXPECT_NO_THROW(std::ignore = info.dump());
  }
}

/// As SOL001 has it, of virtual machines alone.
constexpr auto kVirtualMachines = R"(tosca_definitions_version: tosca_simple_yaml_1_3
imports: [ etsi_nfv_sol001_common_types.yaml, etsi_nfv_sol001_vnfd_types.yaml ]
node_types:
  acme.Vnf:
    derived_from: tosca.nodes.nfv.VNF
    properties: { descriptor_id: { type: string, default: acme-1 }, flavour_id: { type: string, default: simple } }
topology_template:
  substitution_mappings: { node_type: acme.Vnf, requirements: { virtual_link: [ CP1, virtual_link ] } }
  node_templates:
    VNF: { type: acme.Vnf, properties: { flavour_description: one server } }
    Server:
      type: tosca.nodes.nfv.Vdu.Compute
      properties:
        name: server
        description: a web server
        vdu_profile: { min_number_of_instances: 1, max_number_of_instances: 1 }
        sw_image_data:
          name: web
          version: '1.0'
          checksum: { algorithm: sha-256, hash: 9f2c }
          container_format: bare
          disk_format: qcow2
          min_disk: 1 GB
          size: 300 MB
      capabilities:
        virtual_compute: { properties: { virtual_cpu: { num_virtual_cpu: 1 }, virtual_memory: { virtual_mem_size: 1 GB } } }
      artifacts:
        sw_image: { type: tosca.artifacts.nfv.SwImage, file: web.qcow2 }
    CP1:
      type: tosca.nodes.nfv.VduCp
      properties: { layer_protocols: [ ipv4 ], order: 0 }
      requirements: [ { virtual_binding: Server } ]
)";

TEST_F(PackagesTest, APackageOfVirtualMachinesIsRefusedAndItsVduNamed) {
  const auto refused = upload(create(), tosca::make_zip({{"vnfd.yaml", kVirtualMachines}, {"web.qcow2", "QFI"}})).info;
  EXPECT_EQ(refused["onboardingState"], "CREATED");
  EXPECT_EQ(refused["onboardingFailureDetails"]["status"], 422);
  EXPECT_THAT(refused["onboardingFailureDetails"]["detail"].get<std::string>(),
              HasSubstr("vnfd.yaml:11: VDU `Server` of type tosca.nodes.nfv.Vdu.Compute is no uNF"));
}

TEST_F(PackagesTest, APackageOfVirtualMachinesIsOnboardedByTheImageMap) {
  open({.images = {{"web", tosca::pass_through()}}});
  const auto info = upload(create(), tosca::make_zip({{"vnfd.yaml", kVirtualMachines}, {"web.qcow2", "QFI"}})).info;
  EXPECT_EQ(info["onboardingState"], "ONBOARDED") << info.dump();
  auto images = info["softwareImages"];
  EXPECT_THAT(images.at(0).at("createdAt").get<std::string>(), testing::MatchesRegex("....-..-..T..:..:..Z"));
  images.at(0).erase("createdAt");
  EXPECT_EQ(images, nlohmann::json::parse(R"([{"id": "Server", "name": "web", "provider": "",
      "version": "1.0", "checksum": {"algorithm": "SHA-256", "hash": "9f2c"}, "isEncrypted": false,
      "containerFormat": "BARE", "diskFormat": "QCOW2", "minDisk": 1000000000, "minRam": 0, "size": 300000000,
      "imagePath": "web.qcow2"}])"));
}

TEST_F(PackagesTest, AVnfdIsOnboardedOnceATenant) {
  const auto first = create(), second = create(), other = create("u");
  EXPECT_EQ(upload(first, sample_csar()).info["onboardingState"], "ONBOARDED");
  const auto refused = upload(second, sample_csar()).info;
  EXPECT_EQ(refused["onboardingState"], "CREATED");
  EXPECT_THAT(refused["onboardingFailureDetails"]["detail"].get<std::string>(), HasSubstr("package " + first));
  EXPECT_EQ(upload(other, sample_csar(), "u").info["onboardingState"], "ONBOARDED");
  EXPECT_EQ(packages_->find_vnfd("u", kSampleVnfd)->id, other);
}

TEST_F(PackagesTest, TenantsDoNotSeeEachOthers) {
  const auto id = create();
  EXPECT_EQ(packages_->find("u", id).error().code, Errc::not_found);
  EXPECT_EQ(packages_->upload("u", id, incoming("x")).error().code, Errc::not_found);
  EXPECT_EQ(packages_->modify("u", found(id), {{"userDefinedData", {{"a", 1}}}}).error().code, Errc::conflict);
  EXPECT_EQ(packages_->remove("u", found(id)).error().code, Errc::conflict);
  EXPECT_TRUE(packages_->list("u", "", 10)->empty());
  EXPECT_EQ(packages_->list("t", "", 10)->size(), 1U);
}

TEST_F(PackagesTest, OnlyWhatIsDisabledIsRemoved) {
  const auto id = create();
  upload(id, sample_csar());
  EXPECT_EQ(packages_->remove("t", found(id)).error().code, Errc::conflict);
  EXPECT_EQ(packages_->modify("t", found(id), {{"operationalState", "ENABLED"}}).error().code, Errc::conflict);
  EXPECT_EQ(*packages_->modify("t", found(id), {{"operationalState", "DISABLED"}}),
            (json{{"operationalState", "DISABLED"}}));
  EXPECT_TRUE(packages_->remove("t", found(id)));
  EXPECT_EQ(packages_->find("t", id).error().code, Errc::not_found);
  EXPECT_EQ(packages_->find_vnfd("t", kSampleVnfd).error().code, Errc::not_found);
  EXPECT_EQ(contents(), 0U);
}

TEST_F(PackagesTest, UserDefinedDataIsMerged) {
  const auto id = packages_->create("t", {{"a", 1}, {"b", 2}})->id;
  EXPECT_EQ(*packages_->modify("t", found(id), {{"userDefinedData", {{"b", nullptr}, {"c", 3}}}}),
            (json{{"userDefinedData", {{"a", 1}, {"c", 3}}}}));
  EXPECT_EQ(packages_->modify("t", found(id), {{"operationalState", "ENABLED"}}).error().code, Errc::conflict);
}

TEST_F(PackagesTest, WhatHasChangedSinceItWasFoundIsNotChanged) {
  const auto before = found(create());
  EXPECT_TRUE(packages_->modify("t", before, {{"userDefinedData", {{"a", 1}}}}));
  EXPECT_EQ(packages_->modify("t", before, {{"userDefinedData", {{"a", 2}}}}).error().code, Errc::conflict);
  EXPECT_EQ(packages_->remove("t", before).error().code, Errc::conflict);
  EXPECT_EQ(found(before.id).info["userDefinedData"], (json{{"a", 1}}));
}

TEST_F(PackagesTest, OfTwoUploadsOneIsTaken) {
  const auto id = create();
  const auto one = incoming(sample_csar()), other = incoming("no zip");
  Result<void> first, second;
  std::thread uploading{[&] { first = packages_->upload("t", id, one); }};
  second = packages_->upload("t", id, other);
  uploading.join();
  packages_->wait();
  const auto state = packages_->find("t", id)->info["onboardingState"];
  if (first && second) {  // the bad one came first, and was done with
    EXPECT_EQ(state, "ONBOARDED");
  } else {
    ASSERT_NE(first.has_value(), second.has_value());
    EXPECT_EQ(state, first ? "ONBOARDED" : "CREATED");
    EXPECT_EQ((first ? second : first).error().code, Errc::conflict);
  }
}

TEST_F(PackagesTest, ListsByIdFromAnyOneOn) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(create());
  std::ranges::sort(ids);
  const auto page = packages_->list("t", ids[1], 2);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->size(), 2U);
  EXPECT_EQ((*page)[0].id, ids[2]);
  EXPECT_EQ((*page)[1].id, ids[3]);
}

TEST_F(PackagesTest, ARestartGoesOnOnboardingAndSweeps) {
  const auto done = create(), untouched = create();
  upload(done, sample_csar());
  // As a kill left them: accepted and not onboarded; a body that came half; a file that no record names.
  const auto other = create("u");
  std::ofstream{root_ / "packages" / (other + ".csar"), std::ios::binary} << sample_csar();
  ASSERT_TRUE(
      store_->commit({.puts = {{"vnfpkg/u/" + other, json{{"id", other}, {"onboardingState", "PROCESSING"}}.dump()}}}));
  std::ofstream{root_ / "packages" / "nobodys.csar"} << "x";
  incoming("half a body");

  open();
  packages_->wait();
  EXPECT_EQ(packages_->find("t", done)->info["onboardingState"], "ONBOARDED");
  EXPECT_EQ(packages_->find("u", other)->info["onboardingState"], "ONBOARDED");
  EXPECT_EQ(packages_->find("t", untouched)->info["onboardingState"], "CREATED");
  EXPECT_EQ(contents(), 2U);
  EXPECT_TRUE(std::filesystem::is_empty(packages_->incoming()));
}

/// Serves what a URI may lead to.
class FromUri : public PackagesTest {
 protected:
  FromUri() {
    HttpConfig config;
    config.listen.port = 0;
    server_ = HttpServer::start(config, [](const HttpRequest& head) {
                if (head.header("Authorization") != "Basic dTpw") return problem_response(401, "who?");
                if (head.target == "/long") return HttpResponse{.body = std::string(2 << 20, 'x')};
                return HttpResponse{.body = sample_csar()};
              }).value();
  }
  OutgoingRequest get(const std::string& path) {
    return {.uri = fmt::format("http://{}{}", server_->endpoint().to_string(), path), .user = "u", .password = "p"};
  }
  json fetched(OutgoingRequest from) {
    const auto id = create();
    EXPECT_TRUE(packages_->upload_from_uri("t", id, std::move(from)));
    packages_->wait();
    return packages_->find("t", id)->info;
  }
  std::unique_ptr<HttpServer> server_;
};

TEST_F(FromUri, FetchesTheContent) {
  const auto info = fetched(get("/a"));
  EXPECT_EQ(info["onboardingState"], "ONBOARDED") << info;
  EXPECT_EQ(agent::read_file(*packages_->content("t", info["id"])), sample_csar());
  EXPECT_EQ(packages_->upload_from_uri("t", info["id"], get("/a")).error().code, Errc::conflict);
}

TEST_F(FromUri, WhatCannotBeFetchedSaysWhy) {
  auto stranger = get("/a");
  stranger.user.clear();
  EXPECT_THAT(fetched(stranger)["onboardingFailureDetails"]["detail"].get<std::string>(),
              HasSubstr("answers with 401"));
  EXPECT_THAT(fetched(get("/long"))["onboardingFailureDetails"]["detail"].get<std::string>(), HasSubstr("more than"));
  EXPECT_THAT(
      fetched({.uri = "http://169.254.169.254/latest"})["onboardingFailureDetails"]["detail"].get<std::string>(),
      HasSubstr("not allowed"));
  EXPECT_EQ(packages_->upload_from_uri("t", create(), {.uri = "file:///etc/passwd"}).error().code, Errc::unsupported);
  EXPECT_EQ(contents(), 0U);
}

TEST_F(PackagesTest, WhatNobodyUploadedComesFromTheNfvo) {
  const auto csar = sample_csar();
  nfvo_->offer(kSampleVnfd, csar, 2);
  const auto package = packages_->obtain("t", kSampleVnfd);
  ASSERT_TRUE(package) << package.error().message;
  EXPECT_EQ(package->info["onboardingState"], "ONBOARDED");
  EXPECT_EQ(agent::read_file(*packages_->content("t", package->id)), csar);
  EXPECT_THAT(nfvo_->written(), testing::SizeIs(3)) << "the rest of what broke off";
  EXPECT_EQ(packages_->obtain("t", kSampleVnfd)->id, package->id);
  EXPECT_THAT(nfvo_->written(), testing::SizeIs(3)) << "it is there";
  EXPECT_EQ(packages_->obtain("u", "unknown").error().code, Errc::not_found);
  EXPECT_TRUE(packages_->list("u", "", 10)->empty());
}

TEST_F(PackagesTest, WhatTheNfvoHasMayBeBadAndBetterLater) {
  nfvo_->offer(kSampleVnfd, "no zip");
  const auto bad = packages_->obtain("t", kSampleVnfd);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Errc::unsupported);
  EXPECT_THAT(bad.error().message, HasSubstr("no zip"));
  nfvo_->offer(kSampleVnfd, sample_csar());
  EXPECT_TRUE(packages_->obtain("t", kSampleVnfd));
  EXPECT_EQ(packages_->list("t", "", 10)->size(), 1U) << "of one VNFD there is one record";
}

TEST_F(PackagesTest, ARestartGoesOnFetchingFromTheNfvo) {
  const auto csar = sample_csar();
  nfvo_->offer(kSampleVnfd, csar);
  const json record{{"id", "x"}, {"onboardingState", "UPLOADING"}};
  ASSERT_TRUE(
      store_->commit({.puts = {{"vnfpkg/t/x", record.dump()}, {"vnfpkg-nfvo/t/" + std::string{kSampleVnfd}, "x"}}}));
  std::ofstream{root_ / "packages" / "x.csar", std::ios::binary} << csar.substr(0, 100);
  open();
  packages_->wait();
  EXPECT_EQ(found("x").info["onboardingState"], "ONBOARDED") << found("x").info;
  EXPECT_THAT(nfvo_->written(), ElementsAre(csar.size() - 100));
}

TEST_F(PackagesTest, ARestartWhileFetchingIsSaid) {
  ASSERT_TRUE(store_->commit({.puts = {{"vnfpkg/t/x", json{{"id", "x"}, {"onboardingState", "UPLOADING"}}.dump()}}}));
  open();
  const auto info = packages_->find("t", "x")->info;
  EXPECT_EQ(info["onboardingState"], "CREATED");
  EXPECT_THAT(info["onboardingFailureDetails"]["detail"].get<std::string>(), HasSubstr("restarted"));
}

TEST_F(PackagesTest, OfTwoPackagesOfAVnfdOneIsOnboarded) {
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i) {
    ids.push_back(create());
    ASSERT_TRUE(packages_->upload("t", ids.back(), incoming(sample_csar())));
  }
  packages_->wait();
  const auto onboarded = std::ranges::count_if(
      ids, [&](const auto& id) { return packages_->find("t", id)->info["onboardingState"] == "ONBOARDED"; });
  EXPECT_EQ(onboarded, 1);
  EXPECT_EQ(contents(), 1U);
}

TEST_F(PackagesTest, AnotherLeaderEndsChanges) {
  const auto id = create();
  const auto keys = all_of(store_->store(), "").value();
  const auto leader = std::ranges::find_if(keys, [](const auto& entry) { return entry.key.ends_with("manager"); });
  ASSERT_NE(leader, keys.end());
  ASSERT_TRUE(store_->store().commit({.erasures = {leader->key}}));
  EXPECT_EQ(packages_->modify("t", found(id), {{"userDefinedData", {{"a", 1}}}}).error().code, Errc::conflict);
}

}  // namespace
}  // namespace unf::vnfm
