#include "vnfm/failpoint/failpoint.h"

namespace unf::vnfm {

void failpoint(const char*) noexcept {}

}  // namespace unf::vnfm
