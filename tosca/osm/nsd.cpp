#include "tosca/osm/nsd.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "tosca/chain/chain.h"
#include "tosca/osm/descriptors.h"
#include "tosca/osm/implied_path.h"
#include "tosca/osm/path_layer.h"
#include "tosca/osm/vnf_binder.h"
#include "tosca/osm/vnfd.h"
#include "tosca/osm/written_service.h"

namespace unf::tosca {
namespace {

std::vector<OsmVnfd> read_osm_vnfds(const std::vector<OsmDescriptor>& descriptors, Report& report) {
  std::vector<OsmVnfd> vnfds;
  std::set<std::string> ids;
  for (const auto& descriptor : descriptors) {
    auto vnfd = read_osm_vnfd(descriptor, report);
    if (ids.insert(vnfd.id).second) {
      vnfds.push_back(std::move(vnfd));
    } else {
      report.problems.add(vnfd.at, "a second VNFD `{}`, expected another `id`", vnfd.id);
    }
  }
  return vnfds;
}

/// A VNFD as a service of its own.
WrittenService service_of_vnfd(const OsmVnfd& vnfd, VnfBinder& binder, Problems& problems) {
  WrittenService service;
  service.name = vnfd.id;
  service.at = vnfd.at;
  const ConstituentVnf vnf{.id = "vnf", .vnfd_id = vnfd.id, .at = vnfd.at, .vnfd_at = vnfd.at};
  add_vnf(vnf, service.vnfs, problems);
  if (auto path = path_through(vnf, binder, problems)) service.paths.push_back(std::move(*path));
  return service;
}

/// The NSD among descriptors, or the only VNFD. nullopt: there is no such one, or it has no `df`; reported.
std::optional<WrittenService> find_service(const OsmDescriptors& found, const std::vector<OsmVnfd>& vnfds,
                                           const FileSet& files, std::string_view first_file, VnfBinder& binder,
                                           Report& report) {
  auto& problems = report.problems;
  if (found.nsds.size() == 1) return read_nsd(found.nsds.front(), files, report);
  if (found.nsds.empty() && vnfds.size() == 1) return service_of_vnfd(vnfds.front(), binder, problems);
  for (const auto& nsd : found.nsds)
    problems.add(nsd.value->at(), "one of {} NSDs, expected one: name its file", found.nsds.size());
  if (!found.nsds.empty()) return std::nullopt;
  for (const auto& vnfd : vnfds) {
    problems.add(vnfd.at, "one of {} VNFDs and no NSD, expected one VNFD, or an NSD that joins them", vnfds.size());
  }
  if (vnfds.empty() && problems.empty())
    problems.add({std::string{first_file}, 1}, "neither an NSD nor a VNFD in it, expected one");
  return std::nullopt;
}

/// Reports VNFs whose load others share, but that a path goes through alone.
void check_sharing(const WrittenService& service, const VnfBinder& binder, Problems& problems) {
  for (const auto& [first, names] : service.sharing.groups) {
    for (const auto& name : names) {
      if (name == first || !binder.has_tried(name)) continue;
      problems.add(service.vnfs.by_id.at(name).at,
                   "a path goes through VNF `{}` alone, which shares its load with `{}`, expected "
                   "a position with both",
                   name, first);
    }
  }
}

/// Notes what became of VNFs that no path goes through, of virtual links and of SAPs.
void note_parts(const WrittenService& service, const LaidPaths& laid, const VnfBinder& binder, Report& report) {
  for (const auto& [id, vnf] : service.vnfs.by_id) {
    if (binder.has_tried(id)) continue;
    const auto element = fmt::format("VNF `{}`", id);
    if (const auto other = service.sharing.runs_as.find(id); other != service.sharing.runs_as.end()) {
      report.map(vnf.at, element, fmt::format("instances of VNF `{}`", other->second));
    } else if (laid.sources.contains(id)) {
      report.map(vnf.at, element, fmt::format("endpoint `{}`", id));
    } else {
      report.map(vnf.at, element, "", "no path goes through it");
    }
  }
  for (const auto& [id, link] : service.links) {
    const bool used = laid.used_links.contains(id);
    const auto* unused = link.management ? "uNFs have no address of their own" : "paths say where packets go";
    report.map(link.at, fmt::format("virtual link `{}`", id), used ? "where packets come in or go out" : "",
               used ? "" : unused);
  }
  for (const auto& [id, at] : service.saps.places) {
    const bool used = laid.used_saps.contains(id);
    report.map(at, fmt::format("SAP `{}`", id), used ? fmt::format("endpoint `{}`", id) : "",
               used ? "" : "no path begins or ends there");
  }
}

/// The chain of a service: its paths, and those of its VNFs that paths go through.
Chain chain_of(WrittenService service, VnfBinder& binder, Report& report) {
  auto& problems = report.problems;
  if (!service.has_vnffgd && service.paths.empty() && problems.empty()) {
    auto path = path_along_links(service.name, service.at, service.vnfs, service.links, binder, problems);
    if (path) service.paths.push_back(std::move(*path));
  }
  auto laid = lay_paths(service.paths, service.vnfs, service.links, service.saps, binder, problems);
  check_sharing(service, binder, problems);
  note_parts(service, laid, binder, report);
  auto bound = binder.take();
  add_instances(service.sharing, bound.vnfs);
  return {.name = std::move(service.name),
          .vnfs = std::move(bound.vnfs),
          .paths = std::move(laid.paths),
          .artifacts = std::move(bound.artifacts),
          .at = std::move(service.at)};
}

}  // namespace

ServiceRequest read_osm(Documents& context, const FileSet& files, std::span<const ChainDocument> documents,
                        std::span<const Vnfd> others) {
  auto& report = context.report();
  const auto found = find_descriptors(documents, report);
  const auto vnfds = read_osm_vnfds(found.vnfds, report);
  VnfBinder binder{context, vnfds, others};
  auto service = find_service(found, vnfds, files, documents.front().file, binder, report);
  if (!service) return {};
  auto chain = chain_of(std::move(*service), binder, report);
  if (!report.problems.empty()) return {};
  return service_of(std::move(chain), context.images(), report);
}

}  // namespace unf::tosca
