#include "tosca/sol001/vdu_mapping.h"

#include <algorithm>
#include <set>

namespace unf::tosca {
namespace {

using Point = VnfModel::ConnectionPoint;

/// A gate of a uNF that packets leave by.
struct Gate {
  std::string node, gate;
};

class VduMapper {
 public:
  VduMapper(Report& report, const VnfModel& model, const ImageMap& images, ServiceRequest::Vnf& vnf,
            Artifacts& artifacts)
      : report_(report), problems_(report.problems), model_(model), images_(images), vnf_(vnf), artifacts_(artifacts) {
    for (const auto& point : model.points) {
      if (!point.vdu.empty()) points_of_[point.vdu].push_back(&point);
      if (!point.link.empty() && point.vdu.empty() && !point.external.empty())
        external_on_.try_emplace(point.link, &point);
    }
    for (auto& [vdu, points] : points_of_) {
      std::ranges::stable_sort(points, [](const Point* a, const Point* b) {
        if (a->order && b->order) return *a->order < *b->order;
        return a->order || b->order ? a->order.has_value() : a->name < b->name;
      });
    }
  }

  MappedVdus map() {
    for (const auto& vdu : model_.vdus) map_vdu(vdu);
    for (const auto& point : model_.points) {
      if (!point.link.empty() && takes_.contains(point.name)) takers_on_[point.link].push_back(&point);
    }
    for (const auto& point : model_.points) join(point);
    for (const auto& [point, nodes] : takes_) mapped_.points.insert(point);
    for (const auto& [point, gates] : sends_) mapped_.points.insert(point);
    return std::move(mapped_);
  }

 private:
  void map_vdu(const VnfModel::Vdu& vdu) {
    std::vector<std::string> names;
    if (!vnf_.name.empty()) names.push_back(vnf_.name + "/" + vdu.name);
    names.insert(names.end(), vdu.capabilities.begin(), vdu.capabilities.end());
    names.insert(names.end(), vdu.images.begin(), vdu.images.end());
    if (!vdu.title.empty()) names.push_back(vdu.title);
    if (vdu.title != vdu.name) names.push_back(vdu.name);
    const auto known = std::ranges::find_if(names, [&](const auto& name) { return images_.images.contains(name); });
    if (known != names.end()) {
      report_.map(vdu.at, fmt::format("VDU `{}`", vdu.name), fmt::format("what the image map has for `{}`", *known));
      place(vdu, images_.images.find(*known)->second);
    } else if (images_.pass_unmapped) {
      report_.map(vdu.at, fmt::format("VDU `{}`", vdu.name), "passed as it is: it is not in the image map");
      static const ImageTemplate kPassThrough = pass_through();
      place(vdu, kPassThrough);
    } else {
      std::vector<std::string_view> wanted;
      for (const auto& name : names) {
        if (std::ranges::find(wanted, name) == wanted.end()) wanted.push_back(name);
      }
      if (vdu.type.empty()) {
        problems_.add(vdu.at, "VDU `{}` is no uNF, expected an entry of the image map for {}", vdu.name,
                      one_of(wanted));
        return;
      }
      problems_.add(
          vdu.at, "VDU `{}` of type {} is no uNF, expected a type derived from {}, or an entry of the image map for {}",
          vdu.name, vdu.type, kMicroNf, one_of(wanted));
    }
  }

  /// nullptr: there is none, which is reported where it is `needed`.
  const Point* point_for(const VnfModel::Vdu& vdu, const ImageTemplate& image, const std::string& port,
                         std::size_t position, bool needed) {
    const auto& points = points_of_[vdu.name];
    const auto named = image.points.find(port);
    if (named != image.points.end()) {
      const auto fits = [&](const Point* point) {
        return point->name == named->second || (point->order && std::to_string(*point->order) == named->second);
      };
      if (const auto found = std::ranges::find_if(points, fits); found != points.end()) return *found;
    } else if (image.points.empty() && !points.empty()) {
      return points[std::min(position, points.size() - 1)];
    }
    if (needed || named != image.points.end()) {
      problems_.add(vdu.at, "VDU `{}` has no connection point {}for `{}`, expected a VduCp that is bound to it",
                    vdu.name, named == image.points.end() ? "" : fmt::format("`{}` ", named->second), port);
    }
    return nullptr;
  }

  /// The uNFs of a template, named after the VDU, without what stands for its connection points.
  void place(const VnfModel::Vdu& vdu, const ImageTemplate& image) {
    const auto& graph = image.graph;
    std::map<std::string_view, const Point*> ends;  // a NicIngress or NicEgress of the template -> what it stands for
    for (const auto& [port, node] : graph.inputs) ends[node] = point_for(vdu, image, port, 0, true);
    for (const auto& [port, node] : graph.outputs) ends[node] = point_for(vdu, image, port, 1, image.points.empty());
    std::vector<std::string> names;
    const auto inner = graph.nodes.size() - ends.size();
    const auto name_of = [&](const std::string& node) { return inner == 1 ? vdu.name : vdu.name + "." + node; };
    for (const auto& node : graph.nodes) {
      if (ends.contains(node.name)) continue;
      auto placed = node;
      placed.name = name_of(node.name);
      placed.at = vdu.at;
      names.push_back(placed.name);
      names_.insert(placed.name);
      vnf_.graph.nodes.push_back(std::move(placed));
    }
    for (const auto& edge : graph.edges) {
      const auto from = ends.find(edge.from), to = ends.find(edge.to);
      if (from != ends.end()) {
        if (from->second == nullptr) continue;
        takes_[from->second->name].push_back(name_of(edge.to));
      } else if (to != ends.end()) {
        if (to->second != nullptr) sends_[to->second->name].push_back({name_of(edge.from), edge.gate});
      } else {
        vnf_.graph.edges.push_back({name_of(edge.from), edge.gate, name_of(edge.to), vdu.at});
      }
    }
    for (const auto& [digest, artifact] : images_.artifacts) artifacts_.try_emplace(digest, artifact);
    mapped_.nodes[vdu.name] = std::move(names);
  }

