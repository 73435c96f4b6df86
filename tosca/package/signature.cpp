#include "tosca/package/signature.h"

#include <openssl/pem.h>  // first: without it, cms.h has nothing for PEM

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include "graph/model/quote.h"

namespace unf::tosca {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kMaxSignature = 256 << 10, kMaxCertificates = 256 << 10, kMaxTrust = 16 << 20;
constexpr int kMaxSigners = 16, kMaxChain = 10;
constexpr int kAuthLevel = 2;  // RSA of 2048 bits, SHA-256: 112 bits of security

template <typename T, auto Free>
struct Freed {
  void operator()(T* what) const { Free(what); }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freed<T, Free>>;
using Bio = Owned<BIO, BIO_free_all>;
using Certificate = Owned<X509, X509_free>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Cms = Owned<CMS_ContentInfo, CMS_ContentInfo_free>;
using Store = Owned<X509_STORE, X509_STORE_free>;
struct FreeCertificates {
  void operator()(STACK_OF(X509) * certificates) const { sk_X509_pop_free(certificates, X509_free); }
};
struct FreeSigners {  // whose certificates belong to the signature
  void operator()(STACK_OF(X509) * signers) const { sk_X509_free(signers); }
};
using Certificates = std::unique_ptr<STACK_OF(X509), FreeCertificates>;
using Signers = std::unique_ptr<STACK_OF(X509), FreeSigners>;

/// Borrows `bytes`.
Bio reading(std::string_view bytes) { return Bio{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))}; }
Bio writing() { return Bio{BIO_new(BIO_s_mem())}; }

std::string content_of(BIO& bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(&bio, &data);
  return size > 0 ? std::string{data, static_cast<std::size_t>(size)} : std::string{};
}

/// No passphrase is asked for.
int no_passphrase(char*, int, int, void*) { return -1; }

/// The certificates of a text, in their order; nothing if there are none, or one is broken.
std::vector<Certificate> certificates_in(std::string_view text) {
  std::vector<Certificate> found;
  const auto bio = reading(text);
  if (text.find("-----BEGIN ") == text.npos) {
    if (Certificate der{d2i_X509_bio(bio.get(), nullptr)}) found.push_back(std::move(der));
  } else {
    while (Certificate pem{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
      found.push_back(std::move(pem));
    }
    const auto why = ERR_peek_last_error();
    if (ERR_GET_LIB(why) != ERR_LIB_PEM || ERR_GET_REASON(why) != PEM_R_NO_START_LINE) found.clear();
  }
  ERR_clear_error();
  return found;
}

std::string subject_of(const X509& certificate) {
  const auto bio = writing();
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
  return content_of(*bio);
}

std::string pem_of(X509& certificate) {
  const auto bio = writing();
  PEM_write_bio_X509(bio.get(), &certificate);
  return content_of(*bio);
}

Result<Cms> parse_cms(std::string_view signature) {
  const auto unreadable = [](const char* why) {
    ERR_clear_error();
    return fail(Errc::malformed, "{}, expected a CMS signature in PEM or DER", why);
  };
  if (signature.size() > kMaxSignature) return unreadable("too long");
  const auto bio = reading(signature);
  const bool is_pem = signature.find("-----BEGIN ") != signature.npos;
  Cms cms{is_pem ? PEM_read_bio_CMS(bio.get(), nullptr, no_passphrase, nullptr) : d2i_CMS_bio(bio.get(), nullptr)};
  if (!cms) return unreadable("cannot be read");
  if (OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed) return unreadable("no signature");
  return cms;
}

/// Whether its hash functions are such as one cannot forge.
bool is_strong(CMS_SignerInfo* signer) {
  X509_ALGOR* digest = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, nullptr);
  const ASN1_OBJECT* function = nullptr;
  X509_ALGOR_get0(&function, nullptr, nullptr, digest);
  constexpr std::array kStrong{NID_sha224,   NID_sha256,   NID_sha384,   NID_sha512,
                               NID_sha3_256, NID_sha3_384, NID_sha3_512, NID_sha512_256};
  return std::ranges::find(kStrong, OBJ_obj2nid(function)) != kStrong.end();
}

/// What it is for, if it says so: RFC 5280 4.2.1.3, 4.2.1.12.
bool may_sign(X509& certificate) {
  constexpr std::uint32_t kUse = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;
  constexpr std::uint32_t kExtendedUse = XKU_CODE_SIGN | XKU_SMIME | XKU_ANYEKU;
  return (X509_get_key_usage(&certificate) & kUse) != 0 &&
         (X509_get_extended_key_usage(&certificate) & kExtendedUse) != 0;
}

Result<Store> store_of(const std::string& trust) {
  Store store{X509_STORE_new()};
  for (const auto& certificate : certificates_in(trust)) X509_STORE_add_cert(store.get(), certificate.get());
  auto* parameters = X509_STORE_get0_param(store.get());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);  // whoever is there is trusted, authority or not
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_ANY);         // may_sign looks
  X509_VERIFY_PARAM_set_depth(parameters, kMaxChain);
  X509_VERIFY_PARAM_set_auth_level(parameters, kAuthLevel);
  return store;
}

