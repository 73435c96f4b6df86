#include "vnfm/rest/lcm_api.h"

#include <cassert>

#include "vnfm/rest/lcm_schemas.h"
#include "vnfm/rest/lcm_tasks.h"
#include "vnfm/rest/lcm_view.h"
#include "vnfm/rest/list.h"
#include "vnfm/rest/subscriptions_api.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

constexpr auto kInstance = "/vnf_instances/{vnfInstanceId}";
constexpr auto kOpOcc = "/vnf_lcm_op_occs/{vnfLcmOpOccId}";

/// How a task is described, and what its request has to be.
struct TaskRequest {
  const char* summary;
  json body;
};

TaskRequest request_of(OperationKind kind, unsigned major) {
  switch (kind) {
    case OperationKind::instantiate:
      return {"Instantiate", lcm::instantiate_request(major)};
    case OperationKind::scale:
      return {"Scale an aspect by steps", lcm::scale_request()};
    case OperationKind::scale_to_level:
      return {"Scale to levels", lcm::scale_to_level_request()};
    case OperationKind::change_flavour:
      return {"Change the deployment flavour", lcm::change_flavour_request(major)};
    case OperationKind::terminate:
      return {"Terminate", lcm::terminate_request()};
    case OperationKind::heal:
      return {"Replace what runs", lcm::heal_request()};
    case OperationKind::operate:
      return {"Start or stop", lcm::operate_request()};
    case OperationKind::change_ext_conn:
      return {"Change external connectivity", lcm::change_ext_conn_request(major)};
    case OperationKind::modify_info:
      return {"Modify what is known of a VNF instance, and how its uNFs are configured", lcm::modify_request(major)};
    case OperationKind::change_vnfpkg:
      return {"Change the VNF package", lcm::change_vnfpkg_request()};
  }
  assert(false && "a kind without a request");
  return {};
}

class LcmApi {
 public:
  LcmApi(unsigned major, Lifecycle& lifecycle, const PageMarkers& markers, std::size_t page)
      : major_(major), lifecycle_(lifecycle), markers_(markers), page_(page) {}

  // ---- VNF instances

  Result<HttpResponse> create(const ApiRequest& request) const {
    auto info = request.body;
    const auto vnfd_id = info["vnfdId"].get<std::string>();
    std::erase_if(info.get_ref<json::object_t&>(), [](const auto& entry) {
      return entry.first != "vnfInstanceName" && entry.first != "vnfInstanceDescription" && entry.first != "metadata";
    });
    return lifecycle_.create(request.caller.tenant, vnfd_id, info).map([&](const Service& service) {
      return json_response(201, view(request).instance(service, lifecycle_),
                           {{"Location", view(request).instance_uri(service.id)}, tag(service.revision)});
    });
  }

  Result<HttpResponse> list(const ApiRequest& request) const {
    return list_resources(request,
                          {.schema = lcm::vnf_instance(major_),
                           .excluded_by_default = {"vnfConfigurableProperties", "vimConnectionInfo",
                                                   "instantiatedVnfInfo", "metadata", "extensions"},
                           .page = page_},
                          markers_, [&](const std::string& after, std::size_t limit) {
                            return lifecycle_.list(request.caller.tenant, after, limit).map([&](const auto& found) {
                              return listed(found, [&](const Service& service) {
                                return service.is_vnf() ? view(request).instance(service, lifecycle_) : json{};
                              });
                            });
                          });
  }

  Result<HttpResponse> show(const ApiRequest& request) const {
    return find(request).map([&](const Service& service) {
      return json_response(200, view(request).instance(service, lifecycle_), {tag(service.revision)});
    });
  }

  Result<HttpResponse> remove(const ApiRequest& request) const {
    const auto service = find(request);
    if (!service) return fail(service.error());
    if (auto stale = refuse_stale(request, service->revision)) return std::move(*stale);
    return lifecycle_.remove(*service).map([] { return HttpResponse{.status = 204}; });
  }

