#include "tosca/chain/chain.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "tosca/sol001/vdu_mapping.h"

namespace unf::tosca {
namespace {

class ChainBuilder {
 public:
  ChainBuilder(Chain chain, const ImageMap& images, Report& report)
      : chain_(std::move(chain)), images_(images), report_(report), problems_(report.problems) {}

  ServiceRequest build() {
    service_.name = chain_.name;
    service_.artifacts = std::move(chain_.artifacts);
    check_name(chain_.name, "service", chain_.at);
    for (auto& vnf : chain_.vnfs) add_vnf(vnf);
    std::set<std::string> names;
    for (const auto& path : chain_.paths) {
      if (!names.insert(path.name).second)
        problems_.add(path.at, "a second path `{}`, expected another name", path.name);
      add_path(path);
    }
    if (chain_.paths.empty() && problems_.empty())
      problems_.add(chain_.at, "no path in `{}`, expected one at least", chain_.name);
    return std::move(service_);
  }

 private:
  void check_name(const std::string& name, std::string_view what, const SourcePlace& at) {
    if (!name.empty() && name.size() <= 128 && name.find_first_of("/#") == std::string::npos) return;
    problems_.add(at, "the {}'s name `{}` is bad, expected 1 to 128 characters without `/` and `#`", what, name);
  }

  void add_vnf(ChainVnf& chained) {
    auto& vnf = chained.vnf;
    check_name(vnf.name, "VNF", vnf.at);
    std::vector<const ChainHop*> hops;
    for (const auto& path : chain_.paths) {
      for (const auto& hop : path.hops) {
        if (hop.vnf == vnf.name) hops.push_back(&hop);
      }
    }
    if (hops.empty()) {
      report_.map(vnf.at, fmt::format("VNF `{}`", vnf.name), "", "no path goes through it");
      return;
    }
    if (chained.model) {
      use_points(*chained.model, hops);
      const auto mapped = map_vdus(report_, *chained.model, images_, vnf, service_.artifacts);
      name_nodes(vnf, mapped);
      if (problems_.empty() && (vnf.graph.inputs.empty() || vnf.graph.outputs.empty())) {
        problems_.add(vnf.at, "VNF `{}` has no way {}, expected connection points that packets come in and go out by",
                      vnf.name, vnf.graph.inputs.empty() ? "in" : "out");
      }
    }
    if (std::ranges::find(service_.vnfs, vnf.name, &ServiceRequest::Vnf::name) != service_.vnfs.end())
      problems_.add(vnf.at, "a second VNF `{}`, expected another name", vnf.name);
    report_.map(vnf.at, fmt::format("VNF `{}`", vnf.name), fmt::format("VNF of {}", vnf.vnfd_id));
    service_.vnfs.push_back(std::move(vnf));
  }

  /// Keeps of the external connection points those that paths use; packets come in by those that a path enters by, and
  /// go out by the others.
  void use_points(VnfModel& model, const std::vector<const ChainHop*>& hops) {
    constexpr std::uint32_t kEntered = 0, kInner = 1, kLeft = 1U << 31;
    std::map<std::string_view, std::uint32_t> used;
    for (const auto* hop : hops) {
      used.try_emplace(hop->in, kEntered);
      used.try_emplace(hop->out, kLeft);
    }
    std::uint32_t written = 0;
    for (auto& point : model.points) {
      if (point.external.empty()) {
        point.order = kInner + std::min(point.order.value_or(written++), kLeft - 2);
        continue;
      }
      const auto use = used.find(point.name);
      if (use != used.end()) point.order = use->second;
    }
    std::erase_if(model.points, [&](const auto& point) {
      if (point.external.empty() || used.contains(point.name)) return false;
      report_.map(point.at, fmt::format("connection point `{}`", point.name), "", "no path uses it");
      return true;
    });
  }

  /// Puts the uNFs that run in place of VDUs where these are named.
  static void name_nodes(ServiceRequest::Vnf& vnf, const MappedVdus& mapped) {
    const auto each = [&](const std::string& vdu, const auto& take) {
      const auto nodes = mapped.nodes.find(vdu);
      if (nodes == mapped.nodes.end()) return;
      for (const auto& node : nodes->second) take(node);
    };
    const auto replace = [&](auto& by_vdu) {
      auto before = std::exchange(by_vdu, {});
      for (auto& [vdu, value] : before) each(vdu, [&, &of = value](const auto& node) { by_vdu[node] = of; });
    };
    for (auto& aspect : vnf.aspects) replace(aspect.node_deltas);
    replace(vnf.initial);
    for (auto& [level, instances] : vnf.level_instances) replace(instances);
    for (auto& affinity : vnf.affinity) {
      auto before = std::exchange(affinity.nodes, {});
      for (const auto& vdu : before) each(vdu, [&](const auto& node) { affinity.nodes.push_back(node); });
    }
    std::erase_if(vnf.affinity, [](const auto& affinity) { return affinity.nodes.empty(); });
  }

