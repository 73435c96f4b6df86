#pragma once

#include <filesystem>

#include "vnfm/http/http_server_answer.h"
#include "vnfm/http/http_server_head.h"
#include "vnfm/http/http_server_workers.h"

namespace unf::vnfm::http_server {

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

/// The requests of one connection and their answers, one after the other.
class Session {
 public:
  Session(Connection& connection, const HttpHandler& handler, Workers& workers)
      : connection_(connection), handler_(handler), workers_(workers) {}
  /// Until either side has enough.
  Task<void> run();

 private:
  /// One request and its answer. False, if the connection ends with it.
  Task<bool> exchange();
  /// The answer to a request whose head is in order. Sets `form.last`, if its body is not read to the end, and names in
  /// `body_file` the file that the body went to.
  Task<HttpResponse> answer(HeadParser& parser, AnswerForm& form, FileRemover& body_file);
  /// The answer to a request without a body.
  HttpResponse answer_at_once(HttpRequest request);
  /// The handler's answer, or its plan.
  HttpResponse consider(const HttpRequest& head, HttpPlan& plan);

  Connection& connection_;
  const HttpHandler& handler_;
  Workers& workers_;
};

}  // namespace unf::vnfm::http_server
