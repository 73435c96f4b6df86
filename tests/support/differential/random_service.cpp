#include "tests/support/differential/random_service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "graph/model/digest.h"

namespace unf::testing_support {
namespace {

constexpr std::string_view kRules =
    R"({"type":"object","properties":{"rules":{"type":"string","format":"unf-artifact"}},"required":["rules"]})";
constexpr std::string_view kFiles = R"({"type":"object","properties":{"rules":{}},"required":["rules"]})";
constexpr std::string_view kSettings = R"({"type":"object","properties":{
    "ip_src":{"type":"string","unf-reads":["eth.type"],"unf-writes":["ip.src"]},
    "ip_dst":{"type":"string","unf-reads":["eth.type"],"unf-writes":["ip.dst"]},
    "sport":{"type":"integer","unf-reads":["eth.type","ip.proto","ip.frag"],"unf-writes":["l4.sport"]},
    "dport":{"type":"integer","unf-reads":["eth.type","ip.proto","ip.frag"],"unf-writes":["l4.dport"]},
    "dscp":{"type":"integer","unf-reads":["eth.type"],"unf-writes":["ip.dscp"]}}})";
constexpr auto kTableReads = fields(Field::eth_type, Field::ip_len, Field::ip_frag, Field::ip_proto, Field::ip_src,
                                    Field::ip_dst, Field::l4_sport, Field::l4_dport);

class Generator {
 public:
  Generator(std::uint64_t seed, const Shape& shape) : random_(seed), shape_(shape) {}

  RandomService run() {
    make_types();
    make_request();
    return {Catalog{types_}, std::move(request_), make_inventory()};
  }

