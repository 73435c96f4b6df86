#include "dataplane/unfs/http_classifier.h"

#include "dataplane/net/headers.h"
#include "dataplane/net/http_request.h"

namespace unf::dataplane::http_classifier {

Gate process(Frame frame) noexcept { return has_request(tcp_payload(frame)) ? http : other; }

}  // namespace unf::dataplane::http_classifier
