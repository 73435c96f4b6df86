#pragma once

#include <string>
#include <string_view>

#include "graph/model/result.h"

namespace unf::vnfm {

/// Markers of pages (`nextpage_opaque_marker`, ETSI GS NFV-SOL 013 5.4): where a list goes on. A marker is of use in
/// the scope it was made for only, and cannot be made by a client.
class PageMarkers {
 public:
  /// Managers of one store have one secret, so that each takes the markers of the others.
  explicit PageMarkers(std::string secret) : secret_(std::move(secret)) {}

  [[nodiscard]] std::string make(std::string_view scope, std::string_view after) const;
  /// The `after` that it was made of. Errors: malformed.
  [[nodiscard]] Result<std::string> read(std::string_view scope, std::string_view marker) const;

 private:
  [[nodiscard]] std::string seal(std::string_view scope, std::string_view after) const;
  std::string secret_;
};

}  // namespace unf::vnfm
