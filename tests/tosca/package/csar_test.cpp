#include "tosca/package/csar.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>

#include "graph/model/artifacts.h"
#include "graph/model/digest.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"
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
  for (const auto& file : std::filesystem::directory_iterator{source_path("samples/enterprise-edge")}) {
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
    auto csar = read_csar(root_ / "p.csar", "p.csar", {.limits = limits, .signatures = {}});
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
  std::string zip(32 << 20, '\0');
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
std::string last_changed(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.rfind(from), from.size(), to);
}

/// A zip in parts, to be put together otherwise.
class Parts {
 public:
  explicit Parts(const std::string& zip) {
    const auto end = zip.size() - 22;
    auto at = number(zip, end + 16, 4);
    const auto directory = at;
    for (auto count = number(zip, end + 10, 2); count != 0; --count) {
      const auto size = 46 + number(zip, at + 28, 2) + number(zip, at + 30, 2) + number(zip, at + 32, 2);
      central.push_back(zip.substr(at, size));
      at += size;
    }
    for (std::size_t i = 0; i < central.size(); ++i) {
      const auto from = number(central[i], 42, 4);
      const auto to = i + 1 < central.size() ? number(central[i + 1], 42, 4) : directory;
      local.push_back(zip.substr(from, to - from));
    }
  }
  [[nodiscard]] std::string zip() const {
    std::string all;
    for (const auto& part : local) all += part;
    const auto directory = all.size();
    for (const auto& part : central) all += part;
    std::string end = "PK\x05\x06";
    end.resize(22);
    set(end, 8, 2, central.size());
    set(end, 10, 2, central.size());
    set(end, 12, 4, all.size() - directory);
    set(end, 16, 4, directory);
    return all + end;
  }
  static std::size_t number(const std::string& text, std::size_t at, std::size_t count) {
    std::size_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = value << 8U | static_cast<unsigned char>(text[at + i]);
    return value;
  }
  static void set(std::string& text, std::size_t at, std::size_t count, std::size_t value) {
    for (std::size_t i = 0; i < count; ++i) text[at + i] = static_cast<char>(value >> (8 * i));
  }

