#include "vnfm/http/http_server.h"

#include <utility>  // before Asio's coroutine headers, which forget it (Boost 1.74, GCC 12)

#include <fcntl.h>
#include <openssl/ssl.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <ctime>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

namespace unf::vnfm {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

using Context = asio::ssl::context;
template <typename T>
using Task = asio::awaitable<T>;

constexpr std::size_t kChunk = 64 << 10;

auto reporting(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

/// Ends what a socket does once a phase has taken too long. It does so for good: a read that begins afterwards ends,
/// too. One thread uses it.
class Deadline {
 public:
  /// What still works afterwards: after `reads` a response can be written.
  enum class Ends { reads, everything };

  explicit Deadline(tcp::socket& socket) : state_(std::make_shared<State>(socket)) {}
  ~Deadline() {
    state_->socket = nullptr;
    state_->timer.cancel();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void set(steady_clock::time_point at, Ends ends) {
    const auto turn = ++state_->turn;
    state_->passed = false;
    state_->timer.expires_at(at);
    state_->timer.async_wait([state = state_, turn, ends](const error_code& error) {
      if (error || state->turn != turn || state->socket == nullptr) return;
      state->passed = true;
      error_code ignored;
      if (ends == Ends::reads) {
        state->socket->shutdown(tcp::socket::shutdown_receive, ignored);
      } else {
        state->socket->close(ignored);
      }
    });
  }
  void set(milliseconds from_now, Ends ends) { set(steady_clock::now() + from_now, ends); }
  void clear() {
    ++state_->turn;
    state_->timer.cancel();
  }
  [[nodiscard]] bool passed() const { return state_->passed; }

 private:
  struct State {
    explicit State(tcp::socket& s) : socket(&s), timer(s.get_executor()) {}
    tcp::socket* socket;
    asio::steady_timer timer;
    std::uint64_t turn = 0;
    bool passed = false;
  };
  std::shared_ptr<State> state_;
};

/// Removes a file at the end, if one was named.
class FileRemover {
 public:
  FileRemover() = default;
  ~FileRemover() {
    std::error_code ignored;
    if (!file.empty()) std::filesystem::remove(file, ignored);
  }
  FileRemover(const FileRemover&) = delete;
  FileRemover& operator=(const FileRemover&) = delete;
  std::filesystem::path file;
};

/// A thread with its connections: nothing of a connection is touched by another one.
struct Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::unordered_set<tcp::socket*> sockets;
  bool stopping = false;
  std::thread thread;
};

/// Counts connections, in all and of each address.
class Census {
 public:
  Census(std::size_t in_all, std::size_t of_one) : max_in_all_(in_all), max_of_one_(of_one) {}
  bool enter(const std::string& address) {
    const std::lock_guard lock{mutex_};
    if (in_all_ >= max_in_all_) return false;
    auto& of_one = of_address_[address];
    if (of_one >= max_of_one_) return false;
    ++of_one;
    ++in_all_;
    return true;
  }
  void leave(const std::string& address) {
    const std::lock_guard lock{mutex_};
    --in_all_;
    if (const auto at = of_address_.find(address); --at->second == 0) of_address_.erase(at);
  }

 private:
  const std::size_t max_in_all_, max_of_one_;
  std::mutex mutex_;
  std::size_t in_all_ = 0;
  std::unordered_map<std::string, std::size_t> of_address_;
};

/// A connection that was counted, whatever it ends by.
class Presence {
 public:
  Presence(Census& census, std::string address) : census_(&census), address_(std::move(address)) {}
  Presence(Presence&& other) noexcept
      : census_(std::exchange(other.census_, nullptr)), address_(std::move(other.address_)) {}
  Presence& operator=(Presence&&) = delete;
  ~Presence() {
    if (census_ != nullptr) census_->leave(address_);
  }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  Census* census_;
  std::string address_;
};

/// A socket that its loop closes when it stops.
class Registration {
 public:
  Registration(Loop& loop, tcp::socket& socket) : loop_(loop), socket_(&socket) { loop.sockets.insert(socket_); }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() { loop_.sockets.erase(socket_); }

 private:
  Loop& loop_;
  tcp::socket* socket_;
};

Result<std::shared_ptr<Context>> make_context(const agent::ServerTls& tls) {
  auto context = std::make_shared<Context>(Context::tls_server);
  return agent::configure(context->native_handle(), tls).map([&] { return context; });
}

std::string date_header() {
  const auto now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

/// Whether there is memory for a text of so many bytes.
bool has_room(std::string& text, std::size_t bytes) try {
  text.reserve(bytes);
  return true;
} catch (const std::bad_alloc&) {
  return false;
}

/// Whether the peer's bytes are to blame.
bool is_of_http(const error_code& error) {
  return error.category() == make_error_code(http::error::bad_value).category();
}

/// The head of a request that was read.
HttpRequest head_of(const http::request_header<>& header, const HttpPeer& peer) {
  HttpRequest request{.method = std::string{header.method_string()}, .target = std::string{header.target()}};
  for (const auto& field : header) {
    request.headers.push_back({std::string{field.name_string()}, std::string{field.value()}});
  }
  request.peer = peer;
  return request;
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const HttpConfig& config, HttpHandler handler)
      : config_(config),
        handler_(std::move(handler)),
        census_(config.limits.max_connections, config.limits.max_connections_per_peer),
        loops_(config.limits.io_threads),
        acceptor_(loops_.front().context),
        workers_(config.limits.workers) {}

  ~Impl() {
    for (auto& loop : loops_) {
      asio::post(loop.context, [this, &loop] {
        loop.stopping = true;
        error_code ignored;
        if (&loop == &loops_.front()) acceptor_.close(ignored);
        for (auto* socket : loop.sockets) socket->close(ignored);
        loop.work.reset();
      });
    }
    for (auto& loop : loops_) {
      if (loop.thread.joinable()) loop.thread.join();
    }
    workers_.join();
  }

  Result<void> start() {
    if (config_.tls) {
      if (auto loaded = reload_tls(); !loaded) return loaded;
    }
    error_code error;
    const auto& listen = config_.listen;
    tcp::resolver resolver{loops_.front().context};
    const auto found = resolver.resolve(listen.host, std::to_string(listen.port), tcp::resolver::passive, error);
    if (!error) acceptor_.open(found->endpoint().protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) acceptor_.bind(found->endpoint(), error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail(Errc::unavailable, "{}: cannot listen: {}", listen.to_string(), error.message());
    endpoint_ = {.host = listen.host, .port = acceptor_.local_endpoint().port()};

    make_room_for_connections();
    spdlog::debug("listens on {}", endpoint_.to_string());
    asio::co_spawn(loops_.front().context, accept(), asio::detached);
    for (auto& loop : loops_) {
      loop.thread = std::thread{[&loop] { run(loop); }};
    }
    return {};
  }

  Result<void> reload_tls() {
    if (!config_.tls) return {};
    auto context = make_context(*config_.tls);
    if (!context) return fail(context.error());
    const std::lock_guard lock{tls_mutex_};
    tls_ = std::move(*context);
    return {};
  }

  const agent::Endpoint& endpoint() const { return endpoint_; }

 private:
  /// A step of a connection that there is no memory for ends that connection, which goes with it.
  static void run(Loop& loop) {
    while (true) {
      try {
        loop.context.run();
        return;
      } catch (const std::exception& e) {
        spdlog::error("a connection ended with {}", e.what());
      }
    }
  }

  void make_room_for_connections() const {
    rlimit files{};
    const rlim_t wanted = config_.limits.max_connections + 256;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return;
    files.rlim_cur = std::min(files.rlim_max, wanted);
    setrlimit(RLIMIT_NOFILE, &files);
  }

  std::shared_ptr<Context> tls() {
    const std::lock_guard lock{tls_mutex_};
    return tls_;
  }

  Task<void> accept() {
    auto& own = loops_.front();
    asio::steady_timer pause{own.context};
    for (std::size_t next = 0; !own.stopping; next = (next + 1) % loops_.size()) {
      error_code error;
      bool short_of_memory = false;
      try {
        co_await accept_one(loops_[next], error);
      } catch (const std::bad_alloc&) {
        short_of_memory = true;
      }
      if (!error && !short_of_memory) continue;
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
      // Mostly no file is left: one will be, once a connection ends.
      pause.expires_after(milliseconds{20});
      co_await pause.async_wait(reporting(error));
    }
  }

  Task<void> accept_one(Loop& loop, error_code& error) {
    tcp::socket socket{loop.context};
    co_await acceptor_.async_accept(socket, reporting(error));
    if (error) co_return;
    error_code gone;
    const auto peer = socket.remote_endpoint(gone);
    if (gone) co_return;
    auto address = peer.address().to_string();
    if (!census_.enter(address)) {
      turn_away(socket);
      co_return;
    }
    asio::co_spawn(loop.context, serve(loop, std::move(socket), Presence{census_, std::move(address)}), asio::detached);
  }

  void turn_away(tcp::socket& socket) const {
    if (config_.tls) return;
    static constexpr std::string_view kFull =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer(kFull), 0, ignored);
  }

  /// A connection that there is no memory for is closed; the others go on.
  Task<void> serve(Loop& loop, tcp::socket socket, Presence presence) {
    if (loop.stopping) co_return;
    try {
      error_code ignored;
      socket.set_option(tcp::no_delay{true}, ignored);
      const HttpPeer peer{.address = presence.address()};
      if (const auto context = tls()) {
        beast::ssl_stream<tcp::socket> stream{std::move(socket), *context};
        const Registration registration{loop, stream.next_layer()};
        co_await handshake(stream, peer);
      } else {
        const Registration registration{loop, socket};
        Deadline deadline{socket};
        co_await converse(socket, socket, deadline, peer);
      }
    } catch (const std::exception& e) {
      spdlog::error("a connection ended with {}", e.what());
    }
  }

  Task<void> handshake(beast::ssl_stream<tcp::socket>& stream, HttpPeer peer) {
    auto& socket = stream.next_layer();
    Deadline deadline{socket};
    deadline.set(config_.limits.handshake, Deadline::Ends::everything);
    error_code error;
    co_await stream.async_handshake(asio::ssl::stream_base::server, reporting(error));
    if (error) {
      spdlog::debug("{}: TLS handshake: {}", peer.address, error.message());
      co_return;
    }
    peer.certificate_names = agent::certificate_names(stream.native_handle());
    co_await converse(stream, socket, deadline, peer);
    if (!socket.is_open()) co_return;
    deadline.set(config_.limits.handshake, Deadline::Ends::everything);
    co_await stream.async_shutdown(reporting(error));
  }

  /// Requests of one connection, until either side has enough.
  template <typename Stream>
  Task<void> converse(Stream& stream, tcp::socket& socket, Deadline& deadline, const HttpPeer& peer) {
    beast::flat_buffer buffer{config_.limits.max_header_bytes + kChunk};
    for (bool first = true;; first = false) {
      if (buffer.size() == 0) {
        deadline.set(first ? config_.limits.header : config_.limits.idle, Deadline::Ends::everything);
        error_code error;
        const auto read = co_await stream.async_read_some(buffer.prepare(4096), reporting(error));
        if (error) co_return;
        buffer.commit(read);
      }
      if (!co_await exchange(stream, deadline, peer, buffer)) break;
    }
    co_await hang_up(stream, socket, deadline);
  }

  /// One request and its answer. False, if the connection ends with it.
  template <typename Stream>
  Task<bool> exchange(Stream& stream, Deadline& deadline, const HttpPeer& peer, beast::flat_buffer& buffer) {
    const auto& limits = config_.limits;
    error_code error;
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // the plan says which
    deadline.set(limits.header, Deadline::Ends::reads);
    co_await http::async_read_header(stream, buffer, parser, reporting(error));
    if (error) {
      if (const auto status = status_of_bad_head(error, deadline, !parser.get().target().empty())) {
        co_await write(stream, deadline, problem_response(status, detail_of_bad_head(status, error)), {.last = true});
      }
      co_return false;
    }
    deadline.clear();

    const auto& header = parser.get();
    Answer answer{.last = !parser.keep_alive(),
                  .head_only = header.method() == http::verb::head,
                  .http_1_0 = header.version() < 11};
    HttpResponse response;
    FileRemover body_file;
    if (auto refusal = refuse_head(parser)) {
      response = std::move(*refusal);
      answer.last = true;
    } else if (parser.is_done()) {
      auto head = head_of(header, peer);
      response = co_await on_worker([&] { return answer_at_once(std::move(head)); });
    } else {
      HttpPlan plan;
      auto head = head_of(header, peer);
      response = co_await on_worker([&] { return consider(head, plan); });
      if (!plan.answer) {
        answer.last = true;  // its body is still to come, and nobody wants it
      } else {
        body_file.file = plan.to_file;
        auto refused = co_await read_body(stream, deadline, buffer, parser, plan, head);
        if (refused) {
          response = std::move(*refused);
          answer.last = true;
        } else {
          response = co_await on_worker([&] { return plan.answer(std::move(head)); });
        }
      }
    }
    co_return co_await write(stream, deadline, response, answer) && !answer.last;
  }

  /// What is wrong with a head that could be parsed.
  std::optional<HttpResponse> refuse_head(const http::request_parser<http::empty_body>& parser) const {
    const auto& header = parser.get();
    if (header.target().size() > config_.limits.max_target_bytes) {
      return problem_response(414, fmt::format("the URI has {} bytes, expected at most {}", header.target().size(),
                                               config_.limits.max_target_bytes));
    }
    const auto count = static_cast<std::size_t>(std::distance(header.begin(), header.end()));
    if (count > config_.limits.max_headers) {
      return problem_response(431,
                              fmt::format("{} header fields, expected at most {}", count, config_.limits.max_headers));
    }
    const bool has_length = parser.content_length() || parser.chunked();
    const auto method = header.method();  // clients keep the type of an earlier request on a GET
    const bool takes_body = method == http::verb::post || method == http::verb::put || method == http::verb::patch;
    if (takes_body && !has_length && header.find(http::field::content_type) != header.end()) {
      return problem_response(411, "a body without Content-Length, expected one or chunked coding");
    }
    return std::nullopt;
  }

  /// The status for a head that could not be read; 0: there is nobody to tell.
  static unsigned status_of_bad_head(const error_code& error, const Deadline& deadline, bool has_target) {
    if (deadline.passed()) return 408;
    if (error == http::error::header_limit || error == http::error::buffer_overflow) return has_target ? 431 : 414;
    if (error == http::error::end_of_stream || error == http::error::partial_message) return 0;
    return is_of_http(error) ? 400 : 0;
  }

  std::string detail_of_bad_head(unsigned status, const error_code& error) const {
    const auto& limits = config_.limits;
    switch (status) {
      case 408:
        return fmt::format("the header took longer than {} ms", limits.header.count());
      case 414:
        return fmt::format("the URI is too long, expected at most {} bytes", limits.max_target_bytes);
      case 431:
        return fmt::format("the header is too long, expected at most {} bytes", limits.max_header_bytes);
      default:
        return fmt::format("not an HTTP request: {}", error.message());
    }
  }

  HttpResponse answer_at_once(HttpRequest head) {
    HttpPlan plan;
    auto response = consider(head, plan);
    return plan.answer ? plan.answer(std::move(head)) : response;
  }

  /// The handler's answer, or its plan.
  HttpResponse consider(const HttpRequest& head, HttpPlan& plan) {
    auto considered = handler_(head);
    if (auto* response = std::get_if<HttpResponse>(&considered)) return std::move(*response);
    plan = std::move(std::get<HttpPlan>(considered));
    return {};
  }

  /// Runs `work` on a worker while the connection waits.
  template <typename Work>
  Task<HttpResponse> on_worker(Work work) {
    if (waiting_ >= config_.limits.max_waiting) {
      co_return problem_response(503, "too many requests are waiting");
    }
    ++waiting_;
    const auto run = [this, &work]() -> Task<HttpResponse> {
      --waiting_;
      try {
        co_return work();
      } catch (const std::bad_alloc&) {
        co_return problem_response(503, "there is not enough memory now");
      } catch (const std::exception& e) {
        spdlog::error("a request ended with {}", e.what());
      }
      co_return problem_response(500, "an error of our own; the log says more");
    };
    co_return co_await asio::co_spawn(workers_.get_executor(), run, asio::use_awaitable);
  }

  /// Reads the body to where the plan wants it; what to answer instead, if that fails.
  template <typename Stream>
  Task<std::optional<HttpResponse>> read_body(Stream& stream, Deadline& deadline, beast::flat_buffer& buffer,
                                              http::request_parser<http::empty_body>& parser, const HttpPlan& plan,
                                              HttpRequest& request) {
    if (const auto length = parser.content_length(); length && *length > plan.max_body) {
      co_return problem_response(413,
                                 fmt::format("the body has {} bytes, expected at most {}", *length, plan.max_body));
    }
    error_code error;
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      deadline.set(config_.limits.write, Deadline::Ends::everything);
      co_await asio::async_write(stream, asio::buffer(kContinue), reporting(error));
      if (error) co_return problem_response(408, "the client went away before its body");
    }
    if (plan.to_file.empty()) {
      // Not by Beast's string_body: where it finds no memory, Asio ends the program.
      http::request_parser<http::buffer_body> body{std::move(parser)};
      std::vector<char> chunk(kChunk);
      if (!has_room(request.body, body.content_length().value_or(0))) {
        co_return problem_response(503, "there is not enough memory now");
      }
      co_return co_await read_rest(stream, deadline, buffer, body, plan.max_body, [&](error_code& of_step) {
        auto& [at, left, more] = body.get().body();
        if (at != nullptr) request.body.append(chunk.data(), chunk.size() - left);
        at = chunk.data();
        left = chunk.size();
        if (of_step == http::error::need_buffer) of_step = {};
      });
    }
    http::request_parser<http::file_body> body{std::move(parser)};
    body.get().body().open(plan.to_file.c_str(), beast::file_mode::write, error);
    if (error) {
      spdlog::error("{}: {}", plan.to_file.string(), error.message());
      co_return problem_response(503, "the body cannot be stored now");
    }
    co_return co_await read_rest(stream, deadline, buffer, body, plan.max_body, [](error_code&) {});
  }

  /// `step` is called before the first piece, and with what came of each.
  template <typename Stream, typename Parser, typename Step>
  Task<std::optional<HttpResponse>> read_rest(Stream& stream, Deadline& deadline, beast::flat_buffer& buffer,
                                              Parser& parser, std::uint64_t max_body, Step step) {
    parser.body_limit(max_body);
    error_code none;
    step(none);
    const auto start = steady_clock::now();
    std::uint64_t received = 0;
    while (!parser.is_done()) {
      deadline.set(start + time_for(config_.limits.body, received), Deadline::Ends::reads);
      error_code error;
      received += co_await http::async_read_some(stream, buffer, parser, reporting(error));
      step(error);
      if (!error) continue;
      if (deadline.passed()) co_return problem_response(408, "the body takes too long");
      if (error == http::error::body_limit) {
        co_return problem_response(413, fmt::format("the body has more than {} bytes", max_body));
      }
      if (is_of_http(error)) {
        co_return problem_response(400, fmt::format("not an HTTP body: {}", error.message()));
      }
      spdlog::debug("a body ended early: {}", error.message());
      co_return problem_response(503, "the body cannot be stored now");
    }
    deadline.clear();
    co_return std::nullopt;
  }

  [[nodiscard]] steady_clock::duration time_for(milliseconds at_least, std::uint64_t bytes) const {
    return at_least + milliseconds{bytes * 1000 / config_.limits.min_bytes_per_second};
  }

  struct Answer {
    bool last = false;  ///< the connection ends with it
    bool head_only = false;
    bool http_1_0 = false;
  };

  /// False, if it could not be sent.
  template <typename Stream>
  Task<bool> write(Stream& stream, Deadline& deadline, HttpResponse response, Answer answer) {
    const auto start = steady_clock::now();
    deadline.set(start + time_for(config_.limits.write, response.body.size()), Deadline::Ends::everything);
    http::response<http::string_body> message{static_cast<http::status>(response.status), answer.http_1_0 ? 10U : 11U};
    message.set(http::field::date, date_header());
    for (auto& [name, value] : response.headers) message.insert(name, value);
    message.keep_alive(!answer.last);
    if (response.status != 204) {  // RFC 9110 8.6
      message.content_length(response.file ? response.file->length : response.body.size());
    }
    const bool in_one = !answer.head_only && !response.file;
    if (in_one) message.body() = std::move(response.body);

    error_code error;
    http::response_serializer<http::string_body> serializer{message};
    if (in_one) {
      co_await http::async_write(stream, serializer, reporting(error));
    } else {
      co_await http::async_write_header(stream, serializer, reporting(error));
      if (!error && !answer.head_only) error = co_await write_file(stream, deadline, *response.file, start);
    }
    deadline.clear();
    co_return !error;
  }

  template <typename Stream>
  Task<error_code> write_file(Stream& stream, Deadline& deadline, FileRange range, steady_clock::time_point start) {
    error_code error;
    beast::file_posix file;
    file.open(range.file.c_str(), beast::file_mode::scan, error);
    if (!error) file.seek(range.offset, error);
    std::vector<char> chunk(std::min<std::uint64_t>(kChunk, range.length));
    std::uint64_t sent = 0;
    while (!error && sent < range.length) {
      const auto wanted = std::min<std::uint64_t>(chunk.size(), range.length - sent);
      const auto read = file.read(chunk.data(), wanted, error);
      if (!error && read == 0) error = http::error::partial_message;
      if (error) break;
      deadline.set(start + time_for(config_.limits.write, sent), Deadline::Ends::everything);
      co_await asio::async_write(stream, asio::buffer(chunk.data(), read), reporting(error));
      sent += read;
    }
    co_return error;
  }

  /// Lets the peer read the last answer: closing at once would discard it, if the peer is still sending.
  template <typename Stream>
  Task<void> hang_up(Stream& stream, tcp::socket& socket, Deadline& deadline) {
    error_code error;
    if constexpr (std::is_same_v<Stream, tcp::socket>) socket.shutdown(tcp::socket::shutdown_send, error);
    deadline.set(milliseconds{1'000}, Deadline::Ends::everything);
    std::array<char, 4096> ignored;
    for (std::size_t read = 0; !error && read < (std::size_t{64} << 20);) {
      read += co_await stream.async_read_some(asio::buffer(ignored), reporting(error));
    }
  }

  const HttpConfig config_;
  const HttpHandler handler_;
  agent::Endpoint endpoint_;

  std::mutex tls_mutex_;
  std::shared_ptr<Context> tls_;

  Census census_;  ///< connections leave it as late as with their loop
  std::vector<Loop> loops_;
  tcp::acceptor acceptor_;  ///< of the first loop's thread
  asio::thread_pool workers_;
  std::atomic<std::size_t> waiting_ = 0;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpConfig& config, HttpHandler handler) {
  auto impl = std::make_unique<Impl>(config, std::move(handler));
  if (auto started = impl->start(); !started) return fail(started.error());
  return std::unique_ptr<HttpServer>{new HttpServer{std::move(impl)}};
}

const agent::Endpoint& HttpServer::endpoint() const { return impl_->endpoint(); }
Result<void> HttpServer::reload_tls() { return impl_->reload_tls(); }

}  // namespace unf::vnfm
