#pragma once

#include <filesystem>
#include <string>

#include "graph/model/result.h"

namespace unf::vnfm {

/// The directory of one `deploy --local`, under the run directory: the state of its agent and of its manager, its log
/// and the manager's socket. It is removed with this value.
class Cell {
 public:
  /// That of this process for a service.
  explicit Cell(const std::string& service);
  /// One that another process made.
  explicit Cell(std::filesystem::path directory);
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;
  ~Cell();
  /// Errors: unavailable.
  [[nodiscard]] Result<void> make() const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] std::filesystem::path agent_state() const { return directory_ / "agent"; }
  [[nodiscard]] std::filesystem::path manager_state() const { return directory_ / "vnfm"; }

 private:
  std::string name_;
  std::filesystem::path directory_;
};

/// Ends what a `deploy --local` that was killed has left running of service `id`, and removes its cell. Errors:
/// not_found, if none has left it; as agent::Supervisor::clear.
[[nodiscard]] Result<void> clear_left_over(const std::string& id);

}  // namespace unf::vnfm
