#include "vnfm/http/http_client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>

#include <atomic>
#include <fstream>

#include "tests/support/by_name.h"
#include "vnfm/http/http_server.h"

namespace unf::vnfm {
namespace {
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing_support::by_name;

IpBytes address(const std::string& text) {
  if (sockaddr_in v4{.sin_family = AF_INET}; inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    return ip_of(reinterpret_cast<const sockaddr&>(v4));
  }
  sockaddr_in6 v6{.sin6_family = AF_INET6};
  EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1) << text;
  return ip_of(reinterpret_cast<const sockaddr&>(v6));
}

TEST(IpNetwork, NotPublicIsWhatIsSpecial) {
  for (const auto* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.255.255.255",
                           "100.64.0.1",
                           "127.0.0.1",
                           "127.255.255.254",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "198.19.0.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "fe80::1",
                           "fc00::1",
                           "fdff::1",
                           "ff02::1",
                           "64:ff9b::7f00:1",
                           "2002:7f00:1::",
                           "2001:db8::1",
                           "2001::1",
                           "::127.0.0.1"}) {
    EXPECT_FALSE(is_public(address(text))) << text;
  }
  for (const auto* text : {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.128.0.1", "128.0.0.1", "172.32.0.1",
                           "192.167.255.255", "223.255.255.255", "::ffff:8.8.8.8", "2606:4700::1", "2a00::1"}) {
    EXPECT_TRUE(is_public(address(text))) << text;
  }
}

TEST(IpNetwork, ContainsWhatHasItsPrefix) {
  const auto ten = IpNetwork::parse("10.32.0.0/11").value();
  EXPECT_TRUE(ten.contains(address("10.63.255.255")));
  EXPECT_TRUE(ten.contains(address("::ffff:10.32.0.0")));
  EXPECT_FALSE(ten.contains(address("10.64.0.0")));
  EXPECT_FALSE(ten.contains(address("10.31.255.255")));
  EXPECT_TRUE(IpNetwork::parse("fd00::/8")->contains(address("fd12::1")));
  EXPECT_FALSE(IpNetwork::parse("192.0.2.7")->contains(address("192.0.2.6")));
  for (const auto* text :
       {"", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "10.0.0.0/-1", "name", "10.0.0.0/8x"}) {
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
  }
}

struct BadUri {
  const char* name;
  const char* uri;
};
class BadUris : public testing::TestWithParam<BadUri> {};
TEST_P(BadUris, AreRefusedBeforeAnythingIsSent) {
  const auto sent = send_request({.uri = GetParam().uri}, {});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Errc::unsupported) << sent.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    Ssrf, BadUris,
    testing::Values(BadUri{"File", "file:///etc/passwd"}, BadUri{"Gopher", "gopher://example.com/"},
                    BadUri{"Ftp", "ftp://example.com/x"}, BadUri{"Ldap", "ldap://example.com"},
                    BadUri{"NoScheme", "example.com/x"}, BadUri{"Empty", ""},
                    BadUri{"Credentials", "http://u:p@1.1.1.1/"}, BadUri{"User", "http://u@1.1.1.1/"},
                    BadUri{"Loopback", "http://127.0.0.1:9/"}, BadUri{"Loopback6", "http://[::1]:9/"},
                    BadUri{"Mapped", "http://[::ffff:127.0.0.1]:9/"},
                    BadUri{"Metadata", "http://169.254.169.254/latest"}, BadUri{"Decimal", "http://2130706433:9/"},
                    BadUri{"Hexadecimal", "http://0x7f000001:9/"}, BadUri{"Octal", "http://0177.0.0.1:9/"},
                    BadUri{"Short", "http://127.1:9/"}, BadUri{"Zero", "http://0:9/"},
                    BadUri{"Name", "http://localhost:9/"}, BadUri{"Private", "http://10.1.2.3/"}),
    by_name);

/// A server on loopback, and rules that allow it.
class Client : public testing::Test {
 protected:
  Client() {
    char name[] = "/tmp/unf-test-XXXXXX";
    directory_ = mkdtemp(name);
    HttpConfig config;
    config.listen.port = 0;
    server_ = HttpServer::start(config, [this](const HttpRequest& head) { return answer(head); }).value();
    rules_.allowed = {IpNetwork::parse("127.0.0.0/8").value()};
  }
  ~Client() override {
    server_.reset();
    std::filesystem::remove_all(directory_);
  }
  std::variant<HttpResponse, HttpPlan> answer(const HttpRequest& head) {
    ++requests_;
    if (head.target == "/redirect") return HttpResponse{.status = 302, .headers = {{"Location", uri("/secret")}}};
    if (head.target == "/long") return HttpResponse{.body = std::string(100'000, 'x')};
    if (head.target == "/slow") {
      std::this_thread::sleep_for(500ms);
      return HttpResponse{};
    }
    if (head.target == "/part") {
      if (head.header("Range") != "bytes=3-") return HttpResponse{.body = "whole"};
      return HttpResponse{.status = 206, .body = "rest"};
    }
    if (head.target == "/gone") return HttpResponse{.status = 404, .body = "no"};
    if (head.target == "/who") return HttpResponse{.body = std::string{head.header("Authorization")}};
    return HttpPlan{
        .max_body = 1'000, .answer = [](const HttpRequest& request) {
          return HttpResponse{.status = 201, .headers = {{"X-Method", request.method}}, .body = request.body};
        }};
  }
  [[nodiscard]] std::string uri(const std::string& path) const {
    return fmt::format("http://{}{}", server_->endpoint().to_string(), path);
  }

  std::filesystem::path directory_;
  std::unique_ptr<HttpServer> server_;
  HttpClientRules rules_;
  std::atomic<int> requests_ = 0;
};

TEST_F(Client, SendsARequestAndReadsTheAnswer) {
  const auto response = send_request(
      {.method = "POST", .uri = uri("/a"), .headers = {{"Content-Type", "text/plain"}}, .body = "hello"}, rules_);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 201U);
  EXPECT_EQ(response->header("x-method"), "POST");
  EXPECT_EQ(response->body, "hello");
}

