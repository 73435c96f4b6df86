#include "tosca/package/package_writer.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/support/test_catalog.h"
#include "tosca/package/csar.h"
#include "tosca/reader.h"

namespace unf::tosca {
namespace {

using testing::HasSubstr;

const Identity& identity() {
  static const auto made = make_identity("Example").value();
  return made;
}
NewPackage edge() {
  return {.name = "edge-1", .provider = "Example", .descriptor_id = "5e0c", .released = "2026-01-01T00:00:00Z"};
}
Result<Csar> read(const PackageTexts& files) {
  return read_csar_bytes(
      make_zip(files), "p",
      {.limits = {}, .signatures = {.mode = SignatureMode::require, .trust = identity().certificate}});
}

TEST(PackageWriter, BeginsWithAVnfThatCanBeDeployed) {
  for (const std::string provider : {"Example", "Grüße & Söhne: 'a' #1", "7", "{x}", "- a"}) {
    auto package = edge();
    package.provider = provider;
    const auto files = starter_package(package).and_then(
        [](PackageTexts made) { return signed_package(std::move(made), identity(), "./a/../p/"); });
    ASSERT_TRUE(files) << files.error().message;
    const auto csar = read(*files);
    ASSERT_TRUE(csar) << csar.error().message;
    EXPECT_EQ(csar->list.metadata.provider, provider);
    EXPECT_EQ(csar->list.metadata.descriptor_id, "5e0c");
    const auto vnfd = read_vnfd_info(csar->files, testing_support::test_catalog());
    ASSERT_TRUE(vnfd) << vnfd.error().message;
    EXPECT_EQ(vnfd->provider, provider);
    EXPECT_EQ(vnfd->descriptor_id, "5e0c");
    EXPECT_EQ(vnfd->product_name, "edge-1");
    const auto service = read_service(csar->files, testing_support::test_catalog());
    ASSERT_TRUE(service) << service.error().message;
  }
}

TEST(PackageWriter, RefusesNamesThatCannotBe) {
  for (const std::string name : {"", "1a", "a/b", "..", "a b", "ü", "a.b"}) {
    auto package = edge();
    package.name = name;
    EXPECT_THAT(starter_package(package).error().message, HasSubstr("expected a letter, then letters")) << name;
  }
  for (const std::string& provider :
       {std::string{}, std::string{"a\nb"}, std::string{" a"}, std::string{"\xff"}, std::string(65, 'a')}) {
    auto package = edge();
    package.provider = provider;
    EXPECT_THAT(starter_package(package).error().message, HasSubstr("expected printable text")) << provider;
  }
}

TEST(PackageWriter, WritesTheManifestOfEditedFilesAnew) {
  auto files = signed_package(starter_package(edge()).value(), identity(), "p").value();
  files["Files/edge-1.rules"] = "allow udp any any any any\n";
  files["Files/more"] = "more";
  files.erase("ChangeLog.txt");
  files["edge-1.mf"].replace(files["edge-1.mf"].find("_version: 1.0"), 13, "_version: 1.1");
  EXPECT_FALSE(read(files));
  const auto again = signed_package(files, identity(), "p");
  ASSERT_TRUE(again) << again.error().message;
  const auto csar = read(*again);
  ASSERT_TRUE(csar) << csar.error().message;
  EXPECT_EQ(csar->list.metadata.software_version, "1.1");
  EXPECT_EQ(csar->list.files.size(), 5U);
  EXPECT_EQ(csar->signatures.signer->subject, "CN=Example");
}

TEST(PackageWriter, RefusesWhatWouldBeRefused) {
  const auto refused = [](const std::string& name, const std::string& text) {
    auto files = starter_package(edge()).value();
    files[name] = text;
    const auto made = signed_package(std::move(files), identity(), "p");
    return made ? std::string{} : made.error().message;
  };
  EXPECT_THAT(refused("Files/key", identity().key), HasSubstr("p/Files/key: a private key"));
  EXPECT_THAT(refused("TOSCA-Metadata/TOSCA.meta", "Entry-Definitions: x\n"),
              HasSubstr("p/TOSCA-Metadata/TOSCA.meta: expected one with an ETSI-Entry-Manifest"));
  EXPECT_THAT(refused("TOSCA-Metadata/TOSCA.meta", "Entry-Definitions: x\nETSI-Entry-Manifest: edge-1.mf\n"),
              HasSubstr("p/TOSCA-Metadata/TOSCA.meta:1: Entry-Definitions `x` is absent"));
  EXPECT_THAT(refused("a\\b", "x"), HasSubstr("expected a relative name"));
  const auto late = make_identity("late", -1).value();
  EXPECT_THAT(signed_package(starter_package(edge()).value(), late, "p").error().message, HasSubstr("has expired"));
}

TEST(PackageWriter, ReadsADirectoryButNoLinks) {
  char name[] = "/tmp/unf-test-XXXXXX";
  const std::filesystem::path root = mkdtemp(name);
  std::filesystem::create_directory(root / "d");
  std::filesystem::create_directory(root / ".git");
  std::ofstream{root / "d/a"} << "a";
  std::ofstream{root / ".git/b"} << "b";
  EXPECT_EQ(read_package_directory(root).value(), (PackageTexts{{"d/a", "a"}}));
  std::filesystem::create_symlink("a", root / "d/l");
  EXPECT_THAT(read_package_directory(root).error().message, HasSubstr("d/l: a link or a device"));
  EXPECT_EQ(read_package_directory(root / "none").error().code, Errc::unavailable);
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace unf::tosca
