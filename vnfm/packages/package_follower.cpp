#include "vnfm/packages/package_follower.h"

#include <algorithm>
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

/// Of the record; empty, if it is damaged.
std::string member_of(const json& record, const char* name) {
  const auto at = record.is_object() ? record.find(name) : record.end();
  return at != record.end() && at->is_string() ? at->get<std::string>() : std::string{};
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
    due_[vnfd_id] = Clock::now();
  }
  changed_.notify_all();
}

/// The subscription goes by its own clock: no package that fails holds it up, nor another package.
void PackageFollower::work() {
  report(ask_about_all());  // of what became of them meanwhile nobody may tell
  auto check = Clock::now();
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    const auto now = Clock::now();
    const auto next = std::ranges::min_element(due_, {}, [](const auto& entry) { return entry.second; });
    if (check <= now) {
      lock.unlock();
      const auto subscribed = ensure_subscribed();
      report(subscribed);
      check = Clock::now() + (subscribed ? config_.check : config_.pause);
      lock.lock();
    } else if (next != due_.end() && next->second <= now) {
      const auto vnfd = due_.extract(next).key();  // it may become due meanwhile
      lock.unlock();
      const auto asked = ask_about(vnfd);
      report(asked);
      lock.lock();
      if (!asked) due_.emplace(vnfd, Clock::now() + config_.pause);
    } else {
      changed_.wait_until(lock, next == due_.end() ? check : std::min(check, next->second));
    }
  }
}

void PackageFollower::report(const Result<void>& done) {
  if (!done && done.error().message != trouble_) log_->warn("packages of the NFVO: {}", done.error().message);
  trouble_ = done ? std::string{} : done.error().message;
}

Result<void> PackageFollower::ensure_subscribed() {
  const auto entry = store_->store().get(kSubscription);
  if (!entry) return fail(entry.error());
  const auto known = *entry ? json::parse((*entry)->value, nullptr, false) : json{};
  const auto uri = member_of(known, "uri");
  if (uri.empty() || member_of(known, "callback") != callback_) return subscribe(uri);
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
    for (const auto& vnfd : vnfds) due_[vnfd] = Clock::now();
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
