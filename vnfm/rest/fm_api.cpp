#include "vnfm/rest/fm_api.h"

#include "vnfm/rest/lcm_schemas.h"
#include "vnfm/rest/list.h"
#include "vnfm/rest/schema.h"
#include "vnfm/rest/subscriptions_api.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {
using namespace schema;

constexpr auto kAlarm = "/alarms/{alarmId}";

json severity() { return one_of({"CRITICAL", "MAJOR", "MINOR", "WARNING", "INDETERMINATE", "CLEARED"}); }
json event_type() {
  return one_of(
      {"COMMUNICATIONS_ALARM", "PROCESSING_ERROR_ALARM", "ENVIRONMENTAL_ALARM", "QOS_ALARM", "EQUIPMENT_ALARM"});
}
json resource_type() { return one_of({"COMPUTE", "STORAGE", "NETWORK"}); }
json ack_state() { return one_of({"UNACKNOWLEDGED", "ACKNOWLEDGED"}); }

const json& alarm() {
  static const json schema =
      object({{"id", text()},
              {"managedObjectId", text()},
              {"vnfcInstanceIds", list_of(text())},
              {"rootCauseFaultyResource", object({{"faultyResource", object({{"resourceId", text()}}, {"resourceId"})},
                                                  {"faultyResourceType", resource_type()}},
                                                 {"faultyResource", "faultyResourceType"})},
              {"alarmRaisedTime", date_time()},
              {"alarmChangedTime", date_time()},
              {"alarmClearedTime", date_time()},
              {"alarmAcknowledgedTime", date_time()},
              {"ackState", ack_state()},
              {"perceivedSeverity", severity()},
              {"eventTime", date_time()},
              {"eventType", event_type()},
              {"faultType", text()},
              {"probableCause", text()},
              {"isRootCause", boolean()},
              {"faultDetails", list_of(text())},
              {"_links", object({{"self", link()}, {"objectInstance", link()}}, {"self"})}},
             {"id", "managedObjectId", "alarmRaisedTime", "ackState", "perceivedSeverity", "eventTime", "eventType",
              "probableCause", "isRootCause", "_links"});
  return schema;
}

json filter() {
  return object({{"vnfInstanceSubscriptionFilter", lcm::instance_filter()},
                 {"notificationTypes",
                  list_of(one_of({"AlarmNotification", "AlarmClearedNotification", "AlarmListRebuiltNotification"}))},
                 {"faultyResourceTypes", list_of(resource_type())},
                 {"perceivedSeverities", list_of(severity())},
                 {"eventTypes", list_of(event_type())},
                 {"probableCauses", list_of(text())}});
}

class FmApi {
 public:
  FmApi(Alarms& alarms, const PageMarkers& markers, std::size_t page)
      : alarms_(alarms), markers_(markers), page_(page) {}

  Result<HttpResponse> list(const ApiRequest& request) const {
    return list_resources(request, {.schema = alarm(), .excluded_by_default = {}, .page = page_}, markers_,
                          [&](const std::string& after, std::size_t limit) {
                            return alarms_.list(request.caller.tenant, after, limit).map([&](const auto& found) {
                              std::vector<Listed> listed;
                              for (const auto& each : found) listed.push_back({each.id, shown(request, each)});
                              return listed;
                            });
                          });
  }

  Result<HttpResponse> show(const ApiRequest& request) const {
    return find(request).map([&](const Alarm& found) {
      return json_response(200, shown(request, found), {{"ETag", entity_tag(found.revision)}});
    });
  }

  Result<HttpResponse> acknowledge(const ApiRequest& request) const {
    auto found = find(request);
    if (!found) return fail(found.error());
    if (auto stale = refuse_stale(request, found->revision)) return std::move(*stale);
    return alarms_.acknowledge(std::move(*found), request.body["ackState"]).map([&] {
      return json_response(200, {{"ackState", request.body["ackState"]}});
    });
  }

 private:
  Result<Alarm> find(const ApiRequest& request) const {
    return alarms_.find(request.caller.tenant, request.parameter("alarmId"));
  }
  static json shown(const ApiRequest& request, const Alarm& alarm) {
    auto attributes = alarm.attributes;
    const auto instance = attributes["managedObjectId"].get<std::string>();
    attributes["_links"] = {{"self", {{"href", request.root + "/vnffm/v1/alarms/" + alarm.id}}},
                            {"objectInstance", {{"href", request.root + "/vnflcm/v1/vnf_instances/" + instance}}}};
    return attributes;
  }

  Alarms& alarms_;
  const PageMarkers& markers_;
  const std::size_t page_;
};

}  // namespace

Api make_fm_api(Alarms& alarms, Subscriptions& subscriptions, const PageMarkers& markers, std::size_t page) {
  const auto api = std::make_shared<const FmApi>(alarms, markers, page);
  const auto by = [&](auto method) { return [api, method](ApiRequest& request) { return ((*api).*method)(request); }; };
  Api table{
      .name = "vnffm", .major = 1, .title = "VNF fault management", .versions = {"1.0.0", "1.1.0", "1.2.0", "1.3.0"}};
  table.routes = {
      {.method = "GET",
       .path = "/alarms",
       .summary = "List alarms",
       .handler = by(&FmApi::list),
       .answer = alarm(),
       .is_list = true},
      {.method = "GET", .path = kAlarm, .summary = "Show an alarm", .handler = by(&FmApi::show), .answer = alarm()},
      {.method = "PATCH",
       .path = kAlarm,
       .summary = "Acknowledge an alarm, or take that back",
       .handler = by(&FmApi::acknowledge),
       .takes = Route::Takes::merge_patch,
       .body = object({{"ackState", ack_state()}}, {"ackState"}),
       .answer = object({{"ackState", ack_state()}})}};
  const auto request =
      object({{"filter", filter()}, {"callbackUri", lcm::callback_uri()}, {"authentication", lcm::authentication()}},
             {"callbackUri"});
  const auto subscription = object(
      {{"id", text()}, {"filter", filter()}, {"callbackUri", text()}, {"_links", object({{"self", link()}}, {"self"})}},
      {"id", "callbackUri", "_links"});
  auto routes =
      subscription_routes({.about = About::faults, .root = table.root(), .request = request, .answer = subscription},
                          subscriptions, markers, page);
  table.routes.insert(table.routes.end(), std::make_move_iterator(routes.begin()),
                      std::make_move_iterator(routes.end()));
  return table;
}

}  // namespace unf::vnfm
