#pragma once

#include "dataplane/unf/unf_catalog.h"

namespace unf::dataplane {

/// Every uNF type that is linked in. NicIngress and NicEgress are among them: a runner passes packets through them,
/// `unf-io` does their I/O.
[[nodiscard]] const UnfCatalog& builtin_unfs();

}  // namespace unf::dataplane
