#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/plan.h"
#include "graph/model/stats.h"
#include "tests/support/replicas.h"

namespace unf::testing_support {

/// A packet as its fields, each a number.
using ToyPacket = std::array<std::uint32_t, kFieldNames.size()>;

/// Runs packets through a plan's graph with uNFs that do what their descriptors say and no less: the gate depends on
/// every field that is read, and on the state where there is one; every field that is written is changed. Replicas
/// have one state: what is dealt to them is another matter.
class ToyRun {
 public:
  struct Sent {
    std::string nic;  ///< `pair` where the plan leaves it to the ingress NIC
    ToyPacket packet;
    friend bool operator==(const Sent&, const Sent&) = default;
  };

  ToyRun(const Plan& plan, const Catalog& catalog) : plan_(plan), catalog_(catalog), replicas_(replicas_of(plan)) {}

  /// What leaves because `packet` came in on `path`.
  std::vector<Sent> receive(const std::string& path, const ToyPacket& packet) {
    const auto entry =
        std::find_if(plan_.classifiers.begin(), plan_.classifiers.end(), [&](const auto& c) { return c.path == path; });
    std::vector<Sent> sent;
    enter(path, entry->to, packet, sent);
    return sent;
  }

  std::map<OwnerPath, OwnerCount> counts() const { return owner_counts(plan_, stats_); }
  /// Packets that came to another replica than that of their flow.
  std::size_t misled() const { return misled_; }

 private:
  static std::uint64_t mix(std::uint64_t h, std::uint64_t value) {
    h ^= value + 0x9e3779b97f4a7c15 + (h << 6) + (h >> 2);
    h *= 0xff51afd7ed558ccd;
    return h ^ (h >> 33);
  }

  /// The flow's share of `count`; both directions alike.
  static std::size_t share_of(const ToyPacket& packet, std::size_t count) {
    std::uint64_t sum = 0;
    kFlowFields.each([&](Field f) { sum += packet[static_cast<std::size_t>(f)]; });
    return mix(0, sum) % count;
  }

  void enter(const std::string& path, const NodeId& id, ToyPacket packet, std::vector<Sent>& sent) {
    const auto& node = *plan_.find(id);
    const auto& replicas = replicas_.at(base_of(id));
    if (replicas[share_of(packet, replicas.size())] != &node) ++misled_;
    const auto& d = catalog_.find(node.type)->descriptor;
    if (node.type == "NicIngress" || node.type == "NicEgress") return leave(path, node, "out", packet, sent);

    auto hash = std::hash<std::string>{}(node.type + node.config.dump());
    d.reads.each([&](Field f) { hash = mix(hash, packet[static_cast<std::size_t>(f)]); });
    const bool remembers =
        d.state != StateClass::none && d.state != StateClass::config && d.state != StateClass::accumulator;
    if (remembers || !d.deterministic) {
      const auto& owner = node.owners.front().get();
      hash = mix(hash, mix(std::hash<std::string>{}(owner), seen_[owner]++));
    }
    auto changed = packet;
    d.writes.each([&](Field f) {
      changed[static_cast<std::size_t>(f)] = static_cast<std::uint32_t>(mix(hash, static_cast<std::uint64_t>(f) + 1));
    });
    const auto outputs = d.gates.size() - 1;
    const bool drops = d.drops && hash % 6 == 0;
    const auto gate = std::string{d.gates[drops ? 0 : 1 + (hash >> 8) % outputs]};
    leave(path, node, gate, changed, sent);
    if (d.emits != Emits::none && !drops) {
      for (auto& field : changed) field = static_cast<std::uint32_t>(mix(hash, field));
      leave(path, node, gate, changed, sent);
    }
  }

  void leave(const std::string& path, const Plan::Node& node, const std::string& gate, const ToyPacket& packet,
             std::vector<Sent>& sent) {
    std::vector<const Plan::Edge*> ways;
    for (const auto& edge : plan_.edges) {
      if (edge.from != node.id || edge.gate != gate) continue;
      if (!edge.paths.empty() && std::find(edge.paths.begin(), edge.paths.end(), path) == edge.paths.end()) continue;
      ways.push_back(&edge);
    }
    if (!ways.empty()) {
      const auto& edge = *ways[share_of(packet, ways.size())];
      ++stats_.edges[{edge.id, ""}].packets;
      if (edge.to) enter(path, *edge.to, packet, sent);
      return;
    }
    if (node.type == "NicEgress") sent.push_back({node.nic ? node.nic->get() : "pair", packet});
  }

  const Plan& plan_;
  const Catalog& catalog_;
  std::map<std::string, std::vector<const Plan::Node*>> replicas_;
  std::map<std::string, std::uint64_t> seen_;
  std::size_t misled_ = 0;
  GraphStats stats_;
};

}  // namespace unf::testing_support