  std::vector<std::string> local, central;  ///< an entry each
};
/// Of `a.yaml`, `b.yaml` and `c.yaml`, changed.
std::string remade(const std::function<void(Parts&)>& change) {
  Parts parts{make_zip({{"a.yaml", "of a"}, {"b.yaml", "of b"}, {"c.yaml", "of c"}})};
  change(parts);
  return parts.zip();
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
        Bad{"Encrypted", [] { return zip_of({{"a"}}, "zip:encryption=traditional"); }, "'a': is encrypted"},
        Bad{"Absolute", [] { return zip_of({{"/etc/passwd"}}); }, "relative name"},
        Bad{"DotDot", [] { return zip_of({{"a/../../b"}}); }, "'a/../../b': expected a relative name"},
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
            "a: is a file and a directory"},
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
            "more than 100 times"},
        Bad{"BombSignedAsAWhole",
            [] {
              return make_zip({{"a.csar", zip_of({{"a", std::string(8 << 20, '0')}})}, {"a.cms", "x"}});
            },
            "more than 100 times"},
        Bad{"BombThatSaysItIsSmall",
            [] {
              Parts parts{zip_of({{"a", std::string(8 << 20, '0')}})};
              const auto packed = Parts::number(parts.central[0], 20, 4);
              Parts::set(parts.central[0], 24, 4, 100);
              auto& local = parts.local[0];
              if (Parts::number(local, 6, 2) & 8U) Parts::set(local, local.size() - 4, 4, 100);
              if (Parts::number(local, 22, 4) != 0) Parts::set(local, 22, 4, 100);
              EXPECT_GT(packed, 0U);
              return parts.zip();
            },
            ""},
        Bad{"AHundredThousandEntries",
            [] {
              std::vector<Entry> entries;
              for (int i = 0; i < 100'000; ++i) entries.push_back({fmt::format("{}", i), ""});
              return zip_of(entries);
            },
            "more than 10000 entries"},
        Bad{"Aes", [] { return zip_of({{"a"}}, "zip:encryption=aes256"); }, "'a': is encrypted"},
        Bad{"Device", [] { return remade([](Parts& p) { Parts::set(p.central[1], 40, 2, AE_IFCHR | 0644U); }); },
            "b.yaml: a link or a device"},
        Bad{"Nul",
            [] {
              return changed(last_changed(zip_of({{"aXb"}}), "aXb", std::string_view{"a\0b", 3}), "aXb",
                             std::string_view{"a\0b", 3});
            },
            "relative name"},
        Bad{"NoUtf8",
            [] {
              return changed(last_changed(zip_of({{"aXb"}}), "X", "\xff"), "aXb",
                             "a\xff"
                             "b");
            },
            "'a\\xffb': expected a relative name in UTF-8"},
        Bad{"FileBelowAFile",
            [] {
              return zip_of({{"a"}, {"a/b"}});
            },
            "a: is a file and a directory"},
        Bad{"OtherNameInFront", [] { return changed(zip_of({{"a.yaml"}}), "a.yaml", "b.yaml"); },
            "'a.yaml': the directory says something else of its name"},
        Bad{"OtherNameInTheDirectory", [] { return last_changed(zip_of({{"a.yaml"}}), "a.yaml", "b.yaml"); },
            "'b.yaml': the directory says something else of its name"},
        Bad{"OtherCompressionInFront", [] { return remade([](Parts& p) { Parts::set(p.local[1], 8, 2, 0); }); },
            "'b.yaml': the directory says something else of its compression"},
        Bad{"OtherFlagsInFront", [] { return remade([](Parts& p) { p.local[1][6] ^= 8; }); },
            "'b.yaml': the directory says something else of its flags"},
        Bad{"OtherSizeInFront", [] { return remade([](Parts& p) { Parts::set(p.local[1], 22, 4, 77); }); },
            "'b.yaml': the directory says something else of its size"},
        Bad{"OtherChecksumInFront", [] { return remade([](Parts& p) { Parts::set(p.local[1], 14, 4, 77); }); },
            "'b.yaml': the directory says something else of its size or checksum"},
        Bad{"OtherSizeBehind", [] { return remade([](Parts& p) { p.local[1].back() ^= 1; }); },
            "'b.yaml': something stands behind it"},
        Bad{"UnknownCompression", [] { return remade([](Parts& p) { Parts::set(p.central[1], 10, 2, 14); }); },
            "'b.yaml': compressed by method 14, expected 8"},
        Bad{"Overlapping", [] { return remade([](Parts& p) { Parts::set(p.central[1], 20, 4, 1000); }); },
            "'b.yaml': overlaps what comes next"},
        Bad{"TwiceTheSameBytes",
            [] {
              return remade([](Parts& p) { Parts::set(p.central[1], 42, 4, Parts::number(p.central[2], 42, 4)); });
            },
            ""},
        Bad{"NotInTheDirectory", [] { return remade([](Parts& p) { p.central.erase(p.central.begin() + 1); }); },
            "'a.yaml': something stands behind it"},
        Bad{"FirstNotInTheDirectory", [] { return remade([](Parts& p) { p.central.erase(p.central.begin()); }); },
            "something stands in front of it"},
        Bad{"SomethingInFront",
            [] {
              return "#!/bin/sh\n" + make_zip({{"a", "a"}});
            },
            "stands in front of it"},
        Bad{"SomethingBehind",
            [] {
              return make_zip({{"a", "a"}}) + "more";
            },
            "something stands behind it"},
        Bad{"TwoZips",
            [] {
              return make_zip({{"a", "a"}}) + make_zip({{"b", "b"}});
            },
            "ends more than once"},
        Bad{"TwoBigZips",
            [] {
              return make_zip({{"a", "a"}}) + zip_of({{"b", std::string(9000, 'b')}}, "zip:compression=store");
            },
            "stands in front of it"},
        Bad{"TwoNames",
            [] {
              return remade([](Parts& p) {
                const std::string field{"\x75\x70\x0b\x00\x01....z.yaml", 15};
                Parts::set(p.central[0], 30, 2, Parts::number(p.central[0], 30, 2) + field.size());
                p.central[0].insert(46 + 6, field);
              });
            },
            "'a.yaml': has two names"},
        Bad{"Split", [] { return remade([](Parts& p) { Parts::set(p.central[0], 34, 2, 1); }); }, "split zip"}),
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

