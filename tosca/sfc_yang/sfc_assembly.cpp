#include "tosca/sfc_yang/sfc_assembly.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "tosca/sfc_yang/sfc_endpoints.h"

namespace unf::tosca {
namespace {

/// The connection points that packets go into a VNF and out of it by. Empty: its only ones.
struct SfcVnfPoints {
  std::string in, out;
};

const Vnfd* vnfd_of(const std::string& function, const std::string& type, std::span<const Vnfd> vnfds) {
  for (const auto& name : {function, type}) {
    const auto found = std::ranges::find_if(vnfds, [&](const auto& vnfd) {
      return vnfd.descriptor_id == name || vnfd.node_type == name || vnfd.document->title() == name;
    });
    if (found != vnfds.end()) return &*found;
  }
  return nullptr;
}

SfcVnfPoints points_of(const VnfTemplate& graph) {
  return {graph.inputs.contains(kSfcIn) ? kSfcIn : "", graph.outputs.contains(kSfcOut) ? kSfcOut : ""};
}

/// The points of a machine. A node is called like each point, so they differ from the machine's own name.
SfcVnfPoints points_of_machine(const std::string& name) {
  return {name == kSfcIn ? "in-point" : kSfcIn, name == kSfcOut ? "out-point" : kSfcOut};
}

/// A VNF of one machine, which the image map is asked for.
ChainVnf machine_of(const std::string& name, const SfcFunction& function, const SfcVnfPoints& points) {
  VnfModel model;
  model.vdus.push_back(
      {.name = name, .title = name, .type = function.type, .capabilities = {function.type}, .at = function.at});
  for (const auto& [point, external] : {std::pair{points.in, kSfcIn}, {points.out, kSfcOut}})
    model.points.push_back({.name = point, .vdu = name, .external = {external}, .at = function.at});
  ChainVnf vnf{{}, std::move(model)};
  vnf.vnf.vnfd_id = function.type;
  return vnf;
}

class SfcChainAssembly {
 public:
  SfcChainAssembly(const SfcFunctions& functions, const SfcPaths& paths, Documents& context)
      : functions_(functions), paths_(paths), context_(context), report_(context.report()) {
    const auto& at = paths.paths.front().at;
    chain_.at = at;
    chain_.name = paths.paths.size() == 1 ? paths.paths.front().name : std::filesystem::path{at.file}.stem().string();
  }

  void add_vnfs(std::span<const Vnfd> vnfds) {
    std::set<std::string_view> used;
    for (const auto& path : paths_.paths) {
      for (const auto& hop : path.hops) used.insert(hop.function);
    }
    for (const auto& [name, function] : functions_.functions) {
      const bool is_used = used.contains(name);
      report_.map(function.at, fmt::format("service function `{}`", name),
                  is_used ? fmt::format("VNF `{}` of type {}", name, function.type) : "",
                  is_used ? "" : "no path goes through it");
      if (is_used) add_vnf(name, function, vnfd_of(name, function.type, vnfds));
    }
  }

  /// By the order of rules, then paths for all packets.
  void add_paths(SfcClassification classification) {
    auto& [groups, other_directions] = classification;
    std::set<std::size_t> ruled;
    for (const auto& group : groups) ruled.insert(group.path);
    for (std::size_t i = 0; i < paths_.paths.size(); ++i) {
      if (!ruled.contains(i)) groups.push_back({i, {kSfcIn, kSfcIn}, turned_round(other_directions[i].matches)});
    }
    std::size_t hops = 0;
    std::map<std::size_t, std::size_t> copies;  // of each path
    for (auto& group : groups) {
      auto path = chain_path(paths_.paths[group.path], other_directions[group.path]);
      hops += path.hops.size();
      if (hops > kMaxSfcHops) {
        report_.problems.add(path.at, "rules make too many paths, expected at most {} hops in all", kMaxSfcHops);
        return;
      }
      if (auto& count = copies[group.path]; ++count > 1) {
        path.name = name_of_copy(path.name, count);
        path.spi.reset();
      }
      path.in = std::move(group.in);
      path.matches = std::move(group.matches);
      // Rules that ask for nothing of packets take all of them.
      if (std::ranges::find(path.matches, Match{}) != path.matches.end()) path.matches.clear();
      chain_.paths.push_back(std::move(path));
    }
  }

  Chain take() { return std::move(chain_); }

 private:
  void add_vnf(const std::string& name, const SfcFunction& function, const Vnfd* vnfd) {
    auto& points = points_[name];
    ChainVnf vnf;
    if (vnfd != nullptr) {
      vnf.vnf = read_vnfd(context_, *vnfd, chain_.artifacts);
      points = points_of(vnf.vnf.graph);
    } else {
      points = points_of_machine(name);
      vnf = machine_of(name, function, points);
    }
    vnf.vnf.name = name;
    vnf.vnf.at = function.at;
    chain_.vnfs.push_back(std::move(vnf));
  }

  static std::vector<Match> turned_round(std::vector<Match> matches) {
    for (auto& match : matches) {
      std::swap(match.src, match.dst);
      std::swap(match.sport, match.dport);
    }
    return matches;
  }

  /// A path without where packets come in, and which.
  [[nodiscard]] ChainPath chain_path(const SfcPath& path, const SfcOtherDirection& other) const {
    ChainPath made{.name = path.name,
                   .spi = path.id,
                   .out = {kSfcOut, kSfcOut},
                   .symmetric = path.symmetric == true || other.is_named,
                   .at = path.at};
    // Packets leave by where those of the other direction come in, if that is one place.
    if (other.endpoints.size() == 1 && other.endpoints.begin()->first != kSfcIn)
      made.out = {other.endpoints.begin()->first, other.endpoints.begin()->second};
    for (const auto& hop : path.hops) {
      const auto& points = points_.at(hop.function);
      made.hops.push_back({hop.function, points.in, points.out, hop.at});
    }
    return made;
  }

  /// A name that no path has. `count` is then the number in it.
  [[nodiscard]] std::string name_of_copy(const std::string& name, std::size_t& count) const {
    auto copy = fmt::format("{}-{}", name, count);
    while (paths_.names.path(copy)) copy = fmt::format("{}-{}", name, ++count);
    return copy;
  }

  const SfcFunctions& functions_;
  const SfcPaths& paths_;
  Documents& context_;
  Report& report_;
  Chain chain_;
  std::map<std::string, SfcVnfPoints> points_;  ///< by function
};

}  // namespace

Chain assemble_sfc_chain(const SfcFunctions& functions, const SfcPaths& paths, SfcClassification classification,
                         std::span<const Vnfd> vnfds, Documents& context) {
  SfcChainAssembly assembly{functions, paths, context};
  assembly.add_vnfs(vnfds);
  assembly.add_paths(std::move(classification));
  return assembly.take();
}

}  // namespace unf::tosca
