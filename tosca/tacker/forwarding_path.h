#pragma once

#include <vector>

#include "tosca/tacker/forwarders.h"

namespace unf::tosca {

/// Whether a node template is a forwarding path of Tacker's TOSCA.
[[nodiscard]] bool is_forwarding_path(const NodeTemplate& node);

/// Reads a forwarding path of `document`; its forwarders are bound. It is one path for each pair of ends that its
/// classifiers name. None: something was reported.
[[nodiscard]] std::vector<ChainPath> read_forwarding_path(Documents& documents, const Document& document,
                                                          const NodeTemplate& node, Forwarders& forwarders);

}  // namespace unf::tosca
