#include "tosca/package/signature.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "graph/model/digest.h"
#include "tests/support/by_name.h"
#include "tosca/load.h"
#include "tosca/package/csar.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::by_name;
namespace fs = std::filesystem;

using Files = std::map<std::string, std::string>;

/// Keys, certificates and signatures as the `openssl` program makes them, so that it is not we who check ourselves.
class Openssl {
 public:
  Openssl() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
    const std::string self_signed = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 ";
    for (const std::string who : {"vendor", "other", "ca"}) {
      run(self_signed + "-subj /O=Example/CN=" + who + " -keyout " + who + ".key -out " + who + ".cert");
    }
    // The authority, one below it, and who is below that; and for all of them one whom nobody knows.
    issue("between", "ca", "basicConstraints=critical,CA:TRUE");
    issue("leaf", "between", "basicConstraints=CA:FALSE");
    issue("expired", "ca", "basicConstraints=CA:FALSE", -1);
    issue("server", "ca", "extendedKeyUsage=serverAuth");
    issue("encipher", "ca", "keyUsage=keyEncipherment");
    run("req -x509 -newkey rsa:1024 -nodes -days 30 -subj /CN=short -keyout short.key -out short.cert");
  }
  ~Openssl() { fs::remove_all(root_); }
  Openssl(const Openssl&) = delete;
  Openssl& operator=(const Openssl&) = delete;

  static Openssl& made() {
    static Openssl all;
    return all;
  }

  [[nodiscard]] std::string text(const std::string& file) const {
    std::ifstream stream{root_ / file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
  }
  /// PEM unless the options say otherwise.
  std::string sign(const std::string& content, const std::string& by, const std::string& options = "") {
    std::ofstream{root_ / "content", std::ios::binary} << content;
    const std::string form = options.find("-outform") == options.npos ? " -outform PEM " : " ";
    run("cms -sign -binary -in content -signer " + by + ".cert -inkey " + by + ".key -out signature" + form + options);
    return text("signature");
  }
  std::string der(const std::string& certificate) {
    run("x509 -in " + certificate + " -outform DER -out der");
    return text("der");
  }

 private:
  void run(const std::string& arguments) {
    const auto command = fmt::format("cd {} && openssl {} 2>log", root_.string(), arguments);
    EXPECT_EQ(std::system(command.c_str()), 0) << arguments << '\n' << text("log");
  }
  void issue(const std::string& who, const std::string& by, const std::string& extension, int days = 30) {
    std::ofstream{root_ / "extension"} << extension << '\n';
    run("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + who + " -keyout " + who +
        ".key -out csr");
    run(
        fmt::format("x509 -req -in csr -CA {0}.cert -CAkey {0}.key -CAcreateserial -extfile extension -days {1} -out "
                    "{2}.cert",
                    by, days, who));
  }

  fs::path root_;
};

std::string certificate(const std::string& who) { return Openssl::made().text(who + ".cert"); }

struct Signed {
  const char* name;
  std::function<std::string(const std::string& content)> sign;
  const char* trust;  ///< whose certificate
  std::string why{};  ///< empty: it is right
  std::vector<std::string> beside{};
};
class Signatures : public testing::TestWithParam<Signed> {};