TEST_F(Client, ForbiddenAddressesAreNotConnectedTo) {
  EXPECT_EQ(send_request({.uri = uri("/a")}, {}).error().code, Errc::unsupported);
  EXPECT_EQ(requests_, 0);
}

TEST_F(Client, RedirectsAreNotFollowed) {
  EXPECT_EQ(send_request({.uri = uri("/redirect")}, rules_)->status, 302U);
  EXPECT_EQ(requests_, 1);
}

TEST_F(Client, LongAnswersAreCut) {
  const auto response = send_request({.uri = uri("/long")}, rules_);
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("more than 65536 bytes"));
}

TEST_F(Client, SlowAnswersAreNotWaitedFor) {
  rules_.total = 50ms;
  EXPECT_EQ(send_request({.uri = uri("/slow")}, rules_).error().code, Errc::unavailable);
}

TEST_F(Client, ACancelledRequestEnds) {
  const std::atomic<bool> cancelled = true;
  EXPECT_EQ(send_request({.uri = uri("/slow"), .cancelled = &cancelled}, rules_).error().code, Errc::unavailable);
}

TEST_F(Client, NobodyThereIsUnavailable) {
  const auto gone = uri("/a");
  server_.reset();
  EXPECT_EQ(send_request({.uri = gone}, rules_).error().code, Errc::unavailable);
}

TEST_F(Client, SaysWhoItIs) {
  EXPECT_EQ(send_request({.uri = uri("/who"), .user = "u", .password = "p"}, rules_)->body, "Basic dTpw");
}

TEST_F(Client, ABodyGoesToAFile) {
  rules_.max_answer = 1 << 20;
  const auto response = send_request({.uri = uri("/long"), .to_file = directory_ / "f"}, rules_);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(std::filesystem::file_size(directory_ / "f"), 100'000U);
  EXPECT_EQ(send_request({.uri = uri("/long"), .to_file = directory_ / "no" / "f"}, rules_).error().code,
            Errc::unavailable);
}

TEST_F(Client, ARestGoesBehindWhatIsThere) {
  const auto file = directory_ / "f";
  std::ofstream{file} << "abc";
  const auto content = [&] {
    std::ifstream in{file};
    return std::string{std::istreambuf_iterator{in}, {}};
  };
  OutgoingRequest request{.uri = uri("/part"), .headers = {{"Range", "bytes=3-"}}, .to_file = file, .resumes = true};
  EXPECT_EQ(send_request(request, rules_)->status, 206U);
  EXPECT_EQ(content(), "abcrest");
  request.uri = uri("/gone");
  EXPECT_EQ(send_request(request, rules_)->body, "no");
  EXPECT_EQ(content(), "abcrest") << "an error is not the content";
  rules_.max_answer = 8;
  request.uri = uri("/part");
  EXPECT_EQ(send_request(request, rules_).error().code, Errc::unsupported) << "the limit is one of the whole";
  request.headers.clear();
  EXPECT_EQ(send_request(request, rules_)->status, 200U);
  EXPECT_EQ(content(), "whole");
}

struct Led {
  const char* name;
  const char* location;
  const char* uri;  ///< null: refused
};
class Locations : public testing::TestWithParam<Led> {};
TEST_P(Locations, StayAtTheServer) {
  const auto uri = resolve_location("http://nfvo:80/grant/v1/grants", GetParam().location);
  ASSERT_EQ(uri.has_value(), GetParam().uri != nullptr);
  if (uri) {
    EXPECT_EQ(*uri, GetParam().uri);
  } else {
    EXPECT_EQ(uri.error().code, Errc::malformed);
  }
}
INSTANTIATE_TEST_SUITE_P(Rfc9110, Locations,
                         testing::Values(Led{"Whole", "http://nfvo:80/g/1", "http://nfvo:80/g/1"},
                                         Led{"Path", "/g/1", "http://nfvo:80/g/1"},
                                         Led{"DefaultPort", "http://nfvo/g/1", "http://nfvo/g/1"},
                                         Led{"OtherHost", "http://other:80/g/1", nullptr},
                                         Led{"OtherPort", "http://nfvo:81/g/1", nullptr},
                                         Led{"OtherScheme", "https://nfvo/g/1", nullptr}, Led{"Empty", "", nullptr}),
                         by_name);

}  // namespace
}  // namespace unf::vnfm
