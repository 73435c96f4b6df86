#include "tosca/chain/forms.h"

namespace unf::tosca {

std::optional<ChainForm> chain_form(const Value& tree) {
  if (tree.find("sfc") != nullptr || tree.find("vnfs") != nullptr || tree.find("unfs") != nullptr)
    return ChainForm::paper;
  return std::nullopt;
}

std::string_view name_of(ChainForm form) {
  switch (form) {
    case ChainForm::paper:
      return "an SFC request";
    case ChainForm::sfc_yang:
      return "data of the SFC YANG modules";
  }
  return {};
}

}  // namespace unf::tosca
