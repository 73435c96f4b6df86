#pragma once

#include <optional>
#include <string_view>

namespace unf::tosca {

/// A scalar-unit of TOSCA (1.3, 3.3.6): what the type measures, and in what.
enum class Unit { size, time, frequency, bitrate };

/// The unit that the type `scalar-unit.NAME` has. nullopt: there is no such type.
[[nodiscard]] std::optional<Unit> unit_of(std::string_view type);

/// `512 MiB`, `10 ms`, `2.4 GHz`, `1 Gbps` in bytes, seconds, Hz or bit/s. A number alone is a size or
/// a bitrate too, as many packages have it. Units are read in any case, as TOSCA has them. nullopt: it is none.
[[nodiscard]] std::optional<double> to_scalar(Unit unit, std::string_view text);

/// What such a value looks like, for messages.
[[nodiscard]] std::string_view example_of(Unit unit);

}  // namespace unf::tosca
