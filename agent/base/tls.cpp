#include "agent/base/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

namespace unf::agent {
namespace {

std::string last_error() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return text.data();
}

bool use_certificate(SSL_CTX* context, const std::filesystem::path& certificate, const std::filesystem::path& key) {
  return SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) == 1 &&
         SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

bool trust(SSL_CTX* context, const std::filesystem::path& ca) {
  return SSL_CTX_load_verify_file(context, ca.c_str()) == 1;
}

}  // namespace

Result<void> configure(SSL_CTX* context, const ServerTls& tls) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Sessions carry who the client was: only those of this server are resumed.
  static constexpr unsigned char kSessions[] = "unf";
  SSL_CTX_set_session_id_context(context, kSessions, sizeof kSessions);
  if (!use_certificate(context, tls.certificate, tls.key) ||
      (!tls.client_ca.empty() && !trust(context, tls.client_ca))) {
    return fail(Errc::malformed, "TLS certificate {}, key {}, client CA {}: {}", tls.certificate.string(),
                tls.key.string(), tls.client_ca.string(), last_error());
  }
  if (!tls.client_ca.empty()) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (tls.require_client ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  }
  return {};
}

Result<void> configure(SSL_CTX* context, const ClientTls& tls) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (!trust(context, tls.ca) || (!tls.certificate.empty() && !use_certificate(context, tls.certificate, tls.key))) {
    return fail(Errc::malformed, "TLS CA {}, certificate {}, key {}: {}", tls.ca.string(), tls.certificate.string(),
                tls.key.string(), last_error());
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return {};
}

std::vector<std::string> certificate_names(const SSL* ssl) {
  std::vector<std::string> names;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{SSL_get1_peer_certificate(ssl), X509_free};
  if (certificate == nullptr) return names;
  const auto add = [&](const ASN1_STRING* text) {
    unsigned char* utf8 = nullptr;
    const int length = ASN1_STRING_to_UTF8(&utf8, text);
    if (length < 0) return;
    names.emplace_back(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(length));
    OPENSSL_free(utf8);
  };
  const auto* subject = X509_get_subject_name(certificate.get());
  if (const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1); at >= 0) {
    add(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  }
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> alternatives{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free};
  for (int i = 0; i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(alternatives.get(), i);
    if (name->type == GEN_DNS || name->type == GEN_URI || name->type == GEN_EMAIL) add(name->d.ia5);
  }
  return names;
}

}  // namespace unf::agent
