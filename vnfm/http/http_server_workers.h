#pragma once

#include <atomic>
#include <new>

#include "vnfm/http/http_server_connection.h"

namespace unf::vnfm::http_server {

/// The answer where there is no memory for a request.
[[nodiscard]] HttpResponse out_of_memory();

/// The threads that answer requests while connections wait.
class Workers {
 public:
  Workers(std::size_t threads, std::size_t max_waiting) : max_waiting_(max_waiting), pool_(threads) {}

  /// The answer of `work`, or why there is none.
  template <typename Work>
  Task<HttpResponse> run(Work work) {
    if (waiting_ >= max_waiting_) co_return too_many();
    ++waiting_;
    const auto answer = [this, &work]() -> Task<HttpResponse> {
      --waiting_;
      try {
        co_return work();
      } catch (const std::bad_alloc&) {
        co_return out_of_memory();
      } catch (const std::exception& e) {
        co_return failed(e);
      }
    };
    co_return co_await asio::co_spawn(pool_.get_executor(), answer, asio::use_awaitable);
  }
  void join() { pool_.join(); }

 private:
  static HttpResponse too_many();
  static HttpResponse failed(const std::exception& why);

  const std::size_t max_waiting_;
  asio::thread_pool pool_;
  std::atomic<std::size_t> waiting_ = 0;
};

}  // namespace unf::vnfm::http_server