TEST_F(CsarFile, OtherFormsOfZipsAreRead) {
  for (const auto* options : {"zip:compression=store", "zip:zip64", "zip:experimental"}) {
    const auto csar = read(zip_of({{"d/", "", AE_IFDIR}, {"d/a.yaml", "text"}, {"b.yaml", "text"}}, options));
    EXPECT_TRUE(csar) << options << ": " << csar.error().message;
  }
  const auto csar = read(make_zip({{"Grüße.yaml", "text"}}));
  ASSERT_TRUE(csar) << csar.error().message;
  EXPECT_TRUE(csar->files.files.contains("p.csar/Grüße.yaml"));
  auto commented = make_zip({{"a.yaml", "text"}}) + "comment";
  Parts::set(commented, commented.size() - 9, 2, 7);
  EXPECT_TRUE(read(commented));
  EXPECT_TRUE(read(remade([](Parts& p) { std::swap(p.central[0], p.central[2]); })));
}

TEST_F(CsarFile, ZipsInAZipAreNotOpened) {
  const auto bomb = zip_of({{"0", std::string(8 << 20, '0')}, {"../../etc/passwd"}});
  for (const auto& files : {std::map<std::string, std::string>{{"v.yaml", "vnfd"}, {"bomb.zip", bomb}},
                            {{"bomb.csar", bomb}, {"other.cms", "x"}},
                            {{"bomb.csar", bomb}, {"bomb.cms", "x"}, {"v.yaml", "vnfd"}},
                            {{"bomb.csar", bomb}, {"bomb.cert", "x"}},
                            {{"d/bomb.csar", bomb}, {"d/bomb.cms", "x"}}}) {
    const auto csar = read(make_zip(files));
    ASSERT_TRUE(csar) << csar.error().message;
    EXPECT_EQ(csar->entries.size(), files.size());
  }
}

/// A package of `vnfd.yaml` ("vnfd") and `Files/a.bin` (with a NUL), whose TOSCA.meta and manifest are these.
struct Listed {
  const char* name;
  std::string meta;      ///< empty: none
  std::string manifest;  ///< m.mf; empty: none
  std::vector<std::string> problems;
};
const std::string kBinary{"\0binary", 7};
class ListedFiles : public CsarFile, public testing::WithParamInterface<Listed> {};

TEST_P(ListedFiles, AreWhatThePackageSays) {
  const auto& [name, meta, manifest, problems] = GetParam();
  std::map<std::string, std::string> files{{"vnfd.yaml", "vnfd"}, {"Files/a.bin", kBinary}};
  if (!meta.empty()) files["TOSCA-Metadata/TOSCA.meta"] = meta;
  if (!manifest.empty()) files["m.mf"] = manifest;
  const auto csar = read(make_zip(files));
  if (problems.empty()) {
    EXPECT_TRUE(csar) << csar.error().message;
    return;
  }
  ASSERT_FALSE(csar);
  EXPECT_EQ(csar.error().code, Errc::malformed);
  EXPECT_EQ(csar.error().message, fmt::format("{}", fmt::join(problems, "\n")));
}

std::string source(std::string_view name, std::string_view algorithm, std::string_view hash) {
  return fmt::format("Source: {}\nAlgorithm: {}\nHash: {}\n", name, algorithm, hash);
}
const std::string kVnfdHash = hash_of("vnfd", HashFunction::sha256);
const std::string kNone(64, '0');