  /// What comes out of a VDU by the point goes out of the VNF, or to the VDU that takes it in from the same link; what
  /// comes from outside goes to the VDU of the point.
  void join(const Point& point) {
    const auto element = fmt::format("connection point `{}`", point.name);
    const bool takes = takes_.contains(point.name), sends = sends_.contains(point.name);
    if (!takes && !sends) {
      const bool of_vdu = mapped_.nodes.contains(point.vdu);
      if (of_vdu) report_.map(point.at, element, "", "its VDU's template leads no packets through it");
      return;
    }
    const auto outside = outside_of(point);
    std::vector<std::string> became;
    if (takes && outside != nullptr) {
      for (const auto& port : outside->external) {
        const auto node = point.name;
        const auto& targets = takes_[point.name];
        if (!open_port(vnf_.graph.inputs, port, point) || !add_end(node, "NicIngress", point)) continue;
        vnf_.graph.inputs.emplace(port, node);
        vnf_.graph.edges.push_back({node, "out", targets.front(), point.at});
        became.push_back(fmt::format("input `{}`", port));
      }
    }
    if (sends && outside != nullptr) {
      for (const auto& port : outside->external) {
        const auto node = takes ? point.name + "-out" : point.name;
        if (!open_port(vnf_.graph.outputs, port, point) || !add_end(node, "NicEgress", point)) continue;
        vnf_.graph.outputs.emplace(port, node);
        for (const auto& [from, gate] : sends_[point.name]) vnf_.graph.edges.push_back({from, gate, node, point.at});
        became.push_back(fmt::format("output `{}`", port));
      }
    } else if (sends) {
      if (const auto target = inner_target(point)) {
        for (const auto& [from, gate] : sends_[point.name]) vnf_.graph.edges.push_back({from, gate, *target, point.at});
        became.push_back(fmt::format("an edge to `{}`", *target));
      }
    } else if (became.empty()) {
      became.push_back(fmt::format("what `{}` takes in", takes_[point.name].front()));
    }
    if (!became.empty()) report_.map(point.at, element, fmt::format("{}", fmt::join(became, ", ")));
  }

  /// Where packets of the point come from or go to outside of the VNF: itself, or an external one on its link.
  const Point* outside_of(const Point& point) const {
    if (!point.external.empty()) return &point;
    const auto other = external_on_.find(point.link);
    return other == external_on_.end() ? nullptr : other->second;
  }

  bool open_port(const std::map<std::string, std::string>& ports, const std::string& port, const Point& point) {
    const auto other = ports.find(port);
    if (other == ports.end()) return true;
    problems_.add(point.at, "`{}` is mapped to `{}` and `{}`, expected one connection point for it", port,
                  other->second, point.name);
    return false;
  }

  bool add_end(const std::string& node, const char* type, const Point& point) {
    if (!names_.insert(node).second) {
      problems_.add(point.at, "connection point `{}` is mapped twice, expected one virtual link for it", point.name);
      return false;
    }
    vnf_.graph.nodes.push_back({.name = node, .type = type, .at = point.at});
    return true;
  }

  /// nullopt: reported.
  std::optional<std::string> inner_target(const Point& point) {
    constexpr std::size_t kShown = 8;  // enough to refuse it, and to say which
    std::set<std::string> targets;
    for (const auto* other : takers_on_[point.link]) {
      const auto& takes = takes_[other->name];
      if (other != &point) targets.insert(takes.begin(), takes.end());
      if (targets.size() > kShown) break;
    }
    if (targets.size() == 1) return *targets.begin();
    if (point.link.empty()) {
      problems_.add(point.at,
                    "connection point `{}` of VDU `{}` sends packets to no virtual link, expected a "
                    "requirement `virtual_link`, or a virtual link of the VNF that is mapped to it",
                    point.name, point.vdu);
    } else {
      problems_.add(point.at, "packets that `{}` sends to virtual link `{}` are taken in by {}, expected one VDU",
                    point.name, point.link,
                    targets.empty() ? "no VDU" : fmt::format("{}", fmt::join(targets, " and ")));
    }
    return std::nullopt;
  }

  Report& report_;
  Problems& problems_;
  const VnfModel& model_;
  const ImageMap& images_;
  ServiceRequest::Vnf& vnf_;
  Artifacts& artifacts_;
  std::map<std::string_view, std::vector<const Point*>>
      points_of_;                                         ///< by VDU: by `order`, those without behind, by name
  std::map<std::string_view, const Point*> external_on_;  ///< the first VnfExtCp of each that is mapped
  std::map<std::string_view, std::vector<const Point*>> takers_on_;  ///< link -> points by which VDUs take packets in
  std::set<std::string, std::less<>> names_;                         ///< of nodes
  MappedVdus mapped_;
  std::map<std::string, std::vector<std::string>> takes_;  ///< connection point -> nodes that packets from it go to
  std::map<std::string, std::vector<Gate>> sends_;         ///< connection point -> what leads to it
};

}  // namespace

MappedVdus map_vdus(Report& report, const VnfModel& model, const ImageMap& images, ServiceRequest::Vnf& vnf,
                    Artifacts& artifacts) {
  return VduMapper{report, model, images, vnf, artifacts}.map();
}

}  // namespace unf::tosca
