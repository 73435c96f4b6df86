#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/model/service_request.h"
#include "tests/support/differential/toy_run.h"

namespace unf::testing_support {

/// A service of random uNFs, what they are, and where it shall run.
struct RandomService {
  Catalog catalog;
  ServiceRequest request;
  Inventory inventory;
};

/// What random services are like.
struct Shape {
  int vnfs = 4;   ///< at most
  int nodes = 6;  ///< at most, in a VNF, besides those at NICs
  int paths = 3;  ///< at most; every other one is symmetric
  bool replicas = true;
  bool tables = false;  ///< every other uNF sorts packets by rules, many of them or a list of files
};

/// The same for the same seed. Few fields, types and configurations, so that uNFs repeat and interfere: four types with
/// random effects, and those whose configuration the compiler understands, with random rules. Paths share VNFs.
[[nodiscard]] RandomService random_service(std::uint64_t seed, const Shape& shape = {});

/// Several services of the same uNFs, called `s0`, `s1`, …, as their paths are: `s0-p1`.
struct RandomServices {
  Catalog catalog;
  std::vector<ServiceRequest> requests;
  Inventory inventory;
};
[[nodiscard]] RandomServices random_services(std::uint64_t seed, std::size_t count, const Shape& shape = {});

/// A packet that `match` takes, if chance gives one in a few tries; else any.
[[nodiscard]] ToyPacket random_packet(std::mt19937_64& random, const Match& match);

}  // namespace unf::testing_support
