#include "agent/server/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>

#include "agent/config/files.h"

namespace unf::agent {
namespace {

using nlohmann::json;
constexpr auto kHostFile = "host.json";

json to_json(const ProcessId& id) { return {{"pid", id.pid}, {"start_time", id.start_time}}; }
ProcessId process_from(const json& process) {
  return {process.at("pid").get<pid_t>(), process.at("start_time").get<std::int64_t>()};
}

std::string text_of(const GraphId& id, const Journal::Graph& graph) {
  auto runners = json::object();
  for (const auto& [runner, process] : graph.runners) runners[runner.get()] = to_json(process);
  return json{{"graph", id.get()},
              {"epoch", graph.version.epoch},
              {"generation", graph.version.generation},
              {"plan", graph.plan},
              {"runners", std::move(runners)}}
      .dump(2);
}

std::pair<GraphId, Journal::Graph> graph_from(const json& entry) {
  Journal::Graph graph{.version = {entry.at("epoch"), entry.at("generation")}, .plan = entry.at("plan")};
  for (const auto& [runner, process] : entry.at("runners").items()) {
    graph.runners.emplace(RunnerId{runner}, process_from(process));
  }
  return {GraphId{entry.at("graph").get<std::string>()}, std::move(graph)};
}

}  // namespace

Result<Journal> Journal::open(const std::filesystem::path& directory, std::vector<std::string>& notes) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return fail(Errc::unavailable, "{}: {}", directory.string(), error.message());
  const int lock = ::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return fail(Errc::unavailable, "{}: {}", (directory / "lock").string(), std::strerror(errno));
  Journal journal{directory, std::shared_ptr<void>{nullptr, [lock](void*) { ::close(lock); }}};
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::conflict, "{}: another agent uses this directory", directory.string());
  }

  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() != ".json") continue;
    const auto text = read_file(entry.path());
    if (!text) return fail(text.error());
    try {
      const auto content = json::parse(*text);
      if (entry.path().filename() == kHostFile) {
        journal.epoch_ = content.at("epoch");
        journal.cell_ = {process_from(content.at("io")), content.at("io_number")};
      } else {
        journal.graphs_.insert(graph_from(content));
      }
    } catch (const nlohmann::json::exception& e) {
      auto aside = entry.path();
      aside += ".bad";
      std::filesystem::rename(entry.path(), aside, error);
      notes.push_back(
          fmt::format("{}: put aside as {}: {}", entry.path().string(), aside.filename().string(), e.what()));
    }
  }
  for (const auto& [id, graph] : journal.graphs_) journal.epoch_ = std::max(journal.epoch_, graph.version.epoch);
  return journal;
}

std::filesystem::path Journal::file_of(const GraphId& id) const {
  return directory_ / ("graph-" + file_name_for(id.get()) + ".json");
}

Result<void> Journal::write_host() const {
  const json host{{"epoch", epoch_}, {"io", to_json(cell_.io)}, {"io_number", cell_.io_number}};
  return write_atomically(directory_ / kHostFile, host.dump(2));
}

Result<void> Journal::put(const GraphId& id, Graph graph) {
  return write_atomically(file_of(id), text_of(id, graph)).map([&] { graphs_.insert_or_assign(id, std::move(graph)); });
}

Result<void> Journal::put(const Cell& cell) {
  cell_ = cell;
  return write_host();
}

Result<void> Journal::forget(const GraphId& id) {
  return remove_durably(file_of(id)).map([&] { graphs_.erase(id); });
}

Result<void> Journal::raise_epoch(std::int64_t epoch) {
  if (epoch <= epoch_) return {};
  epoch_ = epoch;
  if (auto written = write_host(); !written) return written;
  for (auto at = graphs_.begin(); at != graphs_.end();) {
    if (!at->second.plan.empty()) {
      ++at;
      continue;
    }
    if (auto removed = remove_durably(file_of(at->first)); !removed) return removed;
    at = graphs_.erase(at);
  }
  return {};
}

}  // namespace unf::agent