TEST_P(Signatures, AreCheckedByTheTrusted) {
  const std::string content = "metadata:\n\nSource: a\n";
  const auto& [name, sign, trust, why, beside] = GetParam();
  std::vector<std::string> certificates;
  for (const auto& who : beside) certificates.push_back(certificate(who));
  const auto signer = verify_signature(sign(content), content, certificates, certificate(trust));
  if (why.empty()) {
    ASSERT_TRUE(signer) << signer.error().message;
    EXPECT_THAT(signer->certificate, testing::StartsWith("-----BEGIN CERTIFICATE-----"));
    return;
  }
  ASSERT_FALSE(signer);
  EXPECT_EQ(signer.error().code, Errc::malformed);
  EXPECT_THAT(signer.error().message, HasSubstr(why));
  EXPECT_EQ(signer.error().message.find('\n'), std::string::npos);
}
std::function<std::string(const std::string&)> by(const std::string& who, const std::string& options = "") {
  return [=](const std::string& content) { return Openssl::made().sign(content, who, options); };
}
/// Nobody's signature, over nothing: SignedData of RFC 5652 without signers.
std::string nobodys() {
  constexpr unsigned char kDer[] = {0x30, 0x23, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02,
                                    0xa0, 0x16, 0x30, 0x14, 0x02, 0x01, 0x01, 0x31, 0x00, 0x30, 0x0b, 0x06, 0x09,
                                    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01, 0x31, 0x00};
  return {reinterpret_cast<const char*>(kDer), sizeof kDer};
}
INSTANTIATE_TEST_SUITE_P(
    Cms, Signatures,
    testing::Values(
        Signed{"Pem", by("vendor"), "vendor"}, Signed{"Der", by("vendor", "-outform DER"), "vendor"},
        Signed{"CertificateBeside", by("vendor", "-nocerts"), "vendor", "", {"other", "vendor"}},
        Signed{"CertificateTwice", by("vendor"), "vendor", "", {"vendor"}},
        Signed{"WithoutAttributes", by("vendor", "-noattr"), "vendor"},
        Signed{"ByKeyIdentifier", by("vendor", "-keyid"), "vendor"},
        Signed{"Sha512", by("vendor", "-md sha512"), "vendor"},
        Signed{"ContentInside", by("vendor", "-nodetach"), "vendor"},
        Signed{"AuthorityInBetween", by("leaf"), "ca", "", {"between"}},
        Signed{"TrustedInBetween", by("leaf"), "between"},
        Signed{"CertificateMissing", by("vendor", "-nocerts"), "vendor", "certificate of its signer is missing"},
        Signed{"OtherCertificateOnly",
               by("vendor", "-nocerts"),
               "vendor",
               "certificate of its signer is missing",
               {"other"}},
        Signed{"SelfSigned", by("other"), "vendor", "'CN=other,O=Example': is signed by itself"},
        Signed{"ForeignAuthority",
               by("leaf"),
               "vendor",
               "'CN=leaf': is signed by itself, or by an authority that is",
               {"between", "ca"}},
        Signed{"UnknownAuthority", by("leaf"), "ca", "'CN=leaf': none of the trusted certificates vouches for it"},
        Signed{"Expired", by("expired"), "ca", "'CN=expired': it, or one that vouches for it, has expired"},
        Signed{"OfAServer", by("server"), "ca", "'CN=server': is for another use"},
        Signed{"ForEncipherment", by("encipher"), "ca", "'CN=encipher': is for another use"},
        Signed{"ShortKey", by("short"), "short", "key too weak"},
        Signed{"Sha1", by("vendor", "-md sha1"), "vendor", "its hash function is weak"},
        Signed{"OverSomethingElse", [](const std::string&) { return by("vendor")("other"); }, "vendor",
               "is over something else"},
        Signed{"OverSomethingElseWithoutAttributes",
               [](const std::string&) { return by("vendor", "-noattr")("other"); }, "vendor", "is over something else"},
        Signed{"Nobody", [](const std::string&) { return nobodys(); }, "vendor", "nobody signed it"},
        Signed{"Text", [](const std::string&) { return std::string{"signed"}; }, "vendor", "expected a CMS signature"},
        Signed{"CutOff", [](const std::string& content) { return by("vendor")(content).substr(0, 200); }, "vendor",
               "expected a CMS signature"},
        Signed{"ACertificate", [](const std::string&) { return certificate("vendor"); }, "vendor",
               "expected a CMS signature"}),
    by_name);

/// The key does not fit the certificate of that serial number.
TEST(Signature, ByAnotherKeyIsRefused) {
  const std::string content = "content";
  auto signature = Openssl::made().sign(content, "vendor", "-outform DER");
  signature[signature.size() - 3] ^= 1;  // in the number at its end
  const auto signer = verify_signature(signature, content, {}, certificate("vendor"));
  ASSERT_FALSE(signer);
  EXPECT_THAT(signer.error().message, HasSubstr("was not made with the key of its certificate"));
}

