#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "vnfm/store/led_store.h"

namespace unf::vnfm {

/// Where a text lies: `parts` values, as one value may be too short for it.
struct StoredText {
  std::string name;
  std::size_t parts = 0;
  friend bool operator==(const StoredText&, const StoredText&) = default;
};

/// Texts of any length in a store, for records to refer to: plans, the files of a service. A text is put before the
/// record that names it, and erased with it. Keys: `text/NAME/I`. Calls may come from any thread.
class Texts {
 public:
  explicit Texts(std::shared_ptr<LedStore> store) : store_(std::move(store)) {}

  /// Errors of all: as Store; malformed, if a part is gone.
  [[nodiscard]] Result<StoredText> put(const std::string& text);
  [[nodiscard]] Result<std::string> get(const StoredText& text) const;
  static void erase(const StoredText& text, Transaction& transaction);
  /// Erases those that no record names: a manager was killed before it stored the record.
  [[nodiscard]] Result<void> sweep(const std::vector<StoredText>& used);

 private:
  std::shared_ptr<LedStore> store_;
  std::atomic<std::uint64_t> next_ = 0;
};

}  // namespace unf::vnfm
