#include "tests/bench/tables.h"

#include <fmt/format.h>
#include <x86intrin.h>

#include <array>
#include <deque>
#include <memory>
#include <random>

#include "graph/model/digest.h"
#include "tests/support/eal.h"
#include "tests/support/unf_harness.h"

namespace unf::bench {
namespace {

using namespace dataplane;
using namespace testing_support;

constexpr int kRules = 100;
constexpr int kBursts = 64;  // a figure

/// Rules by source, or by addresses and port; at last one for all packets.
std::string table(std::mt19937& random, bool wide, const std::string& last) {
  std::string text;
  for (int i = 1; i < kRules; ++i) {
    const auto source = fmt::format("10.{}.{}.0/24", random() % 256, random() % 256);
    text += wide ? fmt::format("c1 tcp {} any 192.168.{}.0/24 {}\n", source, random() % 256, random() % 65'536)
                 : fmt::format("c1 tcp {} any any any\n", source);
  }
  return text + fmt::format("{} any any any any any\n", last);
}

std::unique_ptr<Unf> classifier(const std::vector<std::string>& tables) {
  Artifacts files;
  nlohmann::json config{{"rules", nlohmann::json::array()}};
  for (const auto& text : tables) {
    config["rules"].push_back(digest_of(text));
    files[digest_of(text)] = {"rules", text};
  }
  return builtin_unfs().find("HeaderClassifier")->make({.config = config, .artifacts = files}).value();
}

/// A burst of TCP packets of 64 bytes.
class TcpBurst {
 public:
  explicit TcpBurst(std::mt19937& random) {
    for (auto& packet : packets_) {
      const auto source = fmt::format("10.{}.{}.1", random() % 256, random() % 256);
      const auto port = static_cast<std::uint16_t>(random());
      packet = &buffers_.emplace_back(tcp_frame({.src = source.c_str(), .dport = port})).packet;
    }
  }
  /// Cycles per packet of all of them in a row.
  double through(const std::vector<std::unique_ptr<Unf>>& unfs) {
    const auto begin = __rdtsc();
    for (int i = 0; i < kBursts; ++i) {
      for (const auto& unf : unfs) unf->process({packets_.data(), gates_.data(), 0xffff'ffff}, context_);
    }
    return static_cast<double>(__rdtsc() - begin) / kBursts / kBurst;
  }

 private:
  std::deque<PacketBuffer> buffers_;
  std::array<Packet*, kBurst> packets_{};
  std::array<Gate, kBurst> gates_{};
  TestContext context_;
};

/// So many tables, each of which leaves its last packets to the next.
std::vector<std::string> in_a_row(std::mt19937& random, bool wide, int count) {
  std::vector<std::string> tables;
  for (int i = 1; i <= count; ++i)
    tables.push_back(table(random, wide, i < count ? fmt::format("table{}", i + 1) : "c2"));
  return tables;
}

}  // namespace

double measure_further_table(const Options& options) {
  std::mt19937 random(7);
  TcpBurst traffic{random};
  constexpr int kMany = 8;
  std::vector<std::unique_ptr<Unf>> one, many;
  one.push_back(classifier(in_a_row(random, true, 1)));
  many.push_back(classifier(in_a_row(random, true, kMany)));
  const auto cycles = interleaved_medians(
      {{"one", [&] { return traffic.through(one); }}, {"many", [&] { return traffic.through(many); }}},
      options.quick ? 201 : 2001);
  return (cycles[1] - cycles[0]) / (kMany - 1);
}

int run_tables(const Options& options, const std::vector<int>& counts) {
  start_eal();
  std::mt19937 random(7);
  TcpBurst traffic{random};
  for (const bool wide : {false, true}) {
    std::vector<Contestant> contestants;
    for (const auto count : counts) {
      auto unfs = std::make_shared<std::vector<std::unique_ptr<Unf>>>();
      for (int i = 1; i <= count; ++i) unfs->push_back(classifier(in_a_row(random, wide, 1)));
      auto one = std::make_shared<std::vector<std::unique_ptr<Unf>>>();
      one->push_back(classifier(in_a_row(random, wide, count)));
      contestants.push_back({"one uNF", [&traffic, one] { return traffic.through(*one); }});
      contestants.push_back({"as many uNFs", [&traffic, unfs] { return traffic.through(*unfs); }});
    }
    const auto cycles = interleaved_medians(contestants, options.quick ? 201 : 2001);
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      print_point(options, {{"bench", "tables"},
                            {"rules_by", wide ? "addresses and port" : "source"},
                            {"tables", counts[i / 2]},
                            {"in", contestants[i].name},
                            {"cycles", cycles[i]}});
    }
  }
  return 0;
}

}  // namespace unf::bench
