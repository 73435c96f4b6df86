#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "vnfm/store/leader.h"
#include "vnfm/store/store.h"

namespace unf::vnfm {

/// The store of the manager that leads: each change says so, and does not happen once another one does. Calls may come
/// from any thread.
class LedStore {
 public:
  /// Errors: as Store; conflict, if another manager leads.
  [[nodiscard]] static Result<std::shared_ptr<LedStore>> lead(std::unique_ptr<Store> store);

  /// Rises from leader to leader.
  [[nodiscard]] std::int64_t epoch() const { return leader_->leadership().epoch; }
  /// As Store::commit. Errors: conflict, too, once another manager leads.
  [[nodiscard]] Result<Revision> commit(Transaction change);
  /// To read.
  [[nodiscard]] Store& store() { return *store_; }

 private:
  LedStore(std::unique_ptr<Store> store, std::unique_ptr<Leader> leader)
      : store_(std::move(store)), leader_(std::move(leader)) {}
  std::unique_ptr<Store> store_;
  std::unique_ptr<Leader> leader_;
};

/// Leads the embedded store of `directory`. Errors: those of SqliteStore::open and LedStore::lead.
[[nodiscard]] Result<std::shared_ptr<LedStore>> lead_store(const std::filesystem::path& directory);

}  // namespace unf::vnfm
