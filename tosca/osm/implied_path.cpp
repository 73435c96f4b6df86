#include "tosca/osm/implied_path.h"

#include <algorithm>
#include <map>
#include <vector>

#include "tosca/osm/path_layer.h"

namespace unf::tosca {
namespace {

/// A connection point of a VNF.
struct PointOfVnf {
  std::string vnf, point;
};

/// What the virtual links of a service join.
struct Joins {
  std::map<std::string, std::vector<std::string>> points;  ///< VNF -> connection points that packets may pass
  std::map<std::string, std::vector<PointOfVnf>> on_link;  ///< virtual link -> these connection points
};

/// The connection points of a VNF that packets may pass: not those for management, nor, if some are on virtual links,
/// those that are on none.
std::vector<std::string> passable_points(const ConstituentVnf& vnf, const OsmVnfd* vnfd, const ServiceLinks& links) {
  std::vector<std::string> points;
  if (vnfd != nullptr) {
    points = vnfd->data;
  } else {
    for (const auto& [point, link] : vnf.links) points.push_back(point);
  }
  const auto is_attached = [&](const auto& point) { return vnf.links.contains(point); };
  if (std::ranges::any_of(points, is_attached))
    std::erase_if(points, [&](const auto& point) { return !is_attached(point); });
  std::erase_if(points, [&](const auto& point) {
    const auto on = vnf.links.find(point);
    const auto link = on == vnf.links.end() ? links.end() : links.find(on->second);
    return link != links.end() && link->second.management;
  });
  return points;
}

/// A VNF alone is gone through between its first two points, or back out of its only one, whatever links they are on.
std::vector<std::string> points_of_only_vnf(std::vector<std::string> points) {
  if (points.size() > 2) points.resize(2);
  if (points.size() == 1) points.push_back(points.front());
  return points;
}

Joins joins_of(const ConstituentVnfs& vnfs, const std::map<std::string, const OsmVnfd*>& vnfds,
               const ServiceLinks& links) {
  Joins joins;
  for (const auto& [id, vnf] : vnfs.by_id) {
    auto points = passable_points(vnf, vnfds.at(id), links);
    if (vnfs.order.size() == 1) {
      joins.points[id] = points_of_only_vnf(std::move(points));
      continue;
    }
    for (const auto& point : points) {
      if (const auto link = vnf.links.find(point); link != vnf.links.end())
        joins.on_link[link->second].push_back({id, point});
    }
    joins.points[id] = std::move(points);
  }
  return joins;
}

/// Whether each VNF has two points, and each link joins two VNFs at most.
bool joins_in_pairs(const Joins& joins) {
  return std::ranges::all_of(joins.points, [](const auto& of) { return of.second.size() == 2; }) &&
         std::ranges::all_of(joins.on_link, [](const auto& on) {
           const auto& ends = on.second;
           return ends.size() < 2 || (ends.size() == 2 && ends[0].vnf != ends[1].vnf);
         });
}

/// The point of another VNF that the link of a point leads to. nullptr: none.
const PointOfVnf* across(const ConstituentVnf& vnf, const std::string& point, const Joins& joins) {
  const auto link = vnf.links.find(point);
  const auto on = link == vnf.links.end() ? joins.on_link.end() : joins.on_link.find(link->second);
  if (on == joins.on_link.end()) return nullptr;
  const auto other = std::ranges::find_if(on->second, [&](const auto& end) { return end.vnf != vnf.id; });
  return other == on->second.end() ? nullptr : &*other;
}

/// The steps of the chain that begins with the first VNF that has a free end. Empty: no VNF has one.
std::vector<VnffgStep> follow(const ConstituentVnfs& vnfs, const Joins& joins) {
  std::vector<VnffgStep> steps;
  const auto is_free = [&](const std::string& id, const std::string& point) {
    return across(vnfs.by_id.at(id), point, joins) == nullptr;
  };
  const auto first = std::ranges::find_if(vnfs.order, [&](const auto& id) {
    const auto& points = joins.points.at(id);
    return is_free(id, points.front()) || is_free(id, points.back());
  });
  if (first == vnfs.order.end()) return steps;
  const auto& ends = joins.points.at(*first);
  PointOfVnf next{*first, is_free(*first, ends.front()) ? ends.front() : ends.back()};
  while (steps.size() < vnfs.order.size()) {
    const auto& vnf = vnfs.by_id.at(next.vnf);
    const auto& points = joins.points.at(next.vnf);
    const auto& out = points.front() == next.point ? points.back() : points.front();
    steps.push_back({next.vnf, next.point, out, vnf.at});
    const auto* entered = across(vnf, out, joins);
    if (entered == nullptr) break;
    next = *entered;
  }
  return steps;
}

}  // namespace

std::optional<VnffgPath> path_along_links(const std::string& name, const SourcePlace& at, const ConstituentVnfs& vnfs,
                                          const ServiceLinks& links, VnfBinder& binder, Problems& problems) {
  if (vnfs.order.size() > kMaxOsmHops) {
    problems.add(at, "too many VNFs without a vnffgd, expected at most {}", kMaxOsmHops);
    return std::nullopt;
  }
  std::map<std::string, const OsmVnfd*> vnfds;  // nullptr: of TOSCA
  for (const auto& id : vnfs.order) {
    if (const auto* bound = binder.bind(vnfs.by_id.at(id))) vnfds[id] = bound->vnfd;
  }
  if (vnfds.size() != vnfs.order.size()) return std::nullopt;
  const auto joins = joins_of(vnfs, vnfds, links);
  const auto steps = joins_in_pairs(joins) ? follow(vnfs, joins) : std::vector<VnffgStep>{};
  if (steps.size() != vnfs.order.size()) {
    problems.add(at,
                 "no vnffgd, and the virtual links do not make one chain of all VNFs, expected a vnffgd, or two "
                 "connection points of each VNF on links of two");
    return std::nullopt;
  }
  VnffgPath path{.name = name, .positions = {}, .matches = {}, .symmetric = true, .at = at};
  for (const auto& step : steps) path.positions.push_back({step});
  return path;
}

std::optional<VnffgPath> path_through(const ConstituentVnf& vnf, VnfBinder& binder, Problems& problems) {
  const auto* bound = binder.bind(vnf);
  if (bound == nullptr) return std::nullopt;
  const auto& points = bound->vnfd->data;
  if (points.empty()) {
    problems.add(vnf.at, "VNFD `{}` has no connection point but for management, expected one that packets come in by",
                 vnf.vnfd_id);
    return std::nullopt;
  }
  const auto& in = points.front();
  const auto& out = points[points.size() > 1 ? 1 : 0];
  VnffgPath path{.name = fmt::format("{}-to-{}", in, out),
                 .positions = {},
                 .matches = {},
                 .symmetric = points.size() > 1,
                 .at = vnf.at};
  path.positions.push_back({{vnf.id, in, out, vnf.at}});
  return path;
}

}  // namespace unf::tosca
