#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {

/// A document that implements a VNF: a deployment flavour of a VNFD.
struct Vnfd {
  const Document* document;
  std::string node_type;      ///< of the substitution
  std::string descriptor_id;  ///< the node type's name if there is none
  std::string flavour;
  std::string instance_name;  ///< what it calls its own VNF; may be empty
  std::string provider, product_name, software_version, descriptor_version;  ///< SOL001 6.8.1; empty: it does not say
};

/// What VNF the document implements. nullopt: none.
[[nodiscard]] std::optional<Vnfd> vnfd_of(Documents& documents, const Document& document);

/// A property of a VNF as its own node template has it, else the type's default. Empty: none, or no single value.
[[nodiscard]] std::string vnf_property(Documents& documents, const Document& document, const NodeTemplate& node,
                                       std::string_view property);

/// The VNF's graph, scaling aspects and affinity; rule files go to `artifacts`. What is wrong goes to the problems of
/// `documents`; then the result is not to be used.
[[nodiscard]] ServiceRequest::Vnf read_vnfd(Documents& documents, const Vnfd& vnfd, Artifacts& artifacts);

}  // namespace unf::tosca
