#include "agent/base/transport.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/client/agent_client.h"
#include "agent/server/agent_service.h"
#include "agent/wire/errc.h"
#include "tests/support/by_name.h"

namespace unf::agent {
namespace {

using testing::HasSubstr;
using testing_support::by_name;

struct Address {
  const char* name;
  const char* text;
  std::optional<Endpoint> endpoint;
};
class EndpointText : public testing::TestWithParam<Address> {};

TEST_P(EndpointText, IsReadOrRefused) {
  const auto endpoint = Endpoint::parse(GetParam().text);
  ASSERT_EQ(endpoint.has_value(), GetParam().endpoint.has_value());
  if (endpoint) {
    EXPECT_EQ(*endpoint, *GetParam().endpoint);
    EXPECT_EQ(endpoint->to_string(), GetParam().text);
  } else {
    EXPECT_EQ(endpoint.error().code, Errc::malformed);
  }
}
INSTANTIATE_TEST_SUITE_P(
    Texts, EndpointText,
    testing::Values(
        Address{"V4", "127.0.0.1:9892", Endpoint{.host = "127.0.0.1", .port = 9892}},
        Address{"Name", "edge-1.lan:1", Endpoint{.host = "edge-1.lan", .port = 1}},
        Address{"V6", "[::1]:65535", Endpoint{.host = "::1", .port = 65535}},
        Address{"Path", "/run/unf/x.sock", Endpoint{.path = "/run/unf/x.sock"}}, Address{"Empty", "", {}},
        Address{"NoPort", "host", {}}, Address{"EmptyPort", "host:", {}}, Address{"NoHost", ":80", {}},
        Address{"BigPort", "h:65536", {}}, Address{"Junk", "h:80x", {}},
        Address{"LongPath",
                "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                "aaaaaaaaaaaaaaa",
                {}}),
    by_name);

TEST(Errc, CrossesByName) {
  for (int code = 0; code <= static_cast<int>(Errc::internal); ++code) {
    EXPECT_EQ(errc(to_string(static_cast<Errc>(code))), static_cast<Errc>(code));
  }
  EXPECT_EQ(errc("something newer"), Errc::internal);
}

/// Answers what it was given.
class Echo final : public Agent {
 public:
  Result<wire::GraphInfo> apply(const GraphId& graph, Version version, const std::string& plan_json,
                                const std::vector<GraphId>& replaces = {}) override {
    if (plan_json == "refuse") return fail(Errc::no_capacity, "no core for {}", graph.get());
    wire::GraphInfo info;
    info.graph = graph.get();
    info.epoch = version.epoch;
    info.generation = static_cast<std::int64_t>(plan_json.size());
    for (const auto& replaced : replaces) info.detail += replaced.get();
    return info;
  }
  Result<wire::Observation> observe() override { return wire::Observation{}; }
  Result<nlohmann::json> stats() override { return fail(Errc::unavailable, "no stats today"); }
  Result<Catalog> catalog() override { return Catalog{}; }
  Result<std::vector<wire::Event>> events(std::int64_t) override { return std::vector<wire::Event>{}; }
};

class AgentOverThrift : public testing::Test {
 protected:
  void SetUp() override {
    prepare_process_for_thrift();
    start({.host = "127.0.0.1"});
  }
  void start(const Endpoint& endpoint) {
    auto server = ThriftServer::start(endpoint, make_agent_service(echo_));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  /// Sends bytes and returns once the server has closed the connection.
  void send_raw(const std::string& bytes) const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address{AF_INET, htons(server_->endpoint().port), {htonl(INADDR_LOOPBACK)}, {}};
    ASSERT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    shutdown(fd, SHUT_WR);
    char answer[256];
    while (read(fd, answer, sizeof answer) > 0) {
    }
    close(fd);
  }

