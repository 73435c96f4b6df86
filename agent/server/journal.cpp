#include "agent/server/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>

#include "agent/base/files.h"

namespace unf::agent {
namespace {

using nlohmann::json;
constexpr auto kHostFile = "host.json";

json to_json(const ProcessId& id) { return {{"pid", id.pid}, {"start_time", id.start_time}}; }
ProcessId process_from(const json& process) {
  return {process.at("pid").get<pid_t>(), process.at("start_time").get<std::int64_t>()};
}

json to_json(const std::vector<GraphId>& graphs) {
  auto ids = json::array();
  for (const auto& graph : graphs) ids.push_back(graph.get());
  return ids;
}
std::vector<GraphId> graphs_from(const json& ids) {
  std::vector<GraphId> graphs;
  for (const auto& id : ids) graphs.emplace_back(id.get<std::string>());
  return graphs;
}

json to_json(const Journal::Next& next) {
  return {{"epoch", next.version.epoch},
          {"generation", next.version.generation},
          {"plan", next.plan},
          {"replaces", to_json(next.replaces)}};
}
Journal::Next next_from(const json& next) {
  return {.version = {next.at("epoch"), next.at("generation")},
          .plan = next.at("plan"),
          .replaces = graphs_from(next.at("replaces"))};
}

OwnerCounts counts_from(const json& owners) {
  OwnerCounts counts;
  for (const auto& [owner, count] : owners.items()) {
    counts[OwnerPath{owner}] = {count.at("in"), count.at("out"), count.at("drop")};
  }
  return counts;
}

std::string text_of(const GraphId& id, const Journal::Graph& graph) {
  auto runners = json::object();
  for (const auto& [runner, process] : graph.runners) runners[runner.get()] = to_json(process);
  json entry{{"graph", id.get()},
             {"epoch", graph.version.epoch},
             {"generation", graph.version.generation},
             {"plan", graph.plan},
             {"runners", std::move(runners)},
             {"base", to_json(graph.base)},
             {"departed", to_json(graph.departed)},
             {"replaced", to_json(graph.replaced)}};
  if (graph.next) entry["next"] = to_json(*graph.next);
  return entry.dump(2);
}

std::pair<GraphId, Journal::Graph> graph_from(const json& entry) {
  Journal::Graph graph{.version = {entry.at("epoch"), entry.at("generation")},
                       .plan = entry.at("plan"),
                       .base = counts_from(entry.at("base")),
                       .departed = counts_from(entry.at("departed")),
                       .replaced = graphs_from(entry.at("replaced"))};
  if (const auto next = entry.find("next"); next != entry.end()) graph.next = next_from(*next);
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

std::map<GraphId, Journal::Graph> Journal::graphs() const {
  const std::lock_guard lock{*mutex_};
  return graphs_;
}

std::optional<Journal::Graph> Journal::find(const GraphId& id) const {
  const std::lock_guard lock{*mutex_};
  const auto at = graphs_.find(id);
  return at == graphs_.end() ? std::nullopt : std::optional{at->second};
}

Journal::Cell Journal::cell() const {
  const std::lock_guard lock{*mutex_};
  return cell_;
}

std::int64_t Journal::epoch() const {
  const std::lock_guard lock{*mutex_};
  return epoch_;
}

Result<void> Journal::put(const GraphId& id, Graph graph) {
  const std::lock_guard lock{*mutex_};
  return write_atomically(file_of(id), text_of(id, graph)).map([&] { graphs_.insert_or_assign(id, std::move(graph)); });
}

Result<void> Journal::put(const Cell& cell) {
  const std::lock_guard lock{*mutex_};
  cell_ = cell;
  return write_host();
}

Result<void> Journal::forget(const GraphId& id) {
  const std::lock_guard lock{*mutex_};
  return remove_durably(file_of(id)).map([&] { graphs_.erase(id); });
}

Result<void> Journal::raise_epoch(std::int64_t epoch) {
  const std::lock_guard lock{*mutex_};
  if (epoch <= epoch_) return {};
  epoch_ = epoch;
  if (auto written = write_host(); !written) return written;
  for (auto at = graphs_.begin(); at != graphs_.end();) {
    if (!at->second.plan.empty() || at->second.next) {
      ++at;
      continue;
    }
    if (auto removed = remove_durably(file_of(at->first)); !removed) return removed;
    at = graphs_.erase(at);
  }
  return {};
}

}  // namespace unf::agent
