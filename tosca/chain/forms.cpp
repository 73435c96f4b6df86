#include "tosca/chain/forms.h"

#include "tosca/osm/descriptors.h"

namespace unf::tosca {

std::optional<ChainForm> chain_form(const Value& tree) {
  if (tree.find("sfc") != nullptr || tree.find("vnfs") != nullptr || tree.find("unfs") != nullptr)
    return ChainForm::paper;
  if (is_osm(tree)) return ChainForm::osm;
  return std::nullopt;
}

bool may_be_chain(std::string_view text) { return may_be_osm(text); }

std::string_view name_of(ChainForm form) {
  switch (form) {
    case ChainForm::paper:
      return "an SFC request";
    case ChainForm::osm:
      return "a descriptor of SOL006";
    case ChainForm::sfc_yang:
      return "data of the SFC YANG modules";
  }
  return {};
}

}  // namespace unf::tosca
