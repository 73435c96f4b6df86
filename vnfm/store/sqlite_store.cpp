#include "vnfm/store/sqlite_store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

namespace unf::vnfm {
namespace {

namespace fs = std::filesystem;
using Milliseconds = std::chrono::milliseconds;

constexpr auto kFile = "store.db";
constexpr auto kElections = "election/";
/// Revisions whose changes are kept for watches.
constexpr Revision kKept = 10'000;
/// How far a restored store is set ahead.
constexpr Revision kAhead = Revision{1} << 32;

/// Step i brings a database of schema version i to i + 1.
constexpr std::array kMigrations{
    "CREATE TABLE number(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "INSERT INTO number VALUES('revision', 0), ('compacted', 0), ('lease', 0);"
    "CREATE TABLE entry(key BLOB PRIMARY KEY, value BLOB NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL,"
    " lease INTEGER) WITHOUT ROWID;"
    "CREATE INDEX entry_by_lease ON entry(lease) WHERE lease IS NOT NULL;"
    "CREATE TABLE change(revision INTEGER NOT NULL, key BLOB NOT NULL, value BLOB, created INTEGER,"
    " PRIMARY KEY(revision, key)) WITHOUT ROWID;",
};

struct CloseDatabase {
  void operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

Errc code_of(int status) {
  switch (status & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Errc::malformed;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_CONSTRAINT:
      return Errc::internal;
    default:
      return Errc::unavailable;
  }
}

/// An SQLite error on its way to the public function that it ends.
struct Failure {
  Error error;
};

[[noreturn]] void raise(sqlite3* database, int status) {
  const auto* file = sqlite3_db_filename(database, "main");
  throw Failure{{code_of(status), fmt::format("{}: {}", file == nullptr ? kFile : file, sqlite3_errmsg(database))}};
}

/// Calls `work`; what it throws becomes the error.
template <typename Work>
auto guarded(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const Failure& failure) {
    return fail(failure.error);
  }
}

void execute(sqlite3* database, const char* sql) {
  if (const int status = sqlite3_exec(database, sql, nullptr, nullptr, nullptr); status != SQLITE_OK) {
    raise(database, status);
  }
}

/// A statement with its parameters bound, from first to last.
class Statement {
 public:
  template <typename... Values>
  Statement(sqlite3* database, const char* sql, const Values&... values) : database_(database) {
    if (const int status = sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr); status != SQLITE_OK) {
      raise(database, status);
    }
    int index = 0;
    (bind(++index, values), ...);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  /// Goes to the next row. Returns whether there is one.
  bool next() {
    const int status = sqlite3_step(statement_);
    if (status != SQLITE_ROW && status != SQLITE_DONE) raise(database_, status);
    return status == SQLITE_ROW;
  }
  void run() {
    while (next()) {
    }
  }
  [[nodiscard]] std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] bool null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  [[nodiscard]] std::string bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {data, data + sqlite3_column_bytes(statement_, column)};
  }

