#include "dataplane/unfs/count_url.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "dataplane/net/headers.h"
#include "dataplane/net/http_request.h"
#include "dataplane/unfs/shared_state.h"

namespace unf::dataplane {
namespace {

std::size_t slot_count(const nlohmann::json& config) {
  return std::bit_ceil(std::max(config.value("slots", std::size_t{4096}), CountUrl::kWays));
}

std::size_t kept_bytes(const CountUrl::Slot& slot) { return std::min<std::size_t>(slot.length, CountUrl::kMaxText); }

/// What look tells settle of a packet with a request: where the first one's URL lies, and whether there are others.
struct Finding {
  std::size_t offset, length;  // below 2^31
  bool several;

  [[nodiscard]] std::uint64_t word() const { return offset << 32 | length << 1 | std::uint64_t{several}; }
  static Finding of(std::uint64_t word) { return {word >> 32, (word & 0xffff'ffff) >> 1, (word & 1) != 0}; }
};

std::string_view text(const CountUrl::Slot& slot) {
  return {reinterpret_cast<const char*>(slot.text.data()), kept_bytes(slot)};
}

/// A slot as it was at one moment; its writer goes on. false: it changed hands too often to be read.
bool read_slot(const CountUrl::Slot& slot, CountUrl::Slot& copy) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto before = load_acquire(slot.version);
    copy.length = load_acquire(slot.length);
    copy.count = load_acquire(slot.count);
    copy.error = load_acquire(slot.error);
    for (std::size_t i = 0; i < slot.text.size(); ++i) copy.text[i] = load_acquire(slot.text[i]);
    if (before % 2 == 0 && before == load_relaxed(slot.version)) return true;
  }
  return false;
}

/// `text` as JSON can hold it: printable ASCII, all else percent-encoded.
std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte < 0x7f)
      result += c;
    else
      result += fmt::format("%{:02X}", byte);
  }
  return result;
}

}  // namespace

std::size_t CountUrl::state_bytes(const nlohmann::json& config) { return slot_count(config) * sizeof(Slot); }

Result<CountUrl> CountUrl::make(const UnfSetup& setup) {
  assert(setup.state.size() >= state_bytes(setup.config));
  std::span slots{reinterpret_cast<Slot*>(setup.state.data()), slot_count(setup.config)};
  for (auto& slot : slots) {  // one whose writer died in the middle
    if (slot.version % 2 != 0) slot = {.version = slot.version + 1};
  }
  return CountUrl{slots};
}

nlohmann::json CountUrl::report(const nlohmann::json& config, std::span<const std::byte> state) {
  const std::span slots{reinterpret_cast<const Slot*>(state.data()), slot_count(config)};
  std::vector<Slot> used;
  std::uint64_t requests = 0;
  for (const auto& slot : slots) {
    Slot copy;
    if (!read_slot(slot, copy) || copy.count == 0) continue;
    requests += copy.count;  // space-saving keeps the sum
    used.push_back(copy);
  }
  std::sort(used.begin(), used.end(),
            [](const Slot& a, const Slot& b) { return a.count != b.count ? a.count > b.count : text(a) < text(b); });
  used.resize(std::min(used.size(), config.value("top", std::size_t{10})));

  auto top = nlohmann::json::array();
  for (const auto& slot : used) {
    top.push_back({{"url", printable(text(slot)) + (slot.length > kMaxText ? "..." : "")},
                   {"count", slot.count},
                   {"error", slot.error}});
  }
  return {{"requests", requests}, {"top", top}};
}

void CountUrl::absorb(std::span<std::byte> state, std::span<const std::byte> from) {
  CountUrl sum{{reinterpret_cast<Slot*>(state.data()), state.size() / sizeof(Slot)}};
  for (const auto& slot : std::span{reinterpret_cast<const Slot*>(from.data()), from.size() / sizeof(Slot)}) {
    if (slot.count == 0 || slot.version % 2 != 0) continue;  // free, or its writer died in the middle
    sum.add({.hash = slot.hash, .length = slot.length, .kept = text(slot), .count = slot.count, .error = slot.error});
  }
}

void CountUrl::add(const Requests& requests) noexcept {
  const auto& kept = requests.kept;
  const auto set = slots_.subspan((requests.hash & set_mask_) * kWays, kWays);
  for (auto& slot : set) {
    if (slot.hash == requests.hash && slot.length == requests.length && slot.count != 0 &&
        std::memcmp(slot.text.data(), kept.data(), kept.size()) == 0) {
      store_release(slot.error, slot.error + requests.error);
      return store_release(slot.count, slot.count + requests.count);
    }
  }
  const auto fewer = [](const Slot& a, const Slot& b) { return a.count < b.count; };
  replace(*std::min_element(set.begin(), set.end(), fewer), requests);
}

void CountUrl::replace(Slot& slot, const Requests& requests) noexcept {
  decltype(slot.text) text{};
  std::memcpy(text.data(), requests.kept.data(), requests.kept.size());
  const auto version = slot.version;
  store_relaxed(slot.version, version + 1);
  store_release(slot.error, slot.count + requests.error);
  store_release(slot.count, slot.count + requests.count);
  store_release(slot.length, requests.length);
  slot.hash = requests.hash;
  for (std::size_t i = 0; i < text.size(); ++i) store_release(slot.text[i], text[i]);
  store_release(slot.version, version + 2);
}

Gate CountUrl::operator()(Packet& packet, Context&) noexcept {
  const auto segment = tcp_payload(packet.frame());
  if (!segment.empty()) {
    for (RequestScanner requests{segment}; requests.next();) add(one(requests.target()));
  }
  return out;
}

Gate CountUrl::look(const Packet& packet, Context&, std::uint64_t& finding) noexcept {
  finding = 0;
  const auto segment = tcp_payload(packet.frame());
  if (segment.empty()) return out;
  RequestScanner requests{segment};
  if (!requests.next()) return out;
  const auto url = requests.target();
  const auto offset = static_cast<std::size_t>(url.data() - reinterpret_cast<const char*>(packet.data));
  finding = Finding{.offset = offset, .length = url.size(), .several = requests.next()}.word();
  return out;
}

void CountUrl::settle(const Packet& packet, std::uint64_t word) noexcept {
  if (word == 0) return;
  const auto finding = Finding::of(word);
  if (!finding.several) {
    return add(one({reinterpret_cast<const char*>(packet.data) + finding.offset, finding.length}));
  }
  for (RequestScanner requests{tcp_payload(packet.frame())}; requests.next();) add(one(requests.target()));
}

}  // namespace unf::dataplane
