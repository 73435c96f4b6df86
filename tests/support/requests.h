#pragma once

#include <string>
#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/model/service_request.h"

namespace unf::testing_support {

/// The uNF types of the paper, with effects as a compiler sees them.
inline Catalog paper_catalog() {
  using enum Field;
  static constexpr auto kIp = fields(eth_type, eth_vlan, ip_version, ip_ihl, ip_dscp, ip_len, ip_id, ip_frag, ip_ttl,
                                     ip_proto, ip_checksum, ip_src, ip_dst, ip_options);
  static constexpr auto kPorts =
      fields(eth_type, eth_vlan, ip_version, ip_ihl, ip_len, ip_frag, ip_proto, ip_src, ip_dst, l4_sport, l4_dport);
  static constexpr auto kHttp = kPorts | fields(tcp_options, payload_len, payload_bytes);
  static constexpr auto kRules =
      R"({"type": "object", "properties": {"rules": {"type": "string"}}, "required": ["rules"],
                                     "additionalProperties": false})";
  static constexpr auto kRuleFiles =
      R"({"type": "object", "properties": {"rules": {"type": ["string", "array"], "items": {"type": "string"}}},
          "required": ["rules"], "additionalProperties": false})";
  static constexpr auto kRuleSets =
      R"({"type": "object", "properties": {"rules": {"type": ["string", "array"], "items": {"type": "string"},
                 "unf-gates": ["bad", "bad2", "bad3", "bad4", "bad5", "bad6", "bad7", "bad8"]}},
          "required": ["rules"], "additionalProperties": false})";
  static constexpr auto kDestination = R"({"type": "object", "properties": {"ip_dst": {"type": "string"}}})";
  static constexpr auto kMessage = R"({"type": "object", "properties": {"message": {"type": "string"}}})";
  static constexpr UnfDescriptor kTypes[] = {
      {.type = "NicIngress", .gates = {"drop", "out"}, .drops = false, .nominal_cycles = 20},
      {.type = "NicEgress", .gates = {"drop", "out"}, .drops = false, .nominal_cycles = 20},
      {.type = "CheckIPHeader",
       .gates = {"drop", "out"},
       .reads = kIp,
       .establishes = facts(Fact::ip_header_ok, Fact::ip_checksum_ok),
       .preserves = FactSet::all(),
       .only_checks = true,
       .nominal_cycles = 8},
      {.type = "L3L4Filter",
       .gates = {"drop", "out"},
       .reads = kPorts,
       .state = StateClass::config,
       .preserves = FactSet::all(),
       .nominal_cycles = 55,
       .config = kRules},
      {.type = "HeaderClassifier",
       .gates = {"drop", "other", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13",
                 "c14"},
       .reads = kPorts,
       .state = StateClass::config,
       .preserves = FactSet::all(),
       .nominal_cycles = 55,
       .config = kRuleFiles},
      {.type = "HeaderRewriter",
       .gates = {"drop", "out"},
       .reads = fields(eth_type, ip_version),
       .writes = fields(ip_dst),
       .drops = false,
       .state = StateClass::config,
       .preserves = FactSet::all(),
       .nominal_cycles = 12,
       .config = kDestination},
      {.type = "Alert",
       .gates = {"drop", "out"},
       .reads = kPorts,
       .drops = false,
       .state = StateClass::accumulator,
       .preserves = FactSet::all(),
       .nominal_cycles = 10,
       .config = kMessage},
      {.type = "PacketSizeHistogram",
       .gates = {"drop", "out"},
       .reads = fields(payload_len),
       .drops = false,
       .state = StateClass::accumulator,
       .preserves = FactSet::all(),
       .nominal_cycles = 4},
      {.type = "HttpClassifier",
       .gates = {"drop", "http", "other"},
       .reads = kHttp,
       .drops = false,
       .preserves = FactSet::all(),
       .nominal_cycles = 16},
      {.type = "CountUrl",
       .gates = {"drop", "out"},
       .reads = kHttp,
       .drops = false,
       .state = StateClass::accumulator,
       .preserves = FactSet::all(),
       .nominal_cycles = 14},
      {.type = "ValidateUrl",
       .gates = {"drop", "ok", "bad", "bad2", "bad3", "bad4", "bad5", "bad6", "bad7", "bad8"},
       .reads = kHttp,
       .drops = false,
       .state = StateClass::config,
       .preserves = FactSet::all(),
       .nominal_cycles = 70,
       .config = kRuleSets},
      {.type = "TcpReset",
       .gates = {"drop", "out"},
       .reads = kHttp,
       .writes = kHttp,
       .emits = Emits::fresh,
       .establishes = facts(Fact::ip_header_ok, Fact::ip_checksum_ok, Fact::l4_header_ok),
       .replay = Replay::batch_at_risk,
       .nominal_cycles = 60},
      {.type = "IPTtlDecrementer",
       .gates = {"drop", "out"},
       .reads = fields(eth_type, ip_ttl, ip_checksum),
       .writes = fields(ip_ttl, ip_checksum),
       .preserves = facts(Fact::ip_checksum_ok),
       .replay = Replay::marked,
       .nominal_cycles = 5},
      {.type = "MacSwapper",
       .gates = {"drop", "out"},
       .reads = fields(eth_dst, eth_src),
       .writes = fields(eth_dst, eth_src),
       .drops = false,
       .preserves = FactSet::all(),
       .replay = Replay::marked,
       .nominal_cycles = 3},
      {.type = "Forward", .gates = {"drop", "out"}, .drops = false, .preserves = FactSet::all(), .nominal_cycles = 1},
      {.type = "Decompress",
       .gates = {"drop", "out"},
       .reads = kHttp,
       .writes = fields(payload_len, payload_bytes),
       .nominal_cycles = 400},
      {.type = "Compress",  // and makes the IP header fit what is left
       .gates = {"drop", "out"},
       .reads = kHttp,
       .writes = fields(payload_len, payload_bytes),
       .drops = false,
       .preserves = facts(Fact::ip_header_ok, Fact::ip_checksum_ok),
       .nominal_cycles = 400},
      {.type = "Sampler", .gates = {"drop", "out"}, .deterministic = false, .nominal_cycles = 6},
      {.type = "RateLimiter",
       .gates = {"drop", "out"},
       .reads = kPorts,
       .state = StateClass::keyed,
       .nominal_cycles = 30},
  };
  return Catalog{kTypes};
}

