#include "tosca/osm/vnfd_interfaces.h"

#include <map>

#include "tosca/osm/vnfd_names.h"

namespace unf::tosca {
namespace {

/// What an interface may lead to.
struct InterfaceTargets {
  std::vector<std::string> external;               ///< connection points of the VNF, as written
  std::map<std::string, bool> taken;               ///< whether an interface leads to one of these
  std::map<std::string, std::string> link_inside;  ///< inner connection point -> internal link
};

InterfaceTargets read_interface_targets(const Value& vnfd, const std::string& of, YangReader& reader) {
  InterfaceTargets targets;
  for (const auto* point : reader.entries(vnfd, "connection-point")) {
    const auto* key = YangReader::find(*point, "name") != nullptr ? "name" : "id";
    const auto* name = reader.id(*point, fmt::format("a connection point of {}", of), key);
    if (name == nullptr) continue;
    if (targets.taken.emplace(name->text, false).second) {
      targets.external.push_back(name->text);
    } else {
      reader.problems().add(point->at(), "a second connection point `{}` in {}, expected another name", name->text, of);
    }
  }
  for (const auto* link : reader.entries(vnfd, kCatalogueVnfd.internal_links)) {
    const auto* id = reader.id(*link, fmt::format("an internal link of {}", of));
    if (id == nullptr) continue;
    for (const auto* point : reader.entries(*link, "internal-connection-point")) {
      const auto* ref = reader.id(*point, fmt::format("internal link `{}`", id->text), "id-ref");
      if (ref != nullptr) targets.link_inside[ref->text] = id->text;
    }
  }
  return targets;
}

/// Takes the connection point that an interface leads to. False: it cannot, which has been reported.
bool take_external(const Value& ref, const OsmVdu& vdu, const OsmVdus& vdus, YangReader& reader,
                   InterfaceTargets& targets) {
  const auto target = targets.taken.find(ref.text);
  if (target == targets.taken.end()) {
    reader.problems().add(ref.at(), "an interface of {} is connection point `{}`, which {} does not have{}", vdu.what,
                          ref.text, vdus.of,
                          reader.problems().suggest(ref.text, [&] { return names_in(targets.external); }));
    return false;
  }
  auto& taken = target->second;
  if (taken || vdus.names.contains(ref.text)) {
    reader.problems().add(ref.at(), "connection point `{}` is {}, expected one interface and a name of its own",
                          ref.text, taken ? "that of two interfaces" : "called like a VDU");
    return false;
  }
  taken = true;
  return true;
}

void read_interface(const Value& interface, const OsmVdu& vdu, const OsmVdus& vdus, YangReader& reader,
                    InterfaceTargets& targets, std::vector<VnfModel::ConnectionPoint>& points) {
  VnfModel::ConnectionPoint point{
      .vdu = vdu.vdu.name, .order = reader.count(interface, "position", 0, UINT16_MAX, vdu.what), .at = interface.at()};
  if (const auto* out = reader.text(interface, "external-connection-point-ref")) {
    if (!take_external(*out, vdu, vdus, reader, targets)) return;
    point.name = out->text;
    point.external = {out->text};
  } else if (const auto* in = reader.text(interface, "internal-connection-point-ref")) {
    point.name = in->text;
    const auto link = targets.link_inside.find(in->text);
    if (link != targets.link_inside.end()) point.link = link->second;
  } else {
    reader.problems().add(interface.at(),
                          "an interface of {} has no connection point, expected `external-connection-point-ref` or "
                          "`internal-connection-point-ref`",
                          vdu.what);
    return;
  }
  points.push_back(std::move(point));
}

}  // namespace

OsmPoints read_interfaces(const Value& vnfd, const OsmVdus& vdus, YangReader& reader) {
  OsmPoints points;
  auto targets = read_interface_targets(vnfd, vdus.of, reader);
  for (const auto& vdu : vdus.all) {
    for (const auto* interface : reader.entries(*vdu.value, "interface"))
      read_interface(*interface, vdu, vdus, reader, targets, points.all);
  }
  points.external = std::move(targets.external);
  for (const auto& name : points.external) {
    if (is_for_management(name, {})) points.management.insert(name);
  }
  return points;
}

}  // namespace unf::tosca
