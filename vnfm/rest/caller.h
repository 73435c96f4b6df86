#pragma once

#include <string>

namespace unf::vnfm {

/// What somebody may do: read; read and change; all of it.
enum class Role { reader, member, admin };

/// Who sent a request.
struct Caller {
  std::string name;
  std::string tenant;  ///< whose objects there are for this caller
  Role role = Role::reader;
  friend bool operator==(const Caller&, const Caller&) = default;
};

}  // namespace unf::vnfm
