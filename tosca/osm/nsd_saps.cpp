#include "tosca/osm/nsd_saps.h"

#include "tosca/osm/nsd_names.h"

namespace unf::tosca {

ServiceSaps read_sapds(const Value& nsd, const std::string& of, const ServiceLinks& links, YangReader& reader) {
  ServiceSaps saps;
  for (const auto* sap : reader.entries(nsd, "sapd")) {
    const auto* id = reader.id(*sap, fmt::format("a `sapd` of {}", of));
    if (id == nullptr) continue;
    reader.check_keys(*sap, nsd_keys::kSapd, fmt::format("sapd `{}`", id->text));
    if (!saps.places.emplace(id->text, sap->at()).second) {
      reader.problems().add(sap->at(), "a second `sapd` `{}`, expected another `id`", id->text);
      continue;
    }
    if (const auto* link = reader.text(*sap, "virtual-link-desc")) {
      saps.on_link.emplace(link->text, id->text);
      if (links.contains(link->text)) continue;
      reader.problems().add(link->at(), "sapd `{}` is on the virtual link `{}`, which {} does not have{}", id->text,
                            link->text, of, reader.problems().suggest(link->text, [&] { return names_in(links); }));
    } else if (const auto* point = YangReader::find(*sap, "associated-cpd")) {
      saps.of_point.emplace(std::pair{reader.text_at(*point, "vnfd-id"), reader.text_at(*point, "vnf-ext-cpd")},
                            id->text);
    }
  }
  return saps;
}

ServiceSaps read_service_points(const Value& nsd, const std::string& of, YangReader& reader) {
  ServiceSaps saps;
  for (const auto* point : reader.entries(nsd, "connection-point")) {
    const auto link = reader.text_at(*point, "vld-id-ref");
    const auto* name = reader.id(*point, fmt::format("a connection point of {}", of), "name");
    if (name != nullptr && !link.empty()) saps.on_link.emplace(link, name->text);
  }
  return saps;
}

}  // namespace unf::tosca