TEST(Signature, OfOursIsRight) {
  const auto identity = make_identity("Grüße");
  ASSERT_TRUE(identity) << identity.error().message;
  const auto signature = sign("content", identity->key, identity->certificate);
  ASSERT_TRUE(signature) << signature.error().message;
  EXPECT_THAT(*signature, testing::StartsWith("-----BEGIN CMS-----\n"));
  EXPECT_TRUE(verify_signature(*signature, "content", {}, identity->certificate));
  EXPECT_FALSE(verify_signature(*signature, "Content", {}, identity->certificate));
  const auto late = make_identity("late", -1);
  EXPECT_THAT(verify_signature(*sign("c", late->key, late->certificate), "c", {}, late->certificate).error().message,
              HasSubstr("has expired"));
  EXPECT_THAT(sign("c", late->key, identity->certificate).error().message, HasSubstr("the key is not that of"));
  EXPECT_THAT(sign("c", "x", identity->certificate).error().message, HasSubstr("private key in PEM"));
  EXPECT_THAT(sign("c", late->key, "x").error().message, HasSubstr("expected one in PEM"));
  EXPECT_FALSE(make_identity(""));
  EXPECT_FALSE(make_identity(std::string(65, 'x')));
}

class TrustTest : public testing::Test {
 protected:
  TrustTest() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
  }
  ~TrustTest() override { fs::remove_all(root_); }
  fs::path root_;
};

TEST_F(TrustTest, IsAFileOrADirectory) {
  EXPECT_EQ(read_trust(root_ / "none").error().code, Errc::unavailable);
  EXPECT_EQ(read_trust(root_).error().code, Errc::malformed);
  std::ofstream{root_ / "one.pem"} << "a comment\n" << certificate("vendor") << certificate("other");
  EXPECT_EQ(read_trust(root_ / "one.pem").value(), certificate("vendor") + certificate("other"));
  std::ofstream{root_ / "two.pem"} << certificate("ca");
  std::ofstream{root_ / ".hidden"} << "nothing";
  EXPECT_EQ(read_trust(root_).value(), certificate("vendor") + certificate("other") + certificate("ca"));
  std::ofstream{root_ / "zero.pem"} << "nothing";
  EXPECT_THAT(read_trust(root_).error().message, HasSubstr("zero.pem: expected certificates in PEM"));
}

TEST_F(TrustTest, SaysWhatIsCheckedUnlessTheModeDoes) {
  std::ofstream{root_ / "t.pem"} << certificate("vendor");
  EXPECT_EQ(signature_rules("", {})->mode, SignatureMode::ignore);
  EXPECT_EQ(signature_rules("", root_ / "t.pem")->mode, SignatureMode::if_present);
  EXPECT_EQ(signature_rules("require", root_ / "t.pem")->mode, SignatureMode::require);
  EXPECT_EQ(signature_rules("ignore", root_ / "t.pem")->mode, SignatureMode::ignore);
  EXPECT_THAT(signature_rules("require", {}).error().message, HasSubstr("expected a trust"));
  EXPECT_THAT(signature_rules("never", {}).error().message, HasSubstr("expected ignore, if-present or require"));
}

std::string listed(const std::string& name, const std::string& text) {
  return fmt::format("Source: {}\nAlgorithm: SHA-256\nHash: {}\n\n", name, hash_of(text, HashFunction::sha256));
}

