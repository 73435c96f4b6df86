#pragma once

#include <functional>
#include <vector>

#include "vnfm/store/led_store.h"

namespace unf::vnfm {

/// A transaction, and what has to be done in memory once it has happened.
class Update {
 public:
  Transaction transaction;

  void then(std::function<void(Revision)> step) { steps_.push_back(std::move(step)); }

  /// Errors: as LedStore::commit; then nothing was done.
  [[nodiscard]] Result<Revision> commit(LedStore& store) && {
    auto done = store.commit(std::move(transaction));
    if (done) {
      for (const auto& step : steps_) step(*done);
    }
    return done;
  }

 private:
  std::vector<std::function<void(Revision)>> steps_;
};

}  // namespace unf::vnfm
