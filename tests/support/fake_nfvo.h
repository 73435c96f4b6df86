#pragma once

#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "vnfm/nfvo/nfvo.h"

namespace unf::vnfm {

/// An NFVO that decides as a test says, and else grants what it is asked for. The URI of a pending grant is the id of
/// its operation.
class FakeNfvo final : public Nfvo {
 public:
  using Decide = std::function<Result<GrantAnswer>(const std::string& operation)>;

  static Result<GrantAnswer> grant(const std::string& operation) { return grant_with(operation, {}); }
  /// One that decides more.
  static Result<GrantAnswer> grant_with(const std::string& operation, nlohmann::json::object_t decided) {
    nlohmann::json grant(std::move(decided));
    grant["id"] = "grant-of-" + operation;
    grant["vnfLcmOpOccId"] = operation;
    return Granted{std::move(grant), "http://nfvo/" + operation};
  }
  static Result<GrantAnswer> keep_waiting(const std::string& operation) {
    return GrantPending{operation, std::chrono::milliseconds{5}};
  }

  /// Has a package of a VNFD, whose content breaks off in the middle so many times.
  void offer(const std::string& vnfd, std::string content, int breaks = 0) {
    const std::lock_guard lock{mutex_};
    offers_[vnfd] = {std::move(content), breaks};
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

  /// Withdraws it.
  void withdraw(const std::string& vnfd) {
    const std::lock_guard lock{mutex_};
    offers_.erase(vnfd);
  }
  void set_enabled(const std::string& vnfd, bool enabled) {
    const std::lock_guard lock{mutex_};
    disabled_.erase(vnfd);
    if (!enabled) disabled_.insert(vnfd);
  }
  /// Whether it answers what is about packages.
  void set_away(bool away) {
    const std::lock_guard lock{mutex_};
    away_ = away;
  }

  Result<OfferedPackage> find_package(const std::string& vnfd) override {
    const std::lock_guard lock{mutex_};
    if (away_) return fail(Errc::unavailable, "it is away");
    if (!offers_.contains(vnfd)) return fail(Errc::not_found, "VNFD {}: there is none", vnfd);
    return OfferedPackage{
        .id = vnfd, .content_uri = {}, .hash_function = {}, .hash = {}, .enabled = !disabled_.contains(vnfd)};
  }
  /// Its URIs count up.
  Result<std::string> subscribe(const std::string& callback, const BasicCredentials&) override {
    const std::lock_guard lock{mutex_};
    if (away_) {
      ++turned_away_;
      return fail(Errc::unavailable, "it is away");
    }
    const auto uri = fmt::format("http://nfvo/{}", ++subscriptions_made_);
    subscriptions_[uri] = callback;
    return uri;
  }
  Result<bool> has_subscription(const std::string& uri) override {
    const std::lock_guard lock{mutex_};
    if (away_) return fail(Errc::unavailable, "it is away");
    ++looked_up_;
    return subscriptions_.contains(uri);
  }
  Result<void> unsubscribe(const std::string& uri) override {
    const std::lock_guard lock{mutex_};
    subscriptions_.erase(uri);
    return {};
  }
  /// URI -> callback.
  [[nodiscard]] std::map<std::string, std::string> subscriptions() const {
    const std::lock_guard lock{mutex_};
    return subscriptions_;
  }
  /// How often somebody wanted to subscribe while it was away.
  [[nodiscard]] int turned_away() const {
    const std::lock_guard lock{mutex_};
    return turned_away_;
  }
  /// How often it was asked whether it has a subscription.
  [[nodiscard]] int looked_up() const {
    const std::lock_guard lock{mutex_};
    return looked_up_;
  }
  void forget_subscriptions() {
    const std::lock_guard lock{mutex_};
    subscriptions_.clear();
  }
  Result<void> fetch_content(const OfferedPackage& package, Download& download, const std::atomic<bool>&) override {
    const std::lock_guard lock{mutex_};
    auto& [content, breaks] = offers_[package.id];
    auto rest = content.substr(download.size());
    const bool breaks_off = breaks != 0;
    if (breaks_off) {
      --breaks;
      rest.resize(rest.size() / 2);
    }
    std::ofstream{download.file, std::ios::binary | std::ios::app} << rest;
    written_.push_back(rest.size());
    if (breaks_off) return fail(Errc::unavailable, "it breaks off");
    return {};
  }
  /// How much each fetch_content wrote [byte].
  [[nodiscard]] std::vector<std::size_t> written() const {
    const std::lock_guard lock{mutex_};
    return written_;
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
  std::map<std::string, std::pair<std::string, int>> offers_;
  std::vector<std::size_t> written_;
  std::set<std::string> disabled_;
  bool away_ = false;
  int subscriptions_made_ = 0, looked_up_ = 0, turned_away_ = 0;
  std::map<std::string, std::string> subscriptions_;
};

}  // namespace unf::vnfm
