#pragma once

#include <string_view>
#include <vector>

#include "dataplane/unf/unf_type.h"
#include "graph/model/catalog.h"

namespace unf::dataplane {

/// The uNF types that a process can run. Whoever runs uNFs is handed one.
class UnfCatalog {
 public:
  explicit UnfCatalog(std::vector<UnfType> types);

  /// nullptr if there is no such type.
  [[nodiscard]] const UnfType* find(std::string_view type) const;
  /// Ordered by name.
  [[nodiscard]] const std::vector<UnfType>& types() const { return types_; }
  /// Their descriptors, as the catalogue that a compiler reads.
  [[nodiscard]] const Catalog& descriptors() const { return descriptors_; }

 private:
  std::vector<UnfType> types_;
  Catalog descriptors_;
};

}  // namespace unf::dataplane
