#include "tosca/osm/vnffg_catalogue.h"

#include <algorithm>
#include <map>

#include "tosca/osm/vnffg_match.h"

namespace unf::tosca {
namespace {

using MatchesOfRsp = std::map<std::string, std::vector<VnffgMatch>>;  ///< by the path's id

/// Adds the matches of a classifier to those of the path that it leads to.
void read_classifier(const Value& classifier, const std::string& graph, const ConstituentVnfs& vnfs, YangReader& reader,
                     MatchesOfRsp& matches) {
  const auto what = fmt::format("classifier `{}` of {}", reader.text_at(classifier, "id"), graph);
  const auto* rsp = reader.id(classifier, what, "rsp-id-ref");
  if (rsp == nullptr) return;
  const auto of = matches.find(rsp->text);
  if (of == matches.end()) {
    reader.problems().add(rsp->at(), "{} is for the rsp `{}`, which there is not{}", what, rsp->text,
                          reader.problems().suggest(rsp->text, [&] { return names_in(matches); }));
    return;
  }
  const auto* from = reader.text(classifier, "member-vnf-index-ref");
  if (from != nullptr && vnf_named_by(*from, what, vnfs, reader.problems()) == nullptr) return;
  const auto from_vnf = from == nullptr ? std::string{} : from->text;
  const auto attributes = reader.entries(classifier, "match-attributes");
  if (attributes.empty()) of->second.push_back({{}, from_vnf});
  for (const auto* one : attributes) {
    if (const auto match = read_match_attributes(*one, what, reader)) of->second.push_back({*match, from_vnf});
  }
}

VnffgPath read_rsp(const Value& rsp, const std::string& id, const std::vector<VnffgMatch>& matches,
                   const ConstituentVnfs& vnfs, YangReader& reader) {
  const auto what = fmt::format("rsp `{}`", id);
  auto refs = reader.entries(rsp, "vnfd-connection-point-ref");
  if (refs.empty())
    reader.problems().add(rsp.at(), "{} goes through no VNF, expected `vnfd-connection-point-ref`", what);
  std::map<const Value*, std::uint32_t> order;
  for (const auto* ref : refs) {
    const auto next = static_cast<std::uint32_t>(order.size());
    order[ref] = reader.count(*ref, "order", 0, UINT16_MAX, what).value_or(next);
  }
  std::ranges::stable_sort(refs, {}, [&](const auto* ref) { return order[ref]; });
  VnffgPath path{.name = id, .positions = {}, .matches = matches, .at = rsp.at()};
  for (const auto* ref : refs) {
    const auto* name = reader.id(*ref, what, "member-vnf-index-ref");
    const bool known = name != nullptr && vnf_named_by(*name, what, vnfs, reader.problems()) != nullptr;
    const auto both = reader.text_at(*ref, "vnfd-connection-point-ref");
    auto in = reader.text_at(*ref, "vnfd-ingress-connection-point-ref"),
         out = reader.text_at(*ref, "vnfd-egress-connection-point-ref");
    if (in.empty() && out.empty()) in = out = both;
    if (known) path.positions.push_back({{name->text, in, out, ref->at()}});
    path.well_formed = path.well_formed && known;
  }
  return path;
}

}  // namespace

std::vector<VnffgPath> read_rsps(const Value& vnffgd, const ConstituentVnfs& vnfs, YangReader& reader) {
  const auto what = fmt::format("vnffgd `{}`", reader.text_at(vnffgd, "id"));
  MatchesOfRsp matches;
  const auto rsps = reader.entries(vnffgd, "rsp");
  for (const auto* rsp : rsps) {
    if (const auto* id = reader.id(*rsp, fmt::format("an `rsp` of {}", what))) matches[id->text];
  }
  for (const auto* classifier : reader.entries(vnffgd, "classifier"))
    read_classifier(*classifier, what, vnfs, reader, matches);
  if (rsps.empty()) reader.problems().add(vnffgd.at(), "{} has no `rsp`, expected a path at least", what);
  std::vector<VnffgPath> paths;
  for (const auto* rsp : rsps) {
    const auto id = reader.text_at(*rsp, "id");
    if (!id.empty()) paths.push_back(read_rsp(*rsp, id, matches[id], vnfs, reader));
  }
  reader.report().map(vnffgd.at(), what, fmt::format("paths: {}", rsps.size()));
  return paths;
}

}  // namespace unf::tosca
