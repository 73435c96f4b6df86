#include "tosca/chain/forms.h"

namespace unf::tosca {

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
