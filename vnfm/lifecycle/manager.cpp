#include "vnfm/lifecycle/manager.h"

namespace unf::vnfm {

Result<std::unique_ptr<Manager>> Manager::open(ManagerSetup setup) {
  std::unique_ptr<Manager> manager{new Manager};
  auto store = lead_store(setup.state);
  if (!store) return fail(store.error());
  manager->store_ = std::move(*store);
  manager->grants_ = std::move(setup.grants);
  auto packages = Packages::open(manager->store_, setup.state / "packages", setup.catalog, std::move(setup.fetching),
                                 setup.log, setup.package_source,
                                 PackageRules{.images = setup.images, .signatures = std::move(setup.signatures)});
  if (!packages) return fail(packages.error());
  manager->packages_ = std::move(*packages);
  if (setup.package_source != nullptr) {
    auto follower = PackageFollower::make(manager->store_, *manager->packages_, std::move(setup.package_source),
                                          setup.log, setup.following);
    if (!follower) return fail(follower.error());
    manager->package_follower_ = std::move(*follower);
  }
  auto graphs = Graphs::open(manager->store_, std::move(setup.inventory), setup.connect, setup.log);
  if (!graphs) return fail(graphs.error());
  manager->graphs_ = std::move(*graphs);
  auto root = setup.notify.root;
  auto subscriptions = Subscriptions::open(manager->store_, std::move(setup.notify), setup.log);
  if (!subscriptions) return fail(subscriptions.error());
  manager->subscriptions_ = std::move(*subscriptions);
  auto lifecycle = Lifecycle::open({.store = manager->store_,
                                    .packages = *manager->packages_,
                                    .graphs = *manager->graphs_,
                                    .subscriptions = *manager->subscriptions_,
                                    .grants = manager->grants_.get(),
                                    .root = std::move(root),
                                    .catalog = std::move(setup.catalog),
                                    .images = std::move(setup.images),
                                    .log = setup.log},
                                   setup.lifecycle);
  if (!lifecycle) return fail(lifecycle.error());
  manager->lifecycle_ = std::move(*lifecycle);
  auto alarms = Alarms::open({.store = manager->store_,
                              .graphs = *manager->graphs_,
                              .lifecycle = *manager->lifecycle_,
                              .subscriptions = *manager->subscriptions_,
                              .log = std::move(setup.log)},
                             setup.alarms_every);
  if (!alarms) return fail(alarms.error());
  manager->alarms_ = std::move(*alarms);
  manager->overview_ = std::make_unique<Overview>(*manager->lifecycle_, *manager->graphs_);
  return manager;
}

}  // namespace unf::vnfm
