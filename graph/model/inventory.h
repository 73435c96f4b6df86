#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/model/ids.h"
#include "graph/model/units.h"

namespace unf {

/// How the uNFs of a host run (design README): `fused` one runner a core, `isolated` one a uNF, `threads` runners are
/// threads of unf-io, `container` runners in containers.
enum class RunMode : std::uint8_t { fused, isolated, threads, container };

struct Core {
  CoreId id;
  std::uint32_t numa = 0;
  double ghz = 2.0;

  [[nodiscard]] double capacity() const { return ghz * 1e9; }  ///< [cycles/s]
};

struct Nic {
  NicName name;
  std::string device;  ///< `af_packet:IF`, `pcap:FILE`, `null`, `pci:ADDR`, `tap:IF`, ... ; empty: bound at deployment
  std::string network;
  std::optional<NicName> pair;  ///< the other side of a bump in the wire
  std::uint32_t mtu = 1500;
  double gbps = 10;
  std::optional<std::string> next_hop;  ///< destination MAC to write at egress
};

struct Host {
  HostId name;
  std::string agent;  ///< HOST:PORT, or the path of a Unix socket
  CoreId io_core;
  std::vector<Core> cores;
  std::uint32_t memory_mb = 512;
  std::vector<Nic> nics;
  std::map<std::string, CyclesPerPacket> cycles;  ///< measured on this host; overrides a descriptor's nominal cycles
  RunMode mode = RunMode::fused;
  std::string zone;  ///< resource zone, as an NFVO calls it; empty: as good as any

  [[nodiscard]] const Nic* find_nic(const NicName& nic) const;
};

struct Inventory {
  std::vector<Host> hosts;
  /// Endpoints on no network of it: the first path's `in` is NIC `in`, its `out` NIC `out`. As in the built-in one.
  bool endpoints_by_position = false;

  [[nodiscard]] const Host* find_host(const HostId& host) const;
  /// What `vnfm plan` uses without `--inventory`: host `local`, io core 0, runner core 1, NICs `in` and `out`, a pair.
  [[nodiscard]] static Inventory built_in();
};

/// The rate every path is planned for where nothing else is said.
inline constexpr PacketsPerSecond kDefaultPathRate{1'000'000};

[[nodiscard]] const char* to_string(RunMode mode);
[[nodiscard]] std::optional<RunMode> run_mode(const std::string& name);

}  // namespace unf
