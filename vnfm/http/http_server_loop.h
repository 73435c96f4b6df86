#pragma once

#include <thread>
#include <unordered_set>

#include "vnfm/http/http_server_connection.h"

namespace unf::vnfm::http_server {

/// A thread with its connections: nothing of a connection is touched by another one.
struct Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::unordered_set<tcp::socket*> sockets;
  bool stopping = false;
  std::thread thread;

  void start();
  /// Closes its connections and lets the thread end. Called on the thread.
  void stop();

 private:
  /// A step of a connection that there is no memory for ends that connection; the others go on.
  void run();
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

}  // namespace unf::vnfm::http_server
