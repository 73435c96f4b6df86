#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "graph/model/service_request_json.h"
#include "tests/support/places.h"
#include "tests/tosca/support.h"
#include "tosca/load.h"

namespace unf::tosca {
namespace {

using testing::HasSubstr;

VnfTemplate::Node node(const std::string& name, const std::string& type,
                       nlohmann::json config = nlohmann::json::object()) {
  return {.name = name, .type = type, .config = std::move(config)};
}

/// A VNF of one uNF with a port on either side.
ServiceRequest::Vnf vnf(const std::string& name, const std::string& type, const std::string& in = "left",
                        const std::string& out = "right") {
  ServiceRequest::Vnf made{.name = name, .vnfd_id = "of " + type, .flavour = "f"};
  made.graph.nodes = {node("i", "NicIngress"), node("u", type), node("o", "NicEgress")};
  made.graph.edges = {{"i", "out", "u", {}}, {"u", "out", "o", {}}};
  made.graph.inputs = {{in, "i"}};
  made.graph.outputs = {{out, "o"}};
  return made;
}

ServiceRequest chain(std::vector<ServiceRequest::Vnf> vnfs) {
  ServiceRequest service{.name = "chain"};
  ServiceRequest::Path path{.name = "p", .in = "wan", .out = "lan"};
  for (std::size_t i = 0; i < vnfs.size(); ++i) {
    path.hops.push_back(vnfs[i].name);
    if (i == 0) continue;
    service.links.push_back({vnfs[i - 1].name,
                             vnfs[i - 1].graph.outputs.begin()->first,
                             vnfs[i].name,
                             vnfs[i].graph.inputs.begin()->first,
                             {}});
  }
  service.vnfs = std::move(vnfs);
  service.endpoints = {{"wan", "wan"}, {"lan", "host.lan"}};
  service.paths = {std::move(path)};
  return service;
}

TEST(Converted, ChainsAreTheSame) {
  auto service = chain({vnf("a", "MacSwapper"), vnf("b", "Forward"), vnf("c", "MacSwapper")});
  service.paths[0].symmetric = true;
  service.paths[0].spi = 77;
  service.paths[0].max_latency = Nanoseconds{50'001};
  service.paths[0].matches = {
      {.ether_type = 0x0800, .proto = 6, .src = *IpPrefix::parse("10.0.0.0/8"), .dport = {80, 1024}},
      {.ether_type = 0x8847},
      {.ether_type = 0x86dd, .dst = *IpPrefix::parse("2001:db8::/32"), .vlan = 0, .dscp = 46}};
  auto other = service.paths[0];
  other.name = "q";
  other.hops = {"b"};
  other.in = "lan";
  other.out = "wan";
  other.spi.reset();
  service.paths.push_back(other);
  const auto read = again(service);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(service));
}

TEST(Converted, PortsThatAreBothInputAndOutput) {
  const auto service = chain({vnf("a", "MacSwapper", "cp", "cp"), vnf("b", "Forward", "cp", "cp")});
  const auto read = again(service);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(service));
}

TEST(Converted, ScalingLevelsAndAffinity) {
  auto scaled = vnf("a", "MacSwapper");
  scaled.aspects = {{"x", 3, {{"u", {1, 2, 4}}}}, {"empty", 1, {}}};
  scaled.initial = {{"u", 2}};
  scaled.levels = {{"small", {{"x", 0}}}, {"big", {{"x", 3}}}};
  scaled.level = "big";
  scaled.level_instances = {{"big", {{"o", 1}}}};
  scaled.affinity = {{true, "zone", {"u"}}, {false, "nfvi_node", {"i", "u"}}};
  const auto service = chain({scaled});
  const auto read = again(service);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(service));
  EXPECT_EQ(instances_of(read->vnfs[0], "u"), 9);
}

TEST(Converted, RuleFilesAndConfigurations) {
  auto filter = vnf("a", "L3L4Filter"), count = vnf("b", "CountUrl"), urls = vnf("c", "ValidateUrl");
  const std::string one = "allow any any any any any\n", two = "/x/\n", three = "/y/\n";
  filter.graph.nodes[1].config = {{"rules", digest_of(one)}};
  count.graph.nodes[1].config = {{"slots", 8}, {"top", 3}};
  urls.graph.nodes[1].config = {{"rules", {digest_of(two), digest_of(three)}}};
  urls.graph.edges[1].gate = "ok";
  auto service = chain({filter, count, urls});
  service.artifacts = {
      {digest_of(one), {"x/r.rules", one}}, {digest_of(two), {"r.rules", two}}, {digest_of(three), {"", three}}};
  const auto read = again(service);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(service));
}

