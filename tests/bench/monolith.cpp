#include "tests/bench/monolith.h"

#include <fmt/format.h>
#include <x86intrin.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "dataplane/catalog/catalog.h"
#include "dataplane/replay/replay.h"
#include "graph/compile/compile.h"
#include "tests/bench/chain.h"
#include "tests/bench/tables.h"
#include "tests/support/eal.h"
#include "tests/support/frames.h"
#include "tests/support/requests.h"
#include "tests/support/unf_harness.h"

namespace unf::bench {
namespace {

using namespace unf::dataplane;
using testing_support::Bytes;

constexpr std::size_t kLength = 200;  ///< of a frame [bytes]: the mean of a production data centre (paper VII-C2)

/// Requests for pages of a site, padded to the length; every other segment goes on with what one before has begun.
std::vector<Bytes> traffic() {
  std::vector<Bytes> frames;
  for (std::uint16_t i = 0; i < kBurst; ++i) {
    testing_support::TcpSpec spec{.sport = static_cast<std::uint16_t>(40'000 + i), .dport = 80};
    spec.src = "10.66.0.1";
    spec.dst = "10.66.0.2";
    auto frame = testing_support::http_frame(fmt::format("/shop/item{}?id={}&lang=en", i % 10, i), spec);
    const auto missing = static_cast<std::ptrdiff_t>(kLength) - std::ssize(frame);
    auto payload = testing_support::get_request(
        fmt::format("/shop/item{}?id={}&lang=en{}", i % 10, i,
                    std::string(static_cast<std::size_t>(std::max<std::ptrdiff_t>(missing, 0)), '&')));
    if (i % 2 == 1) payload = std::string(payload.size(), 'x');
    spec.payload = payload;
    frames.push_back(testing_support::tcp_frame(spec));
  }
  return frames;
}

/// VNFs that packets pass one after the other, each a plan with NICs of its own; what one sends the next receives.
class Line {
 public:
  explicit Line(const std::vector<Plan>& plans) {
    arrived_.resize(plans.size() + 1);
    for (std::size_t i = 0; i < plans.size(); ++i) {
      auto replay = dataplane::Replay::make(builtin_unfs(), plans[i],
                                            [this, i](const NicName&, std::uint64_t, std::span<const std::byte> frame) {
                                              arrived_[i + 1].emplace_back(frame.begin(), frame.end());
                                            });
      if (!replay) throw std::runtime_error{replay.error().message};
      replays_.push_back(std::move(*replay));
    }
  }

  /// Cycles per packet, over `bursts` bursts of the same frames.
  double run(const std::vector<Bytes>& frames, std::size_t bursts) {
    const auto start = __rdtsc();
    for (std::size_t b = 0; b < bursts; ++b) {
      const auto* arriving = &frames;
      for (std::size_t i = 0; i < replays_.size(); ++i) {
        arrived_[i + 1].clear();
        for (const auto& frame : *arriving) std::ignore = replays_[i]->receive(NicName{"in"}, b, frame);
        replays_[i]->flush();
        arriving = &arrived_[i + 1];
      }
    }
    return static_cast<double>(__rdtsc() - start) / static_cast<double>(bursts * frames.size());
  }
  [[nodiscard]] std::size_t arrived() const { return arrived_.back().size(); }

 private:
  std::vector<std::unique_ptr<dataplane::Replay>> replays_;
  std::vector<std::vector<Bytes>> arrived_;
};

Plan compiled(const ServiceRequest& request, bool consolidate) {
  auto plan =
      graph::compile(request, builtin_unfs().descriptors(), Inventory::built_in(), {.consolidate = consolidate});
  if (!plan) throw std::runtime_error{plan.error().message};
  return std::move(*plan);
}

/// How often a mean packet passes a uNF of a type, were none dropped.
double visits(const Plan& plan, std::string_view type, bool original) {
  double visits = 0, entering = 0;
  for (const auto& node : original ? plan.original.nodes : plan.nodes) {
    if (node.type == type) visits += static_cast<double>(node.rate_pps.get());
  }
  for (const auto& classifier : plan.classifiers) {
    std::ignore = classifier;
    entering += static_cast<double>(kDefaultPathRate.get());
  }
  return visits / entering;
}

/// Cycles a packet takes in one uNF, in the best of some rounds.
double cycles_of(const UnfType& type, const std::vector<Bytes>& frames, std::size_t bursts) {
  const auto config = testing_support::some_config(type.descriptor.type);
  struct alignas(64) CacheLine {
    std::byte bytes[64];
  };
  const auto size = type.state_bytes == nullptr ? 0 : type.state_bytes(config.config);
  std::vector<CacheLine> state(size / sizeof(CacheLine) + 1);
  auto unf = type.make({.config = config.config, .artifacts = config.artifacts, .state = {state.front().bytes, size}});
  if (!unf) throw std::runtime_error{unf.error().message};
  testing_support::TestContext context;
  context.may_emit = 0;
  std::vector<std::unique_ptr<testing_support::PacketBuffer>> buffers;
  std::vector<Packet*> packets;
  for (const auto& frame : frames) {
    packets.push_back(&buffers.emplace_back(std::make_unique<testing_support::PacketBuffer>(frame))->packet);
  }
  alignas(16) std::array<Gate, kMaxBurst> gates;
  const std::uint64_t mask = first_bits(kBurst);
  const auto start = __rdtsc();
  for (std::size_t b = 0; b < bursts; ++b) {
    for (auto* packet : packets) packet->data[22] = std::byte{64};  // a full TTL
    (*unf)->process({packets.data(), gates.data(), mask}, context);
    asm volatile("" : : "r"(gates.data()) : "memory");
  }
  return static_cast<double>(__rdtsc() - start) / static_cast<double>(bursts * packets.size());
}

std::map<std::string, double> calibrate(const Options& options) {
  const auto frames = traffic();
  const std::size_t bursts = options.quick ? 2'000 : 20'000;
  std::map<std::string, double> cycles;
  std::vector<Contestant> contestants;
  const auto types = builtin_unfs().types();
  for (const auto& type : types) {
    contestants.push_back(
        {std::string{type.descriptor.type}, [&type, &frames, bursts] { return cycles_of(type, frames, bursts); }});
  }
  const auto medians = interleaved_medians(contestants, options.quick ? 3 : 9);
  for (std::size_t i = 0; i < contestants.size(); ++i) cycles[contestants[i].name] = medians[i];
  return cycles;
}

}  // namespace

int run_monolith(const Options& options) {
  testing_support::start_eal();
  const auto service = testing_support::enterprise_edge();
  const auto planned = compiled(service, true);
  std::vector<Plan> alone;
  for (const auto& vnf : service.vnfs) {
    auto one = testing_support::chain({vnf});
    one.artifacts = service.artifacts;
    alone.push_back(compiled(one, false));
  }
  Line monoliths{alone}, unmerged{{compiled(service, false)}}, merged{{planned}};
  const auto frames = traffic();
  const std::size_t bursts = options.quick ? 500 : 5'000;
  const auto medians = interleaved_medians({{"monoliths", [&] { return monoliths.run(frames, bursts); }},
                                            {"unmerged", [&] { return unmerged.run(frames, bursts); }},
                                            {"planned", [&] { return merged.run(frames, bursts); }}},
                                           options.quick ? 5 : 15);
  if (monoliths.arrived() != frames.size() || merged.arrived() != frames.size()) {
    std::cerr << "monolith: packets were dropped\n";
    return 1;
  }
  const auto saved = [](double before, double after) { return 100 * (before - after) / before; };
  print_point(options, {{"bench", "monolith"}, {"as", "three VNFs"}, {"cycles", medians[0]}});
  print_point(options, {{"bench", "monolith"},
                        {"as", "one graph, nothing merged"},
                        {"cycles", medians[1]},
                        {"saved_percent", saved(medians[0], medians[1])}});
  print_point(options, {{"bench", "monolith"},
                        {"as", "planned"},
                        {"cycles", medians[2]},
                        {"saved_percent", saved(medians[0], medians[2])},
                        {"saved_by_consolidation_percent", saved(medians[1], medians[2])}});
  for (const char* type : {"NicIngress", "NicEgress", "CheckIPHeader", "HttpClassifier"}) {
    print_point(options, {{"bench", "monolith"},
                          {"uNF", type},
                          {"passed_before", visits(planned, type, true)},
                          {"passed_after", visits(planned, type, false)},
                          {"saved_percent", saved(visits(planned, type, true), visits(planned, type, false))}});
  }
  return 0;
}

int run_calibrate(const Options& options, const std::string& inventory, const std::string& host) {
  testing_support::start_eal();
  auto cycles = calibrate(options);
  for (const auto& [type, figure] : cycles)
    print_point(options, {{"bench", "calibrate"}, {"uNF", type}, {"cycles", figure}});
  cycles["HeaderClassifier.table"] = measure_further_table(options);
  print_point(options, {{"bench", "calibrate"},
                        {"uNF", "HeaderClassifier"},
                        {"of", "a table behind the first"},
                        {"cycles", cycles["HeaderClassifier.table"]}});
  for (const auto& [kind, figure] : measure_links(options)) {
    print_point(options, {{"bench", "calibrate"}, {"link", kind}, {"cycles", figure}});
    cycles[kind] = figure;
  }
  if (inventory.empty()) return 0;
  auto yaml = YAML::LoadFile(inventory);
  std::vector<YAML::Node> chosen;
  for (auto entry : yaml["hosts"]) {
    if (host.empty() || entry["name"].as<std::string>() == host) chosen.push_back(entry);
  }
  if (chosen.size() != 1) {
    std::cerr << fmt::format("{}: {} hosts{}, expected one: say which by --host\n", inventory, chosen.size(),
                             host.empty() ? "" : " called " + host);
    return 2;
  }
  for (const auto& [type, figure] : cycles) chosen[0]["cycles"][type] = std::max(1L, std::lround(figure));
  std::ofstream{inventory} << yaml << '\n';
  return 0;
}

}  // namespace unf::bench