/// A package of option 1, whose manifest lists all of it and is not signed yet.
Files package() {
  Files files{{"Definitions/v.yaml", "vnfd"},
              {"Files/image", std::string("\0binary", 7)},
              {"TOSCA-Metadata/TOSCA.meta",
               "TOSCA-Meta-File-Version: 1.1\nCSAR-Version: 1.1\nCreated-By: x\nEntry-Definitions: Definitions/v.yaml\n"
               "ETSI-Entry-Manifest: p.mf\nETSI-Entry-Certificate: p.cert\n"},
              {"p.cert", certificate("vendor")}};
  std::string manifest = "metadata:\nvnf_product_name: P\n\n";
  for (const auto& [name, text] : files) {
    if (name != "p.cert") manifest += listed(name, text);
  }
  files["p.mf"] = manifest;
  return files;
}
Files signed_package(const std::string& who = "vendor", const std::string& options = "-nocerts") {
  auto files = package();
  files["p.mf"] += Openssl::made().sign(files["p.mf"], who, options);
  return files;
}
Files with(Files files, const std::string& name, const std::string& text) {
  files[name] = text;
  return files;
}
Files without(Files files, const std::string& name) {
  files.erase(name);
  return files;
}
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

/// A package, and what each mode says of it; empty: it is read.
struct SignedPackage {
  const char* name;
  std::function<Files()> files;
  std::string if_present;
  std::string require;
};
class SignedPackages : public testing::TestWithParam<SignedPackage> {
 protected:
  static std::string read(SignatureMode mode, const Files& files) {
    const auto csar = read_csar_bytes(make_zip(files), "p.csar",
                                      {.limits = {}, .signatures = {.mode = mode, .trust = certificate("vendor")}});
    return csar ? "" : csar.error().message;
  }
};

TEST_P(SignedPackages, AreReadOrRefusedByMode) {
  const auto files = GetParam().files();
  EXPECT_EQ(read(SignatureMode::ignore, files), "");
  EXPECT_THAT(read(SignatureMode::if_present, files), testing::StartsWith(GetParam().if_present));
  EXPECT_EQ(read(SignatureMode::if_present, files).empty(), GetParam().if_present.empty());
  EXPECT_THAT(read(SignatureMode::require, files), testing::StartsWith(GetParam().require));
  EXPECT_EQ(read(SignatureMode::require, files).empty(), GetParam().require.empty());
}

Files option2() {
  Files files{{"v.yaml", "vnfd"}, {"v.cert", certificate("vendor")}, {"v.mf", listed("v.yaml", "vnfd")}};
  files["v.mf"] += Openssl::made().sign(files["v.mf"], "vendor", "-nocerts");
  return files;
}
/// With a signature of the image alone, which the manifest names.
Files with_signed_image(const std::string& content, const std::string& who) {
  auto files = package();
  files["Files/image.signature"] = Openssl::made().sign(content, who, "-outform DER -nocerts");
  files["Files/other.cert"] = Openssl::made().der("vendor.cert");
  files["p.mf"] = replaced(files["p.mf"], "Source: Files/image\n",
                           "Source: Files/image\nSignature: Files/image.signature\nCertificate: Files/other.cert\n");
  files["p.mf"] += Openssl::made().sign(files["p.mf"], "vendor");
  return files;
}
Files whole(const std::string& who = "vendor", const std::string& ending = ".cms", const std::string& options = "") {
  const auto csar = make_zip(package());
  return {{"p.csar", csar}, {"p" + ending, Openssl::made().sign(csar, who, options)}, {"p.cert", certificate(who)}};
}

