#include "dataplane/unfs/packet_size_histogram.h"

#include <string_view>

#include "dataplane/unfs/shared_state.h"

namespace unf::dataplane {
namespace {

constexpr std::uint32_t kFcs = 4;
constexpr std::array<std::uint32_t, 6> kLast{64,  127,  255,
                                             511, 1023, 1518};  // of each class but the last [bytes, with FCS]
constexpr std::array<std::string_view, 7> kNames{"64",       "65-127",    "128-255", "256-511",
                                                 "512-1023", "1024-1518", ">1518"};
static_assert(kNames.size() == PacketSizeHistogram::State::kClasses);

std::size_t class_of(std::uint32_t size) noexcept {
  std::size_t index = 0;
  for (const auto last : kLast) index += size > last;
  return index;
}

}  // namespace

std::size_t PacketSizeHistogram::state_bytes(const nlohmann::json&) { return sizeof(State); }

Result<PacketSizeHistogram> PacketSizeHistogram::make(const UnfSetup& setup) {
  return PacketSizeHistogram{state_as<State>(setup.state)};
}

nlohmann::json PacketSizeHistogram::report(const nlohmann::json&, std::span<const std::byte> bytes) {
  const auto& state = state_as<State>(bytes);
  auto packets = nlohmann::json::object();
  for (std::size_t i = 0; i < kNames.size(); ++i) packets[std::string{kNames[i]}] = load_relaxed(state.packets[i]);
  return {{"packets", packets}, {"bytes", load_relaxed(state.bytes)}};
}

void PacketSizeHistogram::absorb(std::span<std::byte> bytes, std::span<const std::byte> from_bytes) {
  auto& state = state_as<State>(bytes);
  const auto& from = state_as<State>(from_bytes);
  for (std::size_t i = 0; i < from.packets.size(); ++i) add_relaxed(state.packets[i], from.packets[i]);
  add_relaxed(state.bytes, from.bytes);
}

Gate PacketSizeHistogram::operator()(Packet& packet, Context&) noexcept {
  add_relaxed(state_->packets[class_of(packet.length + kFcs)], std::uint64_t{1});
  add_relaxed(state_->bytes, std::uint64_t{packet.length});
  return out;
}

Gate PacketSizeHistogram::look(const Packet& packet, Context&, std::uint64_t& finding) noexcept {
  finding = class_of(packet.length + kFcs);
  return out;
}

void PacketSizeHistogram::settle(const Packet& packet, std::uint64_t finding) noexcept {
  add_relaxed(state_->packets[finding], std::uint64_t{1});
  add_relaxed(state_->bytes, std::uint64_t{packet.length});
}

}  // namespace unf::dataplane
