#pragma once

#include <span>

namespace unf::tosca {

/// A YANG module that is part of the program; both end with a zero byte.
struct YangModule {
  const char* name;
  const char* text;
};

/// All of modules/, by name.
[[nodiscard]] std::span<const YangModule> yang_modules();

}  // namespace unf::tosca
