#pragma once

#include <string>
#include <vector>

#include "vnfm/http/http_client.h"
#include "vnfm/http/http_server.h"
#include "vnfm/lifecycle/subscriptions.h"
#include "vnfm/rest/authenticator.h"
#include "vnfm/rest/dispatcher.h"

namespace unf::vnfm {

/// A Keystone that says who callers are, and who we are to it.
struct KeystoneConfig {
  std::string url;  ///< of its version 3: `http://HOST:5000/v3`
  std::string user, password;
  std::string user_domain = "Default";
  std::string project = "service";
  std::string project_domain = "Default";
};

/// `rest` of vnfm.yaml: how the REST interfaces are served, and to whom.
struct RestConfig {
  /// How callers prove who they are.
  enum class Auth { none, static_token, basic, keystone };

  HttpConfig http{};
  DispatcherConfig dispatcher{};
  /// Of what clients have the manager ask for: packages.
  HttpClientRules fetching{.connect = std::chrono::seconds{5}, .total = std::chrono::minutes{10}};
  NotifyConfig notify{};
  std::size_t page = 100;  ///< resources of an answer to a list; 0: all
  Auth auth = Auth::none;
  std::vector<KnownCaller> callers{};  ///< of static_token and basic
  KeystoneConfig keystone{};
};

}  // namespace unf::vnfm