INSTANTIATE_TEST_SUITE_P(
    Csar, ListedFiles,
    testing::Values(
        Listed{"Sha256", {}, source("vnfd.yaml", "SHA-256", kVnfdHash), {}},
        Listed{"EachFunction",
               {},
               source("Files/a.bin", "SHA-224", hash_of(kBinary, HashFunction::sha224)) + "\n" +
                   source("vnfd.yaml", "SHA-384", hash_of("vnfd", HashFunction::sha384)) +
                   source("./Files/a.bin", "sha-512", hash_of(kBinary, HashFunction::sha512)),
               {}},
        Listed{"AsRealOnesAre",
               "TOSCA-Meta-File-Version: 1.0\r\nCreated-by: x\r\nEntry-Definitions: vnfd.yaml\r\nentry-manifest: m.mf",
               "# a comment\nmetadata:\n  vnf_product_name: V\n  compatible_specification_versions: 2.7.1,\n    3.3.1\n"
               "vnf_release_date_time: 2026-01-01T00:00:00Z\nnon_mano_artifact_sets:\n  charts:\n    Source: "
               "Files/a.bin\n\n" +
                   source("https://example.com/image", "SHA-256", kNone) + source("vnfd.yaml", "SHA-256", kVnfdHash) +
                   "Signature: vnfd.sig\n\n-----BEGIN CMS-----\nabc\n-----END CMS-----\n",
               {}},
        Listed{"InMeta",
               "Entry-Definitions: vnfd.yaml\n\nName: vnfd.yaml\nContent-Type: text\nAlgorithm: SHA-256\nHash: " +
                   kVnfdHash + "\n\nName: Files/a.bin\nContent-Type: image\n",
               {},
               {}},
        Listed{"OtherHash",
               "Entry-Definitions: vnfd.yaml\n\nName: vnfd.yaml\nAlgorithm: SHA-256\nHash: " + kNone,
               source("Files/a.bin", "SHA-512", "12"),
               {"p.csar/TOSCA-Metadata/TOSCA.meta:3: 'vnfd.yaml': its SHA-256 is " + kVnfdHash + ", but '" + kNone +
                    "' is listed",
                "p.csar/m.mf:1: 'Files/a.bin': its SHA-512 is " + hash_of(kBinary, HashFunction::sha512) +
                    ", but '12' is listed"}},
        Listed{"Absent",
               {},
               "\n" + source("Files/b.bin", "SHA-256", kNone) + source("../vnfd.yaml", "SHA-256", kVnfdHash),
               {"p.csar/m.mf:2: 'Files/b.bin': is listed, but there is no such file in the package",
                "p.csar/m.mf:5: '../vnfd.yaml': is listed, but there is no such file in the package"}},
        Listed{
            "Incomplete",
            {},
            "Source: vnfd.yaml\nHash: " + kVnfdHash + "\nSource: vnfd.yaml\nAlgorithm: SHA-256\nSource: Files/a.bin\n",
            {"p.csar/m.mf:1: 'vnfd.yaml': no Algorithm, expected one, and a Hash",
             "p.csar/m.mf:3: 'vnfd.yaml': no Hash, expected one by its Algorithm",
             "p.csar/m.mf:5: 'Files/a.bin': no Algorithm, expected one, and a Hash"}},
        Listed{"UnknownFunction",
               {},
               source("vnfd.yaml", "MD5", kNone) + "what is this\n",
               {"p.csar/m.mf:2: unknown Algorithm 'MD5', expected one of SHA-224, SHA-256, SHA-384, SHA-512",
                "p.csar/m.mf:4: 'what is this': expected a line `KEY: VALUE`"}},
        Listed{"NoEntry",
               "TOSCA-Meta-File-Version: 1.1\n",
               {},
               {"p.csar/TOSCA-Metadata/TOSCA.meta:1: no `Entry-Definitions`, expected the name of a service template"}},
        Listed{"EntryAbsent",
               "CSAR-Version: 1.1\nEntry-Definitions: v.yaml\n",
               {},
               {"p.csar/TOSCA-Metadata/TOSCA.meta:2: Entry-Definitions `v.yaml` is absent, expected a file of the "
                "package"}},
        Listed{"UnknownVersions",
               "TOSCA-Meta-File-Version: 3\nCSAR-Version: x\nEntry-Definitions: vnfd.yaml\n",
               {},
               {"p.csar/TOSCA-Metadata/TOSCA.meta:1: tosca-meta-file-version: is '3', expected 1.0 or 1.1",
                "p.csar/TOSCA-Metadata/TOSCA.meta:2: csar-version: is 'x', expected 1.0 or 1.1"}},
        Listed{"NoUtf8", {}, "metadata: \xff\n", {"p.csar/m.mf:1: no text in UTF-8, expected lines `KEY: VALUE`"}},
        Listed{"BehindTheSignature",
               {},
               "-----BEGIN CMS-----\nabc\n-----END CMS-----\n\nSource: vnfd.yaml\n",
               {"p.csar/m.mf:5: something stands behind the signature, expected its end"}},
        Listed{"NoManifest",
               "Entry-Definitions: vnfd.yaml\nETSI-Entry-Manifest: n.mf\n",
               source("vnfd.yaml", "SHA-256", kVnfdHash),
               {"p.csar/TOSCA-Metadata/TOSCA.meta:2: manifest 'n.mf' is absent, expected a file of the package"}},
        Listed{"ManifestOutside",
               "Entry-Definitions: vnfd.yaml\nETSI-Entry-Manifest: ../m.mf\n",
               source("vnfd.yaml", "SHA-256", kVnfdHash),
               {"p.csar/TOSCA-Metadata/TOSCA.meta:2: manifest '../m.mf' is outside the package, expected a file inside "
                "it"}}),
    testing_support::by_name);

