#include "tosca/osm/vnfd.h"

#include <algorithm>
#include <iterator>

#include "tosca/osm/vnfd_links.h"
#include "tosca/osm/vnfd_names.h"
#include "tosca/osm/vnfd_points.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {
namespace {

std::vector<Refusal> refuse_containers(const Value& vnfd, const std::string& of, YangReader& reader) {
  std::vector<Refusal> refusals;
  for (const auto* key : {"kdu", "mciop-profile"}) {
    for (const auto* kdu : reader.entries(vnfd, key)) {
      auto name = reader.text_at(*kdu, "name");
      if (name.empty()) name = reader.text_at(*kdu, "id");
      refusals.push_back(
          {kdu->at(),
           fmt::format("KDU `{}` of {} runs in Kubernetes, which is not supported, expected VDUs", name, of)});
    }
  }
  return refusals;
}

}  // namespace

OsmVnfd read_osm_vnfd(const OsmDescriptor& descriptor, Report& report) {
  YangReader reader{report};
  const auto& value = *descriptor.value;
  const auto dialect = descriptor.dialect;
  const auto* id = reader.id(value, "a VNFD");
  OsmVnfd vnfd{.id = id == nullptr ? "?" : id->text, .at = value.at()};
  const auto what = fmt::format("VNFD `{}`", vnfd.id);
  reader.check_keys(value, vnfd_names(dialect).vnfd_keys, what);
  reader.ignore(value, vnfd_ignored::kOfVnfd, what);

  auto vdus = read_vdus(value, what, dialect, reader);
  auto links = read_internal_links(value, what, dialect, reader);
  auto points = read_points(value, vdus, links, dialect, reader);
  vnfd.flavours = read_flavours(value, vdus, dialect, reader);

  vnfd.refusals = refuse_containers(value, what, reader);
  std::ranges::move(vdus.refusals, std::back_inserter(vnfd.refusals));
  std::ranges::move(points.refusals, std::back_inserter(vnfd.refusals));
  for (auto& flavour : vnfd.flavours) {
    flavour.scaling.vnfd_id = vnfd.id;
    flavour.scaling.flavour = flavour.id;
    // One reason is enough.
    if (flavour.refusal && vnfd.refusals.empty()) vnfd.refusals.push_back(*flavour.refusal);
  }
  if (vdus.all.empty() && vnfd.refusals.empty())
    vnfd.refusals.push_back({vnfd.at, fmt::format("{} has no VDU, expected one at least", what)});

  std::ranges::copy_if(points.external, std::back_inserter(vnfd.data),
                       [&](const auto& name) { return !points.management.contains(name); });
  vnfd.external = std::move(points.external);
  vnfd.model.points = std::move(points.all);
  vnfd.model.links = std::move(links.all);
  for (auto& vdu : vdus.all) vnfd.model.vdus.push_back(std::move(vdu.vdu));
  return vnfd;
}

}  // namespace unf::tosca
