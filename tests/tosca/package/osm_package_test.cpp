#include "tosca/package/osm_package.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "graph/model/digest.h"
#include "tests/support/by_name.h"
#include "tests/tosca/support.h"
#include "tosca/image_map_reader.h"
#include "tosca/load.h"

namespace unf::tosca {
namespace {

using testing::HasSubstr;
using testing_support::by_name;

/// An entry of a tar.
struct Entry {
  std::string name, text;
  unsigned type = AE_IFREG;
  std::string link;
};

std::string tar_of(const std::vector<Entry>& entries, bool zipped = true) {
  std::string bytes;
  const std::unique_ptr<archive, decltype(&archive_write_free)> writing{archive_write_new(), archive_write_free};
  archive_write_set_format_ustar(writing.get());
  if (zipped) archive_write_add_filter_gzip(writing.get());
  archive_write_open2(
      writing.get(), &bytes, nullptr,
      [](archive*, void* to, const void* from, std::size_t size) -> la_ssize_t {
        static_cast<std::string*>(to)->append(static_cast<const char*>(from), size);
        return static_cast<la_ssize_t>(size);
      },
      nullptr, nullptr);
  for (const auto& [name, text, type, link] : entries) {
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry{archive_entry_new(), archive_entry_free};
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(text.size()));
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_perm(entry.get(), 0644);
    if (type == AE_IFLNK) archive_entry_set_symlink(entry.get(), link.c_str());
    if (type == AE_IFREG && !link.empty()) archive_entry_set_hardlink(entry.get(), link.c_str());
    archive_write_header(writing.get(), entry.get());
    archive_write_data(writing.get(), text.data(), text.size());
  }
  archive_write_close(writing.get());
  return bytes;
}

const std::string kVnfd = R"(vnfd:
  id: fw
  ext-cpd: [ { id: in, int-cpd: { vdu-id: m, cpd: a } }, { id: out, int-cpd: { vdu-id: m, cpd: b } } ]
  vdu: [ { id: m, sw-image-desc: fw-image, cloud-init-file: init.cfg, int-cpd: [ { id: a }, { id: b } ] } ]
)";
const std::string kNsd = R"(nsd:
  nsd:
  - id: ns
    virtual-link-desc: [ { id: l }, { id: r } ]
    df:
    - id: d
      vnf-profile:
      - id: fw
        vnfd-id: fw
        virtual-link-connectivity:
        - { virtual-link-profile-id: l, constituent-cpd-id: [ { constituent-base-element-id: fw, constituent-cpd-id: in } ] }
        - { virtual-link-profile-id: r, constituent-cpd-id: [ { constituent-base-element-id: fw, constituent-cpd-id: out } ] }
)";
const std::string kMd5OfInit = "5eb63bbbe01eeed093cb22bb8f5acdc3";  // of "hello world"

std::vector<Entry> package_of(const std::string& checksums = "") {
  std::vector<Entry> entries{{"fw_vnf/", "", AE_IFDIR},
                             {"fw_vnf/fw_vnfd.yaml", kVnfd},
                             {"fw_vnf/cloud_init/", "", AE_IFDIR},
                             {"fw_vnf/cloud_init/init.cfg", "hello world"},
                             {"fw_vnf/icons/x.png", std::string{"\x89PNG\0", 5}}};
  if (!checksums.empty()) entries.push_back({"fw_vnf/checksums.txt", checksums});
  return entries;
}

TEST(OsmPackage, IsReadAsItsDirectory) {
  for (const bool zipped : {true, false}) {
    const auto bytes = tar_of(package_of(), zipped);
    EXPECT_TRUE(is_tar(bytes.substr(0, 512)));
    const auto files = read_osm_package_bytes(bytes, "p.tar.gz");
    ASSERT_TRUE(files) << files.error().message;
    EXPECT_THAT(files->paths, testing::ElementsAre("p.tar.gz"));
    EXPECT_EQ(files->files.at("p.tar.gz/fw_vnf/fw_vnfd.yaml"), kVnfd);
    EXPECT_EQ(files->files.size(), 1U) << "a binary is no text, and cloud-init is for machines";
  }
  const auto dotted = read_osm_package_bytes(tar_of({{"./", "", AE_IFDIR}, {"./a/v.yaml", "x"}}), "p");
  ASSERT_TRUE(dotted) << dotted.error().message;
  EXPECT_TRUE(dotted->files.contains("p/a/v.yaml"));
}

