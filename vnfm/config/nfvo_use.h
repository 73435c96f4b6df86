#pragma once

#include "vnfm/nfvo/nfvo.h"

namespace unf::vnfm {

/// `nfvo` of vnfm.yaml: an NFVO, and what it is asked for.
struct NfvoUse {
  NfvoConfig nfvo;
  bool grants = false;    ///< else operations need none
  bool packages = false;  ///< else they are those that are uploaded
};

}  // namespace unf::vnfm
