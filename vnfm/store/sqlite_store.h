#pragma once

#include <filesystem>
#include <functional>

#include "vnfm/store/store.h"

namespace unf::vnfm {

/// The store of a single manager: an SQLite database, `store.db` in a directory of its own. Leases and leaderships end
/// with the process: whoever opens it is alone.
class SqliteStore final : public Store {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  /// Makes the directory if need be; brings an older database to this version's schema. Errors: conflict, if somebody
  /// has it open; unsupported for a newer schema; malformed, if it is damaged; unavailable.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& directory,
                                                                 Clock clock = &std::chrono::steady_clock::now);
  ~SqliteStore() override;

  [[nodiscard]] Result<std::optional<Entry>> get(const std::string& key) override;
  [[nodiscard]] Result<Page> range(const std::string& prefix, std::size_t limit, const std::string& after) override;
  [[nodiscard]] Result<Revision> commit(const Transaction& transaction) override;
  [[nodiscard]] Result<std::unique_ptr<Watch>> watch(const std::string& prefix, Revision from) override;
  [[nodiscard]] Result<LeaseId> grant_lease(std::chrono::milliseconds ttl) override;
  [[nodiscard]] Result<void> keep_alive(LeaseId lease) override;
  [[nodiscard]] Result<void> revoke(LeaseId lease) override;
  [[nodiscard]] Result<Leadership> campaign(const std::string& election, LeaseId lease,
                                            std::chrono::milliseconds patience) override;

  /// Copies the store of `directory` to `file` as it is at one moment, also while a manager uses it. Errors: conflict,
  /// if the file exists; not_found, if there is no store; unavailable.
  [[nodiscard]] static Result<void> backup(const std::filesystem::path& directory, const std::filesystem::path& file);
  /// Puts the store of a backup in the place of that of `directory`. Its revisions go on far beyond those that agents
  /// may have heard of since. Errors: those of open; malformed for what is no backup. Then `directory` is as it was.
  [[nodiscard]] static Result<void> restore(const std::filesystem::path& file, const std::filesystem::path& directory);

 private:
  class Impl;
  class Follow;
  explicit SqliteStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace unf::vnfm
