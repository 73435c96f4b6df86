#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>

#include "vnfm/http/http_client.h"

namespace unf::vnfm {

/// RFC 7617.
struct BasicCredentials {
  std::string user, password;
  friend auto operator<=>(const BasicCredentials&, const BasicCredentials&) = default;
};
/// A token that does not end, RFC 6750.
struct BearerToken {
  std::string token;
  friend auto operator<=>(const BearerToken&, const BearerToken&) = default;
};
/// What tokens are fetched with, RFC 6749 4.4.
struct ClientCredentials {
  std::string client, password, token_endpoint;
  friend auto operator<=>(const ClientCredentials&, const ClientCredentials&) = default;
};
/// What we prove to others with who we are.
using Credentials = std::variant<std::monostate, BasicCredentials, BearerToken, ClientCredentials>;

/// Those of a SubscriptionAuthentication (ETSI GS NFV-SOL 003 4.4.1.5), of the first of its kinds that we have
/// parameters for; none without one. TLS_CERT needs none.
[[nodiscard]] Credentials credentials_of(const nlohmann::json& authentication);

/// Sends requests as somebody. Keeps tokens until they end. Calls may come from any thread.
class OutgoingAuth {
 public:
  /// As send_request. A token that is not taken (401) is replaced, once. Errors: those of send_request, also for the
  /// token endpoint, which the same rules hold for; unsupported, if that refuses the credentials; malformed for what is
  /// no token.
  [[nodiscard]] Result<HttpResponse> send(const OutgoingRequest& request, const Credentials& credentials,
                                          const HttpClientRules& rules);
  /// As send; `answer` gets what has come, also of an answer that breaks off.
  [[nodiscard]] Result<void> receive(OutgoingRequest request, const Credentials& credentials,
                                     const HttpClientRules& rules, HttpResponse& answer);

 private:
  using Clock = std::chrono::steady_clock;
  struct Token {
    std::string text;
    Clock::time_point ends;
  };
  [[nodiscard]] Result<void> receive_with_token(const OutgoingRequest& request, const ClientCredentials& credentials,
                                                const HttpClientRules& rules, HttpResponse& answer);
  [[nodiscard]] Result<std::string> token(const ClientCredentials& credentials, const OutgoingRequest& on_behalf,
                                          const HttpClientRules& rules);
  void forget(const ClientCredentials& credentials, const std::string& token);

  std::mutex mutex_;
  std::map<ClientCredentials, Token> tokens_;
};

}  // namespace unf::vnfm
