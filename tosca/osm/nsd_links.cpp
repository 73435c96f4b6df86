#include "tosca/osm/nsd_links.h"

#include "tosca/osm/nsd_names.h"

namespace unf::tosca {

ServiceLinks read_virtual_links(const Value& nsd, const std::string& of, OsmDialect dialect, YangReader& reader) {
  const auto& names = nsd_names(dialect);
  ServiceLinks links;
  for (const auto* link : reader.entries(nsd, names.virtual_links)) {
    const auto* id = reader.id(*link, fmt::format("{} of {}", names.virtual_link, of));
    if (id == nullptr) continue;
    if (!names.virtual_link_keys.empty())
      reader.check_keys(*link, names.virtual_link_keys, fmt::format("virtual link `{}`", id->text));
    const auto management = reader.text_at(*link, "mgmt-network");
    const bool is_management =
        management == "true" || management == "True" || management == "TRUE" || management == "yes";
    if (!links.try_emplace(id->text, reader.text_at(*link, "vim-network-name"), is_management, link->at()).second) {
      reader.problems().add(link->at(), "a second virtual link `{}` in {}, expected another `id`", id->text, of);
    }
  }
  return links;
}

}  // namespace unf::tosca
