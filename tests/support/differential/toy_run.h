#pragma once

#include <array>
#include <bitset>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/plan.h"
#include "graph/model/stats.h"

namespace unf::testing_support {

/// A packet as its fields, each a small number.
using ToyPacket = std::array<std::uint32_t, kFieldNames.size()>;

/// Whether a packet fits: addresses are 10.0.0.0 to 10.0.0.3, ports 0 to 3, protocols TCP, UDP, ICMP; some packets are
/// not IP, some have a broken header, some are fragments.
[[nodiscard]] bool fits(const Match& match, const ToyPacket& packet);
/// Whether a fact holds of it.
[[nodiscard]] bool holds(Fact fact, const ToyPacket& packet);

/// Runs packets through a plan's graph with uNFs that do what their descriptors say and no less: the gate depends on
/// every field that is read, and on the state where there is one; every field that is written is changed; without the
/// facts that it requires, a uNF does anything. Rule files, pattern sets and header settings mean what they say.
/// Replicas have one state: what is dealt to them is another matter.
class ToyRun {
 public:
  struct Sent {
    std::string nic;  ///< `pair` where the plan leaves it to the ingress NIC
    ToyPacket packet;
    friend auto operator<=>(const Sent&, const Sent&) = default;
  };

  ToyRun(const Plan& plan, const Catalog& catalog);

  /// What leaves because `packet` came in on `path`.
  [[nodiscard]] std::vector<Sent> receive(const std::string& path, const ToyPacket& packet);

  [[nodiscard]] std::map<OwnerPath, OwnerCount> counts() const;
  /// What uNFs that keep something know of the packets they had, by owner.
  [[nodiscard]] const std::map<OwnerPath, std::uint64_t>& observed() const { return observed_; }
  /// Packets that came to another replica than that of their flow.
  [[nodiscard]] std::size_t misled() const { return misled_; }

 private:
  static constexpr std::size_t kMaxPaths = 512;  // and what their packets go over to

  struct Way {
    std::size_t edge;
    bool branch;
    std::bitset<kMaxPaths> paths;
    bool all_paths;
  };
  struct Row {
    Match match;
    Gate gate;
    std::optional<std::size_t> table;  // that decides instead
  };
  struct Node {
    const Plan::Node* planned = nullptr;
    const UnfDescriptor* descriptor = nullptr;
    std::uint64_t seed = 0;
    std::vector<std::vector<Way>> gates;
    std::size_t replicas = 1, replica = 0, stage_position = 0;
    std::vector<std::vector<Row>> tables;
    std::optional<Gate> otherwise;    // of its tables
    std::vector<std::uint64_t> sets;  // of patterns
    FieldSet reads, writes;
    OwnerPath keeper;  // whose state it is
    bool egress = false, io = false, keeps = false;
  };

  /// What a uNF does with a packet.
  struct Decision {
    Gate gate = kDropGate;
    ToyPacket packet{};
    std::optional<ToyPacket> emitted{};
    std::uint64_t noted = 0;  ///< what it keeps of it
  };
  [[nodiscard]] Decision decide(const Node& node, ToyPacket packet);
  void enter_stage(std::size_t path, const std::vector<std::size_t>& branches, ToyPacket packet,
                   std::vector<Sent>& sent, int depth);
  void enter(std::size_t path, std::size_t node, ToyPacket packet, std::vector<Sent>& sent, int depth);
  void leave(std::size_t path, const Node& node, Gate gate, const ToyPacket& packet, std::vector<Sent>& sent,
             int depth);
  [[nodiscard]] std::size_t path_index(const std::string& path);
  void read_config(Node& node);

  const Plan& plan_;
  const Catalog& catalog_;
  std::vector<std::string> paths_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> target_;   // by edge; none: nodes_.size()
  std::vector<std::size_t> becomes_;  // by edge; the same path: kSame
  std::map<std::string, std::size_t> entry_;
  std::vector<std::uint64_t> packets_;  // by edge
  std::map<OwnerPath, std::uint64_t> seen_, observed_;
  std::size_t misled_ = 0;
};

}  // namespace unf::testing_support
