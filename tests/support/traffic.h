#pragma once

#include <rapidcheck.h>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/frames.h"

namespace unf::testing_support {

/// A frame and the NIC it arrives at.
struct Arrival {
  std::string nic;
  Bytes frame;
};

/// Traffic for a service between clients (10.66.0.1 on) and a web server (10.66.0.2), both directions: requests good
/// and bad, several in a segment, continuations, blocked ports, fragments, VLAN tags, IPv6, broken headers, and what
/// matches nothing.
[[nodiscard]] rc::Gen<std::vector<Arrival>> arrivals(const std::string& in, const std::string& out, std::size_t most);

/// What an observer on a NIC tells frames of one flow by: addresses, protocol, ports; the whole frame where there are
/// none.
using FlowKey = std::tuple<std::string, std::vector<std::byte>>;
[[nodiscard]] FlowKey flow_of(const std::string& nic, const Bytes& frame);

/// The frames of each flow, in the order they left.
using Flows = std::map<FlowKey, std::vector<Bytes>>;

}  // namespace unf::testing_support
