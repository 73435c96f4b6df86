#include "vnfm/store/service_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "agent/config/files.h"

namespace unf::vnfm {

using nlohmann::json;

namespace {
constexpr auto kNumbersFile = "manager.json";
}

Result<ServiceStore> ServiceStore::open(const std::filesystem::path& directory, std::vector<std::string>& notes) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return fail(Errc::unavailable, "{}: {}", directory.string(), error.message());
  const int lock = ::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return fail(Errc::unavailable, "{}: {}", (directory / "lock").string(), std::strerror(errno));
  ServiceStore store{directory, std::shared_ptr<void>{nullptr, [lock](void*) { ::close(lock); }}};
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::conflict, "{}: another manager uses this directory", directory.string());
  }
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() != ".json") continue;
    const auto text = agent::read_file(entry.path());
    if (!text) return fail(text.error());
    try {
      const auto content = json::parse(*text);
      if (entry.path().filename() == kNumbersFile) {
        store.epoch_ = content.at("epoch");
        store.generation_ = std::max(store.generation_, content.at("generation").get<std::int64_t>());
      } else {
        ServiceRecord record{.terminating = content.at("terminating"),
                             .generation = content.at("generation"),
                             .host = HostId{content.at("host").get<std::string>()},
                             .plan = content.at("plan")};
        store.generation_ = std::max(store.generation_, record.generation);
        store.services_.emplace(content.at("id"), std::move(record));
      }
    } catch (const json::exception& e) {
      auto aside = entry.path();
      aside += ".bad";
      std::filesystem::rename(entry.path(), aside, error);
      notes.push_back(
          fmt::format("{}: put aside as {}: {}", entry.path().string(), aside.filename().string(), e.what()));
    }
  }
  ++store.epoch_;
  if (auto written = store.write_numbers(); !written) return fail(written.error());
  return store;
}

std::filesystem::path ServiceStore::file_of(const std::string& id) const {
  return directory_ / ("service-" + agent::file_name_for(id) + ".json");
}

Result<void> ServiceStore::write_numbers() const {
  return agent::write_atomically(directory_ / kNumbersFile,
                                 json{{"epoch", epoch_}, {"generation", generation_}}.dump(2));
}

Result<std::int64_t> ServiceStore::next_generation() {
  ++generation_;
  return write_numbers().map([&] { return generation_; });
}

Result<void> ServiceStore::put(const std::string& id, ServiceRecord record) {
  const json content{{"id", id},
                     {"terminating", record.terminating},
                     {"generation", record.generation},
                     {"host", record.host.get()},
                     {"plan", record.plan}};
  return agent::write_atomically(file_of(id), content.dump(2)).map([&] {
    services_.insert_or_assign(id, std::move(record));
  });
}

Result<void> ServiceStore::erase(const std::string& id) {
  return agent::remove_durably(file_of(id)).map([&] { services_.erase(id); });
}

}  // namespace unf::vnfm