  /// Any operation: 202, and where its occurrence is.
  Result<HttpResponse> begin(const ApiRequest& request, OperationKind kind) const {
    const auto service = find(request);
    if (!service) return fail(service.error());
    if (auto stale = refuse_stale(request, service->revision)) return std::move(*stale);
    return lifecycle_.begin(*service, kind, request.body).map([&](const Operation& operation) {
      return HttpResponse{.status = 202, .headers = {{"Location", view(request).operation_uri(operation.id)}}};
    });
  }

  // ---- operation occurrences

  Result<HttpResponse> list_operations(const ApiRequest& request) const {
    return list_resources(
        request,
        {.schema = lcm::op_occ(major_),
         .excluded_by_default = {"error", "resourceChanges", "changedInfo", "changedExtConnectivity"},
         .page = page_},
        markers_, [&](const std::string& after, std::size_t limit) {
          return lifecycle_.list_operations(request.caller.tenant, after, limit).map([&](const auto& found) {
            return listed(found, [&](const Operation& operation) { return view(request).operation(operation); });
          });
        });
  }

  Result<HttpResponse> show_operation(const ApiRequest& request) const {
    return lifecycle_.find_operation(request.caller.tenant, request.parameter("vnfLcmOpOccId"))
        .map([&](const Operation& operation) {
          return json_response(200, view(request).operation(operation), {tag(operation.revision)});
        });
  }

  Result<HttpResponse> retry(const ApiRequest& request) const {
    return lifecycle_.retry(request.caller.tenant, request.parameter("vnfLcmOpOccId")).map(accepted);
  }
  Result<HttpResponse> roll_back(const ApiRequest& request) const {
    return lifecycle_.roll_back(request.caller.tenant, request.parameter("vnfLcmOpOccId")).map(accepted);
  }
  Result<HttpResponse> cancel(const ApiRequest& request) const {
    return lifecycle_.cancel(request.caller.tenant, request.parameter("vnfLcmOpOccId"), request.body["cancelMode"])
        .map(accepted);
  }
  Result<HttpResponse> give_up(const ApiRequest& request) const {
    return lifecycle_.give_up(request.caller.tenant, request.parameter("vnfLcmOpOccId"))
        .map([&](const Operation& operation) { return json_response(200, view(request).operation(operation)); });
  }

 private:
  static HttpResponse accepted(const Operation&) { return {.status = 202}; }
  static HttpHeader tag(Revision revision) { return {"ETag", entity_tag(revision)}; }

  LcmView view(const ApiRequest& request) const {
    return {.root = fmt::format("{}/vnflcm/v{}", request.root, major_), .major = major_};
  }

  Result<Service> find(const ApiRequest& request) const {
    auto service = lifecycle_.find(request.caller.tenant, request.parameter("vnfInstanceId"));
    if (service && !service->is_vnf()) return fail(Errc::not_found, "VNF instance {}: there is none", service->id);
    return service;
  }

  /// Null resources are left out, and still counted: the next batch begins behind them.
  template <typename Records, typename Show>
  static std::vector<Listed> listed(const Records& records, Show show) {
    std::vector<Listed> list;
    for (const auto& record : records) list.push_back({record.id, show(record)});
    return list;
  }

  const unsigned major_;
  Lifecycle& lifecycle_;
  const PageMarkers& markers_;
  const std::size_t page_;
};

}  // namespace

