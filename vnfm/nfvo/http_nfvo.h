#pragma once

#include <string>

#include "vnfm/http/outgoing_auth.h"
#include "vnfm/nfvo/nfvo.h"

namespace unf::vnfm {

/// Where an NFVO is, and who we are to it.
struct NfvoConfig {
  std::string url;  ///< what the URIs of its interfaces begin with: `https://HOST:PORT`
  Credentials credentials{};
  OutgoingTls tls{};
  unsigned packages_major = 2;             ///< version of its package management: 1 or 2
  std::uint64_t max_package = 4ULL << 30;  ///< [byte]
};

/// An NFVO by the interfaces of ETSI GS NFV-SOL 003: grants 1.4.0 (9), package management 1.2.0 or 2.1.0 (10).
class HttpNfvo final : public Nfvo {
 public:
  explicit HttpNfvo(NfvoConfig config);

  [[nodiscard]] Result<GrantAnswer> request_grant(const nlohmann::json& request) override;
  [[nodiscard]] Result<GrantAnswer> poll_grant(const std::string& uri) override;
  [[nodiscard]] Result<OfferedPackage> find_package(const std::string& vnfd_id) override;
  [[nodiscard]] Result<void> fetch_content(const OfferedPackage& package, Download& download,
                                           const std::atomic<bool>& cancelled) override;
  [[nodiscard]] Result<std::string> subscribe(const std::string& callback_uri,
                                              const BasicCredentials& credentials) override;
  [[nodiscard]] Result<bool> has_subscription(const std::string& uri) override;
  [[nodiscard]] Result<void> unsubscribe(const std::string& uri) override;

 private:
  [[nodiscard]] Result<HttpResponse> send(OutgoingRequest request, const char* version);
  [[nodiscard]] Result<GrantAnswer> ask_for_grant(OutgoingRequest request);
  [[nodiscard]] const char* packages_version() const { return config_.packages_major == 1 ? "1.2.0" : "2.1.0"; }
  [[nodiscard]] std::string package_management() const;
  [[nodiscard]] std::string packages_root() const;

  const NfvoConfig config_;
  const HttpClientRules rules_;     ///< of answers
  const HttpClientRules fetching_;  ///< of contents
  OutgoingAuth auth_;
};

}  // namespace unf::vnfm
