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
};

/// An NFVO by the interfaces of ETSI GS NFV-SOL 003: grants 1.4.0 (9).
class HttpNfvo final : public Nfvo {
 public:
  explicit HttpNfvo(NfvoConfig config);

  [[nodiscard]] Result<GrantAnswer> request_grant(const nlohmann::json& request) override;
  [[nodiscard]] Result<GrantAnswer> poll_grant(const std::string& uri) override;

 private:
  [[nodiscard]] Result<GrantAnswer> ask(OutgoingRequest request);

  const NfvoConfig config_;
  const HttpClientRules rules_;
  OutgoingAuth auth_;
};

}  // namespace unf::vnfm