TEST(OsmPackage, HasAnyNumberOfFilesForMachines) {
  auto entries = package_of();
  for (int i = 0; i < 2000; ++i) entries.push_back({fmt::format("fw_vnf/charms/c/lib/f{}.yaml", i), "a: {{ b }}\n"});
  const auto files = read_osm_package_bytes(tar_of(entries), "p.tar.gz");
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_EQ(files->files.size(), 1U);
}

struct Checksums {
  const char* name;
  std::string text;
  std::vector<const char*> problems;  ///< a part of each line
};
class OsmChecksums : public testing::TestWithParam<Checksums> {};

TEST_P(OsmChecksums, AreChecked) {
  const auto& [name, text, problems] = GetParam();
  const auto files = read_osm_package_bytes(tar_of(package_of(text)), "d/p.tar.gz");
  // The same unpacked.
  char root[] = "/tmp/unf-test-XXXXXX";
  const std::filesystem::path directory = mkdtemp(root);
  for (const auto& entry : package_of(text)) {
    if (entry.type == AE_IFDIR) continue;
    std::filesystem::create_directories((directory / entry.name).parent_path());
    std::ofstream{directory / entry.name, std::ios::binary} << entry.text;
  }
  const std::vector<std::string> paths{directory / "fw_vnf"};
  const auto unpacked = load(paths);
  std::filesystem::remove_all(directory);
  ASSERT_EQ(files.has_value(), problems.empty()) << (files ? "" : files.error().message);
  ASSERT_EQ(unpacked.has_value(), problems.empty()) << (unpacked ? "" : unpacked.error().message);
  if (files) return;
  EXPECT_EQ(files.error().code, Errc::malformed);
  for (const auto* problem : problems) {
    EXPECT_THAT(files.error().message, HasSubstr(std::string{"d/p.tar.gz/fw_vnf/checksums.txt:"} + problem));
    EXPECT_THAT(unpacked.error().message, HasSubstr(std::string{"fw_vnf/checksums.txt:"} + problem));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Osm, OsmChecksums,
    testing::Values(
        Checksums{"Md5", kMd5OfInit + "  cloud_init/init.cfg\n", {}},
        Checksums{"Md5WithTheFolder", kMd5OfInit + "\tfw_vnf/cloud_init/init.cfg\n", {}},
        Checksums{"Md5AsItLayElsewhere", kMd5OfInit + "\t/home/x/fw_vnf/cloud_init/init.cfg\n", {}},
        Checksums{"Md5SeenFromHere", kMd5OfInit + " *./cloud_init/init.cfg\r\n\n", {}},
        Checksums{"Sha256", hash_of(kVnfd, HashFunction::sha256) + "  fw_vnfd.yaml\n", {}},
        Checksums{"OfABinary", "00000000000000000000000000000000  icons/x.png\n", {"1: 'icons/x.png': its MD5 is"}},
        Checksums{"AnotherHash",
                  "\n" + hash_of("x", HashFunction::sha256) + "  fw_vnfd.yaml\n",
                  {"2: 'fw_vnfd.yaml': its SHA-256 is"}},
        Checksums{"All",
                  kMd5OfInit + "  fw_vnfd.yaml\n" + kMd5OfInit + " gone\nxyz\n",
                  {"1: 'fw_vnfd.yaml': its MD5 is", "2: 'gone': is listed, but there is no such file in the package",
                   "3: 'xyz' is no checksum, expected an MD5 or a SHA-256 and the name of a file"}},
        Checksums{"OutsideOfIt",
                  kMd5OfInit + "  ../../../etc/passwd\n",
                  {"1: '../../../etc/passwd': is listed, but there is no such file"}}),
    by_name);

struct Hostile {
  const char* name;
  std::string bytes;
  const char* problem;
  CsarLimits limits{};
};
class HostileTar : public testing::TestWithParam<Hostile> {};

TEST_P(HostileTar, IsRefused) {
  const auto files = read_osm_package_bytes(GetParam().bytes, "p.tar.gz", GetParam().limits);
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, Errc::malformed);
  EXPECT_THAT(files.error().message, HasSubstr(GetParam().problem));
  EXPECT_TRUE(files.error().message.starts_with("p.tar.gz"));
}

std::string many_entries() {
  std::vector<Entry> entries;
  for (int i = 0; i < 200; ++i) entries.push_back({fmt::format("d/f{}", i), ""});
  return tar_of(entries);
}

