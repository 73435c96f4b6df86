#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vnfm/rest/api.h"
#include "vnfm/rest/query/paging.h"

namespace unf::vnfm {

/// A resource of a list, and where it stands in it.
struct Listed {
  std::string key;
  nlohmann::json resource;  ///< null: not one of the list
};

/// How resources of one kind are listed.
struct ListRules {
  const nlohmann::json& schema;                  ///< of one resource
  std::vector<std::string> excluded_by_default;  ///< attributes, unless they are asked for
  std::size_t page = 100;                        ///< resources of an answer; 0: all
};

/// Up to `limit` resources behind the key `after` (empty: from the first), in the order of their keys.
using NextListed = std::function<Result<std::vector<Listed>>(const std::string& after, std::size_t limit)>;

/// Answers a GET of a list: filtered, with the attributes that were asked for, page by page (ETSI GS NFV-SOL 013 5.2 to
/// 5.4). Errors: malformed for what is wrong with the query; those of `next`.
[[nodiscard]] Result<HttpResponse> list_resources(const ApiRequest& request, const ListRules& rules,
                                                  const PageMarkers& markers, const NextListed& next);

}  // namespace unf::vnfm
