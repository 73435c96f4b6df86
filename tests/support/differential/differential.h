#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "graph/compile/compile.h"
#include "tests/support/differential/random_service.h"

namespace unf::testing_support {

/// Compiles `service` and sends it `packets` random ones: what leaves, what owners count and what uNFs keep must be as
/// if it had run as it was asked for. nullopt: it is.
[[nodiscard]] std::optional<std::string> difference(const RandomService& service, const graph::CompileOptions& options,
                                                    std::uint64_t seed, int packets);

/// The same of what is planned already.
[[nodiscard]] std::optional<std::string> difference(const Plan& plan, const Catalog& catalog, std::uint64_t seed,
                                                    int packets);

/// The smallest service found by taking things away from one that differs.
[[nodiscard]] RandomService shrink(RandomService service, const graph::CompileOptions& options, std::uint64_t seed,
                                   int packets);

/// A service in a few lines.
[[nodiscard]] std::string to_text(const RandomService& service);

}  // namespace unf::testing_support
