#include "tosca/osm/nsd_vnfs.h"

#include <utility>

namespace unf::tosca {

void add_vnf(ConstituentVnf vnf, ConstituentVnfs& vnfs, Problems& problems) {
  const auto [known, is_new] = vnfs.by_id.try_emplace(vnf.id);
  if (!is_new) {
    problems.add(vnf.at, "a second VNF `{}` in {}, expected another `id`", vnf.id, vnfs.of);
    return;
  }
  vnfs.order.push_back(vnf.id);
  known->second = std::move(vnf);
}

const ConstituentVnf* vnf_named_by(const Value& name, const std::string& what, const ConstituentVnfs& vnfs,
                                   Problems& problems) {
  if (const auto found = vnfs.by_id.find(name.text); found != vnfs.by_id.end()) return &found->second;
  if (const auto other = vnfs.unsupported.find(name.text); other != vnfs.unsupported.end()) {
    problems.add(name.at(), "{} names {} `{}`, which is not supported, expected a VNF", what, other->second, name.text);
  } else {
    problems.add(name.at(), "{} names `{}`, which is no VNF of {}{}", what, name.text, vnfs.of,
                 problems.suggest(name.text, [&] { return names_in(vnfs.by_id); }));
  }
  return nullptr;
}

}  // namespace unf::tosca
