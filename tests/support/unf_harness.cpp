#include "tests/support/unf_harness.h"

#include <algorithm>
#include <stdexcept>

namespace unf::testing_support {

using dataplane::Packet;

PacketBuffer::PacketBuffer(const Bytes& frame, std::size_t room) : memory_(std::max(room, frame.size())) {
  std::copy(frame.begin(), frame.end(), memory_.begin());
  packet.data = memory_.data();
  packet.length = static_cast<std::uint32_t>(frame.size());
  packet.room = static_cast<std::uint32_t>(memory_.size());
}

Bytes PacketBuffer::frame() const { return {packet.data, packet.data + packet.length}; }

TestContext::TestContext()
    : Context([](Context& context, Packet& cause, Gate gate, std::uint32_t length) noexcept -> Packet* {
        auto& self = static_cast<TestContext&>(context);
        if (self.emitted.size() >= self.may_emit) return nullptr;
        auto& made = self.emitted.emplace_back(gate, &cause, Bytes(length)).buffer.packet;
        made.path = cause.path;
        made.in_nic = cause.in_nic;
        return &made;
      }) {
  counts_ = counts.data();
}

UnfUnderTest::UnfUnderTest(std::string_view type, nlohmann::json config, Artifacts artifacts)
    : type_(dataplane::builtin_unfs().find(type)), config_(std::move(config)), artifacts_(std::move(artifacts)) {
  if (type_ == nullptr) throw std::invalid_argument{"no such uNF: " + std::string{type}};
  const auto size = type_->state_bytes == nullptr ? 0 : type_->state_bytes(config_);
  state_.resize((size + sizeof(Line) - 1) / sizeof(Line));
  state_bytes_ = {reinterpret_cast<std::byte*>(state_.data()), size};
  auto made = type_->make({.config = config_, .artifacts = artifacts_, .state = state_bytes_});
  if (!made) throw std::runtime_error{made.error().message};
  unf_ = std::move(*made);
}

UnfUnderTest::~UnfUnderTest() = default;

std::string_view UnfUnderTest::run(Packet& packet) {
  Packet* const packets[]{&packet};
  Gate gate = 0xff;
  unf_->process({.packets = packets, .gates = &gate, .mask = 1}, context_);
  return type_->descriptor.gates[gate];
}

std::string_view UnfUnderTest::run(const Bytes& frame) {
  PacketBuffer buffer{frame};
  return run(buffer.packet);
}

std::vector<std::string_view> UnfUnderTest::run(const std::vector<Bytes>& frames) {
  std::deque<PacketBuffer> buffers;
  std::vector<Packet*> packets;
  for (const auto& frame : frames) packets.push_back(&buffers.emplace_back(frame).packet);
  std::vector<Gate> gates(frames.size(), 0xff);
  unf_->process({.packets = packets.data(), .gates = gates.data(), .mask = dataplane::first_bits(frames.size())},
                context_);
  std::vector<std::string_view> names;
  for (const auto gate : gates) names.push_back(type_->descriptor.gates[gate]);
  return names;
}

std::uint64_t UnfUnderTest::count(std::string_view counter) const {
  const auto index = type_->descriptor.counters.index_of(counter);
  if (!index) throw std::invalid_argument{"no such counter: " + std::string{counter}};
  return context_.counts[*index];
}

void UnfUnderTest::absorb(const UnfUnderTest& other) { type_->absorb(state_bytes_, other.state_bytes_); }

nlohmann::json UnfUnderTest::report() const { return type_->report(config_, state_bytes_); }

Rules rules(std::string_view text, std::string_view name) {
  const auto digest = digest_of(std::string{text});
  return {.artifacts = {{digest, {std::string{name}, std::string{text}}}}, .config = {{"rules", digest}}};
}

Rules some_config(std::string_view type) {
  if (type == "Alert") return {.artifacts = {}, .config = {{"message", "seen"}}};
  if (type == "HeaderClassifier") {
    return rules(
        "drop  tcp any           any any 23\n"
        "c1    tcp 10.0.0.0/8    any any 80-8080\n"
        "other udp any           any any any\n"
        "c14   tcp 2001:db8::/32 any any any\n");
  }
  if (type == "L3L4Filter") {
    return rules(
        "deny tcp any any any 23\n"
        "allow tcp 10.0.0.0/8 any any 80-8080\n"
        "allow udp any any any any\n"
        "allow tcp 2001:db8::/32 any any any\n");
  }
  if (type == "HeaderRewriter") {
    return {.artifacts = {},
            .config = {{"eth_src", "02:00:00:00:00:0a"},
                       {"eth_dst", "02:00:00:00:00:0b"},
                       {"ip_src", "172.16.0.1"},
                       {"ip_dst", "2001:db8::b"},
                       {"sport", 1234},
                       {"dport", 8888},
                       {"dscp", 46},
                       {"ttl", 17}}};
  }
  if (type == "ValidateUrl") return rules("/union\\s+select/i\n/'\\s*or\\s/i\n");
  return {.artifacts = {}, .config = nlohmann::json::object()};
}

}  // namespace unf::testing_support
