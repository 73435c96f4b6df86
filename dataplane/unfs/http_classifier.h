#pragma once

#include "dataplane/net/frame.h"
#include "graph/model/descriptor.h"

namespace unf::dataplane {

/// Tells segments that hold an HTTP request line from all else, by the payload of TCP on any port.
namespace http_classifier {
enum : Gate { drop, http, other };
inline constexpr UnfDescriptor kDescriptor{
    .type = "HttpClassifier",
    .gates = {"drop", "http", "other"},
    .reads = fields(Field::eth_type, Field::ip_version, Field::ip_ihl, Field::ip_len, Field::ip_frag, Field::ip_proto,
                    Field::ip_options, Field::tcp_options, Field::payload_len, Field::payload_bytes),
    .drops = false,
    .nominal_cycles = 16};

/// Gates: `http` where a request begins or lies in the segment, else `other`; so is what follows a request's first
/// segment.
[[nodiscard]] Gate process(Frame frame) noexcept;
}  // namespace http_classifier

}  // namespace unf::dataplane
