#include "tosca/csar.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>

#include "graph/model/artifacts.h"
#include "tests/support/by_name.h"
#include "tests/support/test_catalog.h"
#include "tosca/reader.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::by_name;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The files of the sample service.
std::map<std::string, std::string> sample() {
  std::map<std::string, std::string> files;
  for (const auto& file : std::filesystem::directory_iterator{UNF_SOURCE_DIR "/samples/enterprise-edge"}) {
    files.emplace(file.path().filename(), text_of(file.path()));
  }
  return files;
}

class CsarFile : public testing::Test {
 protected:
  CsarFile() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
  }
  ~CsarFile() override { std::filesystem::remove_all(root_); }

  Result<Csar> read(const std::string& bytes, const CsarLimits& limits = {}) {
    std::ofstream{root_ / "p.csar", std::ios::binary} << bytes;
    auto csar = read_csar(root_ / "p.csar", "p.csar", limits);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{root_}, {}), 1) << "something was unpacked";
    return csar;
  }
  std::filesystem::path root_;
};

TEST_F(CsarFile, IsReadAsItsDirectory) {
  const auto csar = read(make_zip(sample()));
  ASSERT_TRUE(csar) << csar.error().message;
  EXPECT_THAT(csar->files.paths, ElementsAre("p.csar"));
  ASSERT_EQ(csar->entries.size(), sample().size());
  const auto& rules = csar->entries[1];
  EXPECT_EQ(rules.name, "edge.rules");
  EXPECT_EQ(rules.digest, digest_of(sample()["edge.rules"]));
  EXPECT_EQ(rules.size, sample()["edge.rules"].size());
  const auto service = read_service(csar->files, testing_support::test_catalog());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->vnfs.size(), 3U);
}

TEST_F(CsarFile, ProblemsAreNamedByTheFileInside) {
  auto files = sample();
  files["firewall.yaml"] += "\n  unknown_section: {}\n";
  const auto csar = read(make_zip(files));
  ASSERT_TRUE(csar);
  const auto service = read_service(csar->files, testing_support::test_catalog());
  ASSERT_FALSE(service);
  EXPECT_THAT(service.error().message, HasSubstr("p.csar/firewall.yaml:"));
}

TEST_F(CsarFile, BinaryFilesAreListedOnly) {
  const std::string image{
      "\x7f"
      "ELF\0\0",
      6};
  const auto csar = read(make_zip({{"a.yaml", "a"}, {"images/i", image}}));
  ASSERT_TRUE(csar);
  EXPECT_EQ(csar->entries.size(), 2U);
  EXPECT_THAT(csar->files.files, ElementsAre(std::pair<const std::string, std::string>{"p.csar/a.yaml", "a"}));
  EXPECT_EQ(read_csar_entry(root_ / "p.csar", "images/i", 6), image);
  EXPECT_EQ(read_csar_entry(root_ / "p.csar", "images/i", 5).error().code, Errc::no_capacity);
  EXPECT_EQ(read_csar_entry(root_ / "p.csar", "images/j", 5).error().code, Errc::not_found);
}

struct Entry {
  std::string name;
  std::string text = "text";
  unsigned type = AE_IFREG;
  std::string link_to{};
};
/// Whatever the entries are; `options` of libarchive, such as `zip:compression=store`.
std::string zip_of(const std::vector<Entry>& entries, const char* options = "") {
  std::string zip(16 << 20, '\0');
  std::size_t used = 0;
  auto* writing = archive_write_new();
  archive_write_set_format_zip(writing);
  archive_write_set_options(writing, options);
  archive_write_set_passphrase(writing, "password");
  archive_write_open_memory(writing, zip.data(), zip.size(), &used);
  for (const auto& [name, text, type, link_to] : entries) {
    auto* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    if (!link_to.empty()) archive_entry_set_symlink(entry, link_to.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(type == AE_IFREG ? text.size() : 0));
    archive_write_header(writing, entry);
    if (type == AE_IFREG) archive_write_data(writing, text.data(), text.size());
    archive_entry_free(entry);
  }
  archive_write_close(writing);
  archive_write_free(writing);
  zip.resize(used);
  return zip;
}

