#include "dataplane/unfs/alert.h"

#include <arpa/inet.h>

#include <algorithm>
#include <bit>

#include "dataplane/net/headers.h"
#include "dataplane/unfs/shared_state.h"
#include "graph/model/filter_rules.h"

namespace unf::dataplane {
namespace {

/// What Kept::flow holds.
struct Flow {
  Network::Version version;
  std::uint8_t proto;
  bool has_ports;
  std::uint16_t type;  ///< of the frame
  std::uint16_t sport, dport;
  Ipv6Address src, dst;  ///< IPv4 uses the first 4
};
using FlowWords = decltype(Alert::Kept::flow);
static_assert(sizeof(Flow) <= sizeof(FlowWords) && std::is_trivial_v<Flow>);

Flow flow_of(Frame frame) noexcept {
  const auto link = link_layer(frame);
  const auto ip = network_layer(frame, link);
  const auto ports = ports_of(frame, ip);
  Flow flow{.version = ip.version,
            .proto = ip.proto,
            .has_ports = ports.present,
            .type = link.type,
            .sport = ports.src,
            .dport = ports.dst,
            .src = {},
            .dst = {}};
  const auto* header = frame.data() + ip.begin;
  if (ip.version == Network::Version::v4) {
    std::memcpy(flow.src.data(), header + offsetof(Ipv4Header, src), sizeof(Ipv4Address));
    std::memcpy(flow.dst.data(), header + offsetof(Ipv4Header, dst), sizeof(Ipv4Address));
  } else if (ip.version == Network::Version::v6) {
    std::memcpy(flow.src.data(), header + offsetof(Ipv6Header, src), sizeof(Ipv6Address));
    std::memcpy(flow.dst.data(), header + offsetof(Ipv6Header, dst), sizeof(Ipv6Address));
  }
  return flow;
}

std::string end_text(const Flow& flow, const Ipv6Address& address, std::uint16_t port) {
  const bool v6 = flow.version == Network::Version::v6;
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(v6 ? AF_INET6 : AF_INET, address.data(), text.data(), text.size());
  if (!flow.has_ports) return text.data();
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", text.data(), v6 ? "]" : "", port);
}

std::string text_of(const FlowWords& words) {
  Flow flow;
  std::memcpy(&flow, words.data(), sizeof flow);
  if (flow.version == Network::Version::none) return fmt::format("ether type 0x{:04x}", flow.type);
  return fmt::format("{} {} > {}", protocol_name(flow.proto), end_text(flow, flow.src, flow.sport),
                     end_text(flow, flow.dst, flow.dport));
}

template <typename Bytes>
auto kept_in(Bytes state) {
  using Kept = std::conditional_t<std::is_const_v<typename Bytes::element_type>, const Alert::Kept, Alert::Kept>;
  state = state.subspan(sizeof(std::uint64_t));
  return std::span{reinterpret_cast<Kept*>(state.data()), state.size() / sizeof(Kept)};
}

/// One as it was at one moment; its writer goes on. false: there is none, or it is written too often to be read.
bool read_kept(const Alert::Kept& from, Alert::Kept& copy) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    copy.version = load_acquire(from.version);
    if (copy.version == 0) return false;
    copy.arrival = load_acquire(from.arrival);
    for (std::size_t i = 0; i < copy.flow.size(); ++i) copy.flow[i] = load_acquire(from.flow[i]);
    if (copy.version % 2 == 0 && copy.version == load_relaxed(from.version)) return true;
  }
  return false;
}

std::vector<Alert::Kept> read_all(std::span<const std::byte> state) {
  std::vector<Alert::Kept> all;
  Alert::Kept copy;
  for (const auto& kept : kept_in(state)) {
    if (read_kept(kept, copy)) all.push_back(copy);
  }
  return all;
}

void write_kept(Alert::Kept& kept, std::uint64_t number, std::uint64_t arrival, const FlowWords& flow) noexcept {
  store_relaxed(kept.version, 2 * number - 1);
  store_release(kept.arrival, arrival);
  for (std::size_t i = 0; i < flow.size(); ++i) store_release(kept.flow[i], flow[i]);
  store_release(kept.version, 2 * number);
}

}  // namespace

Alert::Alert(std::span<std::byte> state) noexcept : count_(&state_as<std::uint64_t>(state)), kept_(kept_in(state)) {}

std::size_t Alert::state_bytes(const nlohmann::json& config) {
  return sizeof(std::uint64_t) + config.value("keep", std::size_t{8}) * sizeof(Kept);
}

Result<Alert> Alert::make(const UnfSetup& setup) {
  Alert alert{setup.state};
  for (auto& kept : alert.kept_) {  // one whose writer died in the middle
    if (kept.version % 2 != 0) store_relaxed(kept.version, std::uint64_t{0});
  }
  return alert;
}

nlohmann::json Alert::report(const nlohmann::json& config, std::span<const std::byte> state) {
  auto all = read_all(state);
  std::ranges::sort(all, std::greater{}, &Kept::version);
  auto last = nlohmann::json::array();
  for (const auto& kept : all) last.push_back({{"flow", text_of(kept.flow)}, {"arrival", kept.arrival}});
  return {{"message", config.at("message")}, {"alerts", load_relaxed(state_as<std::uint64_t>(state))}, {"last", last}};
}

void Alert::absorb(std::span<std::byte> state, std::span<const std::byte> from) {
  auto all = read_all(state);
  const auto others = read_all(from);
  all.insert(all.end(), others.begin(), others.end());
  std::ranges::stable_sort(all, {}, &Kept::arrival);
  const auto slots = kept_in(state);
  if (all.size() > slots.size()) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(slots.size()));

  auto& count = state_as<std::uint64_t>(state);
  count += state_as<std::uint64_t>(from);
  std::ranges::fill(slots, Kept{});
  auto number = count - all.size();
  for (const auto& kept : all) {
    write_kept(slots[number % slots.size()], number + 1, kept.arrival, kept.flow);
    ++number;
  }
}

Gate Alert::operator()(Packet& packet, Context&) noexcept {
  const auto number = *count_ + 1;
  if (!kept_.empty()) {
    FlowWords words{};
    const auto flow = flow_of(packet.frame());
    std::memcpy(words.data(), &flow, sizeof flow);
    write_kept(kept_[*count_ % kept_.size()], number, packet.arrival, words);
  }
  store_relaxed(*count_, number);
  return out;
}

}  // namespace unf::dataplane
