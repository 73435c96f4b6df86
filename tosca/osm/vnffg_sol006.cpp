#include "tosca/osm/vnffg_sol006.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "tosca/osm/nsd_names.h"
#include "tosca/osm/vnffg_match.h"
#include "tosca/osm/vnffg_rule.h"

namespace unf::tosca {
namespace {

using PositionElements = std::map<std::string, const Value*>;  ///< by id

/// The VNF and the connection point that a position element names. nullopt: reported.
std::optional<VnffgStep> read_position_element(const Value& element, const std::string& id, const ConstituentVnfs& vnfs,
                                               YangReader& reader) {
  const auto what = fmt::format("position element `{}`", id);
  const auto* desc = YangReader::find(element, "desc");
  if (desc == nullptr) desc = &element;
  for (const auto& part : kUnsupportedParts) {
    if (const auto* other = YangReader::find(*desc, part.of_df)) {
      reader.problems().add(other->at(), "{} is of a {}, which is not supported, expected a VNF", what, part.noun);
      return std::nullopt;
    }
  }
  const auto* profile = YangReader::find(*desc, "vnf-profile");
  const auto* name = reader.id(profile == nullptr ? *desc : *profile, what, "vnf-profile-id");
  if (name == nullptr || vnf_named_by(*name, what, vnfs, reader.problems()) == nullptr) return std::nullopt;
  const auto* vnf = YangReader::find(*desc, "vnf");
  const auto* point = reader.id(vnf == nullptr ? *desc : *vnf, what, "cpd-id");
  if (point == nullptr) return std::nullopt;
  return VnffgStep{name->text, point->text, point->text, element.at()};
}

/// Reads a `cp-profile-id`, OSM's way to write positions: VNFs by `order`, with the connection points that packets come
/// in and go out by. Each element is a position of its own. False: part of the profile is missing, which has been
/// reported.
bool read_cp_profile(const Value& profile, const std::string& what, const ConstituentVnfs& vnfs, YangReader& reader,
                     VnffgPath& path) {
  auto elements = reader.entries(profile, "constituent-profile-elements");
  std::map<const Value*, std::uint32_t> order;
  bool well = true;
  std::uint32_t next = 0;
  std::set<std::uint32_t> taken;
  for (const auto* element : elements) {
    const auto written = reader.count(*element, "order", 0, UINT16_MAX, what);
    order[element] = written.value_or(next);
    next = order[element] + 1;
    if (written && !taken.insert(*written).second) {
      reader.problems().add(element->at(), "a second element at `order` {} in {}, expected another", *written, what);
      well = false;
    }
  }
  std::ranges::stable_sort(elements, {}, [&](const auto* element) { return order[element]; });
  for (const auto* element : elements) {
    reader.check_keys(*element, nsd_keys::kProfileElement, what);
    const auto* name = reader.id(*element, fmt::format("an element of {}", what), "constituent-base-element-id");
    if (name == nullptr || vnf_named_by(*name, what, vnfs, reader.problems()) == nullptr) {
      well = false;
      continue;
    }
    path.positions.push_back({{name->text, reader.text_at(*element, "ingress-constituent-cpd-id"),
                               reader.text_at(*element, "egress-constituent-cpd-id"), element->at()}});
  }
  return well;
}

/// Reads the `nfp-position-element-id` of a position, ETSI's way to write it: elements, each a VNF and a connection
/// point of it. Of several VNFs the first is taken; it runs for all if they share their load. False: reported.
bool read_elements(const Value& position, const std::string& what, const PositionElements& elements,
                   const ConstituentVnfs& vnfs, YangReader& reader, OsmLoadSharing& sharing, VnffgPath& path) {
  auto& problems = reader.problems();
  auto behaviour = std::string{without_module(reader.text_at(position, "forwarding-behaviour"))};
  std::ranges::transform(behaviour, behaviour.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::vector<VnffgStep> steps;
  std::set<std::string> names;
  for (const auto* name : reader.texts(position, "nfp-position-element-id")) {
    const auto known = elements.find(name->text);
    if (known == elements.end()) {
      problems.add(name->at(), "{} has the element `{}`, which its vnffgd does not have{}", what, name->text,
                   problems.suggest(name->text, [&] { return names_in(elements); }));
      return false;
    }
    auto step = read_position_element(*known->second, name->text, vnfs, reader);
    if (!step) return false;
    names.insert(step->vnf);
    steps.push_back(std::move(*step));
  }
  if (steps.empty()) {
    problems.add(position.at(), "{} has no element, expected `cp-profile-id` or `nfp-position-element-id`", what);
    return false;
  }
  if (names.size() > 1) {
    const auto first = steps.front().vnf;
    if (behaviour == "lb") {
      if (!share_load(position, what, steps, names, vnfs, reader.report(), sharing)) return false;
    } else if (behaviour == "ff") {
      reader.report().map(position.at(), what, fmt::format("VNF `{}`, the first of {}", first, names.size()));
    } else {
      problems.add(position.at(),
                   "{} has the VNFs {} and `forwarding-behaviour` `{}`, which is not supported, expected lb or ff",
                   what, fmt::join(names, ", "), behaviour);
      return false;
    }
    std::erase_if(steps, [&](const auto& step) { return step.vnf != first; });
  }
  path.positions.push_back(std::move(steps));
  return true;
}

/// Reads the matches of a position, which are those of the whole path `what`. False: one of them has been reported.
bool read_position_matches(const Value& position, const std::string& what, const ConstituentVnfs& vnfs,
                           YangReader& reader, VnffgPath& path) {
  bool well = true;
  for (const auto* attributes : reader.entries(position, "match-attributes")) {
    const auto name = fmt::format("match `{}` of {}", reader.text_at(*attributes, "id"), what);
    const auto match = read_match_attributes(*attributes, name, reader);
    const auto* from = reader.text(*attributes, "constituent-base-element-id");
    if (!match || (from != nullptr && vnf_named_by(*from, name, vnfs, reader.problems()) == nullptr)) {
      well = false;
    } else {
      path.matches.push_back({*match, from == nullptr ? "" : from->text});
    }
  }
  return well;
}

/// False: part of the position is missing, which has been reported.
bool read_position(const Value& position, const std::string& what, const PositionElements& elements,
                   const ConstituentVnfs& vnfs, YangReader& reader, OsmLoadSharing& sharing, VnffgPath& path) {
  const auto where = fmt::format("a position of {}", what);
  reader.check_keys(position, nsd_keys::kPosition, where);
  bool well = true;
  const auto profiles = reader.entries(position, "cp-profile-id");
  for (const auto* profile : profiles) well = read_cp_profile(*profile, where, vnfs, reader, path) && well;
  if (profiles.empty()) well = read_elements(position, where, elements, vnfs, reader, sharing, path);
  return read_position_matches(position, what, vnfs, reader, path) && well;
}

VnffgPath read_nfpd(const Value& nfpd, const std::string& id, const PositionElements& elements,
                    const ConstituentVnfs& vnfs, const FileSet& files, const ChainDocument& document,
                    YangReader& reader, OsmLoadSharing& sharing) {
  const auto what = fmt::format("nfpd `{}`", id);
  reader.check_keys(nfpd, nsd_keys::kNfpd, what);
  VnffgPath path{.name = id, .positions = {}, .matches = {}, .at = nfpd.at()};
  if (const auto rule = read_path_rule(nfpd, what, files, document, reader)) {
    for (const auto& match : *rule) path.matches.push_back({match, {}});
  } else {
    path.well_formed = false;
  }
  std::size_t positions = 0;
  for (const auto* key : {"position-desc-id", "position-desc"}) {
    for (const auto* position : reader.entries(nfpd, key)) {
      ++positions;
      path.well_formed = read_position(*position, what, elements, vnfs, reader, sharing, path) && path.well_formed;
    }
  }
  if (positions == 0) {
    reader.problems().add(nfpd.at(), "{} has no `position-desc-id`, expected the VNFs that it goes through", what);
  } else if (path.positions.empty() && path.well_formed) {
    reader.problems().add(nfpd.at(), "{} goes through no VNF, expected one at least", what);
  }
  return path;
}

}  // namespace

std::vector<VnffgPath> read_nfpds(const Value& vnffgd, const ConstituentVnfs& vnfs, const FileSet& files,
                                  const ChainDocument& document, YangReader& reader, OsmLoadSharing& sharing) {
  const auto* id = reader.id(vnffgd, fmt::format("a `vnffgd` of {}", vnfs.of));
  const auto what = fmt::format("vnffgd `{}`", id == nullptr ? "?" : id->text);
  reader.check_keys(vnffgd, nsd_keys::kVnffgd, what);
  for (const auto* name : reader.texts(vnffgd, "vnf-profile-id"))
    std::ignore = vnf_named_by(*name, what, vnfs, reader.problems());
  for (const auto& part : kUnsupportedParts) {
    for (const auto* name : reader.texts(vnffgd, part.of_vnffgd)) {
      reader.problems().add(name->at(), "{} `{}` in {} is not supported, expected VNFs", part.noun, name->text, what);
    }
  }
  PositionElements elements;
  for (const auto* element : reader.entries(vnffgd, "nfp-position-element")) {
    const auto* name = reader.id(*element, fmt::format("a position element of {}", what));
    if (name != nullptr) elements[name->text] = element;
  }
  std::vector<VnffgPath> paths;
  const auto nfpds = reader.entries(vnffgd, "nfpd");
  if (nfpds.empty()) reader.problems().add(vnffgd.at(), "{} has no `nfpd`, expected a path at least", what);
  for (const auto* nfpd : nfpds) {
    const auto* name = reader.id(*nfpd, fmt::format("an `nfpd` of {}", what));
    if (name != nullptr)
      paths.push_back(read_nfpd(*nfpd, name->text, elements, vnfs, files, document, reader, sharing));
  }
  reader.report().map(vnffgd.at(), what, fmt::format("paths: {}", nfpds.size()));
  return paths;
}

}  // namespace unf::tosca
