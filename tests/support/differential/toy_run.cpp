#include "tests/support/differential/toy_run.h"

#include <algorithm>
#include <array>

#include "graph/model/filter_rules.h"
#include "tests/support/replicas.h"

namespace unf::testing_support {
namespace {

constexpr std::size_t kSame = ~std::size_t{0};
constexpr int kDeepest = 500;

std::uint64_t mix(std::uint64_t h, std::uint64_t value) {
  h ^= value + 0x9e3779b97f4a7c15 + (h << 6) + (h >> 2);
  h *= 0xff51afd7ed558ccd;
  return h ^ (h >> 33);
}

std::uint32_t at(const ToyPacket& packet, Field field) { return packet[static_cast<std::size_t>(field)]; }
std::uint32_t& at(ToyPacket& packet, Field field) { return packet[static_cast<std::size_t>(field)]; }

std::uint8_t proto_of(const ToyPacket& packet) {
  constexpr std::array<std::uint8_t, 4> kProtocols{6, 17, 1, 6};
  return kProtocols[at(packet, Field::ip_proto) % 4];
}
bool is_ip(const ToyPacket& packet) { return at(packet, Field::eth_type) % 4 != 0; }
bool has_ports(const ToyPacket& packet) { return proto_of(packet) != 1 && at(packet, Field::ip_frag) % 4 != 3; }

IpPrefix address(std::uint32_t number) {
  return {.address = {10, 0, 0, static_cast<std::uint8_t>(number % 4)}, .length = 32};
}

/// The field that says whether a fact holds: not where it is a multiple of 4.
Field witness(Fact fact) {
  switch (fact) {
    case Fact::ip_header_ok:
      return Field::ip_len;
    case Fact::ip_checksum_ok:
      return Field::ip_checksum;
    case Fact::l4_header_ok:
      return Field::tcp_options;
  }
  return Field::ip_len;
}

/// The flow's share of `count`; both directions alike.
std::size_t share_of(const ToyPacket& packet, std::size_t count) {
  std::uint64_t sum = 0;
  kFlowFields.each([&](Field f) { sum += at(packet, f); });
  return mix(0, sum) % count;
}

/// Of those properties only that are configured, where the schema says so.
FieldSet configured(FieldSet all, const nlohmann::json& schema, const nlohmann::json& config, const char* member) {
  FieldSet used;
  bool says = false;
  if (!schema.contains("properties")) return all;
  for (const auto& [name, property] : schema.at("properties").items()) {
    if (!property.contains(member)) continue;
    says = true;
    if (!config.contains(name)) continue;
    for (const auto& field : property.at(member)) used.insert(*FieldSet::parse(field.get<std::string>()));
  }
  return says ? used : all;
}

}  // namespace

bool fits(const Match& match, const ToyPacket& packet) {
  const bool ip = is_ip(packet);
  if (match.ether_type && (*match.ether_type == 2048) != ip) return false;
  const bool sound = ip && holds(Fact::ip_header_ok, packet);
  if ((match.src || match.dst || match.proto || !match.sport.any() || !match.dport.any()) && !sound) return false;
  if (match.proto && *match.proto != proto_of(packet)) return false;
  if (match.src && !match.src->covers(address(at(packet, Field::ip_src)))) return false;
  if (match.dst && !match.dst->covers(address(at(packet, Field::ip_dst)))) return false;
  const auto in = [&](const PortRange& range, Field field) {
    return range.any() ||
           (has_ports(packet) && range.first <= at(packet, field) % 4 && at(packet, field) % 4 <= range.last);
  };
  return in(match.sport, Field::l4_sport) && in(match.dport, Field::l4_dport);
}

bool holds(Fact fact, const ToyPacket& packet) { return at(packet, witness(fact)) % 4 != 0; }

ToyRun::ToyRun(const Plan& plan, const Catalog& catalog) : plan_(plan), catalog_(catalog) {
  for (const auto& c : plan.classifiers) std::ignore = path_index(c.path);
  for (const auto& e : plan.edges) {
    for (const auto& path : e.paths) std::ignore = path_index(path);
  }
  std::map<std::string, std::string> type_of;  // by owner, as asked for
  for (const auto& node : plan.original.nodes) type_of[node.owners[0].get()] = node.type;

  std::map<NodeId, std::size_t> index_of;
  for (const auto& planned : plan.nodes) {
    Node node;
    node.planned = &planned;
    const auto* entry = catalog.find(planned.type);
    node.descriptor = &entry->descriptor;
    node.reads = configured(entry->descriptor.reads, entry->config_schema, planned.config, "unf-reads");
    node.writes = configured(entry->descriptor.writes, entry->config_schema, planned.config, "unf-writes");
    node.seed = std::hash<std::string>{}(planned.type + planned.config.dump());
    node.gates.resize(node.descriptor->gates.size());
    node.egress = planned.type == "NicEgress";
    node.io = node.egress || planned.type == "NicIngress";
    const auto state = node.descriptor->state;
    node.keeps = state != StateClass::none && state != StateClass::config;
    node.keeper = planned.owners.front();
    for (const auto& owner : planned.owners) {
      if (type_of[owner.get()] == planned.type) {
        node.keeper = owner;
        break;
      }
    }
    read_config(node);
    index_of[planned.id] = nodes_.size();
    nodes_.push_back(std::move(node));
  }
  for (const auto& [base, replicas] : replicas_of(plan)) {
    for (std::size_t k = 0; k < replicas.size(); ++k) {
      auto& node = nodes_[index_of.at(replicas[k]->id)];
      node.replicas = replicas.size();
      node.replica = k;
    }
  }
  for (const auto& stage : plan.stages) {
    for (std::size_t i = 0; i < stage.size(); ++i) nodes_[index_of.at(stage[i])].stage_position = i;
  }
  for (std::size_t e = 0; e < plan.edges.size(); ++e) {
    const auto& edge = plan.edges[e];
    auto& node = nodes_[index_of.at(edge.from)];
    Way way{e, edge.port == Plan::Port::branch, {}, edge.paths.empty()};
    for (const auto& path : edge.paths) way.paths.set(path_index(path));
    node.gates[*node.descriptor->gates.index_of(edge.gate)].push_back(way);
    target_.push_back(edge.to ? index_of.at(*edge.to) : nodes_.size());
    becomes_.push_back(edge.becomes.empty() ? kSame : path_index(edge.becomes));
  }
  for (const auto& c : plan.classifiers) entry_.emplace(c.path, index_of.at(c.to));
  packets_.assign(plan.edges.size(), 0);
}

std::size_t ToyRun::path_index(const std::string& path) {
  const auto known = std::ranges::find(paths_, path);
  if (known != paths_.end()) return static_cast<std::size_t>(known - paths_.begin());
  paths_.push_back(path);
  return paths_.size() - 1;
}

void ToyRun::read_config(Node& node) {
  const auto& type = node.planned->type;
  const auto& config = node.planned->config;
  if (type == "L3L4Filter" || type == "HeaderClassifier") {
    const bool filter = type == "L3L4Filter";
    const auto& rules = config.at("rules");
    std::vector<const Artifact*> files;
    for (const auto& digest : rules.is_array() ? rules : nlohmann::json::array({rules})) {
      files.push_back(&plan_.artifacts.at(digest.get<std::string>()));
    }
    const auto tables = parse_filter_tables(files, filter ? kFilterVerdicts : kClassifierVerdicts);
    for (const auto& table : *tables) {
      auto& rows = node.tables.emplace_back();
      for (const auto& [verdict, match] : table) {
        rows.push_back({match, static_cast<Gate>(filter ? 1 - verdict : verdict), table_of(verdict)});
      }
    }
    node.otherwise = filter ? kDropGate : Gate{1};
  }
  if (type == "ValidateUrl") {
    const auto& rules = config.at("rules");
    for (const auto& set : rules.is_array() ? rules : nlohmann::json::array({rules})) {
      node.sets.push_back(std::hash<std::string>{}(set.get<std::string>()));
    }
  }
}

std::vector<ToyRun::Sent> ToyRun::receive(const std::string& path, const ToyPacket& packet) {
  std::vector<Sent> sent;
  enter(path_index(path), entry_.at(path), packet, sent, 0);
  return sent;
}

void ToyRun::enter(std::size_t path, std::size_t index, ToyPacket packet, std::vector<Sent>& sent, int depth) {
  if (depth == kDeepest) return;
  const auto& node = nodes_[index];
  if (share_of(packet, node.replicas) != node.replica) ++misled_;
  const auto decision = decide(node, packet);
  if (node.keeps) observed_[node.keeper] += decision.noted;
  leave(path, node, decision.gate, decision.packet, sent, depth);
  if (decision.emitted) leave(path, node, decision.gate, *decision.emitted, sent, depth);
}

ToyRun::Decision ToyRun::decide(const Node& node, ToyPacket packet) {
  if (node.io) {
    if (!node.planned->config.empty()) at(packet, Field::eth_dst) = static_cast<std::uint32_t>(node.seed);
    return {.gate = 1, .packet = packet};
  }
  const auto& d = *node.descriptor;
  auto hash = node.seed;
  node.reads.each([&](Field f) { hash = mix(hash, at(packet, f)); });
  bool lost = false;  // without what it requires
  d.requires_facts.each([&](Fact fact) { lost |= !holds(fact, packet); });
  if (lost) {
    for (const auto field : packet) hash = mix(hash, field + 77);
  }
  const auto noted = hash;
  if ((node.keeps && d.state != StateClass::accumulator) || !d.deterministic) {
    hash = mix(hash, mix(std::hash<std::string>{}(node.keeper.get()), seen_[node.keeper]++));
  }
  Decision decision{.gate = 1, .packet = packet, .noted = noted};
  auto& changed = decision.packet;
  if (node.otherwise) {
    decision.gate = *node.otherwise;
    if (!is_ip(packet) || !holds(Fact::ip_header_ok, packet)) return decision;
    for (std::size_t table = 0;;) {
      const auto& rows = node.tables[table];
      const auto row = std::ranges::find_if(rows, [&](const Row& r) { return fits(r.match, packet); });
      if (row == rows.end()) return decision;
      if (!row->table) {
        decision.gate = row->gate;
        return decision;
      }
      table = *row->table;
    }
  }
  if (!node.sets.empty()) {
    for (std::size_t i = 0; i < node.sets.size() && decision.gate == 1; ++i) {
      auto seen = node.sets[i];
      node.reads.each([&](Field f) { seen = mix(seen, at(packet, f)); });
      if (seen % 3 == 0) decision.gate = static_cast<Gate>(2 + i);
    }
    return decision;
  }
  if (d.type == "HeaderRewriter") {
    for (const auto& [name, value] : node.planned->config.items()) {
      if (!is_ip(packet)) break;
      if (name == "ip_src" || name == "ip_dst") {
        const auto prefix = *IpPrefix::parse(value.get<std::string>());
        at(changed, name == "ip_src" ? Field::ip_src : Field::ip_dst) = prefix.address[3];
      } else if (name == "dscp") {
        at(changed, Field::ip_dscp) = value;
      } else if (has_ports(packet)) {
        at(changed, name == "sport" ? Field::l4_sport : Field::l4_dport) = value;
      }
    }
    return decision;
  }
  node.writes.each(
      [&](Field f) { at(changed, f) = static_cast<std::uint32_t>(mix(hash, static_cast<std::uint64_t>(f) + 1)); });
  FactSet::all().each([&](Fact fact) {
    auto& says = at(changed, witness(fact));
    const bool kept = d.establishes.contains(fact) || (d.preserves.contains(fact) && holds(fact, packet));
    if (node.writes.contains(witness(fact)) && kept && says % 4 == 0) ++says;
  });
  bool refused = d.drops && !d.only_checks && hash % 6 == 0;
  d.establishes.each([&](Fact fact) { refused |= !holds(fact, changed); });
  const auto outputs = d.gates.size() - 1;
  decision.gate = refused ? kDropGate : static_cast<Gate>(1 + (hash >> 8) % outputs);
  if (d.emits != Emits::none && !refused) {
    auto emitted = changed;
    for (auto& field : emitted) field = static_cast<std::uint32_t>(mix(hash, field));
    d.establishes.each([&](Fact fact) {
      if (!holds(fact, emitted)) ++at(emitted, witness(fact));
    });
    decision.emitted = emitted;
  }
  return decision;
}

/// The last member first, as nothing says which comes first; the first one in the chain that drops has dropped it.
void ToyRun::enter_stage(std::size_t path, const std::vector<std::size_t>& branches, ToyPacket packet,
                         std::vector<Sent>& sent, int depth) {
  std::vector<Decision> decisions(branches.size());
  for (auto i = branches.size(); i-- > 0;) {
    const auto& node = nodes_[target_[branches[i]]];
    decisions[i] = decide(node, packet);
    packet = decisions[i].packet;
    if (node.keeps && !node.descriptor->deferrable) observed_[node.keeper] += decisions[i].noted;
  }
  for (std::size_t i = 0; i < branches.size(); ++i) {
    const auto& node = nodes_[target_[branches[i]]];
    ++packets_[branches[i]];
    if (node.keeps && node.descriptor->deferrable) observed_[node.keeper] += decisions[i].noted;
    const bool last = i + 1 == branches.size();
    if (decisions[i].gate == kDropGate || last) return leave(path, node, decisions[i].gate, packet, sent, depth);
  }
}

void ToyRun::leave(std::size_t path, const Node& node, Gate gate, const ToyPacket& packet, std::vector<Sent>& sent,
                   int depth) {
  std::vector<std::size_t> ways;
  bool branch = false;
  for (const auto& way : node.gates[gate]) {
    if (!way.all_paths && !way.paths.test(path)) continue;
    ways.push_back(way.edge);
    branch |= way.branch;
  }
  if (branch) {
    std::ranges::sort(ways, {}, [&](std::size_t edge) { return nodes_[target_[edge]].stage_position; });
    return enter_stage(path, ways, packet, sent, depth + 1);
  }
  if (!ways.empty()) {
    const auto edge = ways[share_of(packet, ways.size())];
    ++packets_[edge];
    const auto next = becomes_[edge] == kSame ? path : becomes_[edge];
    if (target_[edge] != nodes_.size()) enter(next, target_[edge], packet, sent, depth + 1);
    return;
  }
  if (node.egress) sent.push_back({node.planned->nic ? node.planned->nic->get() : "pair", packet});
}

std::map<OwnerPath, OwnerCount> ToyRun::counts() const {
  GraphStats stats;
  for (std::size_t e = 0; e < packets_.size(); ++e) stats.edges[{plan_.edges[e].id, ""}].packets = packets_[e];
  return owner_counts(plan_, stats);
}

}  // namespace unf::testing_support
