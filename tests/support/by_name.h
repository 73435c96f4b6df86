#pragma once

#include <gtest/gtest.h>

#include <string>

namespace unf::testing_support {

/// Names the instances of a table-driven test by the `name` of their case.
inline constexpr auto by_name = [](const auto& info) { return std::string{info.param.name}; };

}  // namespace unf::testing_support
