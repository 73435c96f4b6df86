#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "vnfm/nfvo/nfvo.h"

namespace unf::vnfm {

/// An NFVO that decides as a test says, and else grants what it is asked for. The URI of a pending grant is the id of
/// its operation.
class FakeNfvo final : public Nfvo {
 public:
  using Decide = std::function<Result<GrantAnswer>(const std::string& operation)>;

  static Result<GrantAnswer> grant(const std::string& operation) {
    return Granted{{{"id", "grant-of-" + operation}, {"vnfLcmOpOccId", operation}}, "http://nfvo/" + operation};
  }
  static Result<GrantAnswer> keep_waiting(const std::string& operation) {
    return GrantPending{operation, std::chrono::milliseconds{5}};
  }

  void decide(Decide decide) {
    const std::lock_guard lock{mutex_};
    decide_ = std::move(decide);
  }

  Result<GrantAnswer> request_grant(const nlohmann::json& request) override {
    const std::lock_guard lock{mutex_};
    requests_.push_back(request);
    return decide_(request["vnfLcmOpOccId"]);
  }
  Result<GrantAnswer> poll_grant(const std::string& uri) override {
    const std::lock_guard lock{mutex_};
    polls_.push_back(uri);
    return decide_(uri);
  }

  [[nodiscard]] std::vector<nlohmann::json> requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
  }
  [[nodiscard]] std::vector<std::string> polls() const {
    const std::lock_guard lock{mutex_};
    return polls_;
  }

 private:
  mutable std::mutex mutex_;
  Decide decide_ = grant;
  std::vector<nlohmann::json> requests_;
  std::vector<std::string> polls_;
};

}  // namespace unf::vnfm
