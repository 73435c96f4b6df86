#include "vnfm/store/sqlite_store.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "tests/vnfm/store/store_fixture.h"
#include "vnfm/store/leader.h"

namespace unf::vnfm {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SqliteStoreTest : public StoreFixture {
 protected:
  /// The program's database, behind its back.
  void meddle(const std::string& sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((directory_ / "store.db").c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  static std::vector<std::string> keys(Store& store, const std::string& prefix) {
    std::vector<std::string> keys;
    const auto entries = all_of(store, prefix).value();
    for (const auto& entry : entries) keys.push_back(entry.key);
    return keys;
  }
};

TEST_F(SqliteStoreTest, KnowsWhenAKeyCameAndChanged) {
  const auto store = open_engine();
  const auto first = store->commit({.puts = {{"k", "1"}}}).value();
  const auto second = store->commit({.puts = {{"k", "2"}}}).value();
  EXPECT_GT(second, first);
  EXPECT_EQ(*store->get("k"), (Entry{"k", "2", first, second}));
  ASSERT_TRUE(store->commit({.erasures = {"k", "never"}}));
  EXPECT_EQ(*store->get("k"), std::nullopt);
  const auto third = store->commit({.puts = {{"k", "3"}}}).value();
  EXPECT_EQ(*store->get("k"), (Entry{"k", "3", third, third}));
}

TEST_F(SqliteStoreTest, ATransactionWhoseCompareFailsLeavesNothing) {
  const auto store = open_engine();
  const auto created = store->commit({.puts = {{"k", "1"}}}).value();
  const auto modified = store->commit({.puts = {{"k", "2"}}}).value();
  const auto commit = [&](Compare compare) {
    return store->commit({.when = {std::move(compare)}, .puts = {{"new", "x"}}, .erasures = {"k"}});
  };
  for (const auto& [compare, name] : {std::pair{Compare::absent("k"), "absent"},
                                      {Compare::created_at("k", modified), "created"},
                                      {Compare::modified_at("k", created), "modified"},
                                      {Compare::modified_at("none", 0), "of what is not there"}}) {
    EXPECT_EQ(commit(compare).error().code, Errc::conflict) << name;
    EXPECT_THAT(keys(*store, ""), ElementsAre("k")) << name;
  }
  EXPECT_TRUE(store->commit(
      {.when = {Compare::absent("none"), Compare::created_at("k", created), Compare::modified_at("k", modified)},
       .erasures = {"k"}}));
  EXPECT_THAT(keys(*store, ""), IsEmpty());
}

TEST_F(SqliteStoreTest, RangesGoByBytesAndPages) {
  const auto store = open_engine();
  const std::string high = "a\xff";
  for (const auto& key :
       {std::string{"a"}, high, high + "z", std::string{"a/1"}, std::string{"a/2"}, std::string{"b"}}) {
    ASSERT_TRUE(store->commit({.puts = {{key, std::string{"v\0w", 3}}}}));
  }
  EXPECT_THAT(keys(*store, "a"), ElementsAre("a", "a/1", "a/2", high, high + "z"));
  EXPECT_THAT(keys(*store, high), ElementsAre(high, high + "z"));
  EXPECT_THAT(keys(*store, ""), SizeIs(6));
  const auto first = store->range("a", 2, "").value();
  EXPECT_TRUE(first.more);
  ASSERT_THAT(first.entries, SizeIs(2));
  EXPECT_EQ(first.entries[0].value.size(), 3U);
  const auto second = store->range("a", 3, first.entries.back().key).value();
  EXPECT_FALSE(second.more);
  EXPECT_THAT(second.entries, SizeIs(3));
}

TEST_F(SqliteStoreTest, RefusesValuesThatNotEveryEngineTakes) {
  const auto store = open_engine();
  EXPECT_TRUE(store->commit({.puts = {{"k", std::string(kMaxValue, 'x')}}}));
  EXPECT_EQ(store->commit({.puts = {{"k", std::string(kMaxValue + 1, 'x')}}}).error().code, Errc::no_capacity);
}

using Model = std::map<std::string, Entry>;

bool holds(const Compare& compare, const Model& model) {
  const auto at = model.find(compare.key);
  if (compare.kind == Compare::Kind::absent) return at == model.end();
  if (at == model.end()) return false;
  return compare.revision == (compare.kind == Compare::Kind::created_at ? at->second.created : at->second.modified);
}

std::string some_key() { return "k" + std::to_string(*rc::gen::inRange(0, 6)); }

/// Mostly one that happens.
Transaction some_transaction(const Model& model) {
  Transaction transaction;
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    const auto key = some_key();
    const auto at = model.find(key);
    const auto off = *rc::gen::inRange(0, 5) == 0 ? 1 : 0;
    if (at == model.end()) {
      transaction.when.push_back(off ? Compare::modified_at(key, 1) : Compare::absent(key));
    } else {
      transaction.when.push_back(*rc::gen::element(Compare::created_at(key, at->second.created + off),
                                                   Compare::modified_at(key, at->second.modified - off)));
    }
  }
  std::set<std::string> named;
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    const auto key = some_key();
    if (!named.insert(key).second) continue;
    if (*rc::gen::arbitrary<bool>()) {
      transaction.puts.push_back({key, *rc::gen::string<std::string>()});
    } else {
      transaction.erasures.push_back(key);
    }
  }
  return transaction;
}

// Whatever is done: the same as a map does, also after a restart; and who follows the changes knows the same.
RC_GTEST_FIXTURE_PROP(SqliteStoreTest, DoesWhatAMapDoes, ()) {
  std::filesystem::remove_all(directory_);
  auto store = open_engine();
  Model model, followed;
  Revision last = 0;
  for (int restarts = *rc::gen::inRange(0, 3); restarts >= 0; --restarts) {
    const auto watch = store->watch("k", last + 1).value();
    for (int steps = *rc::gen::inRange(0, 10); steps > 0; --steps) {
      const auto transaction = some_transaction(model);
      const bool happens =
          std::ranges::all_of(transaction.when, [&](const Compare& compare) { return holds(compare, model); });
      const auto done = store->commit(transaction);
      RC_ASSERT(done.has_value() == happens);
      if (!done) continue;
      RC_ASSERT(*done > last);
      last = *done;
      for (const auto& put : transaction.puts) {
        auto& entry = model.try_emplace(put.key, Entry{put.key, "", last, last}).first->second;
        entry.value = put.value;
        entry.modified = last;
      }
      for (const auto& key : transaction.erasures) model.erase(key);
    }
    const auto changes = watch->next(0ms).value();
    for (const auto& change : changes) {
      followed.erase(change.key);
      if (change.entry) followed.emplace(change.key, *change.entry);
    }
    if (restarts > 0) {
      store.reset();
      store = open_engine();
    }
    Model found;
    const auto entries = all_of(*store, "k").value();
    for (const auto& entry : entries) found.emplace(entry.key, entry);
    RC_ASSERT(found == model);
    RC_ASSERT(followed == model);
  }
}

TEST_F(SqliteStoreTest, AWatchWaitsForAChangeOfItsPrefix) {
  const auto store = open_engine();
  const auto watch = store->watch("a/", 1).value();
  EXPECT_THAT(*watch->next(0ms), IsEmpty());
  std::thread writer{[&] {
    EXPECT_TRUE(store->commit({.puts = {{"b/1", "other"}}}));
    EXPECT_TRUE(store->commit({.puts = {{"a/1", "mine"}}}));
  }};
  const auto changes = watch->next(10s).value();
  writer.join();
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].entry->value, "mine");
}