INSTANTIATE_TEST_SUITE_P(
    Csar, SignedPackages,
    testing::Values(
        SignedPackage{"Unsigned", package, "", "p.csar: is not signed, expected a signature of its manifest or"},
        SignedPackage{"NoManifest",
                      [] {
                        return Files{{"v.yaml", "vnfd"}};
                      },
                      "", "p.csar: is not signed"},
        SignedPackage{"Manifest", [] { return signed_package(); }, "", ""},
        SignedPackage{"CertificateInside",
                      [] {
                        auto files = without(signed_package("vendor", ""), "p.cert");
                        files["TOSCA-Metadata/TOSCA.meta"] =
                            replaced(files["TOSCA-Metadata/TOSCA.meta"], "ETSI-Entry-Certificate: p.cert\n", "");
                        files["p.mf"] = "";
                        for (const auto& [name, text] : files) {
                          if (name != "p.mf") files["p.mf"] += listed(name, text);
                        }
                        files["p.mf"] += Openssl::made().sign(files["p.mf"], "vendor");
                        return files;
                      },
                      "", ""},
        SignedPackage{"Option2", option2, "", ""},
        SignedPackage{"CertificateMissing", [] { return without(signed_package(), "p.cert"); },
                      "p.csar/TOSCA-Metadata/TOSCA.meta:6: certificate 'p.cert' is absent",
                      "p.csar/TOSCA-Metadata/TOSCA.meta:6: certificate 'p.cert' is absent"},
        SignedPackage{"Option2CertificateMissing", [] { return without(option2(), "v.cert"); },
                      "p.csar/v.mf:5: signature of the manifest: the certificate of its signer is missing",
                      "p.csar/v.mf:5: signature of the manifest: the certificate of its signer is missing"},
        SignedPackage{
            "OtherSigner", [] { return signed_package("other", ""); },
            "p.csar/p.mf:16: signature of the manifest: the certificate of 'CN=other,O=Example': is signed by",
            "p.csar/p.mf:16: signature of the manifest: the certificate of 'CN=other,O=Example': is signed by"},
        SignedPackage{"ManifestChanged",
                      [] {
                        auto files = signed_package();
                        files["p.mf"] = replaced(files["p.mf"], "name: P", "name: Q");
                        return files;
                      },
                      "p.csar/p.mf:16: signature of the manifest: is over something else",
                      "p.csar/p.mf:16: signature of the manifest: is over something else"},
        SignedPackage{"SignatureOfAnotherManifest",
                      [] {
                        auto files = package();
                        files["p.mf"] += Openssl::made().sign("Source: other\n", "vendor");
                        return files;
                      },
                      "p.csar/p.mf:16: signature of the manifest: is over something else",
                      "p.csar/p.mf:16: signature of the manifest: is over something else"},
        SignedPackage{"SignatureCutOff",
                      [] {
                        auto files = signed_package();
                        files["p.mf"].resize(files["p.mf"].size() - 60);
                        return files;
                      },
                      "p.csar/p.mf:16: signature of the manifest: cannot be read",
                      "p.csar/p.mf:16: signature of the manifest: cannot be read"},
        SignedPackage{"FileAdded", [] { return with(signed_package(), "Definitions/w.yaml", "more"); }, "",
                      "p.csar/Definitions/w.yaml:1: is not signed: the manifest lists no hash of it"},
        SignedPackage{"TemplateAsCertificate",
                      [] {
                        auto files = signed_package();
                        files["Definitions/w.yaml"] = "# " + certificate("vendor");
                        files["TOSCA-Metadata/TOSCA.meta"] +=
                            "\nName: Files/image\nSignature: s\nCertificate: Definitions/w.yaml\n";
                        files["s"] = Openssl::made().sign(files["Files/image"], "vendor");
                        files["p.mf"] = "";
                        for (const auto& [name, text] : files) {
                          if (name != "p.mf" && name != "Definitions/w.yaml") files["p.mf"] += listed(name, text);
                        }
                        files["p.mf"] += Openssl::made().sign(files["p.mf"], "vendor");
                        return files;
                      },
                      "", "p.csar/Definitions/w.yaml:1: is not signed"},
        SignedPackage{"FileSigned", [] { return with_signed_image(package()["Files/image"], "vendor"); }, "", ""},
        SignedPackage{"FileSignedByAnother", [] { return with_signed_image(package()["Files/image"], "other"); },
                      "p.csar/p.mf:9: signature of 'Files/image': the certificate of its signer is missing",
                      "p.csar/p.mf:9: signature of 'Files/image': the certificate of its signer is missing"},
        SignedPackage{"OtherFileSigned", [] { return with_signed_image("other", "vendor"); },
                      "p.csar/p.mf:9: signature of 'Files/image': is over something else",
                      "p.csar/p.mf:9: signature of 'Files/image': is over something else"},
        SignedPackage{"FileSignatureAbsent",
                      [] { return without(with_signed_image("other", "vendor"), "Files/image.signature"); },
                      "p.csar/p.mf:9: signature 'Files/image.signature' is absent",
                      "p.csar/p.mf:9: signature 'Files/image.signature' is absent"},
        SignedPackage{"FileCertificateAbsent",
                      [] { return without(with_signed_image("other", "vendor"), "Files/other.cert"); },
                      "p.csar/p.mf:10: certificate 'Files/other.cert' is absent",
                      "p.csar/p.mf:10: certificate 'Files/other.cert' is absent"},
        SignedPackage{"FileSignedBesideIt",
                      [] {
                        auto files = with(signed_package(), "Files/more", "more");
                        files["Files/more.sig.cms"] = Openssl::made().sign("more", "vendor", "-nocerts");
                        files["Files/more.cert"] = certificate("vendor");
                        return files;
                      },
                      "", ""},
        SignedPackage{"FileSignedBesideItByPackageCertificate",
                      [] {
                        return with(signed_package(), "Files/image.sig.p7s",
                                    Openssl::made().sign(package()["Files/image"], "vendor", "-nocerts -outform DER"));
                      },
                      "", ""},
        SignedPackage{
            "FileSignedBesideItWrong",
            [] { return with(signed_package(), "Files/image.sig.cms", Openssl::made().sign("other", "vendor")); },
            "p.csar/Files/image.sig.cms:1: signature of 'Files/image': is over something else",
            "p.csar/Files/image.sig.cms:1: signature of 'Files/image': is over something else"},
        SignedPackage{"Whole", [] { return whole(); }, "", ""},
        SignedPackage{"WholeDer", [] { return whole("vendor", ".p7s", "-outform DER"); }, "", ""},
        SignedPackage{"WholeSigCms", [] { return whole("vendor", ".sig.cms", "-nocerts"); }, "", ""},
        SignedPackage{"WholeWithoutCertificate", [] { return without(whole(), "p.cert"); }, "", ""},
        SignedPackage{"WholeCertificateMissing", [] { return without(whole("vendor", ".cms", "-nocerts"), "p.cert"); },
                      "p.csar: signature p.cms: the certificate of its signer is missing",
                      "p.csar: signature p.cms: the certificate of its signer is missing"},
        SignedPackage{"WholeByAnother", [] { return whole("other"); },
                      "p.csar: signature p.cms: the certificate of 'CN=other,O=Example': is signed by itself",
                      "p.csar: signature p.cms: the certificate of 'CN=other,O=Example': is signed by itself"},
        SignedPackage{
            "WholeOfAnother", [] { return with(whole(), "p.csar", make_zip(with(package(), "more", "more"))); },
            "p.csar: signature p.cms: is over something else", "p.csar: signature p.cms: is over something else"}),
    by_name);

