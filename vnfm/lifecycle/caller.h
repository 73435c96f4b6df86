#pragma once

#include <string>

namespace unf::vnfm {

/// What somebody may do: nothing; read; read and change; all of it.
enum class Role { none, reader, member, admin };

/// Who sent a request.
struct Caller {
  std::string name;
  std::string tenant;  ///< whose objects there are for this caller
  Role role = Role::none;
  friend bool operator==(const Caller&, const Caller&) = default;
};

}  // namespace unf::vnfm
