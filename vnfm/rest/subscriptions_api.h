#pragma once

#include <vector>

#include "vnfm/lifecycle/subscriptions.h"
#include "vnfm/rest/api.h"
#include "vnfm/rest/query/paging.h"

namespace unf::vnfm {

/// What the subscriptions of an interface are.
struct SubscriptionsKind {
  About about = About::lifecycle;
  unsigned major = 1;
  std::string root;        ///< of the interface: `/vnflcm/v1`
  nlohmann::json request;  ///< JSON Schema of a request
  nlohmann::json answer;   ///< of a subscription
};

/// The resources `/subscriptions` and `/subscriptions/{subscriptionId}`, which SOL003's interfaces have in common. What
/// they refer to must outlive the routes.
[[nodiscard]] std::vector<Route> subscription_routes(SubscriptionsKind kind, Subscriptions& subscriptions,
                                                     const PageMarkers& markers, std::size_t page);

}  // namespace unf::vnfm
