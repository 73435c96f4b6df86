#include "vnfm/lifecycle/records.h"

#include <gmock/gmock.h>

#include "tests/support/by_name.h"
#include "vnfm/lifecycle/alarms.h"
#include "vnfm/lifecycle/subscriptions.h"

namespace unf::vnfm {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing_support::by_name;

Service service() {
  return {.tenant = "t", .id = "s", .info = {{"vnfdId", "d"}}, .desired = Desired{.package = "p", .scale = {{"a", 2}}}};
}
Operation operation() {
  return {.tenant = "t",
          .id = "o",
          .service = "s",
          .kind = OperationKind::scale,
          .state = OperationState::failed_temp,
          .target = Desired{.package = "p"},
          .error = Error{Errc::unavailable, "away"},
          .graphs = {GraphId{"g"}}};
}
Subscription subscription() { return {.tenant = "t", .id = "u", .major = 2, .request = {{"callbackUri", "http://c"}}}; }

Alarm alarm() {
  return {.tenant = "t",
          .id = "a",
          .fault = "g/r1/s",
          .attributes = {{"id", "a"},
                         {"managedObjectId", "s"},
                         {"alarmRaisedTime", "2026-01-01T00:00:00Z"},
                         {"alarmClearedTime", "2026-01-01T00:00:01Z"},
                         {"ackState", "UNACKNOWLEDGED"},
                         {"perceivedSeverity", "CLEARED"},
                         {"eventType", "PROCESSING_ERROR_ALARM"},
                         {"probableCause", "x"},
                         {"rootCauseFaultyResource", {{"faultyResourceType", "COMPUTE"}}}}};
}

/// What is wrong with a record that was damaged: `value` at `member` (a JSON pointer).
struct Damage {
  const char* name;
  Transaction::Put record;
  Result<void> (*read)(const Entry&);
  const char* member;
  json value;
};
template <auto read>
Result<void> reads(const Entry& entry) {
  return read(entry).map([](const auto&) {});
}
class DamagedRecords : public testing::TestWithParam<Damage> {};
TEST_P(DamagedRecords, AreMalformed) {
  const auto& [name, record, read, member, value] = GetParam();
  EXPECT_TRUE(read({record.key, record.value}));
  auto stored = json::parse(record.value);
  stored[json::json_pointer{member}] = value;
  const auto damaged = read({record.key, stored.dump()});
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, Errc::malformed);
  EXPECT_THAT(damaged.error().message, HasSubstr(record.key));
}
INSTANTIATE_TEST_SUITE_P(
    Store, DamagedRecords,
    testing::Values(
        Damage{"ServiceInfo", put_of(service()), reads<read_service>, "/info", 1},
        Damage{"ServiceOperation", put_of(service()), reads<read_service>, "/operation", {}},
        Damage{"ServiceDesired", put_of(service()), reads<read_service>, "/desired", "x"},
        Damage{"ServiceSince", put_of(service()), reads<read_service>, "/since", 1e300},
        Damage{"Scale", put_of(service()), reads<read_service>, "/desired/scale/a", -1},
        Damage{"Parts", put_of(service()), reads<read_service>, "/desired/files/parts", 0.5},
        Damage{"Parallelize", put_of(service()), reads<read_service>, "/desired/parallelize", 3},
        Damage{"OperationKind", put_of(operation()), reads<read_operation>, "/type", "PAINT"},
        Damage{"OperationState", put_of(operation()), reads<read_operation>, "/state", "DONE"},
        Damage{"OperationParameters", put_of(operation()), reads<read_operation>, "/parameters", json::array()},
        Damage{"OperationOutcome", put_of(operation()), reads<read_operation>, "/outcome", {}},
        Damage{"OperationGrant", put_of(operation()), reads<read_operation>, "/grant", {}},
        Damage{"AlarmObject", put_of(alarm()), reads<read_alarm>, "/attributes/managedObjectId", 1},
        Damage{"AlarmCleared", put_of(alarm()), reads<read_alarm>, "/attributes/alarmClearedTime", 1},
        Damage{"AlarmResource", put_of(alarm()), reads<read_alarm>, "/attributes/rootCauseFaultyResource", 1},
        Damage{"AlarmFault", put_of(alarm()), reads<read_alarm>, "/fault", {}},
        Damage{"SubscriptionMajor", put_of(subscription()), reads<read_subscription>, "/major", "x"},
        Damage{"Callback", put_of(subscription()), reads<read_subscription>, "/request/callbackUri", 1}),
    by_name);

}  // namespace
}  // namespace unf::vnfm