  Echo echo_;
  std::unique_ptr<ThriftServer> server_;
};

TEST_F(AgentOverThrift, CallsAndRefusalsCross) {
  AgentClient client{server_->endpoint()};
  EXPECT_EQ(client.apply(GraphId{"g"}, {7, 1}, "abc")->generation, 3);
  EXPECT_EQ(client.apply(GraphId{"g"}, {7, 1}, "abc", {GraphId{"h"}, GraphId{"i"}})->detail, "hi");
  EXPECT_EQ(client.apply(GraphId{"g"}, {7, 1}, "refuse").error(), (Error{Errc::no_capacity, "no core for g"}));
  EXPECT_EQ(client.stats().error(), (Error{Errc::unavailable, "no stats today"}));
  EXPECT_TRUE(client.catalog());
}

TEST_F(AgentOverThrift, PlansOfManyMegabytesCross) {
  AgentClient client{server_->endpoint()};
  EXPECT_EQ(client.apply(GraphId{"g"}, {1, 1}, std::string(20 << 20, 'x'))->generation, 20 << 20);
}

TEST_F(AgentOverThrift, ClientFindsAnAgentThatCameBack) {
  const auto endpoint = server_->endpoint();
  AgentClient client{endpoint};
  ASSERT_TRUE(client.observe());
  server_.reset();
  EXPECT_EQ(client.observe().error().code, Errc::unavailable);
  start(endpoint);
  EXPECT_TRUE(client.observe());
}

TEST_F(AgentOverThrift, ClientNoticesNoRestartInBetween) {
  const auto endpoint = server_->endpoint();
  AgentClient client{endpoint};
  ASSERT_TRUE(client.observe());
  server_.reset();
  start(endpoint);
  EXPECT_TRUE(client.observe());
}

TEST_F(AgentOverThrift, AddressInUseIsNamed) {
  const auto second = ThriftServer::start(server_->endpoint(), make_agent_service(echo_));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr(server_->endpoint().to_string() + ": cannot listen"));
}

TEST_F(AgentOverThrift, UnixSocketIsReplacedOnlyIfNobodyListens) {
  char name[] = "/tmp/unf-test-XXXXXX";
  const Endpoint endpoint{.path = std::string{mkdtemp(name)} + "/s"};
  auto first = ThriftServer::start(endpoint, make_agent_service(echo_));
  ASSERT_TRUE(first);
  EXPECT_FALSE(ThriftServer::start(endpoint, make_agent_service(echo_)));
  EXPECT_TRUE(AgentClient{endpoint}.observe()) << "the first still listens";
  first->reset();

  const int stale = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{AF_UNIX, {}};
  endpoint.path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(stale, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  close(stale);
  EXPECT_TRUE(ThriftServer::start(endpoint, make_agent_service(echo_)));
  rmdir(name);
}

struct Raw {
  const char* name;
  std::string bytes;
};
class HostileBytes : public AgentOverThrift, public testing::WithParamInterface<Raw> {};

TEST_P(HostileBytes, CloseOneConnectionAndHarmNoOther) {
  send_raw(GetParam().bytes);
  EXPECT_TRUE(AgentClient{server_->endpoint()}.observe());
}
using namespace std::string_literals;
INSTANTIATE_TEST_SUITE_P(Frames, HostileBytes,
                         testing::Values(Raw{"Nothing", ""s}, Raw{"HugeFrame", "\x7f\xff\xff\xff"s},
                                         Raw{"NegativeFrame", "\xff\xff\xff\xff"s}, Raw{"CutFrame", "\0\0\1\0abc"s},
                                         Raw{"Http", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"s},
                                         // a call of `apply` whose string claims 2^31 - 1 bytes
                                         Raw{"HugeString",
                                             "\0\0\0\x1f\x80\x01\0\x01\0\0\0\x05"
                                             "apply\0\0\0\0\x0b\0\x01\x7f\xff\xff\xff"
                                             "abcd"s},
                                         Raw{"NegativeName",
                                             "\0\0\0\x0c\x80\x01\0\x01\xff\xff\xff\xff"
                                             "appl"s},
                                         Raw{"UnknownMethod",
                                             "\0\0\0\x11\x80\x01\0\x01\0\0\0\x04"
                                             "nope\0\0\0\0\0"s}),
                         by_name);

}  // namespace
}  // namespace unf::agent