INSTANTIATE_TEST_SUITE_P(
    Osm, HostileTar,
    testing::Values(
        Hostile{"Nothing", "", "p.tar.gz"}, Hostile{"NoTar", "\x1f\x8b\x08 nothing", "p.tar.gz: is no tar"},
        Hostile{"Empty", tar_of({}), "p.tar.gz: has no file"},
        Hostile{"Upwards", tar_of({{"../x", "y"}}), "'../x': expected a relative name"},
        Hostile{"UpwardsInside", tar_of({{"a/../../x", "y"}}), "expected a relative name"},
        Hostile{"Absolute", tar_of({{"/etc/x", "y"}}), "expected a relative name"},
        Hostile{"Backslash", tar_of({{"a\\b", "y"}}), "expected a relative name"},
        Hostile{"Symlink", tar_of({{"a/x", "", AE_IFLNK, "/etc/passwd"}}), "a/x: a link or a device"},
        Hostile{"Hardlink", tar_of({{"a/x", "y"}, {"a/z", "", AE_IFREG, "a/x"}}), "a/z: a link or a device"},
        Hostile{"Pipe", tar_of({{"a/x", "", AE_IFIFO}}), "a/x: a link or a device"},
        Hostile{"Device", tar_of({{"a/x", "", AE_IFCHR}}), "a/x: a link or a device"},
        Hostile{"Twice", tar_of({{"a/x", "y"}, {"a/x", "z"}}), "a/x: is there twice"},
        Hostile{"FileAndDirectory", tar_of({{"a", "y"}, {"a/x", "z"}}), "a: is a file and a directory"},
        Hostile{"Bomb", tar_of({{"a/x", std::string(64 << 20, '\0')}}), "unpacks to more than 100 times its size"},
        Hostile{"LargeForItsLimits",
                tar_of({{"a/x", std::string(2 << 20, 'x')}}, false),
                "unpacks to more than 1000000 bytes",
                {.max_bytes = 1'000'000}},
        Hostile{"ManyEntries", many_entries(), "more than 100 entries", {.max_entries = 100}},
        Hostile{"LongName", tar_of({{std::string(90, 'x'), "y"}}), "a name of more than 80 bytes", {.max_name = 80}},
        Hostile{"CutOff", tar_of({{"a/x", std::string(9000, 'x')}}, false).substr(0, 3000), "a/x: "}),
    by_name);

TEST(OsmPackage, ADirectoryHasTheRulesThatItsPathsName) {
  char root[] = "/tmp/unf-test-XXXXXX";
  const std::filesystem::path directory = mkdtemp(root);
  std::filesystem::create_directories(directory / "rules");
  std::ofstream{directory / "nsd.yaml"} << "nsd: { id: n, vnffgd: { nfpd: { rule: rules/web.rules } } }\n";
  std::ofstream{directory / "rules/web.rules"} << "tcp any any any 80\n";
  std::ofstream{directory / "rules/other.rules"} << "udp any any any 80\n";
  const std::vector<std::string> paths{directory};
  const auto files = load(paths);
  std::filesystem::remove_all(directory);
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_TRUE(files->files.contains(directory / "rules/web.rules"));
  EXPECT_EQ(files->files.size(), 2U);
}

TEST(OsmPackage, SeveralAreOneService) {
  char root[] = "/tmp/unf-test-XXXXXX";
  const std::filesystem::path directory = mkdtemp(root);
  std::ofstream{directory / "fw.tar.gz", std::ios::binary} << tar_of(package_of());
  std::ofstream{directory / "ns.tar.gz", std::ios::binary} << tar_of({{"ns/ns_nsd.yaml", kNsd}});
  const std::vector<std::string> paths{directory / "ns.tar.gz", directory / "fw.tar.gz"};
  const auto files = load(paths);
  const auto signed_only = load(paths, {.limits = {}, .signatures = {.mode = SignatureMode::require, .trust = {}}});
  std::filesystem::remove_all(directory);
  ASSERT_TRUE(files) << files.error().message;
  const auto map = read_image_map({.paths = {"m"}, .files = {{"m", "images: { fw-image: pass-through }\n"}}},
                                  testing_support::test_catalog());
  ASSERT_TRUE(map);
  const auto service = read_service(*files, testing_support::test_catalog(), *map);
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->name, "ns");
  ASSERT_EQ(service->paths.size(), 1U);
  EXPECT_EQ(service->paths[0].in, "l");
  ASSERT_FALSE(signed_only);
  EXPECT_THAT(signed_only.error().message, HasSubstr("is not signed"));
}

}  // namespace
}  // namespace unf::tosca
