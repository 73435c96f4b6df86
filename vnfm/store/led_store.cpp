#include "vnfm/store/led_store.h"

#include "vnfm/store/sqlite_store.h"

namespace unf::vnfm {
namespace {
constexpr auto kElection = "manager";
constexpr std::chrono::seconds kLease{3};
}  // namespace

Result<std::shared_ptr<LedStore>> LedStore::lead(std::unique_ptr<Store> store) {
  auto leader = Leader::elect(*store, kElection, kLease);
  if (!leader) return fail(std::move(leader.error()));
  return std::shared_ptr<LedStore>{new LedStore{std::move(store), std::move(*leader)}};
}

Result<Revision> LedStore::commit(Transaction change) {
  change.when.push_back(leader_->leadership().still());
  return store_->commit(change);
}

Result<std::shared_ptr<LedStore>> lead_store(const std::filesystem::path& directory) {
  auto store = SqliteStore::open(directory);
  if (!store) return fail(std::move(store.error()));
  return LedStore::lead(std::move(*store));
}

}  // namespace unf::vnfm
