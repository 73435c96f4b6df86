#include "tosca/osm/nsd_constituents.h"

#include "tosca/osm/nsd_names.h"

namespace unf::tosca {
namespace {

void attach_to_vld(const Value& link, const std::string& id, YangReader& reader, ConstituentVnfs& vnfs) {
  const auto what = fmt::format("vld `{}`", id);
  for (const auto* ref : reader.entries(link, "vnfd-connection-point-ref")) {
    const auto* name = reader.id(*ref, what, "member-vnf-index-ref");
    const auto* point = name == nullptr ? nullptr : reader.id(*ref, what, "vnfd-connection-point-ref");
    if (point == nullptr || vnf_named_by(*name, what, vnfs, reader.problems()) == nullptr) continue;
    vnfs.by_id.at(name->text).links.emplace(point->text, id);
  }
}

}  // namespace

ConstituentVnfs read_constituent_vnfds(const Value& nsd, const std::string& of, YangReader& reader) {
  ConstituentVnfs vnfs{.of = of, .by_id = {}, .order = {}, .unsupported = {}};
  for (const auto* value : reader.entries(nsd, "constituent-vnfd")) {
    const auto* id = reader.id(*value, fmt::format("a VNF of {}", of), "member-vnf-index");
    const auto* vnfd = id == nullptr ? nullptr : reader.id(*value, fmt::format("VNF `{}`", id->text), "vnfd-id-ref");
    if (vnfd == nullptr) continue;
    add_vnf({.id = id->text,
             .vnfd_id = vnfd->text,
             .flavour = {},
             .level = {},
             .links = {},
             .at = value->at(),
             .vnfd_at = vnfd->at()},
            vnfs, reader.problems());
  }
  if (vnfs.order.empty() && reader.problems().empty())
    reader.problems().add(nsd.at(), "{} has no `constituent-vnfd`, expected one at least", of);
  for (const auto* link : reader.entries(nsd, kCatalogueNsd.virtual_links)) {
    const auto* id = reader.id(*link, fmt::format("{} of {}", kCatalogueNsd.virtual_link, of));
    if (id != nullptr) attach_to_vld(*link, id->text, reader, vnfs);
  }
  return vnfs;
}

}  // namespace unf::tosca
