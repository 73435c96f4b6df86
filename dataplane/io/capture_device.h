#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "dataplane/io/capture.h"
#include "dataplane/io/device.h"

namespace unf::dataplane {

/// A capture file in place of a NIC: its frames arrive once, as fast as they are taken; what is sent is written to
/// `PATH.out` with the time of day. In this process alone, where DPDK's net_pcap has every runner that attaches open
/// and truncate the files again.
class CaptureDevice final : public Device {
 public:
  /// `pool` outlives the device. Errors: those of CaptureReader::open and CaptureWriter::create.
  [[nodiscard]] static Result<std::unique_ptr<CaptureDevice>> open(const std::string& path, PacketPool& pool);

  /// A frame for which there is no buffer waits for one.
  [[nodiscard]] std::size_t receive(std::span<Packet*> into) noexcept override;
  [[nodiscard]] std::size_t send(std::span<Packet* const> packets) noexcept override;
  /// `rx_errors`: 1 where the capture is cut or broken; `unusable`: frames that are empty or fit no buffer.
  [[nodiscard]] nlohmann::json counts() const override;

 private:
  CaptureDevice(CaptureReader reader, CaptureWriter writer, PacketPool& pool)
      : reader_(std::move(reader)), writer_(std::move(writer)), pool_(pool) {}
  /// Reads the next frame to `next_`. Returns whether there was one.
  bool read() noexcept;

  CaptureReader reader_;
  CaptureWriter writer_;
  PacketPool& pool_;
  std::optional<CapturedFrame> next_;
  bool ended_ = false;
  std::atomic<std::uint64_t> rx_errors_{0}, unusable_{0};
};

}  // namespace unf::dataplane
