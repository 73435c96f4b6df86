#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/eal.h"
#include "tests/support/matching.h"
#include "tests/support/packet_fields.h"
#include "tests/support/unf_harness.h"

// Descriptors must not lie: the compiler moves, merges and parallelises uNFs by them.
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

/// A uNF in one configuration, and what it may read and write in that.
struct Subject {
  std::string name;
  UnfDescriptor descriptor;
  std::unique_ptr<UnfUnderTest> unf;  // one for all packets: what it keeps between packets changes no packet
};

FieldSet fields_of(const nlohmann::json& names) {
  FieldSet set;
  for (const auto& name : names) set.insert(FieldSet::parse(name.get<std::string>()).value());
  return set;
}

Subject subject(const UnfDescriptor& descriptor, const Rules& config) {
  return {std::string{descriptor.type}, descriptor,
          std::make_unique<UnfUnderTest>(descriptor.type, config.config, config.artifacts)};
}

/// Every type once, and once for each property that says what is read and written because of it.
std::vector<Subject>& subjects() {
  static auto all = [] {
    std::vector<Subject> made;
    for (const auto& type : builtin_unfs().types()) {
      const auto config = some_config(type.descriptor.type);
      made.push_back(subject(type.descriptor, config));
      const auto schema = nlohmann::json::parse(type.descriptor.config);
      for (const auto& [name, property] : schema.at("properties").items()) {
        if (!property.contains("unf-reads")) continue;
        made.push_back(subject(type.descriptor, {config.artifacts, {{name, config.config.at(name)}}}));
        made.back().name += " with only " + name;
        made.back().descriptor.reads = fields_of(property["unf-reads"]);
        made.back().descriptor.writes = fields_of(property["unf-writes"]);
      }
    }
    return made;
  }();
  return all;
}

struct Outcome {
  std::string_view gate;
  Bytes frame;
};
Outcome outcome(Subject& subject, const Bytes& frame) {
  PacketBuffer buffer{frame};
  subject.unf->context().emitted.clear();
  const auto gate = subject.unf->run(buffer.packet);
  return {gate, buffer.frame()};
}

TEST_F(Descriptors, AreWhatTheirPropertiesSayTogether) {
  for (const auto& type : builtin_unfs().types()) {
    FieldSet reads, writes;
    bool says = false;
    const auto schema = nlohmann::json::parse(type.descriptor.config);
    for (const auto& [name, property] : schema.at("properties").items()) {
      says |= property.contains("unf-reads");
      if (!says) continue;
      reads = reads | fields_of(property.at("unf-reads"));
      writes = writes | fields_of(property.at("unf-writes"));
    }
    if (!says) continue;
    EXPECT_EQ(reads, type.descriptor.reads) << type.descriptor.type;
    EXPECT_EQ(writes, type.descriptor.writes) << type.descriptor.type;
  }
}

RC_GTEST_FIXTURE_PROP(Descriptors, FieldsNotWrittenComeOutUnchanged, ()) {
  const auto frame = any_packet();
  const auto before = packet_fields(frame);
  for (auto& subject : subjects()) {
    const auto after = outcome(subject, frame);
    if (after.gate == "drop") continue;
    const auto now = packet_fields(after.frame);
    FieldSet::all().each([&](Field field) {
      if (subject.descriptor.writes.contains(field)) return;
      if (before.at(field).bytes != now.at(field).bytes) {
        RC_FAIL(fmt::format("{} changes {}", subject.name, FieldSet::name(field)));
      }
    });
  }
}

RC_GTEST_FIXTURE_PROP(Descriptors, FieldsNotReadChangeNothing, ()) {
  const auto frame = any_packet();
  const auto locations = packet_fields(frame);
  for (auto& subject : subjects()) {
    const auto& descriptor = subject.descriptor;
    const auto plain = outcome(subject, frame);
    FieldSet::all().each([&](Field field) {
      const auto& at = locations.at(field);
      if (descriptor.reads.contains(field) || at.mask.empty()) return;
      auto mutated = frame;
      for (const auto& [offset, mask] : at.mask) {
        mutated[offset] ^= static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>() & mask);
      }
      const auto other = outcome(subject, mutated);
      if (other.gate != plain.gate) RC_FAIL(fmt::format("{} goes by {}", subject.name, FieldSet::name(field)));
      if (plain.gate == "drop") return;
      RC_ASSERT(other.frame.size() == plain.frame.size());
      const auto wrote = packet_fields(plain.frame);
      descriptor.writes.each([&](Field written) {
        for (const auto& [offset, mask] : wrote.at(written).mask) {
          if (written == field || ((plain.frame[offset] ^ other.frame[offset]) & std::byte{mask}) == std::byte{0})
            continue;
          RC_FAIL(fmt::format("{} writes {} by {}", subject.name, FieldSet::name(written), FieldSet::name(field)));
        }
      });
    });
  }
}

RC_GTEST_FIXTURE_PROP(Descriptors, OnlyThoseThatSaySoDropOrEmit, ()) {
  const auto frame = *frames();
  for (auto& subject : subjects()) {
    auto& unf = *subject.unf;
    const auto gate = unf.run(frame);
    RC_ASSERT(gate != "drop" || subject.descriptor.drops);
    RC_ASSERT(unf.context().emitted.empty() || subject.descriptor.emits != Emits::none);
  }
}

// Replay `safe`: the second run of a packet is as the first.
RC_GTEST_FIXTURE_PROP(Descriptors, SafeOnesMayBeRepeated, ()) {
  const auto frame = any_packet();
  for (auto& subject : subjects()) {
    if (subject.descriptor.replay != Replay::safe) continue;
    const auto once = outcome(subject, frame);
    const auto twice = outcome(subject, once.frame);
    RC_ASSERT(once.gate == twice.gate && once.frame == twice.frame);
  }
}

RC_GTEST_FIXTURE_PROP(Descriptors, EstablishedFactsHold, ()) {
  const auto frame = *frames();
  for (auto& subject : subjects()) {
    if (!subject.descriptor.establishes.contains(Fact::ip_header_ok)) continue;
    auto after = outcome(subject, frame);
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
  for (auto& subject : subjects()) {
    auto& unf = *subject.unf;
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
  for (auto& subject : subjects()) {
    auto& unf = *subject.unf;
    RC_ASSERT(!unf.run(frame).empty());
  }
}

}  // namespace
}  // namespace unf::dataplane
