#pragma once

#include <vector>

#include "vnfm/http/http_client.h"
#include "vnfm/http/http_server.h"
#include "vnfm/lifecycle/subscriptions.h"
#include "vnfm/rest/authenticator.h"
#include "vnfm/rest/dispatcher.h"

namespace unf::vnfm {

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
