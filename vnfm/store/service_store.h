#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "graph/model/ids.h"
#include "graph/model/result.h"
#include "vnfm/store/led_store.h"

namespace unf::vnfm {

/// The desired state of a service.
struct ServiceRecord {
  bool terminating = false;
  HostId host;
  std::string plan;             ///< its JSON
  std::int64_t generation = 0;  ///< the revision that it was put at; ServiceStore says it
};

/// The services in a store, for the manager that leads. Keys: `service/ID`, and `plan/NAME/I` for the parts of plans,
/// which may be longer than a value.
class ServiceStore {
 public:
  /// A record that cannot be read is left alone and told in `notes`. Errors: as Store.
  [[nodiscard]] static Result<ServiceStore> open(std::shared_ptr<LedStore> store, std::vector<std::string>& notes);

  [[nodiscard]] std::int64_t epoch() const { return store_->epoch(); }
  [[nodiscard]] const std::map<std::string, ServiceRecord>& services() const { return services_; }

  /// Stored when they return; put gives the record's generation, higher than any before. Errors: as Store; conflict,
  /// once another manager leads.
  [[nodiscard]] Result<std::int64_t> put(const std::string& id, ServiceRecord record);
  [[nodiscard]] Result<void> erase(const std::string& id);

 private:
  /// Where a plan lies.
  struct StoredPlan {
    std::string name;
    std::size_t parts = 0;
  };
  explicit ServiceStore(std::shared_ptr<LedStore> store) : store_(std::move(store)) {}
  Result<void> read(const Entry& entry);
  Result<void> erase_unused_plans();
  [[nodiscard]] Result<StoredPlan> put_plan(const std::string& plan);
  static void erase_plan(const StoredPlan& plan, Transaction& transaction);

  std::shared_ptr<LedStore> store_;
  std::map<std::string, ServiceRecord> services_;
  std::map<std::string, StoredPlan> plans_;  ///< of each service
  std::size_t next_plan_ = 0;
};

/// The services in the embedded store of `directory`. Errors: those of lead_store and ServiceStore::open.
[[nodiscard]] Result<ServiceStore> open_services(const std::filesystem::path& directory,
                                                 std::vector<std::string>& notes);

}  // namespace unf::vnfm