  RandomServices run(std::size_t count) {
    make_types();
    std::vector<ServiceRequest> requests;
    while (requests.size() < count) {
      request_ = {};
      make_request();
      request_.name = fmt::format("s{}", requests.size());
      for (auto& path : request_.paths) path.name = request_.name + "-" + path.name;
      for (const auto& [verdict, texts] : files_) {
        for (const auto& text : texts) request_.artifacts[digest_of(text)] = {"random.rules", text};
      }
      requests.push_back(std::move(request_));
    }
    return {Catalog{types_}, std::move(requests), make_inventory()};
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool one_in(int n) { return below(n) == 0; }
  template <typename T>
  T pick(std::initializer_list<T> choices) {
    return *(choices.begin() + below(static_cast<int>(choices.size())));
  }

  FieldSet some_fields(int at_most) {
    FieldSet set;
    for (int i = below(at_most + 1); i > 0; --i) {
      set.insert(pick({Field::eth_dst, Field::ip_ttl, Field::ip_dst, Field::l4_dport, Field::payload_bytes,
                       Field::ip_len, Field::ip_checksum}));
    }
    return set;
  }
  FactSet some_facts(int at_most) {
    FactSet set;
    for (int i = below(at_most + 1); i > 0; --i) set.insert(pick({Fact::ip_header_ok, Fact::ip_checksum_ok}));
    return set;
  }

  void make_types() {
    types_ = {{.type = "NicIngress", .gates = {"drop", "out"}, .drops = false, .nominal_cycles = 20},
              {.type = "NicEgress",
               .gates = {"drop", "out"},
               .writes = fields(Field::eth_dst),
               .drops = false,
               .nominal_cycles = 20,
               .config = "{}"}};
    for (const std::string_view name : {"T0", "T1", "T2", "T3"}) {
      UnfDescriptor d{.type = name,
                      .gates = {"drop", "a"},
                      .reads = some_fields(3),
                      .nominal_cycles = static_cast<std::uint32_t>(5 + below(40)),
                      .config = "{}"};
      if (one_in(2)) d.gates.push_back("b");
      if (one_in(6)) d.gates.push_back("c");
      d.drops = one_in(2);
      if (one_in(3)) {
        d.writes = some_fields(2);
        d.preserves = some_facts(2);
        d.state = pick(
            {StateClass::none, StateClass::config, StateClass::accumulator, StateClass::keyed, StateClass::ordered});
        d.emits = one_in(5) ? Emits::fresh : Emits::none;
        d.deterministic = !one_in(6);
        d.deferrable = d.state == StateClass::accumulator && one_in(2);
      }
      types_.push_back(d);
    }
    // What would be rare by chance. A check, a writer of what it reads, and the check again:
    if (one_in(2)) {
      types_[2] = {.type = "T0",
                   .gates = {"drop", "a", "b"},
                   .reads = fields(Field::ip_ttl),
                   .nominal_cycles = 10,
                   .config = "{}"};
      types_[3].writes.insert(Field::ip_ttl);
      types_[3].emits = Emits::none;
    }
    // A counter; something that changes what others count by; something that needs a fact.
    if (one_in(3))
      types_[4] = {.type = "T2",
                   .gates = {"drop", "a"},
                   .reads = some_fields(2),
                   .drops = false,
                   .state = StateClass::accumulator,
                   .deferrable = one_in(2),
                   .nominal_cycles = 30,
                   .config = "{}"};
    types_.push_back({.type = "Check",
                      .gates = {"drop", "out"},
                      .reads = fields(Field::ip_len, Field::ip_checksum),
                      .establishes = facts(Fact::ip_header_ok, Fact::ip_checksum_ok),
                      .only_checks = true,
                      .nominal_cycles = 8,
                      .config = "{}"});
    types_.push_back({.type = "Decrement",
                      .gates = {"drop", "out"},
                      .reads = fields(Field::ip_ttl, Field::ip_checksum),
                      .writes = fields(Field::ip_ttl, Field::ip_checksum),
                      .preserves = facts(Fact::ip_checksum_ok, Fact::ip_header_ok),
                      .nominal_cycles = 5,
                      .config = "{}"});
    types_.push_back({.type = "Mend",  // establishes what it need not check
                      .gates = {"drop", "out"},
                      .reads = fields(Field::ip_len, Field::ip_checksum, Field::payload_bytes),
                      .establishes = facts(Fact::ip_header_ok, Fact::ip_checksum_ok),
                      .nominal_cycles = 9,
                      .config = "{}"});
    types_.push_back({.type = "Repair",  // makes it true
                      .gates = {"drop", "out"},
                      .writes = fields(Field::ip_len, Field::ip_checksum),
                      .drops = false,
                      .establishes = facts(Fact::ip_header_ok, Fact::ip_checksum_ok),
                      .nominal_cycles = 30,
                      .config = "{}"});
    types_.push_back({.type = "Needy",
                      .gates = {"drop", "out"},
                      .reads = some_fields(2),
                      .drops = one_in(2),
                      .requires_facts = facts(Fact::ip_header_ok),
                      .nominal_cycles = 40,
                      .config = "{}"});
    types_.push_back({.type = "L3L4Filter",
                      .gates = {"drop", "out"},
                      .reads = kTableReads,
                      .state = StateClass::config,
                      .nominal_cycles = 55,
                      .config = kRules});
    types_.push_back({.type = "HeaderClassifier",
                      .gates = {"drop", "other", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11",
                                "c12", "c13", "c14"},
                      .reads = kTableReads,
                      .state = StateClass::config,
                      .nominal_cycles = 55,
                      .config = kFiles});
    types_.push_back({.type = "ValidateUrl",
                      .gates = {"drop", "ok", "bad", "bad2", "bad3", "bad4", "bad5", "bad6", "bad7", "bad8"},
                      .reads = fields(Field::payload_bytes),
                      .drops = false,
                      .state = StateClass::config,
                      .nominal_cycles = 70,
                      .config = kFiles});
    types_.push_back({.type = "HeaderRewriter",
                      .gates = {"drop", "out"},
                      .reads = fields(Field::eth_type, Field::ip_proto, Field::ip_frag),
                      .writes = fields(Field::ip_src, Field::ip_dst, Field::l4_sport, Field::l4_dport, Field::ip_dscp),
                      .drops = false,
                      .state = StateClass::config,
                      .preserves = facts(Fact::ip_checksum_ok, Fact::ip_header_ok),
                      .nominal_cycles = 12,
                      .config = kSettings});
  }

  std::string address() {
    if (one_in(2)) return "any";
    return fmt::format("10.0.0.{}/{}", below(4), pick({30, 31, 32, 32}));
  }
  std::string ports() {
    if (one_in(2)) return "any";
    const int first = below(4);
    return fmt::format("{}-{}", first, first + below(4 - first));
  }

  std::string few_rules(std::initializer_list<const char*> verdicts) {
    std::string text;
    for (int i = 1 + below(4); i > 0; --i) {
      const auto with_ports = ports();
      text += fmt::format("{} {} {} {} {} {}\n", pick(verdicts),
                          with_ports == "any" ? pick({"any", "tcp", "udp", "icmp"}) : pick({"any", "tcp"}), address(),
                          one_in(3) ? with_ports : "any", address(), with_ports);
    }
    return text;
  }
  /// By one field: the product with as many by another has more rows than pay.
  std::string many_rules(std::initializer_list<const char*> verdicts) {
    const bool by_source = one_in(2);
    std::string text;
    for (int i = 0; i < 12; ++i) {
      text += by_source ? fmt::format("{} any 10.0.0.{} any any any\n", pick(verdicts), i)
                        : fmt::format("{} any any any any {}\n", pick(verdicts), i);
    }
    return text;
  }

  /// The digest of a rule file, one of few.
  std::string rules(std::initializer_list<const char*> verdicts) {
    const auto text = shape_.tables && one_in(2) ? many_rules(verdicts) : few_rules(verdicts);
    auto& known = files_[fmt::format("{}", fmt::join(verdicts, " "))];
    if (known.size() < 3 || one_in(4)) known.push_back(text);
    const auto& chosen = known[static_cast<std::size_t>(below(static_cast<int>(known.size())))];
    const auto digest = digest_of(chosen);
    request_.artifacts[digest] = {"random.rules", chosen};
    return digest;
  }

  /// Two files or three, each a table that may leave packets to those behind it.
  nlohmann::json rule_list() {
    if (one_in(2)) return {rules({"table2", "table2", "c1", "other"}), rules({"c1", "c2", "drop"})};
    return {rules({"table2", "table3", "c1"}), rules({"table3", "c2", "drop"}), rules({"c1", "c2", "other"})};
  }

  void configure(VnfTemplate::Node& node) {
    if (node.type == "L3L4Filter") {
      node.config["rules"] = rules({"allow", "allow", "deny"});
    } else if (node.type == "HeaderClassifier") {
      node.config["rules"] =
          shape_.tables && one_in(4) ? rule_list() : nlohmann::json(rules({"c1", "c2", "other", "c1", "drop"}));
    } else if (node.type == "ValidateUrl") {
      const auto text = fmt::format("/{}/\n", below(3));
      node.config["rules"] = digest_of(text);
      request_.artifacts[digest_of(text)] = {"random.patterns", text};
    } else if (node.type == "HeaderRewriter") {
      for (const char* name : {"ip_src", "ip_dst"}) {
        if (one_in(3)) node.config[name] = fmt::format("10.0.0.{}", below(4));
      }
      for (const char* name : {"sport", "dport", "dscp"}) {
        if (one_in(4)) node.config[name] = below(4);
      }
    } else if (one_in(8)) {
      node.config["k"] = 1;
    }
  }

  std::string some_type() {
    if (shape_.tables && one_in(2)) return pick<std::string>({"L3L4Filter", "HeaderClassifier"});
    switch (below(5)) {
      case 0:
        return "T0";
      case 1:
        return pick<std::string>({"Check", "Check", "Decrement", "Mend", "Repair", "Needy"});
      case 2:
        return pick<std::string>({"L3L4Filter", "HeaderClassifier", "ValidateUrl", "HeaderRewriter"});
      default:
        return fmt::format("T{}", below(4));
    }
  }

  const UnfDescriptor& type_of(const std::string& name) const {
    return *std::ranges::find(types_, name, [](const auto& d) { return std::string{d.type}; });
  }

  /// The gates that templates connect: those that its configuration can lead to.
  std::vector<std::string> gates_of(const std::string& type) const {
    if (type == "HeaderClassifier") return {"other", "c1", "c2"};
    if (type == "ValidateUrl") return {"ok", "bad"};
    const auto& gates = type_of(type).gates;
    return {gates.begin() + 1, gates.end()};
  }

  /// A graph without cycles: each gate leads to a later node, to an output, or nowhere.
  ServiceRequest::Vnf make_vnf(const std::string& name) {
    ServiceRequest::Vnf vnf{.name = name};
    auto& graph = vnf.graph;
    const int inner = below(shape_.nodes + 1);
    graph.nodes.push_back({.name = "in", .type = "NicIngress"});
    for (int i = 0; i < inner; ++i) {
      VnfTemplate::Node node{.name = fmt::format("n{}", i), .type = some_type()};
      // What needs a fact comes behind what makes sure of it.
      const auto& before = graph.nodes.back().type;
      if (before == "Repair" && one_in(2)) node.type = "Needy";
      if (node.type == "Needy" && before != "Check" && before != "Repair") node.type = "Check";
      configure(node);
      graph.nodes.push_back(std::move(node));
    }
    graph.nodes.push_back({.name = "out", .type = "NicEgress"});
    if (one_in(8)) graph.nodes.back().config["next_hop"] = below(3);
    if (one_in(3)) graph.nodes.push_back({.name = "side", .type = "NicEgress"});
    const auto count = graph.nodes.size();
    for (std::size_t i = 0; i <= static_cast<std::size_t>(inner); ++i) {
      for (const auto& gate : gates_of(graph.nodes[i].type)) {
        const bool needed = graph.nodes[i + 1].type == "Needy";
        if (i > 0 && one_in(10) && !needed) continue;
        // Mostly the next one, so that chains are long. Nothing but a check leads to what needs it.
        auto to =
            one_in(2) || needed ? i + 1 : i + 1 + static_cast<std::size_t>(below(static_cast<int>(count - i - 1)));
        while (graph.nodes[to].type == "Needy" && to != i + 1) ++to;
        graph.edges.push_back({.from = graph.nodes[i].name, .gate = gate, .to = graph.nodes[to].name});
      }
    }
    std::set<std::string> reached{"in"};
    for (const auto& node : graph.nodes) {
      for (const auto& edge : graph.edges) {
        if (edge.from == node.name && reached.contains(node.name)) reached.insert(edge.to);
      }
    }
    if (!reached.contains("out")) {
      for (auto& edge : graph.edges) {
        if (edge.from == "in") edge.to = "out";
      }
      reached = {"in", "out"};
    }
    std::erase_if(graph.nodes, [&](const auto& node) { return !reached.contains(node.name); });
    std::erase_if(graph.edges, [&](const auto& edge) { return !reached.contains(edge.from); });
    graph.inputs["in"] = "in";
    graph.outputs["out"] = "out";
    if (reached.contains("side")) graph.outputs["side"] = "side";
    return vnf;
  }

  Match some_match() {
    Match match;
    if (one_in(2)) match.proto = pick<std::uint8_t>({6, 17});
    if (one_in(3)) match.dst = *IpPrefix::parse(fmt::format("10.0.0.{}/{}", below(4), pick({30, 31, 32})));
    if (one_in(4)) match.src = *IpPrefix::parse(fmt::format("10.0.0.{}/{}", below(4), pick({30, 31, 32})));
    return match;
  }

  void make_request() {
    request_.name = "s";
    request_.endpoints = {{"wan", "wan"}, {"lan", "lan"}, {"dmz", "dmz"}};
    std::vector<std::string> names;
    for (int i = 0; i < shape_.vnfs; ++i) names.push_back(fmt::format("v{}", i));
    for (const auto& name : names) {
      // Some are instances of one VNFD: the same uNFs, owned by others.
      if (!request_.vnfs.empty() && one_in(3)) {
        request_.vnfs.push_back(request_.vnfs.back());
        request_.vnfs.back().name = name;
      } else {
        request_.vnfs.push_back(make_vnf(name));
      }
    }
    for (const auto& from : request_.vnfs) {
      for (const auto& to : request_.vnfs) {
        if (from.name == to.name) continue;
        for (const auto& [output, node] : from.graph.outputs) {
          if (output == "out" || one_in(2)) request_.links.push_back({from.name, output, to.name, "in", {}});
        }
      }
    }
    std::set<std::string> used;
    for (int p = 1 + below(shape_.paths); p > 0; --p) {
      ServiceRequest::Path path{.name = fmt::format("p{}", p),
                                .in = pick<std::string>({"wan", "lan"}),
                                .out = pick<std::string>({"wan", "lan", "dmz"}),
                                .symmetric = one_in(3)};
      if (one_in(2)) path.matches = {some_match()};
      if (one_in(6) && !path.matches.empty()) path.matches.push_back(some_match());
      auto left = names;
      for (int hops = 1 + below(shape_.vnfs); hops > 0; --hops) {
        const auto at = left.begin() + below(static_cast<int>(left.size()));
        path.hops.push_back(*at);
        used.insert(*at);
        left.erase(at);
      }
      request_.paths.push_back(std::move(path));
    }
    std::erase_if(request_.vnfs, [&](const auto& vnf) { return !used.contains(vnf.name); });
    std::erase_if(request_.links, [&](const auto& l) { return !used.contains(l.vnf) || !used.contains(l.to_vnf); });
    if (shape_.replicas && one_in(3)) {
      for (auto& vnf : request_.vnfs) {
        for (const auto& node : vnf.graph.nodes) {
          if (one_in(4)) vnf.initial[node.name] = 2 + static_cast<std::uint32_t>(below(2));
        }
      }
    }
  }

  Inventory make_inventory() {
    Host host{.name = HostId{"h"}, .mode = pick({RunMode::fused, RunMode::fused, RunMode::isolated})};
    if (one_in(2)) host.cycles["SyncIngress"] = CyclesPerPacket{1};  // so that stages pay
    if (shape_.tables && one_in(2)) host.cycles["HeaderClassifier.table"] = CyclesPerPacket{1};
    const double ghz = pick({0.05, 0.2, 1000.0});
    for (std::uint32_t i = 1; i < 40; ++i) host.cores.push_back({.id = CoreId{i}, .ghz = ghz});
    host.cores.push_back({.id = CoreId{40}, .ghz = 1e6});
    for (const char* nic : {"wan", "lan", "dmz"}) host.nics.push_back({.name = NicName{nic}, .network = nic});
    host.nics[0].pair = NicName{"lan"};
    host.nics[1].pair = NicName{"wan"};
    return {.hosts = {host}};
  }

  std::mt19937_64 random_;
  Shape shape_;
  std::vector<UnfDescriptor> types_;
  std::map<std::string, std::vector<std::string>> files_;
  ServiceRequest request_;
};

}  // namespace

RandomService random_service(std::uint64_t seed, const Shape& shape) { return Generator{seed, shape}.run(); }

RandomServices random_services(std::uint64_t seed, std::size_t count, const Shape& shape) {
  return Generator{seed, shape}.run(count);
}

ToyPacket random_packet(std::mt19937_64& random, const Match& match) {
  ToyPacket packet{};
  for (int tries = 0; tries < 40; ++tries) {
    auto bits = random();
    for (std::size_t i = 0; i < packet.size(); ++i) packet[i] = static_cast<std::uint32_t>((bits >> (2 * i)) & 3U);
    // Mostly sound: else checks would drop nearly everything.
    for (const auto field : {Field::eth_type, Field::ip_len, Field::ip_checksum}) {
      auto& value = packet[static_cast<std::size_t>(field)];
      if (value == 0 && random() % 4 != 0) value = 1;
    }
    if (fits(match, packet)) break;
  }
  return packet;
}

}  // namespace unf::testing_support
