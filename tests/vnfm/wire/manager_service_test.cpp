#include "vnfm/wire/manager_service.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/support/by_name.h"
#include "tests/support/certificates.h"
#include "tests/support/places.h"
#include "tests/vnfm/lifecycle/manager_fixture.h"
#include "tosca/load.h"
#include "vnfm/wire/manager_client.h"

namespace unf::vnfm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing_support::by_name;
using Thrift = ManagerClient::Service;

constexpr std::int32_t kWaitMs = 20'000;

/// A manager behind its Thrift service.
class ThriftTest : public ManagerFixture {
 protected:
  ThriftTest() {
    agent::prepare_process_for_thrift();
    serve({}, {});
  }
  void serve(ManagerAccess access, const std::optional<agent::ServerTls>& tls) {
    server_.reset();
    auto server = agent::ThriftServer::start({.host = "127.0.0.1"},
                                             make_manager_service(*manager_, std::move(access), setup_.log), tls);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  ~ThriftTest() override { server_.reset(); }

  template <typename Answer, typename... Parameters, typename... Arguments>
  Answer call(void (Thrift::*method)(Answer&, Parameters...), const Arguments&... arguments) {
    auto answer = client().call(method, arguments...);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer.value_or(Answer{});
  }
  [[nodiscard]] ManagerClient client() const { return ManagerClient{server_->endpoint()}; }

  static std::string firewall_csar() {
    std::map<std::string, std::string> files;
    for (const auto* name : {"firewall.yaml", "edge.rules"}) {
      files.emplace(name, agent::read_file(source_path("samples/enterprise-edge/") + name).value());
    }
    return tosca::make_zip(files);
  }
  wire::OperationInfo ended(const wire::OperationInfo& operation) {
    return call(&Thrift::wait_operation, operation.id, kWaitMs);
  }
  /// An instance of the firewall that runs between networks `wan` and `lan`.
  wire::InstanceInfo running_firewall() {
    const auto instance = call(&Thrift::create_instance, onboard_firewall(), "fw", "of the edge");
    wire::Instantiation how;
    how.flavour = "default";
    how.networks = {{"in", "wan"}, {"out", "lan"}};
    EXPECT_EQ(ended(call(&Thrift::instantiate, instance.id, how)).state, wire::OperationState::completed);
    return call(&Thrift::show_instance, instance.id);
  }

  std::unique_ptr<agent::ThriftServer> server_;
};

TEST_F(ThriftTest, PackageIsUploadedInParts) {
  const auto csar = firewall_csar();
  const auto half = csar.size() / 2;
  const auto package = call(&Thrift::create_package, R"({"site": "edge"})");
  EXPECT_EQ(package.state, wire::OnboardingState::created);
  ASSERT_TRUE(client().call(&Thrift::upload, package.id, 0, csar.substr(0, half)));
  EXPECT_EQ(client().call(&Thrift::upload, package.id, 1, csar).error().code, Errc::conflict);
  ASSERT_TRUE(client().call(&Thrift::upload, package.id, std::int64_t(half), csar.substr(half)));
  EXPECT_EQ(client().call(&Thrift::onboard, package.id, 1, kWaitMs).error().code, Errc::conflict);
  const auto onboarded = call(&Thrift::onboard, package.id, std::int64_t(csar.size()), kWaitMs);
  EXPECT_EQ(onboarded.state, wire::OnboardingState::onboarded) << onboarded.failure;
  EXPECT_EQ(onboarded.product, "Firewall");
  EXPECT_TRUE(onboarded.enabled);
  EXPECT_EQ(onboarded.user_data, R"({"site":"edge"})");
  EXPECT_THAT(call(&Thrift::packages, "", 10), ElementsAre(onboarded));
  EXPECT_THAT(call(&Thrift::packages, package.id, 10), IsEmpty());

  EXPECT_EQ(client().call(&Thrift::delete_package, package.id).error().code, Errc::conflict);
  EXPECT_FALSE(call(&Thrift::enable_package, package.id, false).enabled);
  ASSERT_TRUE(client().call(&Thrift::delete_package, package.id));
  EXPECT_EQ(client().call(&Thrift::show_package, package.id).error().code, Errc::not_found);
}

TEST_F(ThriftTest, WhatIsNoPackageSaysSo) {
  const auto package = call(&Thrift::create_package, "{}");
  ASSERT_TRUE(client().call(&Thrift::upload, package.id, 0, "no zip"));
  const auto failed = call(&Thrift::onboard, package.id, 6, kWaitMs);
  EXPECT_EQ(failed.state, wire::OnboardingState::failed);
  EXPECT_NE(failed.failure, "");
  ASSERT_TRUE(client().call(&Thrift::upload, package.id, 0, firewall_csar())) << "it can be tried again";
}

TEST_F(ThriftTest, PackageBeyondTheLimitIsRefused) {
  serve({.max_package = 10}, {});
  const auto package = call(&Thrift::create_package, "{}");
  ASSERT_TRUE(client().call(&Thrift::upload, package.id, 0, "12345678"));
  EXPECT_EQ(client().call(&Thrift::upload, package.id, 8, "901").error().code, Errc::no_capacity);
  EXPECT_TRUE(client().call(&Thrift::upload, package.id, 8, "90"));
}

TEST_F(ThriftTest, LifeOfAnInstance) {
  auto instance = running_firewall();
  EXPECT_TRUE(instance.instantiated);
  EXPECT_EQ(instance.name, "fw");
  EXPECT_EQ(instance.level, "small");
  EXPECT_THAT(instance.scale, ElementsAre(Pair("capacity", 0)));
  EXPECT_THAT(instance.networks, ElementsAre(Pair("in", "wan"), Pair("out", "lan")));

  const auto scaled = ended(call(&Thrift::scale, instance.id, "capacity", 2));
  EXPECT_EQ(scaled.state, wire::OperationState::completed) << scaled.error;
  EXPECT_EQ(scaled.type, wire::OperationType::scale);
  EXPECT_EQ(scaled.instance, instance.id);
  EXPECT_THAT(call(&Thrift::show_instance, instance.id).scale, ElementsAre(Pair("capacity", 2)));
  ended(call(&Thrift::scale, instance.id, "capacity", -1));
  EXPECT_THAT(call(&Thrift::show_instance, instance.id).scale, ElementsAre(Pair("capacity", 1)));
  ended(call(&Thrift::scale_to_level, instance.id, "", std::map<std::string, std::int32_t>{{"capacity", 3}}));
  EXPECT_THAT(call(&Thrift::show_instance, instance.id).scale, ElementsAre(Pair("capacity", 3)));
  ended(call(&Thrift::scale_to_level, instance.id, "small", std::map<std::string, std::int32_t>{}));
  EXPECT_THAT(call(&Thrift::show_instance, instance.id).scale, ElementsAre(Pair("capacity", 0)));

  const auto configured = ended(call(&Thrift::configure, instance.id, R"({"filter": {"rules": "drop proto tcp\n"}})"));
  EXPECT_EQ(configured.state, wire::OperationState::completed) << configured.error;
  EXPECT_THAT(call(&Thrift::show_instance, instance.id).configuration, HasSubstr("drop proto tcp"));
  EXPECT_EQ(ended(call(&Thrift::heal, instance.id, "a whim")).state, wire::OperationState::completed);
  EXPECT_EQ(ended(call(&Thrift::operate, instance.id, true)).state, wire::OperationState::completed);
  EXPECT_TRUE(call(&Thrift::show_instance, instance.id).stopped);
  const std::map<std::string, std::string> elsewhere{{"out", "dmz"}};
  const auto connected = ended(call(&Thrift::connect, instance.id, elsewhere));
  EXPECT_EQ(connected.type, wire::OperationType::change_ext_conn);
  EXPECT_THAT(call(&Thrift::show_instance, instance.id).networks, ElementsAre(Pair("in", "wan"), Pair("out", "dmz")));

  EXPECT_EQ(client().call(&Thrift::delete_instance, instance.id).error().code, Errc::conflict);
  EXPECT_EQ(ended(call(&Thrift::begin_termination, instance.id)).state, wire::OperationState::completed);
  EXPECT_FALSE(call(&Thrift::show_instance, instance.id).instantiated);
  ASSERT_TRUE(client().call(&Thrift::delete_instance, instance.id));
  EXPECT_THAT(call(&Thrift::instances, "", 10), IsEmpty());
  EXPECT_EQ(call(&Thrift::operations, "", 1'000).size(), 10U);
}

TEST_F(ThriftTest, FailedOperationIsRetriedRolledBackAndLetBe) {
  const auto instance = running_firewall();
  const auto failed = [&] {
    agent_->refusals = 1'000;
    const auto operation = ended(call(&Thrift::scale, instance.id, "capacity", 1));
    EXPECT_EQ(operation.state, wire::OperationState::failed_temp);
    EXPECT_THAT(operation.error, HasSubstr("no core is free"));
    agent_->refusals = 0;
    return operation;
  };
  EXPECT_EQ(ended(call(&Thrift::retry_operation, failed().id)).state, wire::OperationState::completed);
  EXPECT_EQ(ended(call(&Thrift::roll_back_operation, failed().id)).state, wire::OperationState::rolled_back);
  const auto let_be = call(&Thrift::fail_operation, failed().id);
  EXPECT_EQ(let_be.state, wire::OperationState::failed);
  EXPECT_EQ(client().call(&Thrift::retry_operation, let_be.id).error().code, Errc::conflict);

  agent_->hold(true);
  const auto held = call(&Thrift::heal, instance.id, "");
  EXPECT_TRUE(
      eventually([&] { return call(&Thrift::wait_operation, held.id, 1).state == wire::OperationState::processing; }));
  EXPECT_TRUE(call(&Thrift::cancel_operation, held.id, false).cancel_pending);
  agent_->hold(false);
  EXPECT_NE(ended(held).state, wire::OperationState::processing);
}

TEST_F(ThriftTest, EventsTellWhatHappenedInOrder) {
  const auto begin = call(&Thrift::events, 0, 0).cursor;
  EXPECT_THAT(call(&Thrift::events, begin, 0).events, IsEmpty());
  const auto instance = running_firewall();
  std::vector<std::string> seen;
  std::int64_t cursor = begin;
  while (seen.empty() || seen.back() != "instantiate completed") {
    const auto events = call(&Thrift::events, cursor, kWaitMs);
    ASSERT_FALSE(events.events.empty()) << testing::PrintToString(seen);
    for (const auto& event : events.events) {
      EXPECT_GE(event.revision, cursor);
      if (event.__isset.vnf_package && event.vnf_package.state == wire::OnboardingState::onboarded) {
        seen.emplace_back("onboarded");
      }
      if (event.__isset.instance && !event.instance.instantiated && event.instance.operation.empty()) {
        seen.emplace_back("instance");
      }
      if (!event.__isset.operation) continue;
      EXPECT_EQ(event.operation.instance, instance.id);
      if (event.operation.state == wire::OperationState::completed) seen.emplace_back("instantiate completed");
    }
    cursor = events.cursor;
  }
  EXPECT_EQ(seen.front(), "onboarded");
  EXPECT_NE(std::ranges::find(seen, "instance"), seen.end());

  const auto before = call(&Thrift::events, begin, 0);
  server_.reset();
  start();
  serve({}, {});
  EXPECT_EQ(call(&Thrift::events, begin, 0).events.front(), before.events.front())
      << "the next manager tells them, too";
}

TEST_F(ThriftTest, WhoWaitsForEventsIsWokenByOne) {
  const auto cursor = call(&Thrift::events, 0, 0).cursor;
  auto waiting = std::async(std::launch::async, [&] { return call(&Thrift::events, cursor, 60'000); });
  EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds{500}), std::future_status::timeout) << "nothing has happened";
  call(&Thrift::create_package, "{}");
  const auto events = waiting.get();
  ASSERT_EQ(events.events.size(), 1U);
  EXPECT_TRUE(events.events[0].__isset.vnf_package);
  ASSERT_TRUE(client().call(&Thrift::delete_package, events.events[0].vnf_package.id));
  const auto gone = call(&Thrift::events, events.cursor, 0);
  ASSERT_EQ(gone.events.size(), 1U);
  EXPECT_EQ(gone.events[0].removed, events.events[0].vnf_package.id);
}

TEST_F(ThriftTest, AServerThatEndsWaitsForNobody) {
  const auto cursor = call(&Thrift::events, 0, 0).cursor;
  auto waits = client();  // made here: `server_` is gone while the other thread may still be starting
  auto waiting = std::async(std::launch::async, [&] { return waits.call(&Thrift::events, cursor, 60'000); });
  call(&Thrift::packages, "", 1);  // a connection after the one that waits, most likely
  server_.reset();
  EXPECT_EQ(waiting.wait_for(std::chrono::seconds{30}), std::future_status::ready);
}

TEST_F(ThriftTest, WholeServiceIsScaledHealedAndUpdated) {
  const std::vector<std::string> paths{source_path("samples/enterprise-edge")};
  const auto files = tosca::load(paths).value();
  wire::Sources sources;
  sources.paths = files.paths;
  sources.files = {files.files.begin(), files.files.end()};
  ASSERT_EQ(call(&Thrift::deploy, sources, wire::DeployOptions{}).state, wire::ServiceState::running);
  const auto nodes = [&] { return client().show("edge").value()["plan"]["nodes"].size(); };
  const auto before = nodes();
  EXPECT_EQ(ended(call(&Thrift::scale, "edge", "capacity", 1)).state, wire::OperationState::completed);
  EXPECT_GT(nodes(), before);
  EXPECT_EQ(ended(call(&Thrift::scale, "edge", "firewall/capacity", -1)).state, wire::OperationState::completed);
  EXPECT_EQ(nodes(), before);
  EXPECT_EQ(ended(call(&Thrift::heal, "edge", "")).state, wire::OperationState::completed);
  const auto updated = ended(call(&Thrift::configure, "edge", R"({"firewall/filter": {"rules": "drop proto udp\n"}})"));
  EXPECT_EQ(updated.state, wire::OperationState::completed) << updated.error;
  EXPECT_THAT(agent_->plans().begin()->second, HasSubstr("drop proto udp"));
  EXPECT_EQ(client().call(&Thrift::operate, "edge", true).error().code, Errc::unsupported);
  EXPECT_EQ(client().call(&Thrift::show_instance, "edge").error().code, Errc::not_found);
  EXPECT_THAT(call(&Thrift::instances, "", 10), IsEmpty());
}

// ---- bad input

struct BadCall {
  const char* name;
  std::function<Error(const ManagerClient&, const std::string& instance)> ask;
  Errc code;
  const char* says;
};
class BadCalls : public ThriftTest, public testing::WithParamInterface<BadCall> {};

template <typename Method, typename... Arguments>
auto asks(Method method, Arguments... arguments) {
  return [=](const ManagerClient& client, const std::string& instance) {
    return client.call(method, instance, arguments...).error();
  };
}

TEST_P(BadCalls, AreRefusedAndChangeNothing) {
  const auto instance = running_firewall();
  const auto error = GetParam().ask(client(), instance.id);
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_THAT(error.message, HasSubstr(GetParam().says));
  EXPECT_EQ(call(&Thrift::show_instance, instance.id), instance);
}
INSTANTIATE_TEST_SUITE_P(Thrift, BadCalls,
                         testing::Values(BadCall{"NoSteps", asks(&Thrift::scale, std::string{"capacity"}, 0),
                                                 Errc::malformed, "steps: is 0"},
                                         BadCall{"ManySteps",
                                                 asks(&Thrift::scale, std::string{"capacity"}, 2'147'483'647),
                                                 Errc::conflict, "expected 0 to 3"},
                                         BadCall{"LeastSteps",
                                                 asks(&Thrift::scale, std::string{"capacity"},
                                                      std::int32_t{-2'147'483'647 - 1}),
                                                 Errc::conflict, "expected 0 to 3"},
                                         BadCall{"NoAspect", asks(&Thrift::scale, std::string{"x"}, 1), Errc::malformed,
                                                 "expected one of: capacity"},
                                         BadCall{"NoLevel",
                                                 asks(&Thrift::scale_to_level, std::string{"huge"},
                                                      std::map<std::string, std::int32_t>{}),
                                                 Errc::malformed, "expected one of: large, small"},
                                         BadCall{"LevelBelowZero",
                                                 asks(&Thrift::scale_to_level, std::string{},
                                                      std::map<std::string, std::int32_t>{{"capacity", -1}}),
                                                 Errc::conflict, "expected 0 to 3"},
                                         BadCall{"ConfigurationIsNoJson", asks(&Thrift::configure, std::string{"{"}),
                                                 Errc::malformed, "configuration: expected a JSON object"},
                                         BadCall{"ConfigurationIsAList", asks(&Thrift::configure, std::string{"[]"}),
                                                 Errc::malformed, "expected a JSON object"},
                                         BadCall{"NoSuchNode", asks(&Thrift::configure, std::string{R"({"x": {}})"}),
                                                 Errc::malformed, "x"},
                                         BadCall{"NoSuchPort",
                                                 asks(&Thrift::connect,
                                                      std::map<std::string, std::string>{{"side", "wan"}}),
                                                 Errc::malformed, "cpdId side"},
                                         BadCall{"NoSuchVnfd", asks(&Thrift::change_package, std::string{"none"}),
                                                 Errc::unsupported, "vnfdId"},
                                         BadCall{"InstantiatedAlready",
                                                 asks(&Thrift::instantiate, wire::Instantiation{}),
                                                 Errc::conflict, "INSTANTIATED"},
                                         BadCall{"DefaultAction",
                                                 [](const ManagerClient& client, const std::string& instance) {
                                                   wire::Instantiation how;
                                                   how.default_action = "burn";
                                                   return client.call(&Thrift::change_flavour, instance, how).error();
                                                 },
                                                 Errc::malformed, "expected drop or bridge"},
                                         BadCall{
                                             "NoSuchInstance",
                                             [](const ManagerClient& client,
                                                const std::
                                                    string&) { return client.call(&Thrift::heal, "none", "").error(); },
                                             Errc::not_found, "none"},
                                         BadCall{"NoSuchOperation",
                                                 [](const ManagerClient& client, const std::string&) {
                                                   return client.call(&Thrift::wait_operation, "../x", 0).error();
                                                 },
                                                 Errc::not_found, "there is none"},
                                         BadCall{
                                             "ListOfNothing",
                                             [](const ManagerClient& client,
                                                const std::
                                                    string&) { return client.call(&Thrift::packages, "", 0).error(); },
                                             Errc::malformed, "limit: is 0, expected 1 to 1000"},
                                         BadCall{"UserDataIsNoObject",
                                                 [](const ManagerClient& client, const std::string&) {
                                                   return client.call(&Thrift::create_package, "3").error();
                                                 },
                                                 Errc::malformed, "user_data: expected a JSON object"},
                                         BadCall{"UploadToNothing",
                                                 [](const ManagerClient& client, const std::string&) {
                                                   return client.call(&Thrift::upload, "../../x", 0, "a").error();
                                                 },
                                                 Errc::not_found, "there is none"}),
                         by_name);

/// A framed message: a call of `method`, then `fields` and the end of the struct.
std::string framed_call(const std::string& method, const std::string& fields) {
  const auto number = [](std::uint32_t value) {
    const auto big = htonl(value);
    return std::string{reinterpret_cast<const char*>(&big), 4};
  };
  const auto message = number(0x80010001) + number(static_cast<std::uint32_t>(method.size())) + method + number(0) +
                       fields + std::string(1, '\0');
  return number(static_cast<std::uint32_t>(message.size())) + message;
}

struct Bytes {
  const char* name;
  std::string bytes;
};
class HostileCalls : public ThriftTest, public testing::WithParamInterface<Bytes> {};

TEST_P(HostileCalls, CloseTheirConnectionAndChangeNothing) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address{AF_INET, htons(server_->endpoint().port), {htonl(INADDR_LOOPBACK)}, {}};
  ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const auto& bytes = GetParam().bytes;
  ASSERT_EQ(send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), std::ssize(bytes));
  shutdown(fd, SHUT_WR);
  char answer[256];
  while (read(fd, answer, sizeof answer) > 0) {
  }
  close(fd);
  EXPECT_THAT(call(&Thrift::packages, "", 10), IsEmpty());
}
using namespace std::string_literals;
INSTANTIATE_TEST_SUITE_P(
    Thrift, HostileCalls,
    testing::Values(Bytes{"HugeFrame", "\x7f\xff\xff\xff"s}, Bytes{"NegativeFrame", "\xff\xff\xff\xfe"s},
                    // create_package whose string claims 2^31 - 1 bytes, and -1
                    Bytes{"HugeString", framed_call("create_package", "\x0b\0\x01\x7f\xff\xff\xff"s)},
                    Bytes{"NegativeString", framed_call("create_package", "\x0b\0\x01\xff\xff\xff\xff"s)},
                    // without what it requires, and with a number in the place of the text
                    Bytes{"WrongType", framed_call("create_package", "\x08\0\x01\0\0\0\x05"s)},
                    // an unknown field that is a list of 2^31 - 1 structs, and structs in structs without end
                    Bytes{"HugeList", framed_call("packages", "\x0f\0\x09\x0c\x7f\xff\xff\xff"s)},
                    Bytes{"Recursion", framed_call("packages",
                                                   [] {
                                                     std::string deep;
                                                     for (int i = 0; i < 100'000; ++i) deep += "\x0c\0\x09"s;
                                                     return deep;
                                                   }())},
                    // instantiate with an Instantiation that has none of its fields
                    Bytes{"MissingFields", framed_call("instantiate", "\x0b\0\x01\0\0\0\x01x\x0c\0\x02\0"s)},
                    Bytes{"UnknownMethod", framed_call("burn", ""s)}),
    by_name);

// ---- who may do what

class ThriftTls : public ThriftTest {
 protected:
  ThriftTls() {
    certificates_.make_ca("ca");
    certificates_.make_ca("other_ca");
    certificates_.make("server", "/CN=vnfm", "subjectAltName=IP:127.0.0.1");
    certificates_.make("elsewhere", "/CN=vnfm", "subjectAltName=IP:127.0.0.2");
    for (const auto* name : {"reader", "member", "other", "unknown"}) {
      certificates_.make(name, "/CN=somebody", std::string{"subjectAltName=URI:urn:unf:"} + name);
    }
    certificates_.make("foreign", "/CN=somebody", "subjectAltName=URI:urn:unf:member", "other_ca");
    serve_tls("server");
  }
  void serve_tls(const std::string& certificate) {
    const auto known = [](const char* name, const char* tenant, Role role) {
      return CertifiedCaller{std::string{"urn:unf:"} + name, {.name = name, .tenant = tenant, .role = role}};
    };
    serve({.callers = std::vector{known("reader", "a", Role::reader), known("member", "a", Role::member),
                                  known("other", "b", Role::admin)}},
          agent::ServerTls{.certificate = certificates_.pem(certificate),
                           .key = certificates_.key(certificate),
                           .client_ca = certificates_.pem("ca")});
  }
  [[nodiscard]] ManagerClient as(const std::string& name, const std::string& ca = "ca") const {
    agent::ClientTls tls{.ca = certificates_.pem(ca)};
    if (!name.empty()) tls.certificate = certificates_.pem(name);
    if (!name.empty()) tls.key = certificates_.key(name);
    return ManagerClient{server_->endpoint(), tls};
  }

  testing_support::Certificates certificates_{root_};
};

TEST_F(ThriftTls, ARoleSaysWhatACallerMayDo) {
  const auto package = as("member").call(&Thrift::create_package, "{}");
  ASSERT_TRUE(package) << package.error().message;
  EXPECT_EQ(as("reader").call(&Thrift::packages, "", 10)->size(), 1U);
  const auto denied = as("reader").call(&Thrift::create_package, "{}");
  EXPECT_EQ(denied.error().code, Errc::unsupported);
  EXPECT_THAT(denied.error().message, HasSubstr("denied: reader may only read"));
  EXPECT_EQ(as("reader").call(&Thrift::delete_package, package->id).error().code, Errc::unsupported);
  EXPECT_EQ(as("reader").call(&Thrift::packages, "", 10)->size(), 1U);
}

TEST_F(ThriftTls, ATenantSeesNothingOfAnother) {
  const auto cursor = as("other").call(&Thrift::events, 0, 0)->cursor;
  const auto package = as("member").call(&Thrift::create_package, "{}").value();
  EXPECT_TRUE(as("other").call(&Thrift::packages, "", 10)->empty());
  EXPECT_EQ(as("other").call(&Thrift::show_package, package.id).error().code, Errc::not_found);
  EXPECT_EQ(as("other").call(&Thrift::upload, package.id, 0, "x").error().code, Errc::not_found);
  EXPECT_TRUE(as("other").call(&Thrift::events, cursor, 0)->events.empty());
  EXPECT_EQ(as("reader").call(&Thrift::events, cursor, 0)->events.size(), 1U);
}

TEST_F(ThriftTls, WhoIsNotKnownMayDoNothing) {
  EXPECT_THAT(as("unknown").call(&Thrift::services).error().message, HasSubstr("denied: somebody may do nothing"));
  EXPECT_THAT(as("").call(&Thrift::services).error().message, HasSubstr("without a certificate may do nothing"));
  EXPECT_EQ(as("foreign").call(&Thrift::services).error().code, Errc::unavailable) << "the handshake fails";
  EXPECT_EQ(client().call(&Thrift::services).error().code, Errc::unavailable) << "no TLS at all";
  EXPECT_TRUE(as("reader").call(&Thrift::services));
}

TEST_F(ThriftTls, AClientWantsTheServersCertificate) {
  EXPECT_EQ(as("reader", "other_ca").call(&Thrift::services).error().code, Errc::unavailable);
  serve_tls("elsewhere");
  EXPECT_THAT(as("reader").call(&Thrift::services).error().message, HasSubstr("is not of 127.0.0.1"));
}

TEST_F(ThriftTls, ANewCertificateIsTakenWhileItRuns) {
  certificates_.make("server", "/CN=vnfm", "subjectAltName=IP:127.0.0.1", "other_ca");
  ASSERT_TRUE(server_->reload_tls());
  EXPECT_FALSE(as("reader").call(&Thrift::services));
  EXPECT_TRUE(as("reader", "other_ca").call(&Thrift::services));
  std::ofstream{certificates_.key("server")} << "no key";
  EXPECT_EQ(server_->reload_tls().error().code, Errc::malformed);
  EXPECT_TRUE(as("reader", "other_ca").call(&Thrift::services)) << "the old one is kept";
}

TEST_F(ThriftTls, NoCallFailsWhileCertificatesChange) {
  std::atomic<bool> done = false;
  std::atomic<int> calls = 0, failures = 0;
  std::vector<std::thread> callers;
  for (const auto* name : {"reader", "member", "other"}) {
    callers.emplace_back([&, name] {
      while (!done || calls < 30) {
        if (!as(name).call(&Thrift::services)) ++failures;
        ++calls;
      }
    });
  }
  for (int i = 0; i < 5; ++i) {
    const auto before = calls.load();
    certificates_.make("next", "/CN=vnfm", "subjectAltName=IP:127.0.0.1");
    std::filesystem::rename(certificates_.key("next"), certificates_.key("server"));
    std::filesystem::rename(certificates_.pem("next"), certificates_.pem("server"));
    EXPECT_TRUE(server_->reload_tls());
    EXPECT_TRUE(eventually([&] { return calls > before; }));
  }
  done = true;
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace unf::vnfm