/// Without TOSCA.meta, by the names at the root (SOL004 4.1.3).
struct AtRoot {
  const char* name;
  std::vector<std::string> files;
  const char* why;
};
class FilesAtRoot : public CsarFile, public testing::WithParamInterface<AtRoot> {};
TEST_P(FilesAtRoot, SayWhatIsTheEntry) {
  std::map<std::string, std::string> files;
  for (const auto& file : GetParam().files) files[file];
  const auto csar = read(make_zip(files));
  if (*GetParam().why == '\0') {
    EXPECT_TRUE(csar) << csar.error().message;
  } else {
    ASSERT_FALSE(csar);
    EXPECT_EQ(csar.error().message, GetParam().why);
  }
}
INSTANTIATE_TEST_SUITE_P(
    Option2, FilesAtRoot,
    testing::Values(AtRoot{"OfOneName", {"v.yaml", "v.mf", "v.cert", "d/w.yaml"}, ""},
                    AtRoot{"OfOtherName", {"v.yml", "m.mf"}, ""},
                    AtRoot{"SeveralManifests", {"v.yaml", "v.mf", "w.mf"}, ""},
                    AtRoot{"NoManifest", {"v.yaml", "w.yaml"}, ""},
                    AtRoot{"TwoEntries",
                           {"v.yaml", "w.yaml", "v.mf"},
                           "p.csar/v.mf:1: 2 YAML files beside it: 'p.csar/v.yaml', 'p.csar/w.yaml', expected one, the "
                           "entry, or TOSCA-Metadata/TOSCA.meta"},
                    AtRoot{"NoEntry",
                           {"d/v.yaml", "v.mf"},
                           "p.csar/v.mf:1: 0 YAML files beside it, expected one, the entry, or "
                           "TOSCA-Metadata/TOSCA.meta"},
                    AtRoot{"NoManifestOfThatName",
                           {"v.yaml", "a.mf", "b.mf"},
                           "p.csar/a.mf:1: one of several manifests: 'p.csar/a.mf', 'p.csar/b.mf', expected one"}),
    by_name);

struct About {
  const char* name;
  const char* manifest;
  const char* kind;
};
class Metadata : public CsarFile, public testing::WithParamInterface<About> {};
TEST_P(Metadata, AreReadFromTheManifest) {
  const auto csar = read(make_zip({{"v.yaml", "vnfd"}, {"v.mf", GetParam().manifest}}));
  ASSERT_TRUE(csar) << csar.error().message;
  const auto& found = csar->list.metadata;
  EXPECT_EQ(found.kind, GetParam().kind);
  EXPECT_EQ(found.descriptor_id, "id");
  EXPECT_EQ(found.product, "product");
  EXPECT_EQ(found.provider, "provider");
  EXPECT_EQ(found.version, "1.0");
  EXPECT_EQ(found.released, "2026-01-01T00:00:00Z");
}
INSTANTIATE_TEST_SUITE_P(
    Csar, Metadata,
    testing::Values(About{"Vnf",
                          "metadata:\n  vnfd_id: id\n  vnf_product_name: product\n  vnf_provider_id: provider\n"
                          "  vnf_package_version: 1.0\n  vnf_release_date_time: 2026-01-01T00:00:00Z",
                          "VNF"},
                    About{"Pnf",
                          "metadata:\r\npnfd_id: id\r\nPNFD_NAME: product\r\npnfd_provider: provider\r\n"
                          "pnfd_archive_version: 1.0\r\npnfd_release_date_time: 2026-01-01T00:00:00Z\r\n",
                          "PNF"},
                    About{"Ns",
                          "metadata:\nnsd_id: id\nnsd_name:\n product\nnsd_designer: provider\n"
                          "nsd_file_structure_version: 1.0\nnsd_release_date_time: 2026-01-01T00:00:00Z\n",
                          "NS"}),
    by_name);

