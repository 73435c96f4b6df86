#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "vnfm/store/sqlite_store.h"

namespace unf::vnfm {

/// A directory for a store.
class StoreFixture : public testing::Test {
 protected:
  StoreFixture() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
    directory_ = root_ / "a/b";
  }
  ~StoreFixture() override { std::filesystem::remove_all(root_); }

  /// Throws where it cannot be opened.
  [[nodiscard]] std::unique_ptr<SqliteStore> open_engine() const { return SqliteStore::open(directory_).value(); }

  std::filesystem::path root_, directory_;
};

}  // namespace unf::vnfm
