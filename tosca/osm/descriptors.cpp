#include "tosca/osm/descriptors.h"

#include <algorithm>
#include <array>

#include "tosca/osm/yang_reader.h"
#include "tosca/text/xml.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kNamespaces = "urn:etsi:nfv:yang:";
constexpr std::array<std::string_view, 5> kRoots{"vnfd", "nsd", "vnfd-catalog", "nsd-catalog", "nfv"};

bool is_root(std::string_view key) { return std::ranges::find(kRoots, without_module(key)) != kRoots.end(); }

}  // namespace

bool is_osm(const Value& tree) {
  if (!tree.is_map()) return false;
  if (const auto* space = tree.find(kXmlNamespace); space != nullptr && is_xml(tree.file)) {
    return space->text.starts_with(kNamespaces) && is_root(tree.members.front().key->text);
  }
  return std::ranges::any_of(
      tree.members, [](const auto& member) { return is_root(member.key->text) && !member.value->is_scalar(); });
}

bool may_be_osm(std::string_view text) {
  if (text.find(kNamespaces) != text.npos) return true;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto colon = line.rfind(':');
    if (colon != line.npos && line.front() != ' ' && line.front() != '#' && is_root(line.substr(0, colon))) return true;
  }
  return false;
}

OsmDescriptors find_descriptors(std::span<const ChainDocument> documents, Report& report) {
  YangReader reader{report};
  OsmDescriptors found;
  for (const auto& document : documents) {
    const auto take = [&](const Value& in, std::string_view key, OsmDialect dialect) {
      auto& all = key == "vnfd" ? found.vnfds : found.nsds;
      for (const auto* value : reader.entries(in, key)) {
        // `nsd: { nsd: [ ... ] }`, and the same of VNFDs.
        if (YangReader::find(*value, key) == nullptr) {
          all.push_back({&document, value, dialect});
          continue;
        }
        for (const auto* one : reader.entries(*value, key)) all.push_back({&document, one, dialect});
      }
    };
    const auto& tree = *document.tree;
    const auto* nfv = YangReader::find(tree, "nfv");
    for (const std::string_view key : {"vnfd", "nsd"}) {
      take(tree, key, OsmDialect::sol006);
      const auto* catalogue = YangReader::find(tree, std::string{key} + "-catalog");
      if (catalogue != nullptr && catalogue->is_map()) take(*catalogue, key, OsmDialect::catalogue);
      if (nfv != nullptr && nfv->is_map()) take(*nfv, key, OsmDialect::sol006);
    }
    if (nfv == nullptr) continue;
    for (const auto* pnfd : reader.entries(*nfv, "pnfd")) {
      report.map(pnfd->at(), fmt::format("PNFD `{}`", reader.text_at(*pnfd, "id")), "", "only VNFs are deployed");
    }
  }
  return found;
}

}  // namespace unf::tosca
