#include "graph/model/inventory.h"

#include <algorithm>
#include <array>
#include <utility>

namespace unf {
namespace {

constexpr std::array<std::pair<RunMode, const char*>, 4> kRunModes{{{RunMode::fused, "fused"},
                                                                    {RunMode::isolated, "isolated"},
                                                                    {RunMode::threads, "threads"},
                                                                    {RunMode::container, "container"}}};

}  // namespace

const Nic* Host::find_nic(const NicName& nic) const {
  const auto at = std::find_if(nics.begin(), nics.end(), [&](const Nic& n) { return n.name == nic; });
  return at == nics.end() ? nullptr : &*at;
}

const Host* Inventory::find_host(const HostId& host) const {
  const auto at = std::find_if(hosts.begin(), hosts.end(), [&](const Host& h) { return h.name == host; });
  return at == hosts.end() ? nullptr : &*at;
}

Inventory Inventory::built_in() {
  Host host;
  host.name = HostId{"local"};
  host.io_core = CoreId{0};
  host.cores = {{.id = CoreId{1}}};
  host.nics = {{.name = NicName{"in"}, .pair = NicName{"out"}}, {.name = NicName{"out"}, .pair = NicName{"in"}}};
  return {.hosts = {std::move(host)}, .endpoints_by_position = true};
}

const char* to_string(RunMode mode) { return kRunModes[static_cast<std::size_t>(mode)].second; }

std::optional<RunMode> run_mode(const std::string& name) {
  for (const auto& [mode, text] : kRunModes) {
    if (name == text) return mode;
  }
  return std::nullopt;
}

}  // namespace unf
