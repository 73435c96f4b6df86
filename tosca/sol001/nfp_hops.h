#pragma once

#include <optional>
#include <vector>

#include "tosca/sol001/load_sharing.h"
#include "tosca/sol001/nfp_element.h"

namespace unf::tosca {

/// The hops of a forwarding path, one for each of its positions. A position with several elements (SOL001 7.8.4) is, by
/// its `forwarding_behaviour`, its first element (`ff`: the first one that is there), or all of them, whose VNFs then
/// share their load (`lb`) and are added to `sharing`. nullopt: reported.
[[nodiscard]] std::optional<std::vector<NfpHop>> read_nfp_hops(const Document& document, const NodeTemplate& nfp,
                                                               const NsVnfs& vnfs, const NsLinks& links,
                                                               LoadSharing& sharing, Report& report);

}  // namespace unf::tosca
