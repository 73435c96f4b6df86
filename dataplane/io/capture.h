#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph/model/result.h"

struct pcap;
struct pcap_dumper;

namespace unf::dataplane {

/// One frame of a capture.
struct CapturedFrame {
  std::uint64_t time_ns = 0;
  std::vector<std::byte> bytes;
};

/// Reads a capture file (pcap or pcapng) of Ethernet frames, one by one.
class CaptureReader {
 public:
  /// Errors: unavailable where it cannot be read; malformed where it is no capture; unsupported for another link type.
  [[nodiscard]] static Result<CaptureReader> open(const std::string& path);
  /// The next frame, none at the end. Errors: malformed, with the frame's number.
  [[nodiscard]] Result<std::optional<CapturedFrame>> next();

 private:
  struct Close {
    void operator()(pcap* handle) const noexcept;
  };
  CaptureReader(std::string path, pcap* handle) : path_(std::move(path)), handle_(handle) {}
  std::string path_;
  std::unique_ptr<pcap, Close> handle_;
  std::uint64_t frames_ = 0;
};

/// Writes a capture file with nanosecond time stamps.
class CaptureWriter {
 public:
  /// Errors: unavailable.
  [[nodiscard]] static Result<CaptureWriter> create(const std::string& path);
  void write(std::uint64_t time_ns, std::span<const std::byte> frame);
  /// Errors: unavailable where not everything could be written.
  [[nodiscard]] Result<void> close();

 private:
  struct Close {
    void operator()(pcap_dumper* dumper) const noexcept;
  };
  CaptureWriter(std::string path, pcap_dumper* dumper) : path_(std::move(path)), dumper_(dumper) {}
  std::string path_;
  std::unique_ptr<pcap_dumper, Close> dumper_;
};

}  // namespace unf::dataplane
