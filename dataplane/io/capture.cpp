#include "dataplane/io/capture.h"

#include <pcap/pcap.h>

#include <array>

namespace unf::dataplane {
namespace {
constexpr std::uint64_t kNanoseconds = 1'000'000'000;
constexpr int kSnapLength = 262'144;
}  // namespace

void CaptureReader::Close::operator()(pcap* handle) const noexcept { pcap_close(handle); }
void CaptureWriter::Close::operator()(pcap_dumper* dumper) const noexcept { pcap_dump_close(dumper); }

Result<CaptureReader> CaptureReader::open(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> reason{};
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return fail(Errc::unavailable, "{}: cannot be read", path);
  auto* handle = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason.data());
  if (handle == nullptr) {
    std::fclose(file);
    return fail(Errc::malformed, "{}: {}, expected a pcap or pcapng file", path, reason.data());
  }
  CaptureReader reader{path, handle};
  if (const int type = pcap_datalink(handle); type != DLT_EN10MB) {
    return fail(Errc::unsupported, "{}: link type {}, expected Ethernet (1)", path, type);
  }
  return reader;
}

Result<std::optional<CapturedFrame>> CaptureReader::next() {
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  const int status = pcap_next_ex(handle_.get(), &header, &data);
  if (status == PCAP_ERROR_BREAK) return std::nullopt;
  if (status != 1) return fail(Errc::malformed, "{}: after frame {}: {}", path_, frames_, pcap_geterr(handle_.get()));
  ++frames_;
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  return CapturedFrame{.time_ns = static_cast<std::uint64_t>(header->ts.tv_sec) * kNanoseconds +
                                  static_cast<std::uint64_t>(header->ts.tv_usec),  // nanoseconds, as asked for
                       .bytes = {bytes, bytes + header->caplen}};
}

Result<CaptureWriter> CaptureWriter::create(const std::string& path) {
  std::unique_ptr<pcap, void (*)(pcap*)> format{
      pcap_open_dead_with_tstamp_precision(DLT_EN10MB, kSnapLength, PCAP_TSTAMP_PRECISION_NANO), &pcap_close};
  auto* dumper = pcap_dump_open(format.get(), path.c_str());
  if (dumper == nullptr) return fail(Errc::unavailable, "{}", pcap_geterr(format.get()));
  return CaptureWriter{path, dumper};
}

void CaptureWriter::write(std::uint64_t time_ns, std::span<const std::byte> frame) {
  pcap_pkthdr header{};
  header.ts.tv_sec = static_cast<time_t>(time_ns / kNanoseconds);
  header.ts.tv_usec = static_cast<suseconds_t>(time_ns % kNanoseconds);
  header.caplen = header.len = static_cast<bpf_u_int32>(frame.size());
  pcap_dump(reinterpret_cast<u_char*>(dumper_.get()), &header, reinterpret_cast<const u_char*>(frame.data()));
}

Result<void> CaptureWriter::close() {
  const bool written = pcap_dump_flush(dumper_.get()) == 0;
  dumper_.reset();
  if (!written) return fail(Errc::unavailable, "{}: cannot be written", path_);
  return {};
}

}  // namespace unf::dataplane
