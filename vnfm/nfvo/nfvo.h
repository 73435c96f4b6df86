#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "graph/model/result.h"

namespace unf::vnfm {

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
};

}  // namespace unf::vnfm
