#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "graph/model/result.h"

namespace unf::tosca {

/// Whether a package has to be signed (SOL004 5).
enum class SignatureMode {
  ignore,      ///< signatures are not looked at
  if_present,  ///< those that are there have to be right
  require,     ///< there has to be one of the whole package, or of its manifest, which then lists all files
};

struct SignatureRules {
  SignatureMode mode = SignatureMode::ignore;
  std::string trust;  ///< certificates of those who may sign, or of their authorities; PEM
};

/// `ignore`, `if-present`, `require`. Errors: malformed.
[[nodiscard]] Result<SignatureMode> signature_mode(std::string_view name);

/// The certificates of a PEM file, or of the PEM files of a directory. Errors: unavailable; malformed, if a file has
/// none.
[[nodiscard]] Result<std::string> read_trust(const std::filesystem::path& path);

/// The rules that a configuration gives by name; an empty `mode` is if-present with `trust`, else ignore. Errors:
/// malformed, without a `trust` to check by; those of signature_mode and read_trust.
[[nodiscard]] Result<SignatureRules> signature_rules(const std::string& mode, const std::filesystem::path& trust);

/// The first certificate of a PEM or DER text, as PEM; empty, if there is none.
[[nodiscard]] std::string first_certificate(std::string_view text);

/// Who signed something, by the certificate.
struct Signer {
  std::string subject;      ///< as RFC 2253 writes it
  std::string certificate;  ///< PEM
};

/// Whether the detached CMS `signature`, PEM or DER, is over `content` (RFC 5652), by somebody whom `trust` (PEM)
/// vouches for now. `certificates`, PEM or DER, are those outside of the signature: the signer's, and of authorities in
/// between. Errors: malformed, why it is not, without a place.
[[nodiscard]] Result<Signer> verify_signature(std::string_view signature, std::string_view content,
                                              std::span<const std::string> certificates, const std::string& trust);

/// A detached signature in PEM, with the certificate inside. Errors: malformed for `key` or `certificate` (PEM), or if
/// they do not belong together.
[[nodiscard]] Result<std::string> sign(std::string_view content, const std::string& key,
                                       const std::string& certificate);

/// Who can sign.
struct Identity {
  std::string key;          ///< PEM, PKCS #8; secret
  std::string certificate;  ///< PEM
};

/// A new P-256 key with a certificate of its own signature, for `days` from now.
[[nodiscard]] Result<Identity> make_identity(const std::string& name, int days = 365);

}  // namespace unf::tosca
