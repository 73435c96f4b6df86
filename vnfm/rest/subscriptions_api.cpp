#include "vnfm/rest/subscriptions_api.h"

#include "vnfm/rest/list.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

class SubscriptionsApi {
 public:
  SubscriptionsApi(SubscriptionsKind kind, Subscriptions& subscriptions, const PageMarkers& markers, std::size_t page)
      : kind_(std::move(kind)), subscriptions_(subscriptions), markers_(markers), page_(page) {}

  Result<HttpResponse> create(const ApiRequest& request) const {
    auto made = subscriptions_.create(request.caller.tenant, kind_.about, kind_.major, request.body);
    if (made) return json_response(201, shown(request, *made), {{"Location", uri(request, made->id)}});
    if (made.error().code == Errc::conflict) {  // its message is the id of the one there is
      return HttpResponse{.status = 303, .headers = {{"Location", uri(request, made.error().message)}}};
    }
    if (made.error().code == Errc::no_capacity) return problem_response(429, made.error().message);
    return fail(made.error());
  }

  Result<HttpResponse> list(const ApiRequest& request) const {
    return list_resources(
        request, {.schema = kind_.answer, .excluded_by_default = {}, .page = page_}, markers_,
        [&](const std::string& after, std::size_t limit) -> Result<std::vector<Listed>> {
          std::vector<Listed> listed;
          for (const auto& one : subscriptions_.list(request.caller.tenant, kind_.about, after, limit)) {
            listed.push_back({one.id, shown(request, one)});
          }
          return listed;
        });
  }

  Result<HttpResponse> show(const ApiRequest& request) const {
    return subscriptions_.find(request.caller.tenant, kind_.about, request.parameter("subscriptionId"))
        .map([&](const Subscription& found) { return json_response(200, shown(request, found)); });
  }

  Result<HttpResponse> remove(const ApiRequest& request) const {
    return subscriptions_.remove(request.caller.tenant, kind_.about, request.parameter("subscriptionId")).map([] {
      return HttpResponse{.status = 204};
    });
  }

  [[nodiscard]] const SubscriptionsKind& kind() const { return kind_; }

 private:
  [[nodiscard]] std::string uri(const ApiRequest& request, const std::string& id) const {
    return request.root + kind_.root + "/subscriptions/" + id;
  }

  /// Without what proves who we are.
  [[nodiscard]] json shown(const ApiRequest& request, const Subscription& subscription) const {
    json shown{{"id", subscription.id}, {"callbackUri", subscription.request["callbackUri"]}};
    if (kind_.about == About::lifecycle) shown["verbosity"] = subscription.request.value("verbosity", "FULL");
    if (subscription.request.contains("filter")) shown["filter"] = subscription.request["filter"];
    shown["_links"]["self"]["href"] = uri(request, subscription.id);
    return shown;
  }

  const SubscriptionsKind kind_;
  Subscriptions& subscriptions_;
  const PageMarkers& markers_;
  const std::size_t page_;
};

}  // namespace

std::vector<Route> subscription_routes(SubscriptionsKind kind, Subscriptions& subscriptions, const PageMarkers& markers,
                                       std::size_t page) {
  const auto api = std::make_shared<const SubscriptionsApi>(std::move(kind), subscriptions, markers, page);
  const auto by = [&](auto method) { return [api, method](ApiRequest& request) { return ((*api).*method)(request); }; };
  const std::string all = "/subscriptions", one = "/subscriptions/{subscriptionId}";
  return {{.method = "POST",
           .path = all,
           .summary = "Subscribe",
           .handler = by(&SubscriptionsApi::create),
           .success = 201,
           .takes = Route::Takes::json,
           .body = api->kind().request,
           .answer = api->kind().answer},
          {.method = "GET",
           .path = all,
           .summary = "List subscriptions",
           .handler = by(&SubscriptionsApi::list),
           .answer = api->kind().answer,
           .is_list = true},
          {.method = "GET",
           .path = one,
           .summary = "Show a subscription",
           .handler = by(&SubscriptionsApi::show),
           .answer = api->kind().answer},
          {.method = "DELETE",
           .path = one,
           .summary = "End a subscription",
           .handler = by(&SubscriptionsApi::remove),
           .success = 204}};
}

}  // namespace unf::vnfm
