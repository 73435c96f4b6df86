#include "dataplane/io/dpdk.h"

#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_ip.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <x86intrin.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "dataplane/io/capture_device.h"

namespace unf::dataplane {
namespace {

constexpr std::uint16_t kDescriptors = 512;
constexpr std::uint32_t kTags = 4 * RTE_VLAN_HLEN;

Packet* packet_of(rte_mbuf* mbuf) noexcept { return static_cast<Packet*>(rte_mbuf_to_priv(mbuf)); }
rte_mbuf* mbuf_of(Packet* packet) noexcept { return reinterpret_cast<rte_mbuf*>(packet) - 1; }

void describe(rte_mbuf* mbuf) noexcept {
  const auto checksum = [&](std::uint64_t mask, std::uint64_t good, std::uint64_t bad) {
    const auto flags = mbuf->ol_flags & mask;
    return flags == good ? Checksum::good : flags == bad ? Checksum::bad : Checksum::unknown;
  };
  *packet_of(mbuf) = Packet{
      .data = rte_pktmbuf_mtod(mbuf, std::byte*),
      .length = mbuf->data_len,
      .room = static_cast<std::uint32_t>(mbuf->buf_len - mbuf->data_off),
      .ip_checksum = checksum(RTE_MBUF_F_RX_IP_CKSUM_MASK, RTE_MBUF_F_RX_IP_CKSUM_GOOD, RTE_MBUF_F_RX_IP_CKSUM_BAD),
      .l4_checksum = checksum(RTE_MBUF_F_RX_L4_CKSUM_MASK, RTE_MBUF_F_RX_L4_CKSUM_GOOD, RTE_MBUF_F_RX_L4_CKSUM_BAD),
      .arrival = __rdtsc()};
}

/// A port of DPDK, made from a virtual device.
class EthDevice final : public Device {
 public:
  EthDevice(std::string name, std::uint16_t port, std::uint32_t whole)
      : name_(std::move(name)), port_(port), whole_(whole) {}
  ~EthDevice() override {
    rte_eth_dev_stop(port_);
    rte_eth_dev_close(port_);
    rte_vdev_uninit(name_.c_str());
  }

  std::size_t receive(std::span<Packet*> into) noexcept override {
    std::array<rte_mbuf*, kMost> mbufs;
    const auto wanted = static_cast<std::uint16_t>(std::min(into.size(), kMost));
    const auto count = rte_eth_rx_burst(port_, 0, mbufs.data(), wanted);
    std::size_t taken = 0;
    for (std::uint16_t i = 0; i < count; ++i) {
      if (mbufs[i]->nb_segs != 1 || cut(*mbufs[i])) {
        unusable_.fetch_add(1, std::memory_order_relaxed);
        rte_pktmbuf_free(mbufs[i]);
        continue;
      }
      describe(mbufs[i]);
      into[taken++] = packet_of(mbufs[i]);
    }
    return taken;
  }

  std::size_t send(std::span<Packet* const> packets) noexcept override {
    std::array<rte_mbuf*, kMost> mbufs;
    const auto count = static_cast<std::uint16_t>(std::min(packets.size(), kMost));
    for (std::uint16_t i = 0; i < count; ++i) {
      auto* mbuf = mbuf_of(packets[i]);
      mbuf->data_len = static_cast<std::uint16_t>(packets[i]->length);
      mbuf->pkt_len = packets[i]->length;
      mbufs[i] = mbuf;
    }
    return rte_eth_tx_burst(port_, 0, mbufs.data(), count);
  }

  nlohmann::json counts() const override {
    rte_eth_stats stats{};
    rte_eth_stats_get(port_, &stats);
    return {{"missed", stats.imissed},
            {"rx_errors", stats.ierrors},
            {"no_buffer", stats.rx_nombuf},
            {"tx_errors", stats.oerrors},
            {"unusable", unusable_.load(std::memory_order_relaxed)}};
  }

 private:
  static constexpr std::size_t kMost = 64;

  /// af_packet cuts what does not fit its frames and does not say so: such a frame is as long as can be, and its IP
  /// length says more.
  [[nodiscard]] bool cut(const rte_mbuf& mbuf) const noexcept {
    if (whole_ == 0 || mbuf.data_len < whole_ || mbuf.data_len < sizeof(rte_ether_hdr) + sizeof(rte_ipv4_hdr))
      return false;
    const auto* eth = rte_pktmbuf_mtod(&mbuf, const rte_ether_hdr*);
    if (eth->ether_type != RTE_BE16(RTE_ETHER_TYPE_IPV4)) return true;
    const auto* ip = reinterpret_cast<const rte_ipv4_hdr*>(eth + 1);
    return rte_be_to_cpu_16(ip->total_length) + sizeof *eth > mbuf.data_len;
  }

