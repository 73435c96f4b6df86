#include "tosca/osm/path_layer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxPointsShown = 100;  ///< in a message

/// Where a connection point leads outside.
struct PointEnd {
  ServiceRequest::Endpoint endpoint;
  std::string link, sap;  ///< that it leads to; empty: none
};

/// The end is called like the SAP, else like the virtual link, else like the connection point.
PointEnd end_of(const ConstituentVnf& vnf, const std::string& point, const ServiceLinks& links,
                const ServiceSaps& saps) {
  PointEnd end;
  if (const auto on = vnf.links.find(point); on != vnf.links.end()) end.link = on->second;
  if (const auto sap = saps.of_point.find({vnf.vnfd_id, point}); sap != saps.of_point.end()) {
    end.sap = sap->second;
  } else if (const auto on_link = saps.on_link.find(end.link); !end.link.empty() && on_link != saps.on_link.end()) {
    end.sap = on_link->second;
  } else if (end.link.empty() && saps.places.contains(point)) {
    end.sap = point;
  }
  const auto name = !end.sap.empty() ? end.sap : !end.link.empty() ? end.link : point;
  const auto link = links.find(end.link);
  end.endpoint = {name, link == links.end() || link->second.network.empty() ? name : link->second.network};
  return end;
}

/// Fills in what a step leaves open: without any point, the first two of the VNF; without one, the other of two, or the
/// same. `data` are the VNF's connection points that are not for management.
void fill_in_points(const std::vector<std::string>& data, VnffgStep& step) {
  const auto other_than = [&](const std::string& point) -> const std::string& {
    if (data.size() != 2) return point;
    return data.front() == point ? data.back() : data.back() == point ? data.front() : point;
  };
  if (step.in.empty() && step.out.empty() && !data.empty()) {
    step.in = data.front();
    step.out = data[data.size() > 1 ? 1 : 0];
  }
  if (step.in.empty()) step.in = other_than(step.out);
  if (step.out.empty()) step.out = other_than(step.in);
}

/// False: `point` is named, but it does not lead out of the VNF, which has been reported.
bool is_known_point(const std::string& point, const std::string& vnf, const OsmVnfd& vnfd, const SourcePlace& at,
                    Problems& problems) {
  if (point.empty() || std::ranges::find(vnfd.external, point) != vnfd.external.end()) return true;
  auto names = names_in(vnfd.external);
  if (names.size() > kMaxPointsShown) names.resize(kMaxPointsShown);
  problems.add(at, "`{}` is no connection point of VNF `{}`, expected {}{}", point, vnf, one_of(names),
               problems.suggest(point, names));
  return false;
}

class PathLayer {
 public:
  PathLayer(const ConstituentVnfs& vnfs, const ServiceLinks& links, const ServiceSaps& saps, VnfBinder& binder,
            Problems& problems)
      : vnfs_(vnfs), links_(links), saps_(saps), binder_(binder), problems_(problems) {}

  void lay(const VnffgPath& written) {
    ChainPath path{.name = written.name, .symmetric = written.symmetric, .at = written.at};
    bool well = written.well_formed;
    for (const auto& position : written.positions) well = add_position(position, path.hops) && well;
    if (!well || path.hops.empty()) return;
    path.in = end_at(path.hops.front().vnf, path.hops.front().in);
    path.out = end_at(path.hops.back().vnf, path.hops.back().out);
    add_path(std::move(path), written.matches);
  }

  LaidPaths take() { return std::move(laid_); }

 private:
  /// False: a step cannot be gone, which has been reported. The steps after it are left out.
  bool add_position(const std::vector<VnffgStep>& position, std::vector<ChainHop>& hops) {
    return std::ranges::all_of(position, [&](const auto& step) { return add_step(step, hops); });
  }

  /// Of two steps at one VNF, packets come in by the first and go out by the second. False: reported.
  bool add_step(VnffgStep step, std::vector<ChainHop>& hops) {
    const auto* bound = binder_.bind(vnfs_.by_id.at(step.vnf));
    if (bound == nullptr || !take_hops(1, step.at)) return false;
    if (bound->vnfd != nullptr) {
      if (!is_known_point(step.in, step.vnf, *bound->vnfd, step.at, problems_) ||
          !is_known_point(step.out, step.vnf, *bound->vnfd, step.at, problems_)) {
        return false;
      }
      fill_in_points(bound->vnfd->data, step);
      if (step.in.empty()) {
        problems_.add(step.at, "VNF `{}` has no connection point but for management, expected one", step.vnf);
        return false;
      }
    }
    if (!hops.empty() && hops.back().vnf == step.vnf && hops.back().in == hops.back().out) {
      hops.back().out = step.out;
    } else {
      hops.push_back({step.vnf, step.in, step.out, step.at});
    }
    return true;
  }

  /// False: paths have too many hops, which has been reported.
  bool take_hops(std::size_t count, const SourcePlace& at) {
    hops_ += count;
    if (hops_ <= kMaxOsmHops) return true;
    problems_.add(at, "too many VNFs on paths, expected at most {}", kMaxOsmHops);
    return false;
  }

  ServiceRequest::Endpoint end_at(const std::string& vnf, const std::string& point) {
    auto end = end_of(vnfs_.by_id.at(vnf), point, links_, saps_);
    if (!end.link.empty()) laid_.used_links.insert(end.link);
    if (!end.sap.empty()) laid_.used_saps.insert(end.sap);
    return std::move(end.endpoint);
  }

  /// Adds one path for each place that packets come from.
  void add_path(ChainPath path, const std::vector<VnffgMatch>& matches) {
    std::vector<ChainPath> paths;
    std::map<std::string, std::size_t> by_source;
    for (const auto& [match, from] : matches) {
      const bool elsewhere = !from.empty() && std::ranges::find(path.hops, from, &ChainHop::vnf) == path.hops.end();
      const auto source = elsewhere ? ServiceRequest::Endpoint{from, from} : path.in;
      if (elsewhere) laid_.sources.insert(from);
      const auto [known, is_new] = by_source.try_emplace(source.name, paths.size());
      if (is_new) {
        if (!take_hops(paths.empty() ? 0 : path.hops.size(), path.at)) return;
        auto& added = paths.emplace_back(path);
        added.in = source;
        if (paths.size() > 1) added.name = fmt::format("{}-{}", path.name, paths.size());
      }
      paths[known->second].matches.push_back(match);
    }
    if (matches.empty()) paths.push_back(std::move(path));
    for (auto& one : paths) {
      // A match that asks for nothing of packets takes all of them.
      if (std::ranges::find(one.matches, Match{}) != one.matches.end()) one.matches.clear();
      laid_.paths.push_back(std::move(one));
    }
  }

  const ConstituentVnfs& vnfs_;
  const ServiceLinks& links_;
  const ServiceSaps& saps_;
  VnfBinder& binder_;
  Problems& problems_;
  LaidPaths laid_;
  std::size_t hops_ = 0;
};

}  // namespace

LaidPaths lay_paths(std::span<const VnffgPath> paths, const ConstituentVnfs& vnfs, const ServiceLinks& links,
                    const ServiceSaps& saps, VnfBinder& binder, Problems& problems) {
  PathLayer layer{vnfs, links, saps, binder, problems};
  for (const auto& path : paths) layer.lay(path);
  return layer.take();
}

}  // namespace unf::tosca