  void add_path(const ChainPath& path) {
    auto out = path.out;
    if (out.name == path.in.name) out.name += "-out";
    ServiceRequest::Path added{.name = path.name,
                               .spi = path.spi,
                               .in = add_endpoint(path.in),
                               .out = add_endpoint(out),
                               .matches = path.matches,
                               .symmetric = path.symmetric,
                               .max_latency = path.max_latency,
                               .at = path.at};
    if (path.hops.empty()) problems_.add(path.at, "path `{}` goes through no VNF, expected one at least", path.name);
    for (const auto& hop : path.hops) {
      if (std::ranges::find(added.hops, hop.vnf) != added.hops.end()) {
        problems_.add(hop.at, "path `{}` comes to VNF `{}` twice, expected once", path.name, hop.vnf);
        return;
      }
      added.hops.push_back(hop.vnf);
    }
    for (std::size_t i = 0; i < path.hops.size(); ++i) {
      const auto* vnf = vnf_of(path.hops[i]);
      if (vnf == nullptr) return;
      const auto input = port_of(vnf->graph.inputs, path.hops[i].in, *vnf, path, path.hops[i], "input");
      const auto output = port_of(vnf->graph.outputs, path.hops[i].out, *vnf, path, path.hops[i], "output");
      if (input.empty() || output.empty()) return;
      if (i > 0) add_link(path.hops[i - 1].vnf, left_by_, *vnf, input, path);
      left_by_ = output;
    }
    report_.map(path.at, fmt::format("path `{}`", path.name),
                fmt::format("path from {} to {} through {}, {}{}", added.in, added.out, fmt::join(added.hops, ", "),
                            added.matches.empty() ? std::string{"for all packets"}
                                                  : fmt::format("by {} rules", added.matches.size()),
                            added.symmetric ? ", both ways" : ""));
    service_.paths.push_back(std::move(added));
  }

  const ServiceRequest::Vnf* vnf_of(const ChainHop& hop) {
    const auto found = std::ranges::find(service_.vnfs, hop.vnf, &ServiceRequest::Vnf::name);
    return found == service_.vnfs.end() ? nullptr : &*found;
  }

  /// Empty: reported.
  std::string port_of(const std::map<std::string, std::string>& ports, const std::string& point,
                      const ServiceRequest::Vnf& vnf, const ChainPath& path, const ChainHop& hop,
                      std::string_view what) {
    if (vnf.graph.inputs.size() == 1 && vnf.graph.outputs.size() == 1) return ports.begin()->first;
    if (point.empty() && ports.size() == 1) return ports.begin()->first;
    if (ports.contains(point)) return point;
    if (!problems_.empty()) return {};
    std::vector<std::string_view> names;
    for (const auto& [name, node] : ports) names.push_back(name);
    problems_.add(hop.at, "path `{}` goes through VNF `{}` {}, expected its {} {}{}", path.name, vnf.name,
                  point.empty() ? fmt::format("by no {} that is named", what) : fmt::format("by `{}`", point), what,
                  one_of(names), problems_.suggest(point, names));
    return {};
  }

  std::string add_endpoint(const ServiceRequest::Endpoint& endpoint) {
    if (std::ranges::find(service_.endpoints, endpoint.name, &ServiceRequest::Endpoint::name) ==
        service_.endpoints.end())
      service_.endpoints.push_back(endpoint);
    return endpoint.name;
  }

  void add_link(const std::string& from, const std::string& output, const ServiceRequest::Vnf& to,
                const std::string& input, const ChainPath& path) {
    const bool known = std::ranges::any_of(service_.links, [&](const auto& l) {
      return l.vnf == from && l.output == output && l.to_vnf == to.name && l.to_input == input;
    });
    if (!known) service_.links.push_back({from, output, to.name, input, path.at});
  }

  Chain chain_;
  const ImageMap& images_;
  Report& report_;
  Problems& problems_;
  ServiceRequest service_;
  std::string left_by_;  ///< the output of the hop before
};

}  // namespace

ServiceRequest service_of(Chain chain, const ImageMap& images, Report& report) {
  return ChainBuilder{std::move(chain), images, report}.build();
}

}  // namespace unf::tosca