 private:
  void bind(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }
  void bind(int index, const std::string& value) {
    sqlite3_bind_blob64(statement_, index, value.data(), value.size(), SQLITE_TRANSIENT);
  }
  void bind(int index, const fs::path& value) {
    sqlite3_bind_text(statement_, index, value.c_str(), -1, SQLITE_TRANSIENT);
  }
  void bind(int index, const std::optional<LeaseId>& value) {
    value ? sqlite3_bind_int64(statement_, index, value->get()) : sqlite3_bind_null(statement_, index);
  }

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

/// The first string behind all that begin with `prefix`; empty: there is none.
std::string behind(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

Entry entry_of(const Statement& row) { return {row.bytes(0), row.bytes(1), row.number(2), row.number(3)}; }

Database open_database(const fs::path& path, int flags) {
  sqlite3* opened = nullptr;
  const int status = sqlite3_open_v2(path.c_str(), &opened, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database{opened};
  if (status != SQLITE_OK)
    throw Failure{{code_of(status), fmt::format("{}: {}", path.string(), sqlite3_errstr(status))}};
  sqlite3_busy_timeout(opened, 5'000);  // another process may be copying it
  return database;
}

std::int64_t number(sqlite3* database, const std::string& sql) {
  Statement statement{database, sql.c_str()};
  statement.next();
  return statement.number(0);
}

/// Fails for a database that is damaged, of another program, or newer than this one.
void check(sqlite3* database, const fs::path& path) {
  const auto version = number(database, "PRAGMA user_version");
  if (version > static_cast<std::int64_t>(kMigrations.size())) {
    throw Failure{{Errc::unsupported, fmt::format("{}: schema version {}, this program knows up to {}", path.string(),
                                                  version, kMigrations.size())}};
  }
  Statement damage{database, "PRAGMA quick_check(1)"};
  damage.next();
  if (const auto found = damage.bytes(0); found != "ok") {
    throw Failure{{Errc::malformed, fmt::format("{}: damaged: {}", path.string(), found)}};
  }
}

class Lock {
 public:
  static Result<Lock> take(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) return fail(Errc::unavailable, "{}: {}", directory.string(), error.message());
    const auto path = directory / "lock";
    Lock lock{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (lock.file_ < 0) return fail(Errc::unavailable, "{}: {}", path.string(), std::strerror(errno));
    if (flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
      return fail(Errc::conflict, "{}: another manager uses this directory", directory.string());
    }
    return lock;
  }
  Lock(Lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Lock& operator=(Lock&&) = delete;
  ~Lock() {
    if (file_ >= 0) ::close(file_);
  }

 private:
  explicit Lock(int file) : file_(file) {}
  int file_;
};

void sync_file(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = file >= 0 && fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (!synced) throw Failure{{Errc::unavailable, fmt::format("{}: {}", path.string(), std::strerror(reason))}};
}

void move_durably(const fs::path& from, const fs::path& to) {
  sync_file(from, O_RDWR);
  std::error_code error;
  fs::rename(from, to, error);
  if (error) throw Failure{{Errc::unavailable, fmt::format("{}: {}", to.string(), error.message())}};
  const auto directory = to.parent_path();
  sync_file(directory.empty() ? "." : directory, O_RDONLY | O_DIRECTORY);
}

/// Writes what is in `database` to `file`, which is not there.
void copy(sqlite3* database, const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);  // of a copy that was broken off
  Statement{database, "VACUUM INTO ?", file}.run();
}

}  // namespace

class SqliteStore::Impl {
 public:
  Impl(Lock lock, Database database, Clock clock)
      : lock_(std::move(lock)), database_(std::move(database)), clock_(std::move(clock)) {
    execute(db(), "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    for (auto version = number(db(), "PRAGMA user_version"); version < std::ssize(kMigrations); ++version) {
      const auto step = fmt::format("BEGIN IMMEDIATE; {} PRAGMA user_version={}; COMMIT",
                                    kMigrations[static_cast<std::size_t>(version)], version + 1);
      execute(db(), step.c_str());
    }
    revision_ = number(db(), "SELECT value FROM number WHERE name='revision'");
    compacted_ = number(db(), "SELECT value FROM number WHERE name='compacted'");
    last_lease_ = number(db(), "SELECT value FROM number WHERE name='lease'");
    erase_leased("lease IS NOT NULL");  // of a process that has ended
  }

  std::optional<Entry> get(const std::string& key) {
    const std::lock_guard lock{mutex_};
    expire();
    Statement row{db(), "SELECT key, value, created, modified FROM entry WHERE key=?", key};
    return row.next() ? std::optional{entry_of(row)} : std::nullopt;
  }

  Page range(const std::string& prefix, std::size_t limit, const std::string& after) {
    const std::lock_guard lock{mutex_};
    expire();
    const auto end = behind(prefix);
    const auto most = static_cast<std::int64_t>(limit);
    Statement row{db(),
                  "SELECT key, value, created, modified FROM entry "
                  "WHERE key >= ?1 AND key > ?2 AND (length(?3) = 0 OR key < ?3) ORDER BY key LIMIT ?4",
                  prefix,
                  after,
                  end,
                  most + 1};
    Page page{.revision = revision_};
    while (row.next() && !page.more) {
      page.more = page.entries.size() == limit;
      if (!page.more) page.entries.push_back(entry_of(row));
    }
    return page;
  }

  Result<Revision> commit(const Transaction& transaction) {
    for (const auto& put : transaction.puts) {
      if (put.value.size() > kMaxValue) {
        return fail(Errc::no_capacity, "{}: {} bytes, at most {}", put.key, put.value.size(), kMaxValue);
      }
    }
    const std::lock_guard lock{mutex_};
    expire();
    return change(transaction);
  }

  Result<LeaseId> grant(Milliseconds ttl) {
    const std::lock_guard lock{mutex_};
    const auto id = last_lease_ + 1;
    Statement{db(), "UPDATE number SET value=? WHERE name='lease'", id}.run();
    last_lease_ = id;
    leases_[LeaseId{id}] = {ttl, clock_() + ttl};
    return LeaseId{id};
  }
  Result<void> keep_alive(LeaseId lease) {
    const std::lock_guard lock{mutex_};
    expire();
    const auto at = leases_.find(lease);
    if (at == leases_.end()) return fail(Errc::not_found, "lease {} has ended", lease.get());
    at->second.ends = clock_() + at->second.ttl;
    return {};
  }
  void revoke(LeaseId lease) {
    const std::lock_guard lock{mutex_};
    if (!leases_.contains(lease)) return;
    erase_leased("lease=" + std::to_string(lease.get()));
    leases_.erase(lease);
  }

  Result<Leadership> campaign(const std::string& election, LeaseId lease, Milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const auto key = kElections + election;
    std::unique_lock lock{mutex_};
    for (;;) {
      expire();
      const auto led = change({.when = {Compare::absent(key)}, .puts = {{key, "", lease}}});
      if (led) return Leadership{key, *led};
      if (led.error().code != Errc::conflict) return fail(led.error());
      if (std::chrono::steady_clock::now() >= deadline) return fail(Errc::conflict, "{} is led by another", election);
      wait(lock, deadline);
    }
  }

  [[nodiscard]] Revision revision() {
    const std::lock_guard lock{mutex_};
    return revision_;
  }

  Result<std::vector<Change>> changes(const std::string& prefix, Revision& from, Milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const auto end = behind(prefix);
    std::unique_lock lock{mutex_};
    for (;;) {
      expire();
      if (from <= compacted_) {
        return fail(Errc::not_found, "the changes of revision {} are no longer kept, the oldest are of {}", from,
                    compacted_ + 1);
      }
      std::vector<Change> found;
      Statement row{db(),
                    "SELECT key, value, created, revision FROM change "
                    "WHERE revision >= ?1 AND key >= ?2 AND (length(?3) = 0 OR key < ?3) ORDER BY revision, key",
                    from, prefix, end};
      while (row.next()) {
        auto& change = found.emplace_back(Change{.revision = row.number(3), .key = row.bytes(0), .entry = {}});
        if (!row.null(1)) change.entry = entry_of(row);
      }
      from = revision_ + 1;
      if (!found.empty() || std::chrono::steady_clock::now() >= deadline) return found;
      wait(lock, deadline);
    }
  }

 private:
  struct Lease {
    Milliseconds ttl;
    std::chrono::steady_clock::time_point ends;
  };
  /// A transaction of the database that is undone unless it is committed.
  class Atomic {
   public:
    explicit Atomic(sqlite3* database) : database_(database) { execute(database_, "BEGIN IMMEDIATE"); }
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;
    ~Atomic() {
      if (!done_) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
    void commit() {
      execute(database_, "COMMIT");
      done_ = true;
    }

   private:
    sqlite3* database_;
    bool done_ = false;
  };

  // Below: with mutex_ held.

  [[nodiscard]] sqlite3* db() const { return database_.get(); }

  [[nodiscard]] bool holds(const Compare& compare) const {
    Statement row{db(), "SELECT created, modified FROM entry WHERE key=?", compare.key};
    const bool present = row.next();
    switch (compare.kind) {
      case Compare::Kind::absent:
        return !present;
      case Compare::Kind::created_at:
        return present && row.number(0) == compare.revision;
      case Compare::Kind::modified_at:
        return present && row.number(1) == compare.revision;
    }
    return false;
  }

  Result<Revision> change(const Transaction& transaction) {
    for (const auto& put : transaction.puts) {
      if (put.lease && !leases_.contains(*put.lease)) {
        return fail(Errc::not_found, "lease {} has ended", put.lease->get());
      }
    }
    Atomic atomic{db()};
    for (const auto& compare : transaction.when) {
      if (!holds(compare)) return fail(Errc::conflict, "{} is not as it was", compare.key);
    }
    const auto now = revision_ + 1;
    for (const auto& put : transaction.puts) {
      Statement{db(),
                "INSERT INTO entry VALUES(?1, ?2, ?3, ?3, ?4) ON CONFLICT(key) DO UPDATE SET value=?2, modified=?3, "
                "lease=?4",
                put.key,
                put.value,
                now,
                put.lease}
          .run();
      Statement{db(), "INSERT INTO change SELECT ?1, key, value, created FROM entry WHERE key=?2", now, put.key}.run();
    }
    for (const auto& key : transaction.erasures) {
      Statement{db(), "INSERT INTO change SELECT ?1, key, NULL, NULL FROM entry WHERE key=?2", now, key}.run();
      Statement{db(), "DELETE FROM entry WHERE key=?", key}.run();
    }
    finish(atomic, now);
    return now;
  }

  void erase_leased(const std::string& which) {
    if (number(db(), "SELECT count(*) FROM entry WHERE " + which) == 0) return;
    Atomic atomic{db()};
    const auto now = revision_ + 1;
    const auto note = "INSERT INTO change SELECT ?1, key, NULL, NULL FROM entry WHERE " + which;
    Statement{db(), note.c_str(), now}.run();
    execute(db(), ("DELETE FROM entry WHERE " + which).c_str());
    finish(atomic, now);
  }

  void finish(Atomic& atomic, Revision now) {
    const auto compacted = std::max(compacted_, now - kKept);
    Statement{db(), "UPDATE number SET value=? WHERE name='revision'", now}.run();
    if (compacted > compacted_) {
      Statement{db(), "UPDATE number SET value=? WHERE name='compacted'", compacted}.run();
      Statement{db(), "DELETE FROM change WHERE revision <= ?", compacted}.run();
    }
    atomic.commit();
    revision_ = now;
    compacted_ = compacted;
    changed_.notify_all();
  }

  void expire() {
    const auto now = clock_();
    for (auto lease = leases_.begin(); lease != leases_.end();) {
      if (lease->second.ends > now) {
        ++lease;
        continue;
      }
      erase_leased("lease=" + std::to_string(lease->first.get()));
      lease = leases_.erase(lease);
    }
  }

  /// Waits for a change, the end of a lease, or the deadline.
  void wait(std::unique_lock<std::mutex>& lock, std::chrono::steady_clock::time_point deadline) {
    for (const auto& [id, lease] : leases_) {
      deadline = std::min(deadline, std::chrono::steady_clock::now() + (lease.ends - clock_()));
    }
    changed_.wait_until(lock, deadline);
  }

  Lock lock_;
  Database database_;
  Clock clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Revision revision_ = 0;
  Revision compacted_ = 0;
  std::int64_t last_lease_ = 0;
  std::map<LeaseId, Lease> leases_;
};

class SqliteStore::Follow final : public Watch {
 public:
  Follow(Impl& store, std::string prefix, Revision from) : store_(store), prefix_(std::move(prefix)), from_(from) {}
  Result<std::vector<Change>> next(Milliseconds patience) override {
    return guarded([&] { return store_.changes(prefix_, from_, patience); });
  }

 private:
  Impl& store_;
  std::string prefix_;
  Revision from_;
};

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const fs::path& directory, Clock clock) {
  auto lock = Lock::take(directory);
  if (!lock) return fail(std::move(lock.error()));
  return guarded([&]() -> Result<std::unique_ptr<SqliteStore>> {
    const auto path = directory / kFile;
    auto database = open_database(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    check(database.get(), path);
    auto impl = std::make_unique<Impl>(std::move(*lock), std::move(database), std::move(clock));
    return std::unique_ptr<SqliteStore>{new SqliteStore{std::move(impl)}};
  });
}

Result<std::optional<Entry>> SqliteStore::get(const std::string& key) {
  return guarded([&]() -> Result<std::optional<Entry>> { return impl_->get(key); });
}
Result<Page> SqliteStore::range(const std::string& prefix, std::size_t limit, const std::string& after) {
  return guarded([&]() -> Result<Page> { return impl_->range(prefix, limit, after); });
}
Result<Revision> SqliteStore::commit(const Transaction& transaction) {
  return guarded([&] { return impl_->commit(transaction); });
}
Result<std::unique_ptr<Watch>> SqliteStore::watch(const std::string& prefix, Revision from) {
  return std::make_unique<Follow>(*impl_, prefix, from);
}
Result<LeaseId> SqliteStore::grant_lease(Milliseconds ttl) {
  return guarded([&] { return impl_->grant(ttl); });
}
Result<void> SqliteStore::keep_alive(LeaseId lease) {
  return guarded([&] { return impl_->keep_alive(lease); });
}
Result<void> SqliteStore::revoke(LeaseId lease) {
  return guarded([&]() -> Result<void> {
    impl_->revoke(lease);
    return {};
  });
}
Result<Leadership> SqliteStore::campaign(const std::string& election, LeaseId lease, Milliseconds patience) {
  return guarded([&] { return impl_->campaign(election, lease, patience); });
}

Result<void> SqliteStore::backup(const fs::path& directory, const fs::path& file) {
  const auto from = directory / kFile;
  std::error_code error;
  if (!fs::exists(from, error)) return fail(Errc::not_found, "{}: there is no store", from.string());
  if (fs::exists(file, error)) return fail(Errc::conflict, "{}: exists", file.string());
  return guarded([&]() -> Result<void> {
    const auto part = fs::path{file} += ".part";
    copy(open_database(from, SQLITE_OPEN_READWRITE).get(), part);
    move_durably(part, file);
    return {};
  });
}

Result<void> SqliteStore::restore(const fs::path& file, const fs::path& directory) {
  std::error_code error;
  if (!fs::exists(file, error)) return fail(Errc::not_found, "{}: there is no such file", file.string());
  auto lock = Lock::take(directory);
  if (!lock) return fail(std::move(lock.error()));
  return guarded([&]() -> Result<void> {
    const auto to = directory / kFile, part = directory / "store.db.part";
    const auto source = open_database(file, SQLITE_OPEN_READONLY);
    check(source.get(), file);
    if (number(source.get(), "PRAGMA user_version") == 0) {
      return fail(Errc::malformed, "{}: is no backup of a store", file.string());
    }
    auto ahead = number(source.get(), "SELECT value FROM number WHERE name='revision'");
    if (fs::exists(to)) {
      try {
        const auto now = open_database(to, SQLITE_OPEN_READWRITE);
        ahead = std::max(ahead, number(now.get(), "SELECT value FROM number WHERE name='revision'"));
        execute(now.get(), "PRAGMA wal_checkpoint(TRUNCATE)");
      } catch (const Failure&) {
        // A damaged store is a reason to restore one.
      }
    }
    copy(source.get(), part);
    {
      const auto restored = open_database(part, SQLITE_OPEN_READWRITE);
      Statement{restored.get(), "UPDATE number SET value=? WHERE name='revision'", ahead + kAhead}.run();
      // Nobody who watched the store that was can go on here.
      Statement{restored.get(), "UPDATE number SET value=? WHERE name='compacted'", ahead + kAhead}.run();
      execute(restored.get(), "DELETE FROM change");
    }
    std::error_code ignored;
    for (const auto* suffix : {"-wal", "-shm"}) fs::remove(fs::path{to} += suffix, ignored);
    move_durably(part, to);
    return {};
  });
}

}  // namespace unf::vnfm
