#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/model/result.h"
#include "vnfm/http/message.h"
#include "vnfm/lifecycle/caller.h"

namespace unf::vnfm {

/// Tells who sent a request. Calls may come from any thread.
class Authenticator {
 public:
  Authenticator() = default;
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;
  virtual ~Authenticator() = default;
  /// Errors: malformed, if the request does not prove who sent it; unavailable, if that cannot be found out now.
  [[nodiscard]] virtual Result<Caller> authenticate(const HttpRequest& request) = 0;
  /// For `WWW-Authenticate` (RFC 9110 11.6.1); empty, if there is nothing to ask for.
  [[nodiscard]] virtual std::string challenge() const = 0;
};

/// The token in `X-Auth-Token` or as `Authorization: Bearer`; empty, if there is none.
[[nodiscard]] std::string token_of(const HttpRequest& request);

/// A caller and what proves it.
struct KnownCaller {
  Caller caller;
  std::string secret;  ///< token or password
};

/// A Keystone that says who callers are, and who we are to it.
struct KeystoneConfig {
  std::string url;  ///< of its version 3: `http://HOST:5000/v3`
  std::string user, password;
  std::string user_domain = "Default";
  std::string project = "service";
  std::string project_domain = "Default";
};

/// Everybody is the administrator of the tenant `default`.
[[nodiscard]] std::unique_ptr<Authenticator> make_open_authenticator();
/// By token_of.
[[nodiscard]] std::unique_ptr<Authenticator> make_token_authenticator(std::vector<KnownCaller> callers);
/// Name and password as `Authorization: Basic` (RFC 7617).
[[nodiscard]] std::unique_ptr<Authenticator> make_basic_authenticator(std::vector<KnownCaller> callers);

}  // namespace unf::vnfm
