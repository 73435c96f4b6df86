#include <gtest/gtest.h>

#include "tests/support/by_name.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

struct Case {
  const char* name;
  Bytes frame;
  std::string_view gate;
};
class HttpClassifier : public testing::TestWithParam<Case> {};

TEST_P(HttpClassifier, GoesByTheRequestLine) {
  UnfUnderTest unf{"HttpClassifier"};
  EXPECT_EQ(unf.run(GetParam().frame), GetParam().gate);
}

Bytes later_fragment(Bytes frame) {
  ipv4(frame).fragment = 5;
  fix_ipv4_checksum(frame);
  return frame;
}
Bytes padded(Bytes frame, std::string_view trailer) {
  const auto more = bytes(trailer);
  frame.insert(frame.end(), more.begin(), more.end());
  return frame;
}
Bytes lying_offset(Bytes frame) {
  tcp(frame).data_offset = 0xf0;
  return frame;
}
constexpr std::string_view kResponse = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

INSTANTIATE_TEST_SUITE_P(
    Segments, HttpClassifier,
    testing::Values(Case{"Request", http_frame("/"), "http"},
                    Case{"AnyPort", http_frame("/", {.sport = 1, .dport = 31337}), "http"},
                    Case{"Ipv6", http_frame("/", {.v6 = true}), "http"},
                    Case{"Tagged", http_frame("/", {.link = {.vlans = {5, 6}}}), "http"},
                    Case{"WithOptions",
                         http_frame("/", {.ip_options = bytes({1, 1, 1, 0}), .tcp_options = bytes({1, 1, 1, 1})}),
                         "http"},
                    Case{"RequestInTheMiddle", tcp_frame({.payload = "rest\r\nGET /b HTTP/1.1\r\n\r\n"}), "http"},
                    Case{"Response", tcp_frame({.payload = kResponse}), "other"},
                    Case{"Continuation", tcp_frame({.payload = "Accept: */*\r\n\r\n"}), "other"},
                    Case{"NoPayload", tcp_frame(), "other"},
                    Case{"RequestInPadding", padded(tcp_frame(), get_request("/")), "other"},
                    Case{"RequestInUdp", udp_frame({.payload = "GET / HTTP/1.1\r\n\r\n"}), "other"},
                    Case{"LaterFragment", later_fragment(http_frame("/")), "other"},
                    Case{"LyingDataOffset", lying_offset(http_frame("/")), "other"}, Case{"Arp", arp_frame(), "other"},
                    Case{"Empty", {}, "other"}),
    by_name);

}  // namespace
}  // namespace unf::dataplane
