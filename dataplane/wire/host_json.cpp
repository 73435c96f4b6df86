#include "dataplane/wire/host_json.h"

namespace unf::dataplane {

nlohmann::json to_json(const Host& host) {
  using nlohmann::json;
  auto cores = json::array();
  for (const auto& core : host.cores) cores.push_back({{"id", core.id.get()}, {"numa", core.numa}, {"ghz", core.ghz}});
  auto nics = json::array();
  for (const auto& nic : host.nics) {
    json entry{{"name", nic.name.get()},
               {"device", nic.device},
               {"network", nic.network},
               {"mtu", nic.mtu},
               {"gbps", nic.gbps}};
    if (nic.pair) entry["pair"] = nic.pair->get();
    if (nic.next_hop) entry["next_hop"] = *nic.next_hop;
    nics.push_back(std::move(entry));
  }
  auto cycles = json::object();
  for (const auto& [type, cost] : host.cycles) cycles[type] = cost.get();
  return {{"name", host.name.get()},     {"agent", host.agent},         {"io_core", host.io_core.get()},
          {"cores", std::move(cores)},   {"memory_mb", host.memory_mb}, {"nics", std::move(nics)},
          {"cycles", std::move(cycles)}, {"mode", to_string(host.mode)}};
}

Result<Host> host_from_json(const nlohmann::json& json) try {
  const auto list = nlohmann::json::array();
  Host host{.name = HostId{json.at("name").get<std::string>()},
            .agent = json.value("agent", ""),
            .io_core = CoreId{json.value("io_core", 0U)}};
  for (const auto& core : json.value("cores", list)) {
    host.cores.push_back({CoreId{core.at("id").get<std::uint32_t>()}, core.value("numa", 0U), core.value("ghz", 2.0)});
  }
  host.memory_mb = json.value("memory_mb", host.memory_mb);
  for (const auto& entry : json.value("nics", list)) {
    Nic nic{.name = NicName{entry.at("name").get<std::string>()},
            .device = entry.value("device", ""),
            .network = entry.value("network", "")};
    if (entry.contains("pair")) nic.pair = NicName{entry["pair"].get<std::string>()};
    if (entry.contains("next_hop")) nic.next_hop = entry["next_hop"].get<std::string>();
    nic.mtu = entry.value("mtu", nic.mtu);
    nic.gbps = entry.value("gbps", nic.gbps);
    host.nics.push_back(std::move(nic));
  }
  const auto cycles = json.value("cycles", nlohmann::json::object());
  for (const auto& [type, cost] : cycles.items()) {
    host.cycles.emplace(type, CyclesPerPacket{cost.get<std::uint64_t>()});
  }
  const auto name = json.value("mode", "fused");
  const auto mode = run_mode(name);
  if (!mode) return fail(Errc::malformed, "host {}: mode: unknown mode {}", host.name.get(), name);
  host.mode = *mode;
  return host;
} catch (const nlohmann::json::exception& e) {
  return fail(Errc::malformed, "host: {}", e.what());
}

}  // namespace unf::dataplane