TEST(Converted, NamesThatYamlWouldTakeForSomethingElse) {
  for (const auto* name : {"yes", "1.10", "~", "a b", "a: b", "'", "\"", "#x", "0x1f", "ä", "- a", "{", "null", "*a"}) {
    if (std::string_view{name}.find('#') != std::string_view::npos) continue;  // what owner paths mean
    auto service = chain({vnf(name, "MacSwapper", name, "right")});
    service.name = name;
    service.paths[0].name = std::string{"path "} + name;
    const auto read = again(service);
    ASSERT_TRUE(read) << name << ": " << read.error().message;
    EXPECT_EQ(to_json(*read), to_json(service));
  }
}

TEST(Converted, WhatTheProfileCannotSayIsRefused) {
  auto service = chain({vnf("a", "MacSwapper")});
  service.vnfs[0].zones = {{"u", "z1"}};
  const auto files = write_profile(service, testing_support::test_catalog());
  ASSERT_FALSE(files);
  EXPECT_THAT(files.error().message, HasSubstr("cannot be said in TOSCA without a change"));
}

TEST(Converted, TheSampleAndItsPlan) {
  const auto files = load(std::vector<std::string>{std::filesystem::path{source_path("samples/enterprise-edge")}});
  ASSERT_TRUE(files) << files.error().message;
  const auto service = read_service(*files, testing_support::test_catalog());
  ASSERT_TRUE(service) << service.error().message;
  const auto read = again(*service);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(*service));
}

RC_GTEST_PROP(Converted, AnyServiceIsTheSame, ()) {
  const auto number = [](int end) { return *rc::gen::inRange(0, end); };
  static const std::vector<std::string> kTypes{"MacSwapper", "Forward", "CheckIPHeader", "PacketSizeHistogram"};
  std::vector<ServiceRequest::Vnf> vnfs;
  const auto count = 1 + number(4);
  for (int i = 0; i < count; ++i) {
    const auto both = number(3) == 0;
    auto made = vnf(fmt::format("{}{}", number(2) == 0 ? "v" : "vnf-", i), kTypes[static_cast<std::size_t>(number(4))],
                    both ? "cp" : "left", both ? "cp" : "right");
    if (number(3) == 0) made.initial["u"] = static_cast<std::uint32_t>(1 + number(5));
    if (number(3) == 0) {
      const auto most = static_cast<std::uint32_t>(1 + number(3));
      made.aspects = {{"s", most, {{"u", std::vector<std::uint32_t>(most, static_cast<std::uint32_t>(number(3)))}}}};
      made.levels = {{"l", {{"s", most}}}};
      made.level = "l";
    }
    vnfs.push_back(std::move(made));
  }
  auto service = chain(std::move(vnfs));
  auto& path = service.paths[0];
  path.symmetric = number(2) == 0;
  if (number(2) == 0) path.spi = static_cast<std::uint32_t>(number(1 << 24));
  for (auto left = number(4); left > 0; --left) {
    Match match;
    const bool v6 = number(2) == 0;
    if (number(2) == 0) match.ether_type = v6 ? 0x86dd : 0x0800;
    if (number(2) == 0) match.src = *IpPrefix::parse(v6 ? "2001:db8::/48" : fmt::format("10.{}.0.0/16", number(256)));
    if (number(2) == 0) match.proto = static_cast<std::uint8_t>(number(2) == 0 ? 6 : 17);
    const auto first = static_cast<std::uint16_t>(number(65536));
    if (number(2) == 0) match.dport = {first, static_cast<std::uint16_t>(first + number(65536 - first))};
    if (number(4) == 0) match.vlan = static_cast<std::uint16_t>(number(4095));
    if (number(4) == 0) match.dscp = static_cast<std::uint8_t>(number(64));
    path.matches.push_back(match);
  }
  if (service.vnfs.size() > 1 && number(2) == 0) {
    auto shorter = path;
    shorter.name = "shorter";
    shorter.hops.erase(shorter.hops.begin());
    service.paths.push_back(std::move(shorter));
  }
  const auto read = again(service);
  RC_LOG() << (read ? "" : read.error().message);
  RC_ASSERT(read.has_value());
  auto same = *read;  // VNFDs of one identifier that differ get others
  for (auto& one : same.vnfs) {
    one.vnfd_id = std::ranges::find(service.vnfs, one.name, &ServiceRequest::Vnf::name)->vnfd_id;
  }
  RC_ASSERT(to_json(same) == to_json(service));
}

}  // namespace
}  // namespace unf::tosca
