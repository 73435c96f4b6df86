#include "tosca/osm/vnfd_cpds.h"

#include <map>
#include <optional>
#include <utility>

#include "tosca/osm/vnfd_names.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxCpdsShown = 100;  ///< names in a message

/// The index of each `int-cpd` in a list of points, by VDU and id.
using IntCpdIndex = std::map<std::pair<std::string, std::string>, std::size_t>;

void read_int_cpd(const Value& value, const OsmVdu& vdu, YangReader& reader, IntCpdIndex& index, OsmPoints& points) {
  const auto* id = reader.id(value, fmt::format("an `int-cpd` of {}", vdu.what));
  if (id == nullptr) return;
  reader.check_keys(value, vnfd_keys::kIntCpd, fmt::format("int-cpd `{}` of {}", id->text, vdu.what));
  if (!index.try_emplace({vdu.vdu.name, id->text}, points.all.size()).second) {
    reader.problems().add(value.at(), "a second int-cpd `{}` in {}, expected another `id`", id->text, vdu.what);
    return;
  }
  VnfModel::ConnectionPoint point{.name = id->text,
                                  .vdu = vdu.vdu.name,
                                  .link = reader.text_at(value, "int-virtual-link-desc"),
                                  .order = reader.count(value, "order", 0, UINT16_MAX, vdu.what),
                                  .vnic_type = reader.text_at(value, "vnic-type"),
                                  .at = value.at()};
  for (const auto* interface : reader.entries(value, "virtual-network-interface-requirement")) {
    if (!point.order) point.order = reader.count(*interface, "position", 0, UINT16_MAX, vdu.what);
  }
  points.all.push_back(std::move(point));
}

IntCpdIndex read_int_cpds(const OsmVdus& vdus, const InternalLinks& links, YangReader& reader, OsmPoints& points) {
  IntCpdIndex index;
  for (const auto& vdu : vdus.all) {
    for (const auto* value : reader.entries(*vdu.value, "int-cpd")) read_int_cpd(*value, vdu, reader, index, points);
  }
  for (const auto& point : points.all) {
    if (point.link.empty() || links.names.contains(point.link)) continue;
    reader.problems().add(point.at,
                          "int-cpd `{}` of VDU `{}` of {} is on the internal link `{}`, which {} does not have{}",
                          point.name, point.vdu, vdus.of, point.link, vdus.of,
                          reader.problems().suggest(point.link, [&] { return names_in(links.names); }));
  }
  return index;
}

/// The point that `ref`, the `int-cpd` of an `ext-cpd`, leads to. nullopt: reported.
std::optional<std::size_t> int_cpd_at(const Value& ref, const std::string& what, const IntCpdIndex& index,
                                      const OsmVdus& vdus, YangReader& reader) {
  const auto* vdu = reader.id(ref, what, "vdu-id");
  const auto* cpd = vdu == nullptr ? nullptr : reader.id(ref, what, "cpd");
  if (cpd == nullptr) return std::nullopt;
  if (const auto found = index.find({vdu->text, cpd->text}); found != index.end()) return found->second;
  auto& problems = reader.problems();
  if (!vdus.names.contains(vdu->text)) {
    problems.add(vdu->at(), "{} leads to VDU `{}`, which {} does not have{}", what, vdu->text, vdus.of,
                 problems.suggest(vdu->text, [&] { return names_in(vdus.names); }));
    return std::nullopt;
  }
  std::vector<std::string_view> names;
  for (auto point = index.lower_bound({vdu->text, {}});
       point != index.end() && point->first.first == vdu->text && names.size() < kMaxCpdsShown; ++point) {
    names.push_back(point->first.second);
  }
  problems.add(cpd->at(), "{} leads to int-cpd `{}`, which VDU `{}` does not have, expected {}{}", what, cpd->text,
               vdu->text, one_of(names), problems.suggest(cpd->text, names));
  return std::nullopt;
}

/// The point of the only `int-cpd` with this id. nullopt: there is none, or there are several.
std::optional<std::size_t> only_int_cpd_named(const std::string& id, const IntCpdIndex& index) {
  std::optional<std::size_t> only;
  for (const auto& [key, at] : index) {
    if (key.second != id) continue;
    if (only) return std::nullopt;
    only = at;
  }
  return only;
}

/// Makes the point that an `ext-cpd` leads to external. One that names no point leads to the `int-cpd` of its own name.
void lead_out(const Value& ext, const std::string& id, const std::string& what, const OsmVdus& vdus,
              const InternalLinks& links, const IntCpdIndex& index, YangReader& reader, OsmPoints& points) {
  if (const auto* link = reader.text(ext, "int-virtual-link-desc")) {
    if (!links.names.contains(link->text)) {
      reader.problems().add(link->at(), "{} is on the internal link `{}`, which {} does not have{}", what, link->text,
                            vdus.of, reader.problems().suggest(link->text, [&] { return names_in(links.names); }));
      return;
    }
    points.all.push_back({.name = id, .link = link->text, .external = {id}, .at = ext.at()});
    return;
  }
  const auto* ref = YangReader::find(ext, "int-cpd");
  const auto inner = ref == nullptr ? only_int_cpd_named(id, index) : int_cpd_at(*ref, what, index, vdus, reader);
  if (!inner) {
    if (ref == nullptr) {
      points.refusals.push_back(
          {ext.at(), fmt::format("{} leads to no VDU, expected `int-cpd` or `int-virtual-link-desc`", what)});
    }
    return;
  }
  auto& point = points.all[*inner];
  if (!point.external.empty()) {
    reader.problems().add(ext.at(), "{} leads to an int-cpd that `{}` leads to already, expected another", what,
                          point.name);
    return;
  }
  point.name = id;
  point.external = {id};
  point.at = ext.at();
}

}  // namespace

OsmPoints read_cpds(const Value& vnfd, const OsmVdus& vdus, const InternalLinks& links, YangReader& reader) {
  OsmPoints points;
  const auto index = read_int_cpds(vdus, links, reader, points);
  std::set<std::string> known;
  for (const auto* ext : reader.entries(vnfd, "ext-cpd")) {
    const auto* id = reader.id(*ext, fmt::format("an `ext-cpd` of {}", vdus.of));
    if (id == nullptr) continue;
    const auto what = fmt::format("ext-cpd `{}` of {}", id->text, vdus.of);
    reader.check_keys(*ext, vnfd_keys::kExtCpd, what);
    if (!known.insert(id->text).second) {
      reader.problems().add(ext->at(), "a second {}, expected another `id`", what);
    } else if (vdus.names.contains(id->text)) {
      reader.problems().add(ext->at(), "{} is called like a VDU, expected another `id`", what);
    } else {
      points.external.push_back(id->text);
      if (is_for_management(id->text, without_module(reader.text_at(*ext, "role")))) points.management.insert(id->text);
      lead_out(*ext, id->text, what, vdus, links, index, reader, points);
    }
  }
  return points;
}

}  // namespace unf::tosca
