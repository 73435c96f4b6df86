#include "vnfm/http/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <latch>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/by_name.h"
#include "tests/support/certificates.h"
#include "tests/support/program.h"
#include "tests/support/raw_client.h"

namespace unf::vnfm {
namespace {
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using testing_support::by_name;
using testing_support::Program;
using testing_support::RawClient;

/// Short, so that a test sees them pass.
HttpLimits short_limits() {
  return {.handshake = 300ms, .header = 300ms, .body = 300ms, .write = 300ms, .idle = 400ms};
}

/// A server that answers with what it was sent, by the target: /echo, /file (the body goes to a file), /download,
/// /refused (before the body), /throws.
class Server : public testing::Test {
 protected:
  Server() {
    char name[] = "/tmp/unf-test-XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~Server() override {
    server_.reset();
    std::filesystem::remove_all(directory_);
  }

  void start(HttpConfig config) {
    config.listen.port = 0;
    server_ = HttpServer::start(config, [this](const HttpRequest& head) { return answer(head); }).value();
  }
  void start(const HttpLimits& limits) { start(HttpConfig{.limits = limits}); }
  [[nodiscard]] RawClient client(const char* from = "127.0.0.1") const {
    return RawClient{server_->endpoint().port, from};
  }

  std::variant<HttpResponse, HttpPlan> answer(const HttpRequest& head) {
    if (head.target == "/refused") return problem_response(403, "no");
    if (head.target == "/throws") throw std::runtime_error{"thrown"};
    if (head.target == "/empty") return HttpResponse{.status = 204};
    if (head.target == "/who") return HttpResponse{.body = nlohmann::json(head.peer.certificate_names).dump()};
    if (head.target == "/download") {
      return HttpResponse{.headers = {{"Content-Type", "application/zip"}},
                          .file = FileRange{.file = directory_ / "download", .offset = 10, .length = 200'000}};
    }
    if (head.target == "/slow") {
      answering_ = true;
      std::unique_lock lock{mutex_};
      released_.wait(lock, [&] { return release_; });
      return HttpResponse{.body = "slow"};
    }
    if (head.target == "/file") {
      return HttpPlan{.max_body = 1 << 20, .to_file = directory_ / "upload", .answer = [this](const HttpRequest&) {
                        std::ifstream in{directory_ / "upload", std::ios::binary};
                        const std::string text{std::istreambuf_iterator<char>{in}, {}};
                        return HttpResponse{.body = std::to_string(text.size()) + text.substr(0, 8)};
                      }};
    }
    return HttpPlan{.max_body = 1'000, .answer = [](const HttpRequest& request) {
                      return HttpResponse{.headers = {{"Content-Type", "text/plain"}},
                                          .body = request.method + " " + request.target + " " + request.body};
                    }};
  }
  void release() {
    const std::lock_guard lock{mutex_};
    release_ = true;
    released_.notify_all();
  }

  std::filesystem::path directory_;
  std::unique_ptr<HttpServer> server_;
  std::atomic<bool> answering_ = false;
  std::mutex mutex_;
  std::condition_variable released_;
  bool release_ = false;
};

TEST_F(Server, AnswersOneRequestAfterAnotherOnAConnection) {
  start(HttpLimits{});
  auto client = this->client();
  ASSERT_TRUE(client.send("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"));
  const auto first = client.response();
  ASSERT_TRUE(first);
  EXPECT_THAT(*first, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("\r\nDate: "),
                            HasSubstr("Content-Type: text/plain"), HasSubstr("\r\n\r\nGET /a?b=c ")));
  ASSERT_TRUE(client.send("POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"));
  EXPECT_THAT(client.response().value_or(""), testing::EndsWith("POST /b hello"));
  ASSERT_TRUE(client.send("PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  EXPECT_THAT(client.response().value_or(""), testing::EndsWith("PUT /c abcde"));
  ASSERT_TRUE(client.send("DELETE /empty HTTP/1.1\r\nConnection: close\r\n\r\n"));
  EXPECT_THAT(client.response().value_or(""), AllOf(StartsWith("HTTP/1.1 204"), testing::Not(HasSubstr("Length"))));
  EXPECT_TRUE(client.closed());
}

TEST_F(Server, AnswersPipelinedRequestsInOrder) {
  start(HttpLimits{});
  auto client = this->client();
  std::string all;
  for (int i = 0; i < 1'000; ++i) all += fmt::format("GET /{} HTTP/1.1\r\n\r\n", i);
  std::thread sender{[&] { EXPECT_TRUE(client.send(all)); }};
  for (int i = 0; i < 1'000; ++i) {
    const auto response = client.response();
    if (!response || !response->ends_with(fmt::format("GET /{} ", i))) ADD_FAILURE() << i << response.value_or("none");
    if (!response) break;
  }
  sender.join();
}

TEST_F(Server, AHeadRequestGetsNoBody) {
  start(HttpLimits{});
  auto client = this->client();
  ASSERT_TRUE(client.send("HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"));
  std::string both;
  while (both.find("GET /b") == both.npos) {
    const auto more = client.response(500ms);
    if (!more) break;
    both += *more;
  }
  EXPECT_THAT(both, testing::Not(HasSubstr("\r\n\r\nHEAD /a")));
}

struct BadRequest {
  const char* name;
  std::string bytes;
  unsigned status;       ///< 0: closed without a word
  const char* detail{};  ///< part of the ProblemDetails
};
class BadRequests : public Server, public testing::WithParamInterface<BadRequest> {};

TEST_P(BadRequests, AreAnsweredAndTheConnectionClosed) {
  start(HttpLimits{});
  auto client = this->client();
  std::ignore = client.send(GetParam().bytes);
  const auto response = client.response();
  if (GetParam().status == 0) {
    EXPECT_FALSE(response) << *response;
  } else {
    ASSERT_TRUE(response);
    EXPECT_THAT(*response, StartsWith(fmt::format("HTTP/1.1 {} ", GetParam().status)));
    const auto problem = nlohmann::json::parse(response->substr(response->find("\r\n\r\n") + 4));
    EXPECT_EQ(problem["status"], GetParam().status);
    EXPECT_THAT(problem["detail"].get<std::string>(), HasSubstr(GetParam().detail));
    EXPECT_THAT(*response, HasSubstr("Content-Type: application/problem+json"));
  }
  EXPECT_TRUE(client.closed());
  // Others are served.
  auto other = this->client();
  ASSERT_TRUE(other.send("GET /a HTTP/1.1\r\n\r\n"));
  EXPECT_TRUE(other.response());
}

std::string get(const std::string& headers) { return "GET /a HTTP/1.1\r\n" + headers + "\r\n"; }
std::string many_headers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "a: b\r\n";
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Server, BadRequests,
    testing::Values(
        BadRequest{"HeaderTooLong", get("a: " + std::string(17 << 10, 'x') + "\r\n"), 431, "at most 16384"},
        BadRequest{"TooManyHeaders", get(many_headers(1'000)), 431, "at most 100"},
        BadRequest{"UriBeyondTheHeader", "GET /" + std::string(17 << 10, 'x') + " HTTP/1.1\r\n\r\n", 414, "8192"},
        BadRequest{"UriTooLong", "GET /" + std::string(9 << 10, 'x') + " HTTP/1.1\r\n\r\n", 414, "8192"},
        BadRequest{"BodyTooLong", "POST /a HTTP/1.1\r\nContent-Length: 1001\r\n\r\n", 413, "at most 1000"},
        BadRequest{"ChunksTooLong",
                   "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'x') + "\r\n",
                   413, "expected at most 1000 bytes"},
        BadRequest{"BodyWithoutLength", "POST /a HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nabc", 411,
                   "Content-Length"},
        BadRequest{"LengthAndChunked",
                   "POST /a HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                   400, "not an HTTP request"},
        BadRequest{"ChunkedAndLength",
                   "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                   400, "not an HTTP request"},
        BadRequest{"TwoLengths", "POST /a HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400,
                   "not an HTTP request"},
        BadRequest{"NegativeLength", "POST /a HTTP/1.1\r\nContent-Length: -3\r\n\r\nabcd", 400, "not an HTTP request"},
        BadRequest{"ChunkSizeOverflow",
                   "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n", 400,
                   "not an HTTP body"},
        BadRequest{"BadChunk", "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n", 400,
                   "not an HTTP body"},
        BadRequest{"NulInAHeader", get(std::string{"a: b\0c\r\n", 8}), 400, "not an HTTP request"},
        BadRequest{"LineFeedInAHeader", get("a: b\n\rc: d\r\n"), 400, "not an HTTP request"},
        BadRequest{"SpaceBeforeColon", get("a : b\r\n"), 400, "not an HTTP request"},
        BadRequest{"Http09", "GET /a\r\n\r\n", 400, "not an HTTP request"},
        BadRequest{"Http3", "GET /a HTTP/3.0\r\n\r\n", 400, "not an HTTP request"},
        BadRequest{"Garbage", std::string(300, '\xff') + "\r\n\r\n", 400, "not an HTTP request"},
        BadRequest{"TlsHello", std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11}, 400,
                   "not an HTTP request"},
        BadRequest{"RefusedBeforeTheBody", "PUT /refused HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc", 403, "no"}),
    by_name);

TEST_F(Server, ASlowHeaderIsCut) {
  start(short_limits());
  auto client = this->client();
  const auto start = steady_clock::now();
  std::thread drip{[&] {
    while (client.send("G") && steady_clock::now() < start + 5s) std::this_thread::sleep_for(50ms);
  }};
  const auto response = client.response();
  EXPECT_TRUE(client.closed());
  EXPECT_THAT(response.value_or(""), StartsWith("HTTP/1.1 408"));
  EXPECT_GE(steady_clock::now() - start, 300ms);
  drip.join();
}

TEST_F(Server, ASilentClientIsCut) {
  start(short_limits());
  auto client = this->client();
  EXPECT_TRUE(client.closed());
}

TEST_F(Server, AnIdleConnectionIsClosed) {
  start(short_limits());
  auto client = this->client();
  ASSERT_TRUE(client.send("GET /a HTTP/1.1\r\n\r\n"));
  EXPECT_TRUE(client.response());
  EXPECT_TRUE(client.closed());
}

TEST_F(Server, ASlowBodyIsAnswered408) {
  start(short_limits());
  auto client = this->client();
  ASSERT_TRUE(client.send("POST /a HTTP/1.1\r\nContent-Length: 900\r\n\r\n"));
  std::thread drip{[&] {
    for (int i = 0; i < 100 && client.send("x"); ++i) std::this_thread::sleep_for(20ms);
  }};
  EXPECT_THAT(client.response().value_or(""), StartsWith("HTTP/1.1 408"));
  EXPECT_TRUE(client.closed());
  drip.join();
}

TEST_F(Server, AClientThatDoesNotReadIsCut) {
  auto limits = short_limits();
  limits.min_bytes_per_second = 10 << 20;
  start(limits);
  std::filesystem::resize_file((std::ofstream{directory_ / "download"}, directory_ / "download"), 1 << 20);
  auto client = this->client();
  std::string all;
  for (int i = 0; i < 200; ++i) all += "GET /download HTTP/1.1\r\n\r\n";
  ASSERT_TRUE(client.send(all));    // 40 MB of answers: more than the sockets hold
  std::this_thread::sleep_for(1s);  // reads nothing for longer than it may
  int answers = 0;
  while (client.response(2s)) ++answers;
  EXPECT_LT(answers, 200);
}

TEST_F(Server, ABodyGoesToAFileThatIsGoneAfterwards) {
  start(HttpLimits{});
  auto client = this->client();
  const std::string body(300'000, 'z');
  ASSERT_TRUE(client.send(
      fmt::format("PUT /file HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n", body.size())));
  EXPECT_EQ(client.response(), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.send(body));
  EXPECT_THAT(client.response().value_or(""), testing::EndsWith("\r\n\r\n300000zzzzzzzz"));
  ASSERT_TRUE(client.send("GET /empty HTTP/1.1\r\n\r\n"));
  EXPECT_TRUE(client.response());
  EXPECT_FALSE(std::filesystem::exists(directory_ / "upload"));

  ASSERT_TRUE(client.send("PUT /file HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc"));
  { const auto gone = std::move(client); }
  const auto until = steady_clock::now() + 10s;
  while (std::filesystem::exists(directory_ / "upload") && steady_clock::now() < until) std::this_thread::yield();
  EXPECT_FALSE(std::filesystem::exists(directory_ / "upload"));
}

TEST_F(Server, SendsPartOfAFile) {
  start(HttpLimits{});
  std::ofstream{directory_ / "download"} << std::string(10, 'a') << std::string(200'000, 'b') << std::string(10, 'c');
  auto client = this->client();
  ASSERT_TRUE(client.send("GET /download HTTP/1.1\r\n\r\nGET /a HTTP/1.1\r\n\r\n"));
  EXPECT_THAT(client.response().value_or(""), testing::EndsWith("\r\n\r\n" + std::string(200'000, 'b')));
  EXPECT_THAT(client.response().value_or(""), testing::EndsWith("GET /a "));
}

TEST_F(Server, AHandlerThatThrowsIsAnswered500) {
  start(HttpLimits{});
  auto client = this->client();
  ASSERT_TRUE(client.send("GET /throws HTTP/1.1\r\n\r\nGET /a HTTP/1.1\r\n\r\n"));
  EXPECT_THAT(client.response().value_or(""), AllOf(StartsWith("HTTP/1.1 500"), testing::Not(HasSubstr("thrown"))));
  EXPECT_THAT(client.response().value_or(""), StartsWith("HTTP/1.1 200"));
}

TEST_F(Server, BeyondItsConnectionsItTurnsClientsAway) {
  HttpLimits limits;
  limits.max_connections = 8;
  limits.max_connections_per_peer = 3;
  start(limits);
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) clients.push_back(client());
  auto fourth = client();
  EXPECT_THAT(fourth.response().value_or(""), StartsWith("HTTP/1.1 503"));
  EXPECT_TRUE(fourth.closed());

  for (const auto* from : {"127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.3", "127.0.0.3"}) {
    clients.push_back(client(from));
    ASSERT_TRUE(clients.back().send("GET /a HTTP/1.1\r\n\r\n"));
    EXPECT_TRUE(clients.back().response()) << from;
  }
  auto ninth = client("127.0.0.4");
  EXPECT_THAT(ninth.response().value_or(""), StartsWith("HTTP/1.1 503"));

  clients.clear();
  const auto until = steady_clock::now() + 10s;
  std::optional<std::string> served;
  while (!served && steady_clock::now() < until) {
    auto again = client();
    if (again.send("GET /a HTTP/1.1\r\n\r\n")) served = again.response(1s);
    if (served && !served->starts_with("HTTP/1.1 200")) served.reset();
  }
  EXPECT_TRUE(served);
}

TEST_F(Server, AGoodClientIsServedWhileManyDrip) {
  auto limits = short_limits();
  limits.header = 2s;
  limits.max_connections_per_peer = 1'000;
  start(limits);
  std::vector<RawClient> slow;
  for (int i = 0; i < 500; ++i) slow.push_back(client("127.0.0.2"));
  for (const auto& one : slow) EXPECT_TRUE(one.send("GET /a HT"));
  for (int i = 0; i < 20; ++i) {
    auto good = client();
    ASSERT_TRUE(good.send("GET /a HTTP/1.1\r\n\r\n"));
    EXPECT_THAT(good.response().value_or(""), StartsWith("HTTP/1.1 200"));
  }
  for (auto& one : slow) EXPECT_TRUE(one.closed());
}

TEST_F(Server, TooManyWaitingRequestsAreTurnedAway) {
  HttpLimits limits;
  limits.workers = 1;
  limits.max_waiting = 1;
  start(limits);
  auto slow = client(), waiting = client(), turned_away = client();
  ASSERT_TRUE(slow.send("GET /slow HTTP/1.1\r\n\r\n"));
  while (!answering_) std::this_thread::yield();
  ASSERT_TRUE(waiting.send("GET /a HTTP/1.1\r\n\r\n"));
  // It may be the one that waits, or come before it.
  ASSERT_TRUE(turned_away.send("GET /a HTTP/1.1\r\n\r\n"));
  auto one = waiting.response(300ms), other = turned_away.response(300ms);
  const auto& refused = one ? one : other;
  EXPECT_THAT(refused.value_or(""), AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Retry-After: 1")));
  release();
  EXPECT_THAT(slow.response().value_or(""), testing::EndsWith("slow"));
}

TEST_F(Server, EndsWhileRequestsAreInHand) {
  start(HttpLimits{});
  auto slow = client(), idle = client(), sending = client();
  ASSERT_TRUE(slow.send("GET /slow HTTP/1.1\r\n\r\n"));
  ASSERT_TRUE(sending.send("POST /a HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"));
  while (!answering_) std::this_thread::yield();
  release();
  server_.reset();
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(sending.closed());
  EXPECT_TRUE(slow.closed());
}

TEST(HttpServerStart, SaysWhereItCannotListen) {
  const auto handler = [](const HttpRequest&) { return HttpResponse{}; };
  const auto first = HttpServer::start({.listen = {.host = "127.0.0.1", .port = 0}}, handler);
  ASSERT_TRUE(first);
  const auto second = HttpServer::start({.listen = (*first)->endpoint()}, handler);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr((*first)->endpoint().to_string()));
}

TEST(HttpServerProperty, AnyBytesAreAnsweredOrClosed) {
  HttpLimits limits;
  limits.header = 50ms;
  limits.body = 50ms;
  limits.idle = 50ms;
  const auto server = HttpServer::start({.listen = {.host = "127.0.0.1", .port = 0}, .limits = limits},
                                        [](const HttpRequest&) -> std::variant<HttpResponse, HttpPlan> {
                                          return HttpPlan{.max_body = 100, .answer = [](const HttpRequest& request) {
                                                            return HttpResponse{.body = request.body};
                                                          }};
                                        });
  ASSERT_TRUE(server);
  rc::check([&] {
    // Words of the protocol in any order, with any bytes between them.
    const auto word = rc::gen::weightedOneOf<std::string>(
        {{6, rc::gen::element<std::string>("GET ", "POST ", "/a ", "HTTP/1.1\r\n", "\r\n", "Content-Length: 5\r\n",
                                           "Transfer-Encoding: chunked\r\n", "5\r\nabcde\r\n", "0\r\n\r\n",
                                           "Expect: 100-continue\r\n", "Connection: close\r\n")},
         {1, rc::gen::arbitrary<std::string>()}});
    std::string bytes;
    for (const auto& part : *rc::gen::container<std::vector<std::string>>(word)) bytes += part;
    RawClient client{(*server)->endpoint().port};
    std::ignore = client.send(bytes);
    RC_ASSERT(client.closed(5s));
  });
}

// ---- TLS, with curl as the client.

class TlsServer : public Server {
 protected:
  TlsServer() {
    certificates_.make_ca("ca");
    certificates_.make_ca("other_ca");
    certificates_.make("server", "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1");
    certificates_.make("client", "/CN=nfvo", "subjectAltName=DNS:nfvo.example,URI:urn:nfvo");
    certificates_.make("foreign", "/CN=nfvo", {}, "other_ca");
    certificates_.make("expired", "/CN=nfvo", {}, "ca", -1);
  }
  /// Its exit status and output.
  std::pair<int, std::string> curl(std::vector<std::string> arguments) {
    std::vector<std::string> all{"/usr/bin/curl", "-sS", "--max-time", "10", "--cacert", directory_ / "ca.pem"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    all.push_back(fmt::format("https://{}/who", server_->endpoint().to_string()));
    Program program{all, directory_};
    const int status = program.wait();
    return {status, program.out()};
  }
  std::vector<std::string> as(const std::string& name) const {
    return {"--cert", directory_ / (name + ".pem"), "--key", directory_ / (name + ".key")};
  }
  [[nodiscard]] agent::ServerTls files() const {
    return {.certificate = directory_ / "server.pem", .key = directory_ / "server.key"};
  }

  testing_support::Certificates certificates_{directory_};
};

TEST_F(TlsServer, Speaks12And13Only) {
  start(HttpConfig{.tls = files()});
  EXPECT_EQ(curl({"--tls-max", "1.2"}), std::pair(0, std::string{"[]"}));
  EXPECT_EQ(curl({"--tlsv1.3"}), std::pair(0, std::string{"[]"}));
  EXPECT_EQ(curl({"--tls-max", "1.1", "--ciphers", "DEFAULT:@SECLEVEL=0"}).first, 35);
}

TEST_F(TlsServer, KnowsTheClientsCertificate) {
  auto tls = files();
  tls.client_ca = directory_ / "ca.pem";
  start(HttpConfig{.tls = tls});
  EXPECT_EQ(curl({}), std::pair(0, std::string{"[]"}));
  EXPECT_EQ(curl(as("client")), std::pair(0, std::string{R"(["nfvo","nfvo.example","urn:nfvo"])"}));
  EXPECT_NE(curl(as("foreign")).first, 0);
  EXPECT_NE(curl(as("expired")).first, 0);
}

TEST_F(TlsServer, MayRequireAClientCertificate) {
  auto tls = files();
  tls.client_ca = directory_ / "ca.pem";
  tls.require_client = true;
  start(HttpConfig{.tls = tls});
  EXPECT_NE(curl({}).first, 0);
  EXPECT_EQ(curl(as("client")).first, 0);
}

TEST_F(TlsServer, TakesANewCertificateWhileItRuns) {
  start(HttpConfig{.tls = files()});
  EXPECT_EQ(curl({}).first, 0);
  certificates_.make("server", "/CN=127.0.0.1", "subjectAltName=IP:127.0.0.1", "other_ca");
  ASSERT_TRUE(server_->reload_tls());
  EXPECT_EQ(curl({}).first, 60) << "curl still trusts the old CA only";
  EXPECT_EQ(curl({"--cacert", directory_ / "other_ca.pem"}).first, 0);

  std::ofstream{directory_ / "server.key"} << "no key";
  EXPECT_EQ(server_->reload_tls().error().code, Errc::malformed);
  EXPECT_EQ(curl({"--cacert", directory_ / "other_ca.pem"}).first, 0);
}

TEST_F(TlsServer, ASlowOrPlainHandshakeIsCut) {
  start(HttpConfig{.limits = short_limits(), .tls = files()});
  auto silent = client(), plain = client();
  EXPECT_TRUE(plain.send("GET /a HTTP/1.1\r\n\r\n"));
  EXPECT_TRUE(plain.closed());
  EXPECT_TRUE(silent.closed());
  EXPECT_EQ(curl({}).first, 0);
}

TEST_F(TlsServer, SaysWhatIsWrongWithItsFiles) {
  const auto started = HttpServer::start({.listen = {.host = "127.0.0.1", .port = 0},
                                          .tls = agent::ServerTls{.certificate = "/none.pem", .key = "/none.key"}},
                                         [](const HttpRequest&) { return HttpResponse{}; });
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::malformed);
  EXPECT_THAT(started.error().message, HasSubstr("/none.pem"));
}

}  // namespace
}  // namespace unf::vnfm
