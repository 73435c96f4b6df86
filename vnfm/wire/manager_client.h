#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>

#include "Manager.h"
#include "agent/base/endpoint.h"
#include "agent/base/tls.h"
#include "graph/model/result.h"

namespace unf::vnfm {

/// A manager in another process; a connection a call. Errors: what it answered (unsupported, if it was Denied), else
/// unavailable.
class ManagerClient {
 public:
  using Service = wire::ManagerIf;

  explicit ManagerClient(agent::Endpoint endpoint, std::optional<agent::ClientTls> tls = {})
      : endpoint_(std::move(endpoint)), tls_(std::move(tls)) {}

  [[nodiscard]] const agent::Endpoint& endpoint() const { return endpoint_; }

  /// Calls a method of vnfm.thrift: `call(&Service::scale, id, aspect, steps)`.
  template <typename Answer, typename... Parameters, typename... Arguments>
  requires(!std::is_const_v<Answer>) [[nodiscard]] Result<Answer> call(void (Service::*method)(Answer&, Parameters...),
                                                                       const Arguments&... arguments) const {
    Answer answer;
    return invoke([&](Service& service) { (service.*method)(answer, arguments...); }).map([&] {
      return std::move(answer);
    });
  }
  template <typename... Parameters, typename... Arguments>
  requires(sizeof...(Parameters) == sizeof...(Arguments))
      [[nodiscard]] Result<void> call(void (Service::*method)(Parameters...), const Arguments&... arguments) const {
    return invoke([&](Service& service) { (service.*method)(arguments...); });
  }

  /// `show`, parsed.
  [[nodiscard]] Result<nlohmann::json> show(const std::string& id) const;

 private:
  [[nodiscard]] Result<void> invoke(const std::function<void(Service&)>& ask) const;

  agent::Endpoint endpoint_;
  std::optional<agent::ClientTls> tls_;
};

}  // namespace unf::vnfm
