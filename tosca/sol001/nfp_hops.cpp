#include "tosca/sol001/nfp_hops.h"

#include "tosca/sol001/nsd_lookup.h"

namespace unf::tosca {
namespace {

class NfpHopReader {
 public:
  NfpHopReader(const Document& document, const NodeTemplate& nfp, const NsVnfs& vnfs, const NsLinks& links,
               LoadSharing& sharing, Report& report)
      : document_(document),
        nfp_(nfp),
        group_(vnffg_members(document, nfp.name)),
        vnfs_(vnfs),
        links_(links),
        sharing_(sharing),
        report_(report) {}

  std::optional<std::vector<NfpHop>> read() {
    const auto positions = targets(nfp_, "nfp_position", base::nfp_position, document_.nodes.size());
    if (!positions) return std::nullopt;
    std::vector<NfpHop> hops;
    for (const auto* position : *positions) {
      auto hop = hop_at(*position);
      if (!hop) return std::nullopt;
      hops.push_back(*std::move(hop));
    }
    return hops;
  }

 private:
  /// The hop of a position. nullopt: reported.
  std::optional<NfpHop> hop_at(const NodeTemplate& position) {
    const auto elements = targets(position, "element", base::nfp_position_element, document_.nodes.size());
    if (!elements) return std::nullopt;
    const auto* written = position.value->find("properties", "forwarding_behaviour");
    const std::string behaviour = written != nullptr && written->is_scalar() ? written->text : "";
    if (elements->size() > 1 && behaviour != "lb" && behaviour != "ff") {
      report_.problems.add(
          position.at, "position `{}` has {} elements and {}, which is not supported, expected lb or ff", position.name,
          elements->size(),
          behaviour.empty() ? "no forwarding_behaviour" : fmt::format("forwarding_behaviour {}", behaviour));
      return std::nullopt;
    }
    std::vector<NfpHop> hops;
    for (const auto* element : *elements) {
      auto forwarding = targets(*element, "profile_element", base::forwarding, 2);
      if (!forwarding) return std::nullopt;
      auto hop = hop_of({*element, *std::move(forwarding)}, group_, vnfs_, links_, report_.problems);
      if (!hop) return std::nullopt;
      hop->at = position.at;
      hops.push_back(*std::move(hop));
    }
    if (hops.size() > 1 && behaviour == "lb" && !sharing_.add(position, hops, vnfs_, report_)) return std::nullopt;
    if (hops.size() > 1 && behaviour == "ff") {
      report_.map(position.at, fmt::format("position `{}`", position.name),
                  fmt::format("VNF `{}`, the first of {}", hops.front().vnf, hops.size()));
    }
    return hops.front();
  }

  /// The nodes of type `base` that the requirements `name` of a node lead to, 1 to `most`, in order. nullopt: reported.
  std::optional<std::vector<const NodeTemplate*>> targets(const NodeTemplate& node, std::string_view name,
                                                          std::string_view base, std::size_t most) {
    auto& problems = report_.problems;
    std::vector<const NodeTemplate*> found;
    bool well = true;
    for (const auto& requirement : node.requirements) {
      if (requirement.name == "dependency") continue;
      const auto* target = document_.find_node(requirement.target);
      if (requirement.name != name) {
        problems.add(requirement.at, "unknown requirement `{}` of `{}`, expected `{}`", requirement.name, node.name,
                     name);
        well = false;
      } else if (target == nullptr || target->type == nullptr || target->type->base != base) {
        problems.add(requirement.at, "requirement `{}` of `{}` leads to `{}`, expected a node template of type {}{}",
                     name, node.name, requirement.target, base,
                     problems.suggest(requirement.target, [&] { return node_names_of(document_, base); }));
        well = false;
      } else {
        found.push_back(target);
      }
    }
    if (well && (found.empty() || found.size() > most)) {
      problems.add(node.at, "`{}` has {} requirements `{}`, expected {}", node.name, found.size(), name,
                   most == 1   ? "1"
                   : most == 2 ? "1 or 2"
                               : "at least 1");
      well = false;
    }
    return well ? std::optional{std::move(found)} : std::nullopt;
  }

  const Document& document_;
  const NodeTemplate& nfp_;
  std::span<const std::string> group_;  ///< members of the VNFFG that the path is in
  const NsVnfs& vnfs_;
  const NsLinks& links_;
  LoadSharing& sharing_;
  Report& report_;
};

}  // namespace

std::optional<std::vector<NfpHop>> read_nfp_hops(const Document& document, const NodeTemplate& nfp, const NsVnfs& vnfs,
                                                 const NsLinks& links, LoadSharing& sharing, Report& report) {
  return NfpHopReader{document, nfp, vnfs, links, sharing, report}.read();
}

}  // namespace unf::tosca
