#include "dataplane/io/capture_device.h"

#include <x86intrin.h>

#include <algorithm>
#include <chrono>

namespace unf::dataplane {

Result<std::unique_ptr<CaptureDevice>> CaptureDevice::open(const std::string& path, PacketPool& pool) {
  auto reader = CaptureReader::open(path);
  if (!reader) return fail(std::move(reader.error()));
  auto writer = CaptureWriter::create(path + ".out");
  if (!writer) return fail(std::move(writer.error()));
  return std::unique_ptr<CaptureDevice>{new CaptureDevice{std::move(*reader), std::move(*writer), pool}};
}

bool CaptureDevice::read() noexcept {
  if (next_) return true;
  if (ended_) return false;
  auto frame = reader_.next();
  if (!frame) rx_errors_.fetch_add(1, std::memory_order_relaxed);
  if (frame) next_ = std::move(*frame);
  ended_ = !next_;
  return !ended_;
}

std::size_t CaptureDevice::receive(std::span<Packet*> into) noexcept {
  std::size_t taken = 0;
  while (taken < into.size() && read()) {
    Packet* packet = nullptr;
    if (pool_.take({&packet, 1}) == 0) break;
    const auto& bytes = next_->bytes;
    if (bytes.empty() || bytes.size() > packet->room) {
      unusable_.fetch_add(1, std::memory_order_relaxed);
      pool_.give_back({&packet, 1});
    } else {
      std::copy(bytes.begin(), bytes.end(), packet->data);
      packet->length = static_cast<std::uint32_t>(bytes.size());
      packet->arrival = __rdtsc();
      into[taken++] = packet;
    }
    next_.reset();
  }
  return taken;
}

std::size_t CaptureDevice::send(std::span<Packet* const> packets) noexcept {
  const auto now = std::chrono::nanoseconds{std::chrono::system_clock::now().time_since_epoch()}.count();
  for (const auto* packet : packets) writer_.write(static_cast<std::uint64_t>(now), packet->frame());
  pool_.give_back(packets);
  return packets.size();
}

nlohmann::json CaptureDevice::counts() const {
  return {{"rx_errors", rx_errors_.load(std::memory_order_relaxed)},
          {"unusable", unusable_.load(std::memory_order_relaxed)}};
}

}  // namespace unf::dataplane
