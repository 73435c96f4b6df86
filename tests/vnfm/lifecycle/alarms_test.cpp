#include "vnfm/lifecycle/alarms.h"

#include <map>

#include "tests/support/fake_http_server.h"
#include "tests/vnfm/lifecycle/manager_fixture.h"

namespace unf::vnfm {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class AlarmsTest : public ManagerFixture {
 protected:
  AlarmsTest() {
    setup_.notify.rules = {.allowed = {IpNetwork::parse("127.0.0.0/8").value()}};
    setup_.notify.root = "http://vnfm";
    setup_.notify.first_pause = std::chrono::milliseconds{1};
    start();
  }

  std::vector<Alarm> all() { return manager_->alarms().list(kDefaultTenant, "", 1'000).value(); }
  std::vector<Alarm> alarms(bool cleared) {
    auto found = all();
    std::erase_if(found, [&](const Alarm& alarm) { return alarm.cleared() != cleared; });
    return found;
  }
  std::vector<Alarm> active() { return alarms(false); }
  std::vector<Alarm> cleared() { return alarms(true); }
  /// The runner of all graphs has been started so often, and runs or not. It was seen before.
  void set_runner(int restarts, bool ready) { agent_->set_process("r1", restarts, ready); }
  /// Whether the hosts are looked at once more, from the beginning.
  bool looked_at() {
    const auto before = manager_->alarms().looks();
    return eventually([&] { return manager_->alarms().looks() > before + 1; });
  }
  json notifications(FakeHttpServer& subscriber) {
    auto told = json::array();
    for (const auto& request : subscriber.asked()) {
      if (request.method == "POST") told.push_back(json::parse(request.body));
    }
    return told;
  }
};

TEST_F(AlarmsTest, OneForEachVnfThatRanInADeadProcess) {
  const auto monitor = running(onboard_monitor()), firewall = running(onboard_firewall());
  set_runner(0, false);
  ASSERT_TRUE(eventually([&] { return active().size() == 2; }));
  std::set<std::string> objects;
  for (const auto& alarm : active()) {
    const auto& attributes = alarm.attributes;
    objects.insert(attributes["managedObjectId"]);
    EXPECT_EQ(attributes["perceivedSeverity"], "CRITICAL");
    EXPECT_EQ(attributes["ackState"], "UNACKNOWLEDGED");
    EXPECT_EQ(attributes["rootCauseFaultyResource"]["faultyResourceType"], "COMPUTE");
    EXPECT_THAT(attributes["vnfcInstanceIds"], testing::Not(IsEmpty()));
    const auto resource = attributes["rootCauseFaultyResource"]["faultyResource"]["resourceId"].get<std::string>();
    const auto graph = lifecycle().graph_of(find(monitor)).second;
    EXPECT_NE(graph->parsed->find(NodeId{resource}), nullptr) << resource << " is a deployed uNF";
  }
  EXPECT_EQ(objects, (std::set{monitor.id, firewall.id}));
  set_runner(1, true);
  ASSERT_TRUE(eventually([&] { return cleared().size() == 2 && active().empty(); }));
  for (const auto& alarm : cleared()) EXPECT_EQ(alarm.attributes["perceivedSeverity"], "CLEARED");
}

TEST_F(AlarmsTest, WhatWasRepairedUnseenIsRaisedAndCleared) {
  running(onboard_router());
  set_runner(3, true);
  ASSERT_TRUE(looked_at());
  EXPECT_THAT(all(), IsEmpty()) << "it was so when it was first seen";
  set_runner(4, true);
  ASSERT_TRUE(eventually([&] { return cleared().size() == 1; }));
  EXPECT_THAT(active(), IsEmpty());
  EXPECT_THAT(cleared()[0].attributes["faultDetails"][0].get<std::string>(), HasSubstr("unf-runner r1"));
}

TEST_F(AlarmsTest, WhatEndsWithUnfIoIsNoFaultOfItsOwn) {
  running(onboard_router());
  agent_->set_process("io", 0, true);
  set_runner(0, true);
  ASSERT_TRUE(looked_at());
  agent_->set_process("io", 1, false);
  ASSERT_TRUE(eventually([&] { return active().size() == 1; }));
  set_runner(1, false);
  ASSERT_TRUE(looked_at());
  ASSERT_THAT(all(), SizeIs(1));
  EXPECT_EQ(all()[0].attributes["rootCauseFaultyResource"]["faultyResource"]["resourceId"], "local/unf-io");
  set_runner(1, true);
  agent_->set_process("io", 1, true);
  ASSERT_TRUE(eventually([&] { return cleared().size() == 1; }));
  EXPECT_THAT(all(), SizeIs(1));
}

TEST_F(AlarmsTest, AnAgentThatIsAwayAndAGraphThatCannotStart) {
  const auto service = running(onboard_router());
  agent_->away = true;
  ASSERT_TRUE(eventually([&] { return active().size() == 1; }));
  EXPECT_EQ(active()[0].attributes["eventType"], "COMMUNICATIONS_ALARM");
  EXPECT_EQ(active()[0].attributes["perceivedSeverity"], "WARNING");
  agent_->away = false;
  ASSERT_TRUE(eventually([&] { return active().empty(); }));
  agent_->set_state(agent::wire::GraphState::failed, "no memory");
  ASSERT_TRUE(eventually([&] { return active().size() == 1; }));
  EXPECT_THAT(active()[0].attributes["faultDetails"], ElementsAre("no memory"));
  EXPECT_EQ(carry_out(service, OperationKind::terminate, {{"terminationType", "FORCEFUL"}}).state,
            OperationState::completed);
  EXPECT_TRUE(eventually([&] { return active().empty(); })) << "the VNF has no part in it any more";
}

TEST_F(AlarmsTest, WhatNobodyCanSayIsNotRepaired) {
  running(onboard_router());
  set_runner(0, false);
  ASSERT_TRUE(eventually([&] { return active().size() == 1; }));
  agent_->away = true;
  ASSERT_TRUE(eventually([&] { return active().size() == 2; }));
  EXPECT_THAT(cleared(), IsEmpty());
  set_runner(1, true);
  agent_->away = false;
  EXPECT_TRUE(eventually([&] { return cleared().size() == 2; }));
}

TEST_F(AlarmsTest, OfAGraphThatIsNotThereNobodyCanSay) {
  running(onboard_router());
  set_runner(0, false);
  ASSERT_TRUE(eventually([&] { return active().size() == 1; }));
  agent_->hold(true);  // it is not to come back
  agent_->lose_everything();
  EXPECT_TRUE(looked_at());
  EXPECT_THAT(cleared(), IsEmpty());
  agent_->hold(false);
  EXPECT_TRUE(eventually([&] { return cleared().size() == 1; }));
}

TEST_F(AlarmsTest, WhatAnAgentSaysMayBeAnything) {
  running(onboard_router());
  agent_->set_state(agent::wire::GraphState::failed, "\xff\xfe");
  ASSERT_TRUE(eventually([&] { return active().size() == 1; }));
}

TEST_F(AlarmsTest, TheNextManagerKnowsThem) {
  running(onboard_router());
  set_runner(0, false);
  ASSERT_TRUE(eventually([&] { return active().size() == 1; }));
  const auto id = active()[0].id;
  start();
  ASSERT_TRUE(looked_at());
  ASSERT_THAT(all(), SizeIs(1));
  set_runner(1, true);
  ASSERT_TRUE(eventually([&] { return cleared().size() == 1; }));
  EXPECT_EQ(cleared()[0].id, id);
}

TEST_F(AlarmsTest, AreAcknowledged) {
  running(onboard_router());
  set_runner(0, false);
  ASSERT_TRUE(eventually([&] { return active().size() == 1; }));
  const auto alarm = active()[0];
  ASSERT_TRUE(manager_->alarms().acknowledge(alarm, "ACKNOWLEDGED"));
  EXPECT_EQ(manager_->alarms().acknowledge(alarm, "ACKNOWLEDGED").error().code, Errc::conflict) << "it has changed";
  const auto known = manager_->alarms().find(kDefaultTenant, alarm.id).value();
  EXPECT_TRUE(known.attributes.contains("alarmAcknowledgedTime"));
  EXPECT_EQ(manager_->alarms().acknowledge(known, "ACKNOWLEDGED").error().code, Errc::conflict) << "it is";
  EXPECT_EQ(manager_->alarms().find("other", alarm.id).error().code, Errc::not_found);
  set_runner(1, true);
  ASSERT_TRUE(eventually([&] { return cleared().size() == 1; }));
  EXPECT_EQ(cleared()[0].attributes["ackState"], "ACKNOWLEDGED");
}

TEST_F(AlarmsTest, SubscribersHearOfBoth) {
  FakeHttpServer subscriber{[](const HttpRequest&) { return HttpResponse{.status = 204}; }};
  const json critical{{"perceivedSeverities", {"CRITICAL"}}}, raised{{"notificationTypes", {"AlarmNotification"}}};
  ASSERT_TRUE(
      manager_->subscriptions().create(kDefaultTenant, About::faults, 1, {{"callbackUri", subscriber.url("/all")}}));
  ASSERT_TRUE(manager_->subscriptions().create(kDefaultTenant, About::faults, 1,
                                               {{"callbackUri", subscriber.url("/critical")}, {"filter", critical}}));
  ASSERT_TRUE(manager_->subscriptions().create(kDefaultTenant, About::faults, 1,
                                               {{"callbackUri", subscriber.url("/raised")}, {"filter", raised}}));
  const auto service = running(onboard_router());
  set_runner(0, false);
  ASSERT_TRUE(eventually([&] { return active().size() == 1; }));
  set_runner(1, true);
  ASSERT_TRUE(eventually([&] { return notifications(subscriber).size() == 5; }));
  std::map<std::string, std::vector<std::string>> types;
  for (const auto& request : subscriber.asked()) {
    if (request.method != "POST") continue;
    const auto told = json::parse(request.body);
    types[request.target].push_back(told["notificationType"]);
    if (told["notificationType"] == "AlarmNotification") {
      EXPECT_EQ(told["alarm"]["managedObjectId"], service.id);
      EXPECT_EQ(told["alarm"]["_links"]["objectInstance"]["href"], "http://vnfm/vnflcm/v1/vnf_instances/" + service.id);
    } else {
      EXPECT_EQ(told["_links"]["alarm"]["href"], "http://vnfm/vnffm/v1/alarms/" + told["alarmId"].get<std::string>());
    }
  }
  const auto both = ElementsAre("AlarmNotification", "AlarmClearedNotification");
  EXPECT_THAT(types["/all"], both) << "and of no lifecycle changes";
  EXPECT_THAT(types["/critical"], both) << "which it was";
  EXPECT_THAT(types["/raised"], ElementsAre("AlarmNotification"));
}

}  // namespace
}  // namespace unf::vnfm
