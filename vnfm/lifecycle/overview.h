#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "vnfm/lifecycle/lifecycle.h"

namespace unf::vnfm {

/// Services and what runs of them, for people and programs. Calls may come from any thread.
class Overview {
 public:
  enum class State { deploying, running, degraded, failed, unreachable, terminating };
  struct Entry {
    std::string id;
    State state = State::deploying;
    std::string detail;
    HostId host;
    std::int64_t generation = 0;
    std::size_t unfs = 0;  ///< deployed ones of its graph, I/O included
  };

  Overview(Lifecycle& lifecycle, Graphs& graphs) : lifecycle_(lifecycle), graphs_(graphs) {}

  /// The services that are instantiated, or are to be. Errors: as Store.
  [[nodiscard]] Result<std::vector<Entry>> list(const std::string& tenant) const;
  /// Whether there is such a service; also one that cannot be asked about now.
  [[nodiscard]] bool has(const std::string& tenant, const std::string& id) const;
  /// As vnfm.thrift says. Errors: not_found.
  [[nodiscard]] Result<nlohmann::json> show(const std::string& tenant, const std::string& id) const;
  /// Lifecycle::terminate, after which last_words knows what show said just before.
  [[nodiscard]] Result<void> terminate(const std::string& tenant, const std::string& id);
  /// Of the last few that were terminated. nullopt: not of this one.
  [[nodiscard]] std::optional<nlohmann::json> last_words(const std::string& id) const;

 private:
  [[nodiscard]] Entry describe(const Service& service, const Graphs::Observations& observed) const;

  Lifecycle& lifecycle_;
  Graphs& graphs_;
  mutable std::mutex mutex_;
  std::deque<nlohmann::json> last_words_;
};

[[nodiscard]] const char* to_string(Overview::State state);

}  // namespace unf::vnfm