/// A VNF in few words: `{"in:NicIngress", "check:CheckIPHeader", ...}` and `{"in.out:check", "check.out:filter", ...}`.
/// Its first NicIngress is input `in`, each NicEgress an output called as the node.
inline ServiceRequest::Vnf vnf(std::string name, const std::vector<std::string>& nodes,
                               const std::vector<std::string>& edges) {
  ServiceRequest::Vnf vnf{.name = std::move(name)};
  for (const auto& text : nodes) {
    const auto colon = text.find(':');
    VnfTemplate::Node node{.name = text.substr(0, colon), .type = text.substr(colon + 1)};
    if (node.type == "NicIngress") vnf.graph.inputs.emplace(node.name, node.name);
    if (node.type == "NicEgress") vnf.graph.outputs.emplace(node.name, node.name);
    vnf.graph.nodes.push_back(std::move(node));
  }
  for (const auto& text : edges) {
    const auto dot = text.find('.');
    const auto colon = text.find(':');
    vnf.graph.edges.push_back(
        {.from = text.substr(0, dot), .gate = text.substr(dot + 1, colon - dot - 1), .to = text.substr(colon + 1)});
  }
  return vnf;
}

/// A VNF of uNFs one after another: NicIngress `in`, `nodes`, NicEgress `out`.
inline ServiceRequest::Vnf chain_vnf(std::string name, std::vector<std::string> nodes) {
  nodes.insert(nodes.begin(), "in:NicIngress");
  nodes.emplace_back("out:NicEgress");
  std::vector<std::string> edges;
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i) {
    const auto name_of = [&](std::size_t n) { return nodes[n].substr(0, nodes[n].find(':')); };
    edges.push_back(name_of(i) + ".out:" + name_of(i + 1));
  }
  return vnf(std::move(name), nodes, edges);
}

/// A service of `vnfs` in a row, from endpoint `wan` to `lan`.
inline ServiceRequest chain(std::vector<ServiceRequest::Vnf> vnfs) {
  ServiceRequest request{.name = "edge", .vnfs = std::move(vnfs), .endpoints = {{"wan", "wan"}, {"lan", "lan"}}};
  ServiceRequest::Path path{.name = "inbound", .in = "wan", .out = "lan"};
  for (const auto& v : request.vnfs) path.hops.push_back(v.name);
  request.paths = {std::move(path)};
  return request;
}

/// From now on only uNFs take CPU time on `host`.
inline void make_links_free(Host& host) {
  for (const char* kind : {"call", "ring", "numa_ring"}) host.cycles[kind] = CyclesPerPacket{0};
}

/// Gives a node of one of the request's VNFs a configuration.
inline void configure(ServiceRequest::Vnf& vnf, std::string_view node, const nlohmann::json& config) {
  for (auto& n : vnf.graph.nodes) {
    if (n.name == node) n.config = config;
  }
}
/// A rule file of `text`.
inline void set_rules(ServiceRequest& request, ServiceRequest::Vnf& vnf, std::string_view node, const std::string& text,
                      const std::string& file = "rules") {
  const auto digest = digest_of(text);
  request.artifacts[digest] = {file, text};
  configure(vnf, node, {{"rules", digest}});
}

/// The sample, samples/enterprise-edge: firewall, monitor, application firewall; both directions by the same hops; 16
/// nodes.
inline ServiceRequest enterprise_edge() {
  auto request = chain({chain_vnf("firewall", {"check:CheckIPHeader", "filter:L3L4Filter"}),
                        vnf("monitor",
                            {"in:NicIngress", "check:CheckIPHeader", "histogram:PacketSizeHistogram",
                             "http:HttpClassifier", "count:CountUrl", "out:NicEgress"},
                            {"in.out:check", "check.out:histogram", "histogram.out:http", "http.http:count",
                             "http.other:out", "count.out:out"}),
                        vnf("app-fw",
                            {"in:NicIngress", "check:CheckIPHeader", "http:HttpClassifier", "validate:ValidateUrl",
                             "reset:TcpReset", "out:NicEgress"},
                            {"in.out:check", "check.out:http", "http.http:validate", "http.other:out",
                             "validate.ok:out", "validate.bad:reset", "reset.out:out"})});
  set_rules(request, request.vnfs[0], "filter", "allow tcp any any any 80\n", "edge.rules");
  set_rules(request, request.vnfs[2], "validate", "/union\\s+select/i\n", "sqli.rules");
  request.paths[0].matches = {{.proto = 6, .dst = *IpPrefix::parse("10.66.0.0/24")}};
  auto outbound = request.paths[0];
  outbound.name = "outbound";
  std::swap(outbound.in, outbound.out);
  outbound.matches = {{.proto = 6, .src = *IpPrefix::parse("10.66.0.0/24")}};
  request.paths.push_back(std::move(outbound));
  return request;
}

}  // namespace unf::testing_support
