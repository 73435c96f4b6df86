#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "tests/support/eal.h"
#include "tests/support/matching.h"
#include "tests/support/packet_fields.h"
#include "tests/support/unf_harness.h"

// Descriptors must not lie: the compiler moves, merges and parallelises by them (graph.md 2.1).
namespace unf::dataplane {
namespace {

using namespace testing_support;

class Descriptors : public testing::Test {
 protected:
  Descriptors() { start_eal(); }
};

Bytes any_packet() {
  static const std::vector<std::string> kPayloads{"", "x", "GET /a?id=1 HTTP/1.1\r\nHost: a\r\n\r\n",
                                                  "GET /?id=1'%20or%20'1 HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"};
  TcpSpec spec;
  spec.v6 = *rc::gen::arbitrary<bool>();
  spec.link.vlans =
      *rc::gen::resize(2, rc::gen::container<std::vector<std::uint16_t>>(rc::gen::inRange<std::uint16_t>(1, 100)));
  spec.src = spec.v6 ? "2001:db8::1" : *rc::gen::element<const char*>("10.0.0.1", "11.0.0.1");
  spec.sport = *rc::gen::element<std::uint16_t>(23, 80, 40000);
  spec.dport = *rc::gen::element<std::uint16_t>(23, 80, 8080, 9999);
  spec.flags = *rc::gen::elementOf(
      std::vector<std::uint8_t>{tcp_flag::ack, tcp_flag::syn, tcp_flag::ack | tcp_flag::psh, tcp_flag::rst});
  spec.ttl = *rc::gen::element<std::uint8_t>(1, 2, 64);
  if (*rc::gen::arbitrary<bool>()) spec.ip_options = bytes({1, 1, 1, 0});
  if (*rc::gen::arbitrary<bool>()) spec.tcp_options = bytes({1, 1, 1, 0});
  const auto payload = *rc::gen::elementOf(kPayloads);
  spec.payload = payload;
  return *rc::gen::weightedElement<int>({{3, 0}, {1, 1}, {1, 2}}) == 0
             ? tcp_frame(spec)
             : *rc::gen::oneOf(sound_frames(),
                               rc::gen::just(udp_frame({.link = spec.link, .v6 = spec.v6, .payload = payload})));
}

struct Outcome {
  std::string_view gate;
  Bytes frame;
};
/// One uNF of a type for all packets: what they keep between packets changes no packet.
UnfUnderTest& unf_of(std::string_view type) {
  static std::map<std::string_view, std::unique_ptr<UnfUnderTest>> unfs;
  auto& unf = unfs[type];
  if (unf == nullptr) {
    const auto config = some_config(type);
    unf = std::make_unique<UnfUnderTest>(type, config.config, config.artifacts);
  }
  unf->context().emitted.clear();
  return *unf;
}

Outcome outcome(const UnfDescriptor& descriptor, const Bytes& frame) {
  PacketBuffer buffer{frame};
  const auto gate = unf_of(descriptor.type).run(buffer.packet);
  return {gate, buffer.frame()};
}

RC_GTEST_FIXTURE_PROP(Descriptors, FieldsNotWrittenComeOutUnchanged, ()) {
  const auto frame = any_packet();
  const auto before = packet_fields(frame);
  for (const auto& type : builtin_unfs()) {
    const auto after = outcome(type.descriptor, frame);
    if (after.gate == "drop") continue;
    const auto now = packet_fields(after.frame);
    FieldSet::all().each([&](Field field) {
      if (type.descriptor.writes.contains(field)) return;
      if (before.at(field).bytes != now.at(field).bytes) {
        RC_FAIL(fmt::format("{} changes {}", type.descriptor.type, FieldSet::name(field)));
      }
    });
  }
}

RC_GTEST_FIXTURE_PROP(Descriptors, FieldsNotReadChangeNothing, ()) {
  const auto frame = any_packet();
  const auto locations = packet_fields(frame);
  for (const auto& type : builtin_unfs()) {
    const auto& descriptor = type.descriptor;
    const auto plain = outcome(descriptor, frame);
    FieldSet::all().each([&](Field field) {
      const auto& at = locations.at(field);
      if (descriptor.reads.contains(field) || at.mask.empty()) return;
      auto mutated = frame;
      for (const auto& [offset, mask] : at.mask) {
        mutated[offset] ^= static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>() & mask);
      }
      const auto other = outcome(descriptor, mutated);
      if (other.gate != plain.gate) RC_FAIL(fmt::format("{} goes by {}", descriptor.type, FieldSet::name(field)));
      if (plain.gate == "drop") return;
      RC_ASSERT(other.frame.size() == plain.frame.size());
      const auto wrote = packet_fields(plain.frame);
      descriptor.writes.each([&](Field written) {
        for (const auto& [offset, mask] : wrote.at(written).mask) {
          if (written == field || ((plain.frame[offset] ^ other.frame[offset]) & std::byte{mask}) == std::byte{0})
            continue;
          RC_FAIL(fmt::format("{} writes {} by {}", descriptor.type, FieldSet::name(written), FieldSet::name(field)));
        }
      });
    });
  }
}

RC_GTEST_FIXTURE_PROP(Descriptors, OnlyThoseThatSaySoDropOrEmit, ()) {
  const auto frame = *frames();
  for (const auto& type : builtin_unfs()) {
    auto& unf = unf_of(type.descriptor.type);
    const auto gate = unf.run(frame);
    RC_ASSERT(gate != "drop" || type.descriptor.drops);
    RC_ASSERT(unf.context().emitted.empty() || type.descriptor.emits != Emits::none);
  }
}

// Replay `safe`: the second run of a packet is as the first.
RC_GTEST_FIXTURE_PROP(Descriptors, SafeOnesMayBeRepeated, ()) {
  const auto frame = any_packet();
  for (const auto& type : builtin_unfs()) {
    if (type.descriptor.replay != Replay::safe) continue;
    const auto once = outcome(type.descriptor, frame);
    const auto twice = outcome(type.descriptor, once.frame);
    RC_ASSERT(once.gate == twice.gate && once.frame == twice.frame);
  }
}

RC_GTEST_FIXTURE_PROP(Descriptors, EstablishedFactsHold, ()) {
  const auto frame = *frames();
  for (const auto& type : builtin_unfs()) {
    if (!type.descriptor.establishes.contains(Fact::ip_header_ok)) continue;
    auto after = outcome(type.descriptor, frame);
    if (after.gate == "drop") continue;
    const auto link = link_layer(after.frame);
    const auto ip = network_layer(after.frame, link);
    RC_ASSERT(ip.defect == Defect::none);
    if (ip.version == Network::Version::v4) {
      RC_ASSERT(checksum(std::span{after.frame}.subspan(ip.begin, ip.payload - ip.begin)) == 0);
    }
  }
}

RC_GTEST_FIXTURE_PROP(Descriptors, AnyBytesAreSafe, (std::vector<std::uint8_t> data)) {
  const auto raw = std::as_bytes(std::span{data});
  const Bytes noise{raw.begin(), raw.end()};
  for (const auto& type : builtin_unfs()) {
    auto& unf = unf_of(type.descriptor.type);
    for (const auto& frame : {noise, ethernet_frame(0x0800, noise), ethernet_frame(0x86dd, noise)}) {
      RC_ASSERT(!unf.run(frame).empty());
    }
  }
}

// A sound packet with any bytes changed anywhere.
RC_GTEST_FIXTURE_PROP(Descriptors, DamagedPacketsAreSafe, ()) {
  auto frame = any_packet();
  for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
    frame[*rc::gen::inRange<std::size_t>(0, frame.size())] =
        static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  }
  frame.resize(*rc::gen::inRange<std::size_t>(0, frame.size() + 1));
  for (const auto& type : builtin_unfs()) {
    auto& unf = unf_of(type.descriptor.type);
    RC_ASSERT(!unf.run(frame).empty());
  }
}

}  // namespace
}  // namespace unf::dataplane
