#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/result.h"
#include "graph/model/strong.h"

namespace unf::vnfm {

/// Counts the changes of a store; each commit gives the next.
using Revision = std::int64_t;
using LeaseId = Strong<struct LeaseIdTag, std::int64_t>;

/// The most that a value may hold, so that every engine takes it.
inline constexpr std::size_t kMaxValue = 512 << 10;

/// A key and what it holds.
struct Entry {
  std::string key;
  std::string value;
  Revision created = 0;   ///< when the key came into being, the last time it did
  Revision modified = 0;  ///< when the value was put
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// What must hold of a key for a transaction to happen.
struct Compare {
  enum class Kind { absent, created_at, modified_at };
  std::string key;
  Kind kind = Kind::absent;
  Revision revision = 0;

  static Compare absent(std::string key) { return {std::move(key), Kind::absent, 0}; }
  static Compare created_at(std::string key, Revision at) { return {std::move(key), Kind::created_at, at}; }
  static Compare modified_at(std::string key, Revision at) { return {std::move(key), Kind::modified_at, at}; }
};

/// What happens at once, or not at all. No key is named twice among puts and erasures.
struct Transaction {
  struct Put {
    std::string key;
    std::string value;
    std::optional<LeaseId> lease{};  ///< the key goes when the lease does
  };
  std::vector<Compare> when;
  std::vector<Put> puts;
  std::vector<std::string> erasures;  ///< absent keys are fine
};

/// A key that was put, or, without an entry, erased.
struct Change {
  Revision revision = 0;
  std::string key;
  std::optional<Entry> entry;
  friend bool operator==(const Change&, const Change&) = default;
};

/// Part of a range of keys.
struct Page {
  std::vector<Entry> entries;  ///< in the order of their keys' bytes
  bool more = false;           ///< go on behind the last key
  Revision revision = 0;       ///< of the store, when it was read
};

/// Follows the changes of a prefix. One thread uses it; the store outlives it.
class Watch {
 public:
  Watch() = default;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  virtual ~Watch() = default;
  /// The next changes in their order, whole revisions; none, if there were none for `patience`. Errors: as Store;
  /// not_found, if it fell too far behind and they are no longer kept.
  [[nodiscard]] virtual Result<std::vector<Change>> next(std::chrono::milliseconds patience) = 0;
};

/// Who leads an election, and since when.
struct Leadership {
  std::string key;
  Revision epoch = 0;  ///< rises from leader to leader

  /// For every transaction of the leader: it does not happen once another leads.
  [[nodiscard]] Compare still() const { return Compare::created_at(key, epoch); }
};

/// What a manager has to know after it was killed at any moment, with etcd's semantics. Calls may come from any thread.
/// Errors of all: unavailable, if the engine cannot be reached or has no room; malformed, if its data are damaged.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  [[nodiscard]] virtual Result<std::optional<Entry>> get(const std::string& key) = 0;
  /// Up to `limit` entries whose keys begin with `prefix`, those behind the key `after` (empty: from the first).
  [[nodiscard]] virtual Result<Page> range(const std::string& prefix, std::size_t limit, const std::string& after) = 0;
  /// On the disk when it returns; then `modified` of what was put is the revision that it gives. Errors: conflict, if
  /// a compare does not hold; no_capacity for a value beyond kMaxValue; not_found for a lease that has ended.
  [[nodiscard]] virtual Result<Revision> commit(const Transaction& transaction) = 0;
  /// The changes of `prefix` from revision `from` on.
  [[nodiscard]] virtual Result<std::unique_ptr<Watch>> watch(const std::string& prefix, Revision from) = 0;

  /// A lease that ends, with its keys, unless it is kept alive each `ttl`.
  [[nodiscard]] virtual Result<LeaseId> grant_lease(std::chrono::milliseconds ttl) = 0;
  /// Errors: not_found, if it has ended.
  [[nodiscard]] virtual Result<void> keep_alive(LeaseId lease) = 0;
  /// Ends the lease, if there is one.
  [[nodiscard]] virtual Result<void> revoke(LeaseId lease) = 0;

  /// Waits until nobody leads `election`, and then does, for as long as the lease lives. Errors: conflict, if somebody
  /// else still leads after `patience`; not_found for the lease.
  [[nodiscard]] virtual Result<Leadership> campaign(const std::string& election, LeaseId lease,
                                                    std::chrono::milliseconds patience) = 0;
};

/// All entries whose keys begin with `prefix`, page by page. Errors: as Store.
[[nodiscard]] Result<std::vector<Entry>> all_of(Store& store, const std::string& prefix);

}  // namespace unf::vnfm
