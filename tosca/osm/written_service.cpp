#include "tosca/osm/written_service.h"

#include <algorithm>
#include <iterator>

#include "tosca/osm/nsd_constituents.h"
#include "tosca/osm/nsd_names.h"
#include "tosca/osm/nsd_profiles.h"
#include "tosca/osm/vnffg_catalogue.h"
#include "tosca/osm/vnffg_sol006.h"

namespace unf::tosca {
namespace {

/// The flavour of an NSD that is deployed: the first. nullptr: there is none, which has been reported.
const Value* first_df(const Value& nsd, const std::string& of, YangReader& reader) {
  const auto flavours = reader.entries(nsd, "df");
  if (flavours.empty()) {
    reader.problems().add(nsd.at(), "{} has no `df`, expected one with a `vnf-profile`", of);
    return nullptr;
  }
  for (std::size_t i = 1; i < flavours.size(); ++i) {
    reader.report().map(flavours[i]->at(), fmt::format("df `{}` of {}", reader.text_at(*flavours[i], "id"), of), "",
                        "the first is taken");
  }
  return flavours.front();
}

/// False: the NSD has no `df`, which has been reported.
bool read_sol006(const OsmDescriptor& descriptor, const std::string& of, const FileSet& files, YangReader& reader,
                 WrittenService& service) {
  const auto& nsd = *descriptor.value;
  for (const auto& part : kUnsupportedParts) {
    for (const auto* id : reader.texts(nsd, part.of_nsd))
      reader.problems().add(id->at(), "{} `{}` is not supported, expected VNFs", part.noun, id->text);
  }
  service.links = read_virtual_links(nsd, of, OsmDialect::sol006, reader);
  const auto* df = first_df(nsd, of, reader);
  if (df == nullptr) return false;
  service.vnfs = read_vnf_profiles(*df, of, service.links, reader);
  service.saps = read_sapds(nsd, of, service.links, reader);
  for (const auto* graph : reader.entries(nsd, "vnffgd")) {
    service.has_vnffgd = true;
    std::ranges::move(read_nfpds(*graph, service.vnfs, files, *descriptor.document, reader, service.sharing),
                      std::back_inserter(service.paths));
  }
  return true;
}

void read_catalogue(const Value& nsd, const std::string& of, YangReader& reader, WrittenService& service) {
  service.vnfs = read_constituent_vnfds(nsd, of, reader);
  service.links = read_virtual_links(nsd, of, OsmDialect::catalogue, reader);
  service.saps = read_service_points(nsd, of, reader);
  for (const auto* graph : reader.entries(nsd, "vnffgd")) {
    service.has_vnffgd = true;
    std::ranges::move(read_rsps(*graph, service.vnfs, reader), std::back_inserter(service.paths));
  }
}

}  // namespace

std::optional<WrittenService> read_nsd(const OsmDescriptor& descriptor, const FileSet& files, Report& report) {
  YangReader reader{report};
  const auto& nsd = *descriptor.value;
  const auto* id = reader.id(nsd, "an NSD");
  WrittenService service;
  service.at = nsd.at();
  service.name = id == nullptr ? "?" : id->text;
  const auto what = fmt::format("NSD `{}`", service.name);
  reader.check_keys(nsd, nsd_names(descriptor.dialect).nsd_keys, what);
  reader.ignore(nsd, nsd_ignored::kOfNsd, what);
  if (descriptor.dialect == OsmDialect::catalogue) {
    read_catalogue(nsd, what, reader, service);
  } else if (!read_sol006(descriptor, what, files, reader, service)) {
    return std::nullopt;
  }
  return service;
}

}  // namespace unf::tosca