const CsarRules kRequired{.limits = {}, .signatures = {.mode = SignatureMode::require, .trust = certificate("vendor")}};

TEST(SignedCsar, SaysWhoSignedIt) {
  const auto csar = read_csar_bytes(make_zip(with_signed_image(package()["Files/image"], "vendor")), "p", kRequired);
  ASSERT_TRUE(csar) << csar.error().message;
  EXPECT_EQ(csar->signatures.form, PackageSignatures::Form::manifest);
  EXPECT_EQ(csar->signatures.signer->certificate, certificate("vendor"));
  EXPECT_EQ(csar->signatures.text(), "its manifest is signed by CN=vendor,O=Example");
  EXPECT_EQ(csar->signatures.certificate, certificate("vendor"));
  EXPECT_THAT(csar->signatures.signed_files, ElementsAre("Files/image"));
  EXPECT_EQ(csar->list.metadata.product, "P");

  const auto ignored = read_csar_bytes(make_zip(signed_package("other", "")), "p");
  ASSERT_TRUE(ignored);
  EXPECT_EQ(ignored->signatures.form, PackageSignatures::Form::manifest);
  EXPECT_FALSE(ignored->signatures.signer);
  EXPECT_EQ(ignored->signatures.text(), "is signed, which was not looked at");
  EXPECT_EQ(read_csar_bytes(make_zip(package()), "p")->signatures.text(), "is not signed");
}

