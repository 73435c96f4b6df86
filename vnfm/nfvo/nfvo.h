#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "graph/model/result.h"
#include "vnfm/http/outgoing_auth.h"

namespace unf::vnfm {

/// Where an NFVO is, and who we are to it.
struct NfvoConfig {
  std::string url;  ///< what the URIs of its interfaces begin with: `https://HOST:PORT`
  Credentials credentials{};
  OutgoingTls tls{};
  unsigned packages_major = 2;             ///< version of its package management: 1 or 2
  std::uint64_t max_package = 4ULL << 30;  ///< [byte]
};

struct Granted {
  nlohmann::json grant;  ///< Grant, ETSI GS NFV-SOL 003 9.5.2.3, with its id, vnfInstanceId and vnfLcmOpOccId
  std::string uri;       ///< as it says itself; empty, if it does not
};
struct GrantPending {
  std::string uri;  ///< of the grant to be
  std::chrono::milliseconds retry_after{};
};
struct GrantRefused {
  std::string detail;  ///< why, for a person
};
using GrantAnswer = std::variant<Granted, GrantPending, GrantRefused>;

/// A VNF package that an NFVO has.
struct OfferedPackage {
  std::string id;
  std::string content_uri;
  std::string hash_function;  ///< `SHA-256` or `SHA-512`
  std::string hash;           ///< of the content, in hexadecimal digits
  bool enabled = true;        ///< operationalState
};

/// A file that gets a content, more than one answer if need be.
struct Download {
  std::filesystem::path file;
  std::string entity_tag{};  ///< of the content that it has the beginning of

  /// What is there [byte].
  [[nodiscard]] std::uint64_t size() const {
    std::error_code absent;
    const auto size = std::filesystem::file_size(file, absent);
    return absent ? 0 : size;
  }
};

/// The orchestrator, as far as we ask something of it. Calls may come from any thread, and wait for its answer. Errors
/// of all: unavailable, if it does not answer now; malformed for an answer that is none; unsupported, if it does not
/// take the request.
class Nfvo {
 public:
  virtual ~Nfvo() = default;

  /// `request`: GrantRequest, SOL003 9.5.2.2. The same one may be asked for again.
  [[nodiscard]] virtual Result<GrantAnswer> request_grant(const nlohmann::json& request) = 0;
  /// What has become of one that was pending.
  [[nodiscard]] virtual Result<GrantAnswer> poll_grant(const std::string& uri) = 0;

  /// The package of a VNFD. Errors: also not_found.
  [[nodiscard]] virtual Result<OfferedPackage> find_package(const std::string& vnfd_id) = 0;
  /// Its content, behind what is in the file already, where that is the beginning of it. Errors: unavailable also where
  /// it breaks off or the rest is one of something else: it may be asked for again; malformed also if the hash differs.
  /// `cancelled` ends it, within a second, once true.
  [[nodiscard]] virtual Result<void> fetch_content(const OfferedPackage& package, Download& download,
                                                   const std::atomic<bool>& cancelled) = 0;

  /// Has it tell `callback_uri`, with these credentials, what becomes of its packages. The URI of the subscription.
  [[nodiscard]] virtual Result<std::string> subscribe(const std::string& callback_uri,
                                                      const BasicCredentials& credentials) = 0;
  /// Whether there is a subscription of that URI.
  [[nodiscard]] virtual Result<bool> has_subscription(const std::string& uri) = 0;
  [[nodiscard]] virtual Result<void> unsubscribe(const std::string& uri) = 0;
};

}  // namespace unf::vnfm
