#include "tosca/osm/vnfd_profiles.h"

#include "tosca/osm/vnfd_names.h"

namespace unf::tosca {

std::vector<VduProfile> read_vdu_profiles(const Value& df, const std::string& of, const OsmVdus& vdus,
                                          YangReader& reader) {
  std::vector<VduProfile> profiles;
  const auto what = fmt::format("a VDU profile of {}", of);
  for (const auto* value : reader.entries(df, "vdu-profile")) {
    const auto* vdu = vdu_named_by(*value, "id", what, vdus, reader);
    if (vdu == nullptr) continue;
    reader.check_keys(*value, vnfd_keys::kVduProfile, fmt::format("the profile of VDU `{}`", vdu->text));
    const auto least = reader.count(*value, "min-number-of-instances", 0, kMaxOsmInstances, what);
    const auto most = reader.count(*value, "max-number-of-instances", 1, UINT32_MAX, what);
    if (least && most && *least > *most) {
      reader.problems().add(value->at(), "VDU `{}` has {} to {} instances, expected no more at least than at most",
                            vdu->text, *least, *most);
    }
    profiles.push_back({vdu->text, least, value});
  }
  return profiles;
}

}  // namespace unf::tosca