Api make_lcm_api(unsigned major, Lifecycle& lifecycle, Subscriptions& subscriptions, const PageMarkers& markers,
                 std::size_t page) {
  const auto api = std::make_shared<const LcmApi>(major, lifecycle, markers, page);
  const auto by = [&](auto method) { return [api, method](ApiRequest& request) { return ((*api).*method)(request); }; };
  const auto begins = [&](OperationKind kind) {
    return [api, kind](ApiRequest& request) { return api->begin(request, kind); };
  };
  const auto below = [](const char* resource, const char* rest) { return std::string{resource} + rest; };
  using Takes = Route::Takes;
  auto modifying = request_of(OperationKind::modify_info, major);
  Api table{.name = "vnflcm", .major = major, .title = "VNF lifecycle management"};
  table.versions =
      major == 1 ? std::vector<std::string>{"1.0.0", "1.1.0", "1.2.0", "1.3.0"} : std::vector<std::string>{"2.0.0"};
  table.routes = {
      {.method = "POST",
       .path = "/vnf_instances",
       .summary = "Create a VNF instance",
       .handler = by(&LcmApi::create),
       .success = 201,
       .takes = Takes::json,
       .body = lcm::create_request(),
       .answer = lcm::vnf_instance(major)},
      {.method = "GET",
       .path = "/vnf_instances",
       .summary = "List VNF instances",
       .handler = by(&LcmApi::list),
       .answer = lcm::vnf_instance(major),
       .is_list = true},
      {.method = "GET",
       .path = kInstance,
       .summary = "Show a VNF instance",
       .handler = by(&LcmApi::show),
       .answer = lcm::vnf_instance(major)},
      {.method = "PATCH",
       .path = kInstance,
       .summary = modifying.summary,
       .handler = begins(OperationKind::modify_info),
       .success = 202,
       .takes = Takes::merge_patch,
       .body = std::move(modifying.body),
       .produces = {}},
      {.method = "DELETE",
       .path = kInstance,
       .summary = "Delete a VNF instance that is not instantiated",
       .handler = by(&LcmApi::remove),
       .success = 204},
      {.method = "GET",
       .path = "/vnf_lcm_op_occs",
       .summary = "List operation occurrences",
       .handler = by(&LcmApi::list_operations),
       .answer = lcm::op_occ(major),
       .is_list = true},
      {.method = "GET",
       .path = kOpOcc,
       .summary = "Show an operation occurrence",
       .handler = by(&LcmApi::show_operation),
       .answer = lcm::op_occ(major)},
      {.method = "POST",
       .path = below(kOpOcc, "/retry"),
       .summary = "Retry a failed operation",
       .handler = by(&LcmApi::retry),
       .success = 202,
       .produces = {}},
      {.method = "POST",
       .path = below(kOpOcc, "/rollback"),
       .summary = "Roll a failed operation back",
       .handler = by(&LcmApi::roll_back),
       .success = 202,
       .produces = {}},
      {.method = "POST",
       .path = below(kOpOcc, "/fail"),
       .summary = "Let a failed operation be",
       .handler = by(&LcmApi::give_up),
       .answer = lcm::op_occ(major)},
      {.method = "POST",
       .path = below(kOpOcc, "/cancel"),
       .summary = "Cancel an operation",
       .handler = by(&LcmApi::cancel),
       .success = 202,
       .takes = Takes::json,
       .body = lcm::cancel_request(),
       .produces = {}},
  };
  auto subscribing = subscription_routes({.about = About::lifecycle,
                                          .major = major,
                                          .root = table.root(),
                                          .request = lcm::subscription_request(),
                                          .answer = lcm::subscription()},
                                         subscriptions, markers, page);
  table.routes.insert(table.routes.end(), std::make_move_iterator(subscribing.begin()),
                      std::make_move_iterator(subscribing.end()));
  for (const auto& task : kLcmTasks) {
    if (!task.exists_in(major)) continue;
    auto [summary, body] = request_of(task.kind, major);
    table.routes.push_back({.method = "POST",
                            .path = below(kInstance, task.path),
                            .summary = summary,
                            .handler = begins(task.kind),
                            .success = 202,
                            .takes = Takes::json,
                            .body = std::move(body),
                            .produces = {}});
  }
  return table;
}

}  // namespace unf::vnfm
