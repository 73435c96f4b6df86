#include "vnfm/packages/package_follower.h"

#include <nlohmann/json.hpp>

#include "vnfm/store/secret.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

constexpr auto kSubscription = "nfvo/package-subscription";  // {uri, callback} of the one that the NFVO has of us

std::string in_hexadecimal(const std::string& bytes) {
  std::string digits;
  for (const unsigned char byte : bytes) digits += fmt::format("{:02x}", byte);
  return digits;
}

}  // namespace

PackageFollower::PackageFollower(std::shared_ptr<LedStore> store, Packages& packages, std::shared_ptr<Nfvo> nfvo,
                                 std::shared_ptr<spdlog::logger> log, Config config, BasicCredentials credentials)
    : store_(std::move(store)),
      packages_(packages),
      nfvo_(std::move(nfvo)),
      log_(std::move(log)),
      config_(config),
      credentials_(std::move(credentials)) {}

Result<std::unique_ptr<PackageFollower>> PackageFollower::make(std::shared_ptr<LedStore> store, Packages& packages,
                                                               std::shared_ptr<Nfvo> nfvo,
                                                               std::shared_ptr<spdlog::logger> log, Config config) {
  return secret_of(*store, "nfvo-notifications").map([&](const std::string& secret) {
    return std::unique_ptr<PackageFollower>{new PackageFollower{
        std::move(store), packages, std::move(nfvo), std::move(log), config, {"nfvo", in_hexadecimal(secret)}}};
  });
}

PackageFollower::~PackageFollower() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  if (worker_.joinable()) worker_.join();
}

void PackageFollower::start(std::string callback_uri) {
  callback_ = std::move(callback_uri);
  worker_ = std::thread{&PackageFollower::work, this};
}

void PackageFollower::notify(const std::string& vnfd_id) {
  {
    const std::lock_guard lock{mutex_};
    due_.insert(vnfd_id);
  }
  changed_.notify_all();
}

void PackageFollower::work() {
  std::string trouble;  // the last one, which is logged once
  std::unique_lock lock{mutex_};
  auto check = std::chrono::steady_clock::now();
  while (!stopping_) {
    const bool checks = due_.empty();
    const auto due = checks ? std::string{} : due_.extract(due_.begin()).value();  // it may become due meanwhile
    lock.unlock();
    const auto done = checks ? ensure_subscribed() : ask_about(due);
    if (!done && done.error().message != trouble) log_->warn("packages of the NFVO: {}", done.error().message);
    trouble = done ? std::string{} : done.error().message;
    lock.lock();
    if (!done && !checks) due_.insert(due);
    if (done && checks) check = std::chrono::steady_clock::now() + config_.check;
    if (!done) {
      changed_.wait_for(lock, config_.pause, [&] { return stopping_; });
    } else {
      changed_.wait_until(lock, check, [&] { return stopping_ || !due_.empty(); });
    }
  }
}

Result<void> PackageFollower::ensure_subscribed() {
  const auto entry = store_->store().get(kSubscription);
  if (!entry) return fail(entry.error());
  const auto known = *entry ? json::parse((*entry)->value, nullptr, false) : json{};
  const auto uri = known.is_object() ? known.value("uri", "") : std::string{};
  if (uri.empty() || known.value("callback", "") != callback_) return subscribe(uri);
  const auto there = nfvo_->has_subscription(uri);
  if (!there) return fail(there.error());
  return *there ? Result<void>{} : subscribe({});
}

/// In the place of the one that is known; none, if that is empty.
Result<void> PackageFollower::subscribe(const std::string& known) {
  if (!known.empty()) {
    if (auto ended = nfvo_->unsubscribe(known); !ended) log_->info("{}", ended.error().message);
  }
  const auto uri = nfvo_->subscribe(callback_, credentials_);
  if (!uri) return fail(uri.error());
  const json record{{"uri", *uri}, {"callback", callback_}};
  if (auto stored = store_->commit({.puts = {{kSubscription, record.dump()}}}); !stored) return fail(stored.error());
  log_->info("subscribed to the NFVO's packages: {}", *uri);
  return ask_about_all();
}

Result<void> PackageFollower::ask_about_all() {
  return packages_.vnfds_of_nfvo().map([&](const std::set<std::string>& vnfds) {
    const std::lock_guard lock{mutex_};
    due_.insert(vnfds.begin(), vnfds.end());
  });
}

Result<void> PackageFollower::ask_about(const std::string& vnfd_id) {
  const auto offered = nfvo_->find_package(vnfd_id);
  if (offered) return packages_.follow(vnfd_id, offered->enabled ? NfvoState::enabled : NfvoState::disabled);
  if (offered.error().code == Errc::not_found) return packages_.follow(vnfd_id, NfvoState::gone);
  if (offered.error().code == Errc::unavailable) return fail(offered.error());
  log_->warn("VNFD {}: {}", vnfd_id, offered.error().message);  // asking again would not help
  return {};
}

}  // namespace unf::vnfm
