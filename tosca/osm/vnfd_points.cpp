#include "tosca/osm/vnfd_points.h"

#include <algorithm>
#include <map>

#include "tosca/osm/vnfd_cpds.h"
#include "tosca/osm/vnfd_interfaces.h"

namespace unf::tosca {
namespace {

/// A VNFD that names its management point overrides what names and roles say.
void read_management(const Value& vnfd, const std::string& of, YangReader& reader, OsmPoints& points) {
  const auto* management = reader.text(vnfd, "mgmt-cp");
  if (management == nullptr) {
    if (const auto* interface = YangReader::find(vnfd, "mgmt-interface")) management = reader.text(*interface, "cp");
  }
  if (management == nullptr) return;
  points.management = {management->text};
  reader.report().map(management->at(), fmt::format("management of {}", of), "", "uNFs have no address of their own");
  if (std::ranges::find(points.external, management->text) != points.external.end()) return;
  reader.problems().add(management->at(), "{} is managed by `{}`, which is no connection point that leads out of it{}",
                        of, management->text,
                        reader.problems().suggest(management->text, [&] { return names_in(points.external); }));
}

/// The name of an inner connection point is unique in its VDU, but that of a node in a graph is unique in the graph.
void qualify_inner_points(const OsmVdus& vdus, OsmPoints& points) {
  std::map<std::string_view, std::size_t> uses;
  for (const auto& name : points.external) ++uses[name];
  for (const auto& vdu : vdus.all) ++uses[vdu.vdu.name];
  for (const auto& point : points.all) {
    if (point.external.empty()) ++uses[point.name];
  }
  std::vector<VnfModel::ConnectionPoint*> ambiguous;
  for (auto& point : points.all) {
    if (point.external.empty() && uses[point.name] > 1) ambiguous.push_back(&point);
  }
  for (auto* point : ambiguous) point->name = point->vdu + "." + point->name;
}

}  // namespace

bool is_for_management(std::string_view name, std::string_view role) {
  const auto begins = [&](std::string_view word) {
    return name.starts_with(word) &&
           (name.size() == word.size() || std::string_view{"-_."}.find(name[word.size()]) < 3);
  };
  return role == "management" || begins("mgmt") || begins("management");
}

OsmPoints read_points(const Value& vnfd, const OsmVdus& vdus, const InternalLinks& links, OsmDialect dialect,
                      YangReader& reader) {
  auto points =
      dialect == OsmDialect::catalogue ? read_interfaces(vnfd, vdus, reader) : read_cpds(vnfd, vdus, links, reader);
  read_management(vnfd, vdus.of, reader, points);
  qualify_inner_points(vdus, points);
  return points;
}

}  // namespace unf::tosca
