#include "tosca/osm/vnfd_links.h"

#include "tosca/osm/vnfd_names.h"

namespace unf::tosca {

InternalLinks read_internal_links(const Value& vnfd, const std::string& of, OsmDialect dialect, YangReader& reader) {
  InternalLinks links;
  for (const auto* link : reader.entries(vnfd, vnfd_names(dialect).internal_links)) {
    const auto* id = reader.id(*link, fmt::format("an internal link of {}", of));
    if (id == nullptr) continue;
    if (!links.names.insert(id->text).second) {
      reader.problems().add(link->at(), "a second internal link `{}` in {}, expected another `id`", id->text, of);
      continue;
    }
    reader.report().map(link->at(), fmt::format("internal link `{}`", id->text), "edges between uNFs");
    links.all.push_back({.name = id->text, .at = link->at()});
  }
  return links;
}

}  // namespace unf::tosca
