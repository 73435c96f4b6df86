#pragma once

#include "vnfm/http/http_server_connection.h"

namespace unf::vnfm::http_server {

/// What the request demands of the form of its answer.
struct AnswerForm {
  bool last = false;  ///< the connection ends with it
  bool head_only = false;
  bool http_1_0 = false;
};

/// Writes an answer. False, if it could not be sent.
Task<bool> write_answer(Connection& connection, HttpResponse response, AnswerForm form);

/// Has a client go that there is no room for, without waiting for it to read the answer.
void turn_away(tcp::socket& socket);

}  // namespace unf::vnfm::http_server
