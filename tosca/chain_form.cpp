#include "tosca/chain_form.h"

#include "tosca/osm/descriptors.h"

namespace unf::tosca {

std::optional<ChainForm> chain_form(const Value& tree) {
  if (tree.find("sfc") != nullptr || tree.find("vnfs") != nullptr || tree.find("unfs") != nullptr)
    return ChainForm::paper;
  if (is_osm(tree)) return ChainForm::osm;
  return std::nullopt;
}

bool may_be_chain(std::string_view text) { return may_be_osm(text); }

}  // namespace unf::tosca