TEST_F(TrustTest, ACsarSignedAsAWholeIsReadInside) {
  std::ofstream{root_ / "w.csar", std::ios::binary} << make_zip(whole());
  const auto csar = read_csar(root_ / "w.csar", "p", kRequired);
  ASSERT_TRUE(csar) << csar.error().message;
  EXPECT_EQ(csar->signatures.form, PackageSignatures::Form::package);
  EXPECT_EQ(csar->signatures.text(), "the whole package is signed by CN=vendor,O=Example");
  EXPECT_TRUE(csar->files.files.contains("p/Definitions/v.yaml"));
  EXPECT_EQ(csar->entries.size(), package().size());
  EXPECT_EQ(read_csar_entry(root_ / "w.csar", "Definitions/v.yaml", 100).value(), "vnfd");
  EXPECT_EQ(read_csar_entry(root_ / "w.csar", "p.csar", 1 << 20).error().code, Errc::not_found);
}

TEST_F(TrustTest, ADirectoryIsCheckedAsItsCsar) {
  const auto write = [&](const Files& files) {
    fs::remove_all(root_ / "p");
    for (const auto& [name, text] : files) {
      fs::create_directories((root_ / "p" / name).parent_path());
      std::ofstream{root_ / "p" / name, std::ios::binary} << text;
    }
  };
  const std::vector<std::string> paths{root_ / "p"};
  const auto root = (root_ / "p").string();
  write(signed_package());
  std::map<std::string, PackageSignatures> found;
  const auto files = load(paths, kRequired, &found);
  ASSERT_TRUE(files) << files.error().message;
  ASSERT_TRUE(found.contains(root));
  EXPECT_EQ(found[root].signer->subject, "CN=vendor,O=Example");

  write(with(signed_package(), "Files/image", "changed"));
  EXPECT_THAT(load(paths).error().message, HasSubstr("p/p.mf:8: 'Files/image': its SHA-256 is"));
  write(with(signed_package(), "more.yaml", "x"));
  EXPECT_TRUE(load(paths));
  EXPECT_THAT(load(paths, kRequired).error().message, HasSubstr("p/more.yaml:1: is not signed"));
  write(package());
  EXPECT_THAT(load(paths, kRequired).error().message, HasSubstr("p: is not signed, expected a signature"));
  write(without(signed_package(), "Files/image"));
  EXPECT_THAT(load(paths).error().message, HasSubstr("'Files/image': is listed, but there is no such file"));
  fs::create_directories(root_ / "p/Files");
  fs::create_symlink("/etc/hostname", root_ / "p/Files/image");
  EXPECT_THAT(load(paths).error().message, HasSubstr("'Files/image': is listed, but there is no such file"));
  write(with(package(), "p.mf", "Source: Files/image\nAlgorithm: SHA-512\nHash: 12\n"));
  EXPECT_THAT(load(paths).error().message, HasSubstr("p/p.mf:1: 'Files/image': its SHA-512 is"));

  const std::vector<std::string> one{root_ / "p/Definitions/v.yaml"};
  EXPECT_TRUE(load(one));
  EXPECT_THAT(load(one, kRequired).error().message, HasSubstr("is not signed, expected a signed package"));
}

/// No change of a single byte of a signed manifest goes unnoticed.
TEST(SignedCsar, EachByteOfTheManifestCounts) {
  const auto files = signed_package();
  const auto all = files.at("p.mf").find("-----BEGIN");
  for (std::size_t at = 0; at < all; ++at) {
    auto changed = files;
    changed["p.mf"][at] ^= 1;
    EXPECT_FALSE(read_csar_bytes(make_zip(changed), "p", kRequired)) << at;
  }
}

}  // namespace
}  // namespace unf::tosca
