#include "dataplane/replay/replay.h"

#include <algorithm>
#include <cstring>

namespace unf::dataplane {
namespace {

constexpr std::size_t kPackets = 1024;
constexpr std::uint32_t kRoom = 65'535;

/// The NICs a plan names, paired: `in` with `out`, then those that are left two by two in the order they are named.
std::vector<Nic> nics_of(const Plan& plan) {
  std::vector<NicName> names;
  const auto add = [&](const NicName& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const auto& classifier : plan.classifiers) add(classifier.in);
  for (const auto& node : plan.nodes) {
    if (node.nic) add(*node.nic);
  }
  const NicName in{"in"}, out{"out"};
  const bool usual = std::ranges::all_of(names, [&](const auto& name) { return name == in || name == out; });
  if (usual) names = {in, out};
  if (names.size() == 1) names.push_back(NicName{names.front().get() + "-pair"});

  std::vector<Nic> nics;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Nic nic;
    nic.name = names[i];
    if (const auto other = i ^ 1U; other < names.size()) nic.pair = names[other];
    nics.push_back(std::move(nic));
  }
  return nics;
}

}  // namespace

/// The far end of a NIC: what is sent goes to the callback.
class Replay::Exit final : public Device {
 public:
  Exit(NicName nic, const Out& out, PacketPool& pool) : nic_(std::move(nic)), out_(out), pool_(pool) {}
  std::size_t receive(std::span<Packet*>) noexcept override { return 0; }
  std::size_t send(std::span<Packet* const> packets) noexcept override {
    for (const auto* packet : packets) out_(nic_, packet->arrival, packet->frame());
    pool_.give_back(packets);
    return packets.size();
  }

 private:
  NicName nic_;
  Out out_;
  PacketPool& pool_;
};

Replay::Replay(const UnfCatalog& unfs) : unfs_(unfs) {}
Replay::~Replay() = default;

Result<std::unique_ptr<Replay>> Replay::make(const UnfCatalog& unfs, Plan plan, Out out) {
  std::unique_ptr<Replay> replay{new Replay{unfs}};
  replay->host_.nics = nics_of(plan);
  replay->pool_ = std::make_unique<HeapPool>(kPackets, kRoom);
  std::vector<Device*> devices;
  for (const auto& nic : replay->host_.nics) {
    devices.push_back(replay->exits_.emplace_back(std::make_unique<Exit>(nic.name, out, *replay->pool_)).get());
  }
  auto counters = CounterFile::in_memory(plan);
  SharedObjects objects{[] { return std::make_unique<HeapMemory>(); }};
  auto graph = HostedGraph::make(unfs, std::move(plan), replay->host_, std::move(counters), devices,
                                 std::make_unique<HeapMemory>(), objects, *replay->pool_);
  if (!graph) return fail(std::move(graph.error()));
  replay->graph_ = std::move(*graph);
  for (const auto& id : replay->graph_->runners()) {
    auto runner = replay->graph_->make_runner(id);
    if (!runner) return fail(std::move(runner.error()));
    replay->runners_.push_back(std::move(*runner));
  }
  return replay;
}

bool Replay::has_nic(const NicName& nic) const { return host_.find_nic(nic) != nullptr; }

Result<void> Replay::receive(const NicName& nic, std::uint64_t time_ns, std::span<const std::byte> frame) {
  const auto at = std::ranges::find(host_.nics, nic, &Nic::name);
  if (at == host_.nics.end()) return fail(Errc::not_found, "the plan has no NIC {}", nic.get());
  if (frame.size() > kRoom) return fail(Errc::malformed, "a frame of {} bytes, at most {}", frame.size(), kRoom);
  const auto port = static_cast<std::size_t>(at - host_.nics.begin());
  if (port != burst_port_ || burst_.size() == kBurst) flush();
  burst_port_ = port;
  Packet* packet = nullptr;
  if (pool_->take(std::span{&packet, 1}) == 0)
    return fail(Errc::internal, "no buffers: {} packets were lost", leaked());
  if (!frame.empty()) std::memcpy(packet->data, frame.data(), frame.size());
  packet->length = static_cast<std::uint32_t>(frame.size());
  packet->arrival = time_ns;
  burst_.push_back(packet);
  return {};
}

void Replay::flush() {
  if (!burst_.empty()) graph_->io().enter(burst_, burst_port_);
  burst_.clear();
  for (bool busy = true; busy;) {
    busy = false;
    for (auto& runner : runners_) busy |= runner.step() != 0;
    busy |= graph_->io().transmit() != 0;
  }
}

GraphStats Replay::stats() const { return graph_->counters().stats(graph_->plan(), unfs_.descriptors()); }

std::size_t Replay::leaked() const {
  std::size_t spare = 0;
  for (const auto& id : graph_->runners()) spare += graph_->wiring(id).spare->size();
  return pool_->size() - pool_->free() - spare - burst_.size();
}

}  // namespace unf::dataplane
