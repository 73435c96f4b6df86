#pragma once

#include "vnfm/packages/package_follower.h"
#include "vnfm/rest/api.h"

namespace unf::vnfm {

/// Where the NFVO sends its notifications of packages (ETSI GS NFV-SOL 003 10.4.9); it proves that it is the one who
/// was told of it by the follower's credentials.
inline constexpr auto kPackageCallback = "/callbacks/v1/vnf_packages";

[[nodiscard]] Api make_callback_api(PackageFollower& follower);

}  // namespace unf::vnfm
