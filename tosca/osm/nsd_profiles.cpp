#include "tosca/osm/nsd_profiles.h"

#include "tosca/osm/nsd_names.h"

namespace unf::tosca {
namespace {

using LinkProfiles = std::map<std::string, std::string>;  ///< id -> virtual link

LinkProfiles read_link_profiles(const Value& df, YangReader& reader) {
  LinkProfiles profiles;
  for (const auto* profile : reader.entries(df, "virtual-link-profile")) {
    const auto* id = reader.id(*profile, "a `virtual-link-profile`");
    const auto* link = id == nullptr ? nullptr : reader.text(*profile, "virtual-link-desc-id");
    if (link != nullptr) profiles[id->text] = link->text;
  }
  return profiles;
}

/// Attaches one connection point: a map that names it, or the name alone.
void attach_point(const Value& point, const std::string& link, const std::string& what, YangReader& reader,
                  ConstituentVnf& vnf) {
  auto& problems = reader.problems();
  const auto* name = &point;
  if (point.is_map()) {
    const auto where = fmt::format("the connectivity of {}", what);
    reader.check_keys(point, nsd_keys::kConstituentCpd, where);
    name = reader.id(point, where, "constituent-cpd-id");
    const auto element = reader.text_at(point, "constituent-base-element-id");
    if (name != nullptr && !element.empty() && element != vnf.id) {
      problems.add(point.at(), "{} is of `{}`, expected `{}`", where, element, vnf.id);
      return;
    }
  }
  if (name == nullptr) return;
  if (!name->is_scalar() || name->text.empty()) {
    problems.add(name->at(), "a connection point of {} is {}, expected its name", what, name->describe());
  } else if (const auto [known, is_new] = vnf.links.emplace(name->text, link); !is_new && known->second != link) {
    problems.add(name->at(), "connection point `{}` of {} is on the virtual links `{}` and `{}`, expected one",
                 name->text, what, known->second, link);
  }
}

/// Attaches the connection points of one `virtual-link-connectivity`, which names a link or a profile of one.
void read_connectivity(const Value& connectivity, const std::string& what, const ConstituentVnfs& vnfs,
                       const ServiceLinks& links, const LinkProfiles& profiles, YangReader& reader,
                       ConstituentVnf& vnf) {
  const auto where = fmt::format("the connectivity of {}", what);
  reader.check_keys(connectivity, nsd_keys::kConnectivity, where);
  const auto* named = reader.id(connectivity, where, "virtual-link-profile-id");
  if (named == nullptr) return;
  const auto profile = profiles.find(named->text);
  const auto link = links.contains(named->text) || profile == profiles.end() ? named->text : profile->second;
  if (!links.contains(link)) {
    reader.problems().add(named->at(), "{} is on the virtual link `{}`, which {} does not have{}", what, link, vnfs.of,
                          reader.problems().suggest(link, [&] { return names_in(links); }));
    return;
  }
  const auto* points = YangReader::find(connectivity, "constituent-cpd-id");
  if (points == nullptr) return;
  if (!points->is_list()) attach_point(*points, link, what, reader, vnf);
  for (const auto& point : points->items) attach_point(*point, link, what, reader, vnf);
}

void read_vnf_profile(const Value& profile, const ServiceLinks& links, const LinkProfiles& link_profiles,
                      YangReader& reader, ConstituentVnfs& vnfs) {
  const auto* id = reader.id(profile, "a `vnf-profile`");
  const auto* vnfd = id == nullptr ? nullptr : reader.id(profile, fmt::format("VNF `{}`", id->text), "vnfd-id");
  if (vnfd == nullptr) return;
  const auto what = fmt::format("VNF `{}`", id->text);
  reader.check_keys(profile, nsd_keys::kVnfProfile, what);
  ConstituentVnf vnf{.id = id->text,
                     .vnfd_id = vnfd->text,
                     .flavour = reader.text_at(profile, "flavour-id"),
                     .level = reader.text_at(profile, "instantiation-level"),
                     .at = profile.at(),
                     .vnfd_at = vnfd->at()};
  const auto least = reader.count(profile, "min-number-of-instances", 0, UINT32_MAX, what);
  if (least.value_or(1) > 1) {
    reader.report().warnings.add(profile.at(), "{} is to be there {} times, expected once: its uNFs scale instead",
                                 what, *least);
  }
  for (const auto* connectivity : reader.entries(profile, "virtual-link-connectivity"))
    read_connectivity(*connectivity, what, vnfs, links, link_profiles, reader, vnf);
  add_vnf(std::move(vnf), vnfs, reader.problems());
}

}  // namespace

ConstituentVnfs read_vnf_profiles(const Value& df, const std::string& of, const ServiceLinks& links,
                                  YangReader& reader) {
  ConstituentVnfs vnfs{.of = of, .by_id = {}, .order = {}, .unsupported = {}};
  const auto what = fmt::format("df `{}`", reader.text_at(df, "id"));
  reader.check_keys(df, nsd_keys::kDf, what);
  reader.ignore(df, nsd_ignored::kOfDf, what);
  for (const auto& part : kUnsupportedParts) {
    for (const auto* profile : reader.entries(df, part.of_df)) {
      const auto* id = reader.id(*profile, fmt::format("a `{}`", part.of_df));
      if (id == nullptr) continue;
      vnfs.unsupported.emplace(id->text, part.noun);
      reader.problems().add(profile->at(), "{} `{}` is not supported, expected VNFs", part.noun, id->text);
    }
  }
  const auto link_profiles = read_link_profiles(df, reader);
  for (const auto* profile : reader.entries(df, "vnf-profile"))
    read_vnf_profile(*profile, links, link_profiles, reader, vnfs);
  if (vnfs.order.empty() && reader.problems().empty())
    reader.problems().add(df.at(), "{} has no `vnf-profile`, expected one at least", what);
  return vnfs;
}

}  // namespace unf::tosca
