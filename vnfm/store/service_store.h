#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "graph/model/ids.h"
#include "graph/model/result.h"
#include "vnfm/store/leader.h"
#include "vnfm/store/store.h"

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
  /// Becomes the leader, and stays it. A record that cannot be read is left alone and told in `notes`. Errors: as
  /// Store; conflict, if another manager leads.
  [[nodiscard]] static Result<ServiceStore> open(std::unique_ptr<Store> store, std::vector<std::string>& notes);

  /// Rises from leader to leader.
  [[nodiscard]] std::int64_t epoch() const { return leader_->leadership().epoch; }
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
  ServiceStore(std::unique_ptr<Store> store, std::unique_ptr<Leader> leader)
      : store_(std::move(store)), leader_(std::move(leader)) {}
  Result<void> read(const Entry& entry);
  Result<void> erase_unused_plans();
  [[nodiscard]] Result<StoredPlan> put_plan(const std::string& plan);
  static void erase_plan(const StoredPlan& plan, Transaction& transaction);

  std::unique_ptr<Store> store_;
  std::unique_ptr<Leader> leader_;
  std::map<std::string, ServiceRecord> services_;
  std::map<std::string, StoredPlan> plans_;  ///< of each service
  std::size_t next_plan_ = 0;
};

/// The services in the embedded store of `directory`. Errors: those of SqliteStore::open and ServiceStore::open.
[[nodiscard]] Result<ServiceStore> open_services(const std::filesystem::path& directory,
                                                 std::vector<std::string>& notes);

}  // namespace unf::vnfm