/// Whether `store` vouches for a certificate, now.
Result<void> check_trust(X509& certificate, STACK_OF(X509) * between, X509_STORE& store) {
  const auto wrong = [&](std::string_view why) {
    ERR_clear_error();
    return fail(Errc::malformed, "the certificate of {}: {}", quote(subject_of(certificate)), why);
  };
  if (!may_sign(certificate)) return wrong("is for another use, expected one for signatures");
  const Owned<X509_STORE_CTX, X509_STORE_CTX_free> context{X509_STORE_CTX_new()};
  if (X509_STORE_CTX_init(context.get(), &store, &certificate, between) != 1) return wrong("cannot be checked");
  if (X509_verify_cert(context.get()) == 1) return {};
  const int error = X509_STORE_CTX_get_error(context.get());
  switch (error) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return wrong("is signed by itself, or by an authority that is, expected one of the trusted certificates");
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return wrong("none of the trusted certificates vouches for it");
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return wrong("it, or one that vouches for it, has expired");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return wrong("it, or one that vouches for it, is not valid yet");
    default:
      return wrong(X509_verify_cert_error_string(error));
  }
}

tl::unexpected<Error> no_identity(std::string_view what) {
  ERR_clear_error();
  return fail(Errc::malformed, "{}", what);
}

}  // namespace

Result<SignatureMode> signature_mode(std::string_view name) {
  if (name == "ignore") return SignatureMode::ignore;
  if (name == "if-present") return SignatureMode::if_present;
  if (name == "require") return SignatureMode::require;
  return fail(Errc::malformed, "signatures: is {}, expected ignore, if-present or require", quote(name));
}

Result<std::string> read_trust(const fs::path& path) {
  std::vector<fs::path> files{path};
  std::error_code error;
  if (fs::is_directory(path, error)) {
    files.clear();
    for (const auto& file : fs::directory_iterator{path, error}) {
      std::error_code ignored;
      if (file.is_regular_file(ignored) && !file.path().filename().string().starts_with('.')) files.push_back(file);
    }
    if (error) return fail(Errc::unavailable, "{}: {}", path.string(), error.message());
    if (files.empty()) return fail(Errc::malformed, "{}: an empty directory, expected PEM files", path.string());
    std::ranges::sort(files);
  }
  std::string trust;
  for (const auto& file : files) {
    std::ifstream in{file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (!in) return fail(Errc::unavailable, "{}: cannot be read", file.string());
    const auto certificates = certificates_in(text);
    if (certificates.empty()) return fail(Errc::malformed, "{}: expected certificates in PEM", file.string());
    for (const auto& certificate : certificates) trust += pem_of(*certificate);
    if (trust.size() > kMaxTrust) {
      return fail(Errc::malformed, "{}: more than {} bytes of certificates", path.string(), kMaxTrust);
    }
  }
  return trust;
}

Result<SignatureRules> signature_rules(const std::string& mode, const fs::path& trust) {
  SignatureRules rules;
  if (!trust.empty()) rules.mode = SignatureMode::if_present;
  if (!mode.empty()) {
    const auto read = signature_mode(mode);
    if (!read) return fail(read.error());
    rules.mode = *read;
  }
  if (rules.mode == SignatureMode::ignore) return rules;
  if (trust.empty()) return fail(Errc::malformed, "signatures: is {}, expected a trust to check them by", mode);
  auto certificates = read_trust(trust);
  if (!certificates) return fail(certificates.error());
  rules.trust = std::move(*certificates);
  return rules;
}

std::string first_certificate(std::string_view text) {
  if (text.size() > kMaxCertificates) return {};
  const auto certificates = certificates_in(text);
  return certificates.empty() ? std::string{} : pem_of(*certificates.front());
}

Result<Signer> verify_signature(std::string_view signature, std::string_view content,
                                std::span<const std::string> certificates, const std::string& trust) {
  const auto cms = parse_cms(signature);
  if (!cms) return fail(cms.error());
  auto* signers = CMS_get0_SignerInfos(cms->get());
  const int count = sk_CMS_SignerInfo_num(signers);
  // CMS_verify takes one that nobody signed for good.
  if (count < 1) return fail(Errc::malformed, "nobody signed it, expected a signer");
  if (count > kMaxSigners) return fail(Errc::malformed, "{} signers, expected at most {}", count, kMaxSigners);
  for (int i = 0; i < count; ++i) {
    if (is_strong(sk_CMS_SignerInfo_value(signers, i))) continue;
    return fail(Errc::malformed,
                "its hash function is weak or unknown, expected SHA-256 or another of SHA-2 and SHA-3");
  }
  for (const auto& text : certificates) {
    if (text.size() > kMaxCertificates) continue;
    for (const auto& certificate : certificates_in(text)) CMS_add1_cert(cms->get(), certificate.get());
  }
  ERR_clear_error();  // of certificates that are there already

  // Behind a filter, as CMS_verify leaks what it makes of a memory BIO itself when the digest is unknown (OpenSSL 3.0).
  const Bio over{BIO_push(BIO_new(BIO_f_null()), reading(content).release())};
  const Bio sink{BIO_new(BIO_s_null())};
  constexpr unsigned kFlags = CMS_BINARY | CMS_DETACHED | CMS_NO_SIGNER_CERT_VERIFY;  // check_trust says more
  if (CMS_verify(cms->get(), nullptr, nullptr, over.get(), sink.get(), kFlags) != 1) {
    const auto why = ERR_GET_REASON(ERR_peek_last_error());
    ERR_clear_error();
    if (why == CMS_R_SIGNER_CERTIFICATE_NOT_FOUND) {
      return fail(Errc::malformed,
                  "the certificate of its signer is missing, expected it in the signature or in a file of the package");
    }
    if (why == CMS_R_CONTENT_VERIFY_ERROR) {
      return fail(Errc::malformed, "is over something else, expected one over this content");
    }
    return fail(Errc::malformed, "was not made with the key of its certificate");
  }
  const auto store = store_of(trust);
  const Certificates between{CMS_get1_certs(cms->get())};
  const Signers by{CMS_get0_signers(cms->get())};
  if (sk_X509_num(by.get()) != count) return fail(Errc::malformed, "the certificate of a signer is missing");
  for (int i = 0; i < count; ++i) {
    if (auto trusted = check_trust(*sk_X509_value(by.get(), i), between.get(), **store); !trusted) {
      return fail(trusted.error());
    }
  }
  auto& first = *sk_X509_value(by.get(), 0);
  return Signer{subject_of(first), pem_of(first)};
}

Result<std::string> sign(std::string_view content, const std::string& key, const std::string& certificate) {
  const auto key_bio = reading(key);
  const Key secret{PEM_read_bio_PrivateKey(key_bio.get(), nullptr, no_passphrase, nullptr)};
  if (!secret) return no_identity("the key cannot be read, expected a private key in PEM, without a passphrase");
  auto chain = certificates_in(certificate);
  if (chain.empty()) return no_identity("the certificate cannot be read, expected one in PEM");
  if (X509_check_private_key(chain.front().get(), secret.get()) != 1) {
    return no_identity("the key is not that of the certificate, expected a pair");
  }
  const Certificates others{sk_X509_new_null()};
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (sk_X509_push(others.get(), chain[i].get()) > 0) std::ignore = chain[i].release();
  }
  const auto over = reading(content);
  constexpr unsigned kFlags = CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP;
  const Cms cms{CMS_sign(chain.front().get(), secret.get(), others.get(), over.get(), kFlags)};
  const auto bio = writing();
  if (!cms || PEM_write_bio_CMS(bio.get(), cms.get()) != 1) return no_identity("cannot be signed with this key");
  return content_of(*bio);
}