  std::string name_;
  std::uint16_t port_;
  std::uint32_t whole_;  // frames at least this long may be cut; 0: never
  std::atomic<std::uint64_t> unusable_{0};
};

struct VirtualDevice {
  std::string driver;
  std::string arguments;
  std::uint32_t whole = 0;
};

Result<VirtualDevice> virtual_device(const Nic& nic, std::string_view kind, std::string_view of) {
  if (of.find_first_of(",=") != std::string::npos) {
    return fail(Errc::malformed, "NIC {}: device {} must not hold a comma or an equals sign", nic.name.get(),
                nic.device);
  }
  if (kind == "af_packet" && !of.empty()) {
    // A frame of the ring holds what the kernel says of the packet, too; blocks hold whole frames.
    std::uint32_t frame = 2048;
    while (frame < nic.mtu + RTE_ETHER_HDR_LEN + kTags + 128) frame *= 2;
    return VirtualDevice{"net_af_packet",
                         fmt::format("iface={},blocksz={},framesz={},framecnt={},qpairs=1", of, std::max(frame, 4096U),
                                     frame, kDescriptors),
                         nic.mtu + RTE_ETHER_HDR_LEN};
  }
  if (kind == "null" && of.empty()) return VirtualDevice{"net_null", "no-rx=1"};
  return fail(Errc::unsupported, "NIC {}: device {}: expected af_packet:INTERFACE, pcap:FILE or null", nic.name.get(),
              nic.device);
}

}  // namespace

Result<std::unique_ptr<MbufPool>> MbufPool::make(const std::string& name, std::size_t packets, std::uint32_t room) {
  const auto data = static_cast<std::uint16_t>(std::min(room + RTE_PKTMBUF_HEADROOM, std::uint32_t{UINT16_MAX}));
  auto* pool =
      rte_pktmbuf_pool_create(name.c_str(), static_cast<unsigned>(packets), 0, sizeof(Packet), data, SOCKET_ID_ANY);
  if (pool == nullptr) {
    return fail(Errc::no_capacity, "no memory for {} buffers of {} bytes: {}", packets, room, rte_strerror(rte_errno));
  }
  return std::unique_ptr<MbufPool>{new MbufPool{pool, packets}};
}

MbufPool::~MbufPool() { rte_mempool_free(pool_); }

std::size_t MbufPool::take(std::span<Packet*> into) noexcept {
  std::size_t taken = 0;
  for (; taken < into.size(); ++taken) {
    auto* mbuf = rte_pktmbuf_alloc(pool_);
    if (mbuf == nullptr) break;
    describe(mbuf);
    into[taken] = packet_of(mbuf);
  }
  return taken;
}

void MbufPool::give_back(std::span<Packet* const> packets) noexcept {
  for (auto* packet : packets) rte_pktmbuf_free(mbuf_of(packet));
}

void PoolSet::add(std::shared_ptr<MbufPool> pool) {
  if (std::ranges::find(pools_, pool) == pools_.end()) pools_.push_back(std::move(pool));
}

void PoolSet::add(const PoolSet& others) {
  for (const auto& pool : others.pools_) add(pool);
}

std::size_t PoolSet::take(std::span<Packet*> into) noexcept {
  std::size_t taken = 0;
  for (const auto& pool : pools_) taken += pool->take(into.subspan(taken));
  return taken;
}

void PoolSet::give_back(std::span<Packet* const> packets) noexcept { pools_.front()->give_back(packets); }

std::size_t PoolSet::size() const noexcept {
  std::size_t size = 0;
  for (const auto& pool : pools_) size += pool->size();
  return size;
}

SharedMemory::~SharedMemory() {
  for (auto* block : blocks_) rte_free(block);
}

void* SharedMemory::allocate(std::size_t bytes) {
  void* at = rte_zmalloc(nullptr, bytes, RTE_CACHE_LINE_SIZE);
  if (at != nullptr) blocks_.push_back(at);
  return at;
}

Result<std::unique_ptr<Device>> open_device(const Nic& nic, MbufPool& pool) {
  const std::string_view text = nic.device;
  const auto colon = text.find(':');
  const auto kind = text.substr(0, colon), of = colon == text.npos ? std::string_view{} : text.substr(colon + 1);
  if (kind == "pcap" && !of.empty()) {
    auto capture = CaptureDevice::open(std::string{of}, pool);
    if (!capture) return fail(capture.error().code, "NIC {}: {}", nic.name.get(), capture.error().message);
    return std::move(*capture);
  }
  auto device = virtual_device(nic, kind, of);
  if (!device) return fail(std::move(device.error()));
  static std::atomic<unsigned> number{0};
  const auto name = fmt::format("{}{}", device->driver, number++);
  const auto refuse = [&](const char* step, int status) {
    return fail(Errc::unavailable, "NIC {}: device {}: {}: {}", nic.name.get(), nic.device, step,
                rte_strerror(-status));
  };
  // Of this process alone: a hotplug would ask the runners to attach it too.
  if (const int status = rte_vdev_init(name.c_str(), device->arguments.c_str()); status < 0) {
    return refuse("cannot be opened", status);
  }
  std::uint16_t port = 0;
  if (const int status = rte_eth_dev_get_port_by_name(name.c_str(), &port); status < 0)
    return refuse("no port", status);
  auto opened = std::make_unique<EthDevice>(name, port, device->whole);

  const rte_eth_conf config{};
  const auto socket = rte_eth_dev_socket_id(port);
  if (const int status = rte_eth_dev_configure(port, 1, 1, &config); status < 0)
    return refuse("cannot be configured", status);
  if (const int status = rte_eth_rx_queue_setup(port, 0, kDescriptors, socket, nullptr, pool.get()); status < 0) {
    return refuse("no receive queue", status);
  }
  if (const int status = rte_eth_tx_queue_setup(port, 0, kDescriptors, socket, nullptr); status < 0) {
    return refuse("no transmit queue", status);
  }
  if (const int status = rte_eth_dev_start(port); status < 0) return refuse("cannot be started", status);
  rte_eth_promiscuous_enable(port);  // a bump in the wire sees frames for others
  return opened;
}

}  // namespace unf::dataplane
