#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <memory>

#include "vnfm/lifecycle/alarms.h"
#include "vnfm/lifecycle/graphs.h"
#include "vnfm/lifecycle/lifecycle.h"
#include "vnfm/lifecycle/overview.h"
#include "vnfm/lifecycle/subscriptions.h"
#include "vnfm/packages/package_follower.h"
#include "vnfm/packages/packages.h"

namespace unf::vnfm {

/// What a manager is made from.
struct ManagerSetup {
  std::filesystem::path state;  ///< directory of what it has to remember
  Inventory inventory;
  Catalog catalog;
  tosca::ImageMap images{};  ///< what runs in place of VDUs
  Graphs::Connect connect;
  HttpClientRules fetching{};          ///< of packages
  tosca::SignatureRules signatures{};  ///< of packages
  NotifyConfig notify{};
  std::shared_ptr<Nfvo> grants{};          ///< who grants operations; null: nobody is asked
  std::shared_ptr<Nfvo> package_source{};  ///< who has packages that nobody uploaded; null: nobody
  PackageFollower::Config following{};
  LifecycleConfig lifecycle{};
  std::chrono::milliseconds alarms_every{1'000};  ///< how often hosts are looked at for what is wrong
  std::shared_ptr<spdlog::logger> log;
};

/// A manager that leads its store: all its parts, which interfaces are put in front of.
class Manager {
 public:
  /// Goes on with what the store knows. Errors: those of lead_store and of the parts' open.
  [[nodiscard]] static Result<std::unique_ptr<Manager>> open(ManagerSetup setup);

  [[nodiscard]] const std::shared_ptr<LedStore>& store() const { return store_; }
  [[nodiscard]] Packages& packages() { return *packages_; }
  /// Null, if there is no package_source.
  [[nodiscard]] PackageFollower* package_follower() { return package_follower_.get(); }
  [[nodiscard]] Graphs& graphs() { return *graphs_; }
  [[nodiscard]] Subscriptions& subscriptions() { return *subscriptions_; }
  [[nodiscard]] Lifecycle& lifecycle() { return *lifecycle_; }
  [[nodiscard]] Alarms& alarms() { return *alarms_; }
  [[nodiscard]] Overview& overview() { return *overview_; }

 private:
  Manager() = default;

  std::shared_ptr<LedStore> store_;
  std::shared_ptr<Nfvo> grants_;
  std::unique_ptr<Packages> packages_;
  std::unique_ptr<PackageFollower> package_follower_;
  std::unique_ptr<Graphs> graphs_;
  std::unique_ptr<Subscriptions> subscriptions_;
  std::unique_ptr<Lifecycle> lifecycle_;
  std::unique_ptr<Alarms> alarms_;
  std::unique_ptr<Overview> overview_;
};

/// The tenant of callers who name none: the command line, and everybody where nobody has to say who he is.
inline constexpr auto kDefaultTenant = "default";

}  // namespace unf::vnfm