TEST_F(SqliteStoreTest, AWatchThatFallsTooFarBehindIsTold) {
  { ASSERT_TRUE(open_engine()->commit({.puts = {{"k", "old"}}})); }
  meddle("UPDATE number SET value=20000 WHERE name='revision'");
  const auto store = open_engine();
  const auto watch = store->watch("", 1).value();
  EXPECT_THAT(*watch->next(0ms), SizeIs(1));
  const auto behind = store->watch("", 1).value();
  ASSERT_EQ(*store->commit({.puts = {{"k", "new"}}}), 20'001);
  EXPECT_EQ(behind->next(0ms).error().code, Errc::not_found);
  EXPECT_THAT(*watch->next(0ms), SizeIs(1));
}

class LeasedStore : public SqliteStoreTest {
 protected:
  LeasedStore() : store_(SqliteStore::open(directory_, [this] { return now_.load(); }).value()) {}
  void pass(std::chrono::milliseconds time) { now_ = now_.load() + time; }

  std::atomic<std::chrono::steady_clock::time_point> now_{std::chrono::steady_clock::now()};
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(LeasedStore, KeysGoWithTheirLease) {
  const auto lease = store_->grant_lease(100ms).value();
  const auto watch = store_->watch("k", 1).value();
  ASSERT_TRUE(store_->commit({.puts = {{"k", "v", lease}, {"stays", "v"}}}));
  EXPECT_THAT(*watch->next(0ms), SizeIs(1));
  pass(90ms);
  ASSERT_TRUE(store_->keep_alive(lease));
  pass(90ms);
  EXPECT_TRUE(store_->get("k")->has_value());
  pass(20ms);
  EXPECT_THAT(keys(*store_, ""), ElementsAre("stays"));
  const auto gone = watch->next(0ms).value();
  ASSERT_THAT(gone, SizeIs(1));
  EXPECT_EQ(gone[0].entry, std::nullopt);
  EXPECT_EQ(store_->keep_alive(lease).error().code, Errc::not_found);
  EXPECT_EQ(store_->commit({.puts = {{"k", "v", lease}}}).error().code, Errc::not_found);
}

TEST_F(LeasedStore, EndWithTheProcess) {
  const auto lease = store_->grant_lease(1h).value();
  ASSERT_TRUE(store_->commit({.puts = {{"k", "v", lease}}}));
  store_.reset();
  store_ = open_engine();
  EXPECT_THAT(keys(*store_, ""), IsEmpty());
  EXPECT_GT(*store_->grant_lease(1h), lease) << "a lease's number is used once";
}

TEST_F(LeasedStore, OneLeadsAndTheNextHasAHigherEpoch) {
  const auto first = store_->grant_lease(100ms).value(), second = store_->grant_lease(1h).value();
  const auto led = store_->campaign("e", first, 0ms).value();
  EXPECT_EQ(store_->campaign("e", second, 0ms).error().code, Errc::conflict);
  EXPECT_TRUE(store_->commit({.when = {led.still()}, .puts = {{"k", "1"}}}));
  Result<Leadership> next = fail(Errc::internal, "not asked");
  std::thread candidate{[&] { next = store_->campaign("e", second, 10s); }};
  ASSERT_TRUE(store_->revoke(first));
  candidate.join();
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_GT(next->epoch, led.epoch);
  EXPECT_EQ(store_->commit({.when = {led.still()}, .puts = {{"k", "2"}}}).error().code, Errc::conflict);
  EXPECT_EQ(store_->campaign("other", first, 0ms).error().code, Errc::not_found);
}

TEST_F(LeasedStore, ALeaderThatWasHeldUpStandsAgain) {
  const auto leader = Leader::elect(*store_, "e", 30ms).value();
  const auto before = leader->leadership();
  pass(1h);
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (leader->leadership().epoch == before.epoch && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_GT(leader->leadership().epoch, before.epoch);
  EXPECT_TRUE(store_->commit({.when = {leader->leadership().still()}}));
  EXPECT_FALSE(store_->commit({.when = {before.still()}}));
}

// Each acknowledged transaction is there, each other one not even in part.
TEST_F(SqliteStoreTest, KilledAtAnyMomentItLosesNothing) {
  for (int round = 0; round < 5; ++round) {
    std::filesystem::remove_all(directory_);
    int acknowledged[2];
    ASSERT_EQ(pipe(acknowledged), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto store = open_engine();
      for (std::uint32_t i = 1;; ++i) {
        const auto text = std::to_string(i);
        if (!store->commit({.puts = {{"a", text}, {"b", text}}})) _exit(1);
        if (write(acknowledged[1], &i, sizeof i) != sizeof i) _exit(1);
      }
    }
    close(acknowledged[1]);
    std::uint32_t last = 0;
    while (last < 20U + static_cast<unsigned>(round))
      ASSERT_EQ(read(acknowledged[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    while (read(acknowledged[0], &last, sizeof last) == static_cast<ssize_t>(sizeof last)) {
    }
    close(acknowledged[0]);
    const auto store = open_engine();
    const auto a = (*store->get("a"))->value, b = (*store->get("b"))->value;
    EXPECT_EQ(a, b);
    EXPECT_GE(std::stoul(a), last);
    EXPECT_LE(std::stoul(a), last + 1);
  }
}

TEST_F(SqliteStoreTest, AFullDiskIsRefusedAndPassesOver) {
  const auto store = open_engine();
  ASSERT_TRUE(store->commit({.puts = {{"k", "before"}}}));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit full{.rlim_cur = 4096, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
  const auto refused = store->commit({.puts = {{"k", std::string(100'000, 'x')}, {"l", "half"}}});
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable) << refused.error().message;
  EXPECT_EQ((*store->get("k"))->value, "before");
  EXPECT_TRUE(store->commit({.puts = {{"k", "after"}}}));
  EXPECT_THAT(keys(*store, ""), ElementsAre("k"));
}

TEST_F(SqliteStoreTest, HasOneUser) {
  const auto store = open_engine();
  EXPECT_EQ(SqliteStore::open(directory_).error().code, Errc::conflict);
  std::ofstream{root_ / "file"} << "";
  EXPECT_EQ(SqliteStore::open(root_ / "file").error().code, Errc::unavailable);
}

TEST_F(SqliteStoreTest, SaysWhatItCannotOpen) {
  { const auto store = open_engine(); }
  meddle("PRAGMA user_version=99");
  const auto newer = SqliteStore::open(directory_);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, Errc::unsupported);
  EXPECT_THAT(newer.error().message, HasSubstr("schema version 99"));
  std::ofstream{directory_ / "store.db"} << std::string(8192, 'x');
  EXPECT_EQ(SqliteStore::open(directory_).error().code, Errc::malformed);
}

TEST_F(SqliteStoreTest, ADamagedPageIsFound) {
  {
    const auto store = open_engine();
    for (int i = 0; i < 200; ++i) {
      ASSERT_TRUE(store->commit({.puts = {{fmt::format("key{}", i), std::string(200, 'v')}}}));
    }
  }
  std::fstream file{directory_ / "store.db", std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(5 * 4096);
  file << std::string(4096, '\x55');
  file.close();
  EXPECT_EQ(SqliteStore::open(directory_).error().code, Errc::malformed);
}

class Backups : public SqliteStoreTest {
 protected:
  const std::filesystem::path file_ = root_ / "backup.db";
};

TEST_F(Backups, AreTakenInUseAndRestored) {
  auto store = open_engine();
  const auto saved = store->commit({.puts = {{"k", "saved"}}}).value();
  ASSERT_TRUE(SqliteStore::backup(directory_, file_));
  const auto later = store->commit({.puts = {{"k", "later"}, {"l", "later"}}}).value();
  EXPECT_EQ(SqliteStore::backup(directory_, file_).error().code, Errc::conflict) << "it exists";
  EXPECT_EQ(SqliteStore::restore(file_, directory_).error().code, Errc::conflict) << "a manager runs";
  store.reset();
  ASSERT_TRUE(SqliteStore::restore(file_, directory_));
  store = open_engine();
  EXPECT_EQ(*store->get("k"), (Entry{"k", "saved", saved, saved}));
  EXPECT_THAT(keys(*store, ""), ElementsAre("k"));
  EXPECT_GT(*store->commit({.puts = {{"l", "new"}}}), later) << "agents have heard of later generations";
  EXPECT_EQ(store->watch("", later).value()->next(0ms).error().code, Errc::not_found);
}

TEST_F(Backups, CanBeRestoredOnAnotherMachineOrOverADamagedStore) {
  { ASSERT_TRUE(open_engine()->commit({.puts = {{"k", "saved"}}})); }
  ASSERT_TRUE(SqliteStore::backup(directory_, file_));
  for (const bool damaged : {false, true}) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    if (damaged) std::ofstream{directory_ / "store.db"} << std::string(8192, 'x');
    const auto restored = SqliteStore::restore(file_, directory_);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ((*open_engine()->get("k"))->value, "saved");
  }
}

TEST_F(Backups, WhatIsNoneLeavesTheStoreAsItWas) {
  { ASSERT_TRUE(open_engine()->commit({.puts = {{"k", "kept"}}})); }
  EXPECT_EQ(SqliteStore::restore(file_, directory_).error().code, Errc::not_found);
  std::ofstream{file_} << "not a database at all, whatever its name says";
  EXPECT_EQ(SqliteStore::restore(file_, directory_).error().code, Errc::malformed);
  std::ofstream{file_, std::ios::trunc} << "";
  EXPECT_EQ(SqliteStore::restore(file_, directory_).error().code, Errc::malformed);
  EXPECT_EQ((*open_engine()->get("k"))->value, "kept");
  EXPECT_EQ(SqliteStore::backup(root_ / "nowhere", root_ / "b").error().code, Errc::not_found);
}

}  // namespace
}  // namespace unf::vnfm
