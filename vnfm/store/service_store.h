#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "graph/model/ids.h"
#include "graph/model/result.h"

namespace unf::vnfm {

/// What a manager has to know after it was killed at any moment: a service's desired state.
struct ServiceRecord {
  bool terminating = false;
  std::int64_t generation = 0;
  HostId host;
  std::string plan;  ///< its JSON
};

/// The manager's services, a file each, replaced in one step. One manager has it open at a time.
class ServiceStore {
 public:
  /// Makes the directory if need be, and takes the next epoch. A file that cannot be read is put aside as NAME.bad and
  /// told in `notes`. Errors: unavailable; conflict, if another manager has it open.
  [[nodiscard]] static Result<ServiceStore> open(const std::filesystem::path& directory,
                                                 std::vector<std::string>& notes);

  /// Rises each time the store is opened.
  [[nodiscard]] std::int64_t epoch() const { return epoch_; }
  [[nodiscard]] const std::map<std::string, ServiceRecord>& services() const { return services_; }

  /// A number higher than any before. Errors: unavailable.
  [[nodiscard]] Result<std::int64_t> next_generation();
  /// On the disk when they return. Errors: unavailable.
  [[nodiscard]] Result<void> put(const std::string& id, ServiceRecord record);
  [[nodiscard]] Result<void> erase(const std::string& id);

 private:
  ServiceStore(std::filesystem::path directory, std::shared_ptr<void> lock)
      : directory_(std::move(directory)), lock_(std::move(lock)) {}
  [[nodiscard]] std::filesystem::path file_of(const std::string& id) const;
  [[nodiscard]] Result<void> write_numbers() const;

  std::filesystem::path directory_;
  std::shared_ptr<void> lock_;
  std::map<std::string, ServiceRecord> services_;
  std::int64_t epoch_ = 0;
  std::int64_t generation_ = 0;
};

}  // namespace unf::vnfm
