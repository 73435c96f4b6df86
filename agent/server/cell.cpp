#include "agent/server/cell.h"

#include <vector>

#include "agent/base/files.h"
#include "dataplane/wire/counters.h"

namespace unf::agent {

void Cell::event(const std::string& graph, const std::string& kind, const std::string& detail) {
  log_->info("{}{}{}{}{}", graph, graph.empty() ? "" : ": ", kind, detail.empty() ? "" : ": ", detail);
  events_.add(graph, kind, detail);
}

void Cell::log_error(const Result<void>& result) const {
  if (!result) log_->error("{}", result.error().message);
}

std::string Cell::io_prefix() const { return fmt::format("unf-{}-{}", config_.cell, journal_.cell().io_number); }

std::string Cell::generation_name(const GraphId& id, const Version& version) const {
  return fmt::format("{}@{}", file_name_for(id.get()), version.generation);
}

std::filesystem::path Cell::counters_file(const GraphId& id, const Version& version) const {
  return directory() / (generation_name(id, version) + ".counters");
}

std::filesystem::path Cell::runner_file(const GraphId& id, const Version& version, const RunnerId& runner,
                                        const char* suffix) const {
  return directory() / (generation_name(id, version) + "@" + file_name_for(runner.get()) + suffix);
}

void Cell::remove_files(const GraphId& id, const Version& version) const {
  const auto name = generation_name(id, version);
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory(), error)) {
    const auto file = entry.path().filename().string();
    if (file.starts_with(name + ".") || file.starts_with(name + "@")) files.push_back(entry.path());
  }
  for (const auto& file : files) std::filesystem::remove(file, error);
}

std::set<RunnerId> Cell::runners_of(const Plan& plan) const {
  std::set<RunnerId> runners;
  if (config_.host.mode == RunMode::threads) return runners;
  for (const auto& node : plan.nodes) {
    if (node.runner.get() != dataplane::kIoRunner) runners.insert(node.runner);
  }
  return runners;
}

}  // namespace unf::agent
