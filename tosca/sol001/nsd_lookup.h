#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/sol001/document.h"

namespace unf::tosca {

/// Whether a requirement of `node` leads to a virtual link, or to a node of unknown type. False: reported.
[[nodiscard]] bool leads_to_ns_link(const Document& document, const NodeTemplate& node, const Requirement& requirement,
                                    Problems& problems);

/// The names of the node templates whose type is or derives from `base`.
[[nodiscard]] std::vector<std::string_view> node_names_of(const Document& document, std::string_view base);

/// The members of the VNFFG that a node template, such as a forwarding path, is in. Empty: it is in none.
[[nodiscard]] std::span<const std::string> vnffg_members(const Document& document, std::string_view node);

}  // namespace unf::tosca
