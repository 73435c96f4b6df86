#pragma once

#include <array>

#include "vnfm/lifecycle/operation_kind.h"

namespace unf::vnfm {

/// A task resource of a VNF instance, ETSI GS NFV-SOL 003 5.4: a POST on it begins an operation.
struct LcmTask {
  OperationKind kind;
  const char* path;  ///< below the instance
  const char* link;  ///< among the instance's `_links`

  [[nodiscard]] bool exists_in(unsigned major) const { return major >= traits_of(kind).first_major; }
};

inline constexpr std::array kLcmTasks{
    LcmTask{OperationKind::instantiate, "/instantiate", "instantiate"},
    LcmTask{OperationKind::scale, "/scale", "scale"},
    LcmTask{OperationKind::scale_to_level, "/scale_to_level", "scaleToLevel"},
    LcmTask{OperationKind::change_flavour, "/change_flavour", "changeFlavour"},
    LcmTask{OperationKind::terminate, "/terminate", "terminate"},
    LcmTask{OperationKind::heal, "/heal", "heal"},
    LcmTask{OperationKind::operate, "/operate", "operate"},
    LcmTask{OperationKind::change_ext_conn, "/change_ext_conn", "changeExtConn"},
    LcmTask{OperationKind::change_vnfpkg, "/change_vnfpkg", "changeVnfPkg"},
};

}  // namespace unf::vnfm