TEST_F(CsarFile, SetsOfArtifactsThatAreNotForManagementAreRead) {
  const auto csar =
      read(make_zip({{"v.yaml", "vnfd"},
                     {"a", "a"},
                     {"b", "b"},
                     {"v.mf",
                      "metadata:\n vnf_product_name: V\nnon_mano_artifact_sets:\n  onap_charts:\n    Source: "
                      "a\n  other:\n    Source: b\n\n" +
                          source("v.yaml", "SHA-256", hash_of("vnfd", HashFunction::sha256))}}));
  ASSERT_TRUE(csar) << csar.error().message;
  std::vector<std::pair<std::string, std::string>> sets;
  for (const auto& file : csar->list.files) sets.emplace_back(file.name, file.artifact_set);
  EXPECT_THAT(sets, ElementsAre(std::pair{"a", "onap_charts"}, std::pair{"b", "other"}, std::pair{"v.yaml", ""}));
}

/// Each byte of a listed file counts, and each digit of its hash.
RC_GTEST_FIXTURE_PROP(CsarFile, AChangedFileIsNoticed, ()) {
  auto text = *rc::gen::nonEmpty<std::string>();
  const auto [name, function] =
      *rc::gen::element(std::pair{"SHA-224", HashFunction::sha224}, std::pair{"SHA-256", HashFunction::sha256},
                        std::pair{"SHA-384", HashFunction::sha384}, std::pair{"SHA-512", HashFunction::sha512});
  auto manifest = source("f", name, hash_of(text, function));
  RC_ASSERT(read(make_zip({{"m.mf", manifest}, {"m.yaml", ""}, {"f", text}})).has_value());
  if (*rc::gen::arbitrary<bool>()) {
    text[*rc::gen::inRange<std::size_t>(0, text.size())] ^= 1;
  } else {
    auto& digit = manifest[manifest.size() - 2 - *rc::gen::inRange<std::size_t>(0, 56)];
    digit = digit == '0' ? '1' : '0';
  }
  RC_ASSERT(!read(make_zip({{"m.mf", manifest}, {"m.yaml", ""}, {"f", text}})).has_value());
}

/// Packages as others write them, zipped where they lie there unpacked.
struct Standard {
  const char* name;
  const char* problem;  ///< nullptr: none
};
class StandardPackages : public CsarFile, public testing::WithParamInterface<Standard> {};
TEST_P(StandardPackages, AreReadOrRefused) {
  const auto root = std::filesystem::path{source_path("../shared/standards/sol004-csar")} / GetParam().name;
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "needs the standards' sample packages";
  std::map<std::string, std::string> files;
  for (const auto& file : std::filesystem::recursive_directory_iterator{root}) {
    if (file.is_regular_file()) files[file.path().lexically_relative(root)] = text_of(file.path());
  }
  const auto csar = read(make_zip(files));
  if (GetParam().problem == nullptr) {
    EXPECT_TRUE(csar) << csar.error().message;
  } else {
    ASSERT_FALSE(csar);
    EXPECT_THAT(csar.error().message, HasSubstr(GetParam().problem));
  }
}
INSTANTIATE_TEST_SUITE_P(
    Csar, StandardPackages,
    testing::Values(
        Standard{"getting_started", nullptr}, Standard{"basic_lcms_max", nullptr}, Standard{"authored-unf-fw", nullptr},
        Standard{"vnflcm1",
                 "p.csar/TOSCA-Metadata/TOSCA.meta:6: 'Files/images/cirros-0.5.2-x86_64-disk.img': is listed, but"},
        Standard{"sample_vnf_package_csar_manifest",
                 "p.csar/VNF.mf:5: 'Scripts/install.sh': is listed, but there is no such file"},
        Standard{"sample_vnf_package_csar_meta_in_manifest",
                 "p.csar/manifest.mf:1: 'Files/images/cirros-0.5.2-x86_64-disk.img': is listed, but"},
        Standard{"manifest_false_hash", "p.csar/TOSCA-Metadata/TOSCA.meta:6: 'Scripts/install.sh': is listed, but"}),
    [](const auto& tested) {
      std::string name = tested.param.name;
      std::erase_if(name, [](unsigned char c) { return std::isalnum(c) == 0; });
      return name;
    });

TEST_F(CsarFile, AuthoredPackagesAreRead) {
  const std::filesystem::path zip = source_path("../shared/standards/sol004-csar/authored-unf-fw.csar");
  if (!std::filesystem::exists(zip)) GTEST_SKIP() << "needs the standards' sample packages";
  const auto csar = read_csar(zip, "fw.csar");
  ASSERT_TRUE(csar) << csar.error().message;
  EXPECT_TRUE(csar->files.files.contains("fw.csar/TOSCA-Metadata/TOSCA.meta"));
}

}  // namespace
}  // namespace unf::tosca
