#pragma once

namespace unf::vnfm {

/// A named place at which a test build can be made to die, as by kill -9 (`UNF_FAILPOINT=NAME[:N]`, the Nth time it is
/// reached). Does nothing in programs that are not linked to the armed ones.
void failpoint(const char* name) noexcept;

}  // namespace unf::vnfm