std::string changed(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

struct Bad {
  const char* name;
  std::function<std::string()> zip;
  const char* why;
  CsarLimits limits{};
};
class BadCsars : public CsarFile, public testing::WithParamInterface<Bad> {};
TEST_P(BadCsars, AreRefused) {
  const auto csar = read(GetParam().zip(), GetParam().limits);
  ASSERT_FALSE(csar);
  EXPECT_EQ(csar.error().code, Errc::malformed);
  EXPECT_THAT(csar.error().message, testing::AllOf(testing::StartsWith("p.csar: "), HasSubstr(GetParam().why)));
}
INSTANTIATE_TEST_SUITE_P(
    Csar, BadCsars,
    testing::Values(
        Bad{"Empty", [] { return std::string{}; }, "is no zip"},
        Bad{"NoZip", [] { return std::string(1000, 'x'); }, "zip"},
        Bad{"StartOnly", [] { return std::string{"PK\x03\x04 zip"}; }, ""},
        Bad{"Truncated", [] { return make_zip(sample()).substr(0, 2000); }, ""},
        Bad{"BadCrc",
            [] {
              return changed(zip_of({{"a", "0123456789"}}, "zip:compression=store"), "0123456789", "0123456780");
            },
            "CRC"},
        Bad{"Encrypted", [] { return zip_of({{"a"}}, "zip:encryption=traditional"); }, "a: is encrypted"},
        Bad{"Absolute", [] { return zip_of({{"/etc/passwd"}}); }, "relative name"},
        Bad{"DotDot", [] { return zip_of({{"a/../../b"}}); }, "a/../../b: expected a relative name"},
        Bad{"Backslash", [] { return zip_of({{"..\\b"}}); }, "relative name"},
        Bad{"Drive", [] { return zip_of({{"C:b"}}); }, "relative name"},
        Bad{"ControlCharacter", [] { return zip_of({{"a\nb"}}); }, "relative name"},
        Bad{"DoubleSlash", [] { return zip_of({{"a//b"}}); }, "relative name"},
        Bad{"LongName", [] { return zip_of({{std::string(1025, 'a')}}); }, "more than 1024"},
        Bad{"Link",
            [] {
              return zip_of({{"a", "", AE_IFLNK, "/etc/passwd"}});
            },
            "a: a link or a device"},
        Bad{"Twice",
            [] {
              return zip_of({{"a"}, {"a"}});
            },
            "a: is there twice"},
        Bad{"FileAndDirectory",
            [] {
              return zip_of({{"a/", "", AE_IFDIR}, {"a"}});
            },
            "a: is there twice"},
        Bad{"TooManyEntries",
            [] {
              return zip_of({{"a"}, {"b"}, {"c"}, {"d"}});
            },
            "more than 3 entries",
            {.max_entries = 3}},
        Bad{"TooBig",
            [] {
              return zip_of({{"a", std::string(3'000, 'x')}});
            },
            "more than 2000 bytes",
            {.max_bytes = 2'000}},
        Bad{"Bomb",
            [] {
              return zip_of({{"a", std::string(8 << 20, '0')}});
            },
            "more than 100 times"}),
    by_name);

RC_GTEST_FIXTURE_PROP(CsarFile, AnyChangedBytesAreSafe, ()) {
  static const auto kZip =
      make_zip({{"a.yaml", "tosca_definitions_version: x\n"}, {"b/c.rules", "allow any any any any any\n"}});
  auto bytes = kZip;
  const auto changes = *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
      rc::gen::pair(rc::gen::inRange<std::size_t>(0, bytes.size()), rc::gen::arbitrary<char>()));
  for (const auto& [at, byte] : changes) bytes[at] = byte;
  bytes.resize(*rc::gen::weightedElement<std::size_t>({{4, bytes.size()}, {1, bytes.size() / 2}}));
  const auto csar = read(bytes);
  if (csar) std::ignore = read_service(csar->files, testing_support::test_catalog());
}

RC_GTEST_FIXTURE_PROP(CsarFile, WhatIsZippedComesBack, ()) {
  std::map<std::string, std::string> files{{"x", "y"}};
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) files[fmt::format("d/{}", i)] = *rc::gen::arbitrary<std::string>();
  const auto csar = read(make_zip(files));
  RC_ASSERT(csar.has_value());
  RC_ASSERT(csar->entries.size() == files.size());
  for (const auto& [name, text] : files) RC_ASSERT(read_csar_entry(root_ / "p.csar", name, 1 << 20) == text);
}

TEST_F(CsarFile, TheVnfOfAPackageIsTold) {
  std::ofstream{root_ / "p.csar", std::ios::binary}
      << make_zip({{"firewall.yaml", sample()["firewall.yaml"]}, {"edge.rules", sample()["edge.rules"]}});
  const auto csar = read_csar(root_ / "p.csar", "p.csar");
  const auto info = read_vnfd_info(csar->files, testing_support::test_catalog());
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->descriptor_id, "5e0c0c1a-7d54-4a8e-9a0e-6f2b1d0f0a01");
  EXPECT_FALSE(info->provider.empty());
  EXPECT_FALSE(info->product_name.empty());
  EXPECT_FALSE(info->software_version.empty());
  EXPECT_FALSE(info->descriptor_version.empty());
  EXPECT_THAT(info->flavours, ElementsAre("default"));
  EXPECT_THAT(info->files, ElementsAre("p.csar/firewall.yaml"));
}

TEST_F(CsarFile, AServiceOfSeveralVnfsIsNoVnfPackage) {
  const auto csar = read(make_zip(sample()));
  const auto info = read_vnfd_info(csar->files, testing_support::test_catalog());
  ASSERT_FALSE(info);
  EXPECT_THAT(info.error().message, HasSubstr("a package has one VNF"));
}

/// Packages as others write them.
TEST_F(CsarFile, AuthoredPackagesAreRead) {
  const std::filesystem::path zip = UNF_SOURCE_DIR "/../shared/standards/sol004-csar/authored-unf-fw.csar";
  if (!std::filesystem::exists(zip)) GTEST_SKIP() << "needs the standards' sample packages";
  const auto csar = read_csar(zip, "fw.csar");
  ASSERT_TRUE(csar) << csar.error().message;
  EXPECT_TRUE(csar->files.files.contains("fw.csar/TOSCA-Metadata/TOSCA.meta"));
}

}  // namespace
}  // namespace unf::tosca
