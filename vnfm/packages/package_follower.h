#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "vnfm/nfvo/nfvo.h"
#include "vnfm/packages/packages.h"
#include "vnfm/store/led_store.h"

namespace unf::vnfm {

/// Follows what becomes, at the NFVO, of the packages that were fetched from it: it is subscribed to the NFVO's
/// notifications (ETSI GS NFV-SOL 003 10.4.7). One says about which VNFD the NFVO is to be asked, no more:
/// notifications may come late, twice or never. It asks about every package when it starts, and whenever it has
/// subscribed. Calls may come from any thread.
class PackageFollower {
 public:
  struct Config {
    std::chrono::milliseconds check{60'000};  ///< how often the NFVO is asked whether it still knows the subscription
    std::chrono::milliseconds pause{5'000};   ///< before something that failed is tried again
  };

  /// Does nothing before start. Errors: as Store.
  [[nodiscard]] static Result<std::unique_ptr<PackageFollower>> make(std::shared_ptr<LedStore> store,
                                                                     Packages& packages, std::shared_ptr<Nfvo> nfvo,
                                                                     std::shared_ptr<spdlog::logger> log,
                                                                     Config config);
  /// May wait for an answer of the NFVO.
  ~PackageFollower();
  PackageFollower(const PackageFollower&) = delete;
  PackageFollower& operator=(const PackageFollower&) = delete;

  /// Subscribes with `callback_uri`, where `notify` is called for each notification, from now on.
  void start(std::string callback_uri);
  /// What notifications have to prove that they come from the NFVO.
  [[nodiscard]] const BasicCredentials& credentials() const { return credentials_; }
  /// The NFVO says that something has become of the package of a VNFD.
  void notify(const std::string& vnfd_id);

 private:
  PackageFollower(std::shared_ptr<LedStore> store, Packages& packages, std::shared_ptr<Nfvo> nfvo,
                  std::shared_ptr<spdlog::logger> log, Config config, BasicCredentials credentials);
  using Clock = std::chrono::steady_clock;
  void work();
  void report(const Result<void>& done);
  [[nodiscard]] Result<void> ensure_subscribed();
  [[nodiscard]] Result<void> subscribe(const std::string& known);
  [[nodiscard]] Result<void> ask_about_all();
  [[nodiscard]] Result<void> ask_about(const std::string& vnfd_id);

  const std::shared_ptr<LedStore> store_;
  Packages& packages_;
  const std::shared_ptr<Nfvo> nfvo_;
  const std::shared_ptr<spdlog::logger> log_;
  const Config config_;
  const BasicCredentials credentials_;
  std::string callback_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Clock::time_point> due_;  ///< VNFDs that the NFVO is to be asked about, and when
  std::string trouble_;                           ///< the last one, which is logged once; of the worker
  bool stopping_ = false;
  std::thread worker_;
};

}  // namespace unf::vnfm
