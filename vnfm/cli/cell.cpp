#include "vnfm/cli/cell.h"

#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <vector>

#include "agent/base/files.h"
#include "agent/server/supervisor.h"
#include "vnfm/cli/managers.h"
#include "vnfm/lifecycle/manager.h"

namespace unf::vnfm {
namespace {

/// Whether it is the state directory of a manager that has ended and had the service.
bool holds_service(const std::filesystem::path& state, const std::string& id) {
  const auto store = lead_store(state);
  if (!store) return false;
  const auto service = (*store)->store().get(service_key(kDefaultTenant, id));
  return service && *service;
}

}  // namespace

Cell::Cell(const std::string& service)
    : name_(agent::file_name_for(service).substr(0, 32) + "-" + std::to_string(getpid())),
      directory_(run_directory() / name_) {}

Cell::Cell(std::filesystem::path directory) : name_(directory.filename()), directory_(std::move(directory)) {}

Cell::~Cell() {
  std::error_code error;
  std::filesystem::remove_all(directory_, error);
  std::filesystem::remove(directory_.parent_path(), error);  // succeeds only if it is empty
}

Result<void> Cell::make() const {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) {
    return fail(Errc::unavailable, "{}: {}: set UNF_RUN_DIR to a directory that you may write to", directory_.string(),
                error.message());
  }
  std::filesystem::permissions(directory_, std::filesystem::perms::owner_all, error);
  return {};
}

Result<void> clear_left_over(const std::string& id) {
  std::error_code error;
  std::vector<std::filesystem::path> directories;
  for (const auto& entry : std::filesystem::directory_iterator(run_directory(), error))
    directories.push_back(entry.path());
  for (const auto& directory : directories) {
    const auto state = directory / "vnfm";
    if (!std::filesystem::is_directory(state, error)) continue;
    if (!holds_service(state, id)) continue;
    const Cell cell{directory};
    agent::AgentConfig config{.host = Inventory::built_in().hosts.front(),
                              .state = cell.agent_state(),
                              .run = run_directory(),
                              .cell = cell.name()};
    const auto log = std::make_shared<spdlog::logger>("vnfm", std::make_shared<spdlog::sinks::null_sink_mt>());
    return agent::Supervisor::clear(std::move(config), log);
  }
  return fail(Errc::not_found, "service {}: no \"vnfm deploy --local\" has left anything of it", id);
}

}  // namespace unf::vnfm