Result<Identity> make_identity(const std::string& name, int days) {
  constexpr long kDay = 24L * 60 * 60;
  const Key key{EVP_EC_gen("P-256")};
  const Certificate certificate{X509_new()};
  if (!key || !certificate) return no_identity("no key can be made");
  auto* made = certificate.get();
  std::array<unsigned char, 16> serial{};
  RAND_bytes(serial.data(), serial.size());
  serial[0] = static_cast<unsigned char>((serial[0] & 0x3fU) | 0x40U);  // positive, and of that length
  const Owned<BIGNUM, BN_free> number{BN_bin2bn(serial.data(), serial.size(), nullptr)};
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made));
  X509_set_version(made, X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(made), 0);
  X509_gmtime_adj(X509_getm_notAfter(made), days * kDay);
  X509_set_pubkey(made, key.get());
  auto* subject = X509_get_subject_name(made);
  const bool named =
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.data()),
                                 static_cast<int>(name.size()), -1, 0) == 1;
  if (!named) return no_identity("no certificate can be of this name, expected one to 64 characters of UTF-8");
  X509_set_issuer_name(made, subject);
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, made, made, nullptr, nullptr, 0);
  for (const auto& [kind, value] :
       {std::pair{NID_basic_constraints, "critical,CA:FALSE"}, std::pair{NID_key_usage, "critical,digitalSignature"},
        std::pair{NID_ext_key_usage, "codeSigning,emailProtection"}, std::pair{NID_subject_key_identifier, "hash"}}) {
    const Owned<X509_EXTENSION, X509_EXTENSION_free> extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
    if (!extension || X509_add_ext(made, extension.get(), -1) != 1) return no_identity("no certificate can be made");
  }
  const auto bio = writing();
  if (X509_sign(made, key.get(), EVP_sha256()) == 0 ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return no_identity("no certificate can be signed");
  }
  return Identity{content_of(*bio), pem_of(*made)};
}

}  // namespace unf::tosca
