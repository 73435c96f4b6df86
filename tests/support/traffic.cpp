#include "tests/support/traffic.h"

#include <algorithm>

#include "dataplane/net/headers.h"

namespace unf::testing_support {
namespace {

constexpr const char* kTargets[] = {"/",
                                    "/index.html",
                                    "/search?q=select+a+plan+from+the+union",
                                    "/item?id=1'+OR+'1'='1",
                                    "/item?id=1%27%20%4F%52%20%271%27%3D%271",
                                    "/item?id=1%20UNION%20SELECT%20password%20FROM%20users",
                                    "/a/rather/long/path/to/something?with=some&query=in&it=1"};

std::string request_text(int kind) {
  const auto target = [&](int i) { return kTargets[static_cast<std::size_t>(i) % std::size(kTargets)]; };
  if (kind % 5 == 4) return get_request(target(kind)) + get_request(target(kind / 5));  // pipelined
  return get_request(target(kind));
}

Bytes frame_of(int kind, int client, int detail) {
  const auto address = "10.66.0." + std::to_string(10 + client % 4);
  const auto port = static_cast<std::uint16_t>(40'000 + client);
  static std::string text;  // TcpSpec borrows it until the frame is made
  TcpSpec tcp{.src = address, .dst = "10.66.0.2", .sport = port, .dport = 80};
  switch (kind) {
    case 0:
    case 1:
    case 2:
    case 3:
      text = request_text(detail);
      tcp.payload = text;
      return tcp_frame(tcp);
    case 4:
      text = std::string(static_cast<std::size_t>(detail % 1200), 'x');  // a continuation
      tcp.payload = text;
      return tcp_frame(tcp);
    case 5:
      tcp.dport = 8081;
      return tcp_frame(tcp);
    case 6:
      tcp.flags = dataplane::tcp_flag::syn;
      return tcp_frame(tcp);
    case 7: {
      Ipv4Spec fragment{.src = address, .dst = "10.66.0.2", .proto = dataplane::ip_proto::tcp};
      fragment.fragment = static_cast<std::uint16_t>(detail % 200);
      fragment.payload = bytes(std::string(40, 'f'));
      return ipv4_frame(fragment);
    }
    case 8:
      tcp.link.vlans = {static_cast<std::uint16_t>(detail % 4095)};
      text = request_text(detail);
      tcp.payload = text;
      return tcp_frame(tcp);
    case 9:
      return udp_frame({.src = address, .dst = "10.66.0.2"});
    case 10:
      return arp_frame();
    case 11:
      return tcp_frame({.v6 = true, .dport = static_cast<std::uint16_t>(detail % 2 == 0 ? 80 : 8081)});
    default: {  // a broken header: one byte of a request is wrong, or its end is missing
      text = request_text(detail);
      tcp.payload = text;
      auto frame = tcp_frame(tcp);
      const auto at = static_cast<std::size_t>(detail) % frame.size();
      if (kind == 12) {
        frame[std::min<std::size_t>(14 + at % 40, frame.size() - 1)] ^= std::byte{0x41};
      } else {
        frame.resize(at);
      }
      return frame;
    }
  }
}

}  // namespace

rc::Gen<std::vector<Arrival>> arrivals(const std::string& in, const std::string& out, std::size_t most) {
  const auto one = rc::gen::apply(
      [=](int kind, int client, int detail, bool reverse) {
        if (!reverse) return Arrival{in, frame_of(kind, client, detail)};
        const auto address = "10.66.0." + std::to_string(10 + client % 4);
        // Not to the ports of the requests: resets for those would share a flow with what arrives elsewhere.
        return Arrival{out, tcp_frame({.src = "10.66.0.2",
                                       .dst = address,
                                       .sport = 80,
                                       .dport = static_cast<std::uint16_t>(50'000 + client),
                                       .payload = "HTTP/1.1 200 OK\r\n\r\n"})};
      },
      rc::gen::inRange(0, 14), rc::gen::inRange(0, 8), rc::gen::inRange(0, 5000), rc::gen::arbitrary<bool>());
  return rc::gen::resize(static_cast<int>(most), rc::gen::container<std::vector<Arrival>>(one));
}

FlowKey flow_of(const std::string& nic, const Bytes& given) {
  auto frame = given;
  const auto link = dataplane::link_layer(frame);
  const auto ip = dataplane::network_layer(frame, link);
  const auto ports = dataplane::ports_of(frame, ip);
  if (!ports.present || ip.version != dataplane::Network::Version::v4) return {nic, given};
  std::vector<std::byte> key(frame.begin() + ip.begin + 12, frame.begin() + ip.begin + 20);
  key.push_back(std::byte{ip.proto});
  key.insert(key.end(), frame.begin() + ip.payload, frame.begin() + ip.payload + 4);
  return {nic, key};
}

}  // namespace unf::testing_support
