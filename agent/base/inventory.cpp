#include "agent/base/inventory.h"

#include <algorithm>
#include <set>

#include "agent/base/host_yaml.h"

namespace unf::agent {
namespace {

template <typename Id>
void read_id(YamlReader& reader, const YAML::Node& node, const char* key, Id& into, std::string_view expected) {
  typename Id::Value value{};
  if (reader.require(node, key, value, expected)) into = Id{std::move(value)};
}

bool positive(double number) { return number > 0 && number < 1e6; }

Core read_core(YamlReader& reader, const YAML::Node& node) {
  Core core;
  if (!reader.map(node, "core", {"id", "numa", "ghz"})) return core;
  read_id(reader, node, "id", core.id, "the number of a core");
  reader.read(node, "numa", core.numa, "the number of a NUMA node");
  if (reader.read(node, "ghz", core.ghz, "a clock rate in GHz") && !positive(core.ghz)) {
    reader.problem(node["ghz"], "ghz: expected a clock rate in GHz above 0");
  }
  return core;
}

bool known_device(const std::string& device) {
  if (device.empty() || device == "null") return true;
  constexpr std::array kKinds{"af_packet:", "pcap:", "pci:", "vhost-user:", "memif:", "tap:"};
  return std::ranges::any_of(
      kKinds, [&](std::string_view kind) { return device.starts_with(kind) && device.size() > kind.size(); });
}

Nic read_nic(YamlReader& reader, const YAML::Node& node) {
  Nic nic;
  if (!reader.map(node, "nic", {"name", "device", "network", "pair", "mtu", "gbps", "next_hop"})) return nic;
  read_id(reader, node, "name", nic.name, "a name");
  if (reader.read(node, "device", nic.device, "a device") && !known_device(nic.device)) {
    reader.problem(node["device"],
                   "device: unknown {}, expected af_packet:IF, pcap:FILE, null, pci:ADDR, vhost-user:SOCKET, "
                   "memif:SOCKET or tap:IF",
                   nic.device);
  }
  reader.read(node, "network", nic.network, "a network's name");
  if (std::string pair; reader.read(node, "pair", pair, "a NIC's name")) nic.pair = NicName{pair};
  if (reader.read(node, "mtu", nic.mtu, "bytes, 68 to 9600") && (nic.mtu < 68 || nic.mtu > 9'600)) {
    reader.problem(node["mtu"], "mtu: expected bytes, 68 to 9600");
  }
  if (reader.read(node, "gbps", nic.gbps, "a rate in Gbit/s") && !positive(nic.gbps)) {
    reader.problem(node["gbps"], "gbps: expected a rate in Gbit/s above 0");
  }
  if (std::string next_hop; reader.read(node, "next_hop", next_hop, "a MAC address")) nic.next_hop = next_hop;
  return nic;
}

}  // namespace

Host read_host(YamlReader& reader, const YAML::Node& node) {
  Host host;
  if (!reader.map(node, "host", {"name", "agent", "io_core", "cores", "memory_mb", "nics", "cycles", "mode", "zone"}))
    return host;
  read_id(reader, node, "name", host.name, "a name");
  reader.read(node, "zone", host.zone, "a resource zone's name");
  reader.read(node, "agent", host.agent, "HOST:PORT or the path of a Unix socket");
  if (std::uint32_t core = 0; reader.read(node, "io_core", core, "the number of a core")) host.io_core = CoreId{core};
  if (!node["cores"]) reader.problem(node, "cores is missing, expected a list");
  if (reader.list(node, "cores")) {
    std::set<CoreId> seen;
    for (const auto& entry : node["cores"]) {
      host.cores.push_back(read_core(reader, entry));
      if (!seen.insert(host.cores.back().id).second) {
        reader.problem(entry, "core {} is given twice", host.cores.back().id.get());
      }
    }
  }
  if (reader.read(node, "memory_mb", host.memory_mb, "MiB, 64 or more") && host.memory_mb < 64) {
    reader.problem(node["memory_mb"], "memory_mb: expected MiB, 64 or more");
  }
  if (reader.list(node, "nics")) {
    std::set<NicName> seen;
    for (const auto& entry : node["nics"]) {
      host.nics.push_back(read_nic(reader, entry));
      if (!seen.insert(host.nics.back().name).second) {
        reader.problem(entry, "NIC {} is given twice", host.nics.back().name.get());
      }
    }
    for (std::size_t i = 0; i < host.nics.size(); ++i) {
      const auto& pair = host.nics[i].pair;
      if (pair && host.find_nic(*pair) == nullptr) {
        reader.problem(node["nics"][i], "pair: host {} has no NIC {}", host.name.get(), pair->get());
      }
    }
  }
  if (const auto cycles = node["cycles"]; cycles && reader.map(cycles, "cycles", {})) {
    for (const auto& entry : cycles) {
      if (std::uint64_t cost = 0; YAML::convert<std::uint64_t>::decode(entry.second, cost)) {
        host.cycles.emplace(entry.first.Scalar(), CyclesPerPacket{cost});
      } else {
        reader.problem(entry.second, "cycles of {}: expected cycles per packet", entry.first.Scalar());
      }
    }
  }
  if (std::string name; reader.read(node, "mode", name, "fused, isolated, threads or container")) {
    if (const auto mode = run_mode(name)) {
      host.mode = *mode;
    } else {
      reader.problem(node["mode"], "mode: unknown {}, expected fused, isolated, threads or container", name);
    }
  }
  return host;
}

Inventory read_hosts_and_links(YamlReader& reader, const YAML::Node& node) {
  Inventory inventory;
  if (!node["hosts"]) reader.problem(node, "hosts is missing, expected a list");
  if (reader.list(node, "hosts")) {
    for (const auto& entry : node["hosts"]) {
      auto host = read_host(reader, entry);
      if (inventory.find_host(host.name) != nullptr) reader.problem(entry, "host {} is given twice", host.name.get());
      inventory.hosts.push_back(std::move(host));
    }
  }
  if (reader.list(node, "links")) {
    const auto known = [&](const std::string& end) {
      return std::ranges::any_of(inventory.hosts, [&](const Host& host) {
        return end.starts_with(host.name.get() + ".") &&
               host.find_nic(NicName{end.substr(host.name.get().size() + 1)}) != nullptr;
      });
    };
    for (const auto& entry : node["links"]) {
      if (!reader.map(entry, "link", {"from", "to", "gbps", "latency_us"})) continue;
      for (const auto* key : {"from", "to"}) {
        if (std::string end; reader.require(entry, key, end, "HOST.NIC") && !known(end)) {
          reader.problem(entry[key], "{}: there is no NIC {}, expected HOST.NIC", key, end);
        }
      }
    }
  }
  return inventory;
}

Result<Inventory> read_inventory(const std::string& file, const std::string& text) {
  return parse_yaml(file, text).and_then([&](const YAML::Node& node) -> Result<Inventory> {
    YamlReader reader{file};
    if (!reader.map(node, "inventory", {"hosts", "links"})) return fail(reader.result().error());
    auto inventory = read_hosts_and_links(reader, node);
    return reader.result().map([&] { return std::move(inventory); });
  });
}

}  // namespace unf::agent
