#include "vnfm/http/http_server_session.h"

#include "vnfm/http/http_server_body.h"

namespace unf::vnfm::http_server {
Task<void> Session::run() {
  auto& [limits, stream, deadline, buffer, peer] = connection_;
  for (bool first = true;; first = false) {
    if (buffer.size() == 0) {
      deadline.set(first ? limits.header : limits.idle, Deadline::Ends::everything);
      error_code error;
      const auto read = co_await stream.async_read_some(buffer.prepare(4096), reporting(error));
      if (error) co_return;
      buffer.commit(read);
    }
    if (!co_await exchange()) break;
  }
  co_await connection_.hang_up();
}

Task<bool> Session::exchange() {
  HeadParser parser;
  auto head = co_await read_head(connection_, parser);
  if (!head.whole) {
    if (head.refusal) co_await write_answer(connection_, std::move(*head.refusal), {.last = true});
    co_return false;
  }
  const auto& header = parser.get();
  AnswerForm form{.last = !parser.keep_alive(),
                  .head_only = header.method() == http::verb::head,
                  .http_1_0 = header.version() < 11};
  FileRemover body_file;
  HttpResponse response;
  if (head.refusal) {
    response = std::move(*head.refusal);
    form.last = true;
  } else {
    response = co_await answer(parser, form, body_file);
  }
  co_return co_await write_answer(connection_, std::move(response), form) && !form.last;
}

Task<HttpResponse> Session::answer(HeadParser& parser, AnswerForm& form, FileRemover& body_file) {
  auto request = request_of(parser, connection_.peer);
  if (parser.is_done()) {
    co_return co_await workers_.run([&] { return answer_at_once(std::move(request)); });
  }
  HttpPlan plan;
  auto response = co_await workers_.run([&] { return consider(request, plan); });
  if (!plan.answer) {
    form.last = true;  // the body is still to come, and nobody wants it
    co_return response;
  }
  body_file.file = plan.to_file;
  auto refused = co_await read_body(connection_, parser, plan, request);
  if (refused) {
    form.last = true;
    co_return std::move(*refused);
  }
  co_return co_await workers_.run([&] { return plan.answer(std::move(request)); });
}

HttpResponse Session::answer_at_once(HttpRequest request) {
  HttpPlan plan;
  auto response = consider(request, plan);
  return plan.answer ? plan.answer(std::move(request)) : response;
}

HttpResponse Session::consider(const HttpRequest& head, HttpPlan& plan) {
  auto considered = handler_(head);
  if (auto* response = std::get_if<HttpResponse>(&considered)) return std::move(*response);
  plan = std::move(std::get<HttpPlan>(considered));
  return {};
}

}  // namespace unf::vnfm::http_server
