// Where there is not enough memory for a request. A program of its own: it replaces operator new.

#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <limits>
#include <new>

#include "tests/support/raw_client.h"
#include "vnfm/http/http_server.h"

namespace {
std::atomic<std::size_t> most{std::numeric_limits<std::size_t>::max()};  // that can be allocated at once [byte]
}  // namespace

void* operator new(std::size_t size) {
  if (size <= most) {
    if (auto* at = std::malloc(size); at != nullptr) return at;
  }
  throw std::bad_alloc{};
}
void operator delete(void* at) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }

namespace unf::vnfm {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testing_support::RawClient;

class OutOfMemory : public testing::Test {
 protected:
  OutOfMemory() {
    HttpConfig config{.limits = {.max_connections_per_peer = 2}};
    config.listen.port = 0;
    server_ = HttpServer::start(config, [](const HttpRequest& head) -> std::variant<HttpResponse, HttpPlan> {
                if (head.target == "/greedy") std::ignore = std::string(1 << 20, ' ');
                return HttpPlan{.max_body = 4 << 20, .answer = [](const HttpRequest& request) {
                                  return HttpResponse{.body = std::to_string(request.body.size())};
                                }};
              }).value();
  }
  ~OutOfMemory() override { most = std::numeric_limits<std::size_t>::max(); }

  [[nodiscard]] std::optional<std::string> post(const char* target, std::size_t size) const {
    const auto request = fmt::format("POST {} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
                                     target, size, std::string(size, 'x'));
    RawClient client{server_->endpoint().port};
    const auto before = most.exchange(limit_);
    client.send(request);  // it may be closed before all of it is taken
    auto response = client.response();
    most = before;
    return response;
  }

  std::unique_ptr<HttpServer> server_;
  std::size_t limit_ = 256 << 10;
};

TEST_F(OutOfMemory, ForARequestIsSaidAndHarmsNoOther) {
  for (int i = 0; i < 5; ++i) EXPECT_THAT(post("/greedy", 1).value_or(""), StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(post("/", 1).value_or(""), HasSubstr("\r\n\r\n1"));
}

TEST_F(OutOfMemory, ForABodyIsSaidAndHarmsNoOther) {
  for (int i = 0; i < 5; ++i) EXPECT_THAT(post("/", 1 << 20).value_or(""), StartsWith("HTTP/1.1 503"));
  limit_ = std::numeric_limits<std::size_t>::max();
  EXPECT_THAT(post("/", 1 << 20).value_or(""), HasSubstr("\r\n\r\n1048576"))
      << "of two connections that a peer may have none is taken";
}

}  // namespace
}  // namespace unf::vnfm
