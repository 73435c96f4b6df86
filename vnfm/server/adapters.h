#pragma once

#include <functional>
#include <memory>

#include "vnfm/nfvo/nfvo.h"
#include "vnfm/rest/authenticator.h"

namespace unf::vnfm {

/// What the program is built with of outside systems.
struct Adapters {
  std::function<std::unique_ptr<Authenticator>(const KeystoneConfig&)> keystone;
  std::function<std::unique_ptr<Nfvo>(const NfvoConfig&)> nfvo;
};

}  // namespace unf::vnfm
