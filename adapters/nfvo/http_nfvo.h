#pragma once

#include <memory>

#include "vnfm/nfvo/nfvo.h"

namespace unf::adapters {

/// An NFVO by the interfaces of ETSI GS NFV-SOL 003: grants 1.4.0 (9), package management 1.2.0 or 2.1.0 (10).
[[nodiscard]] std::unique_ptr<vnfm::Nfvo> make_http_nfvo(const vnfm::NfvoConfig& config);

}  // namespace unf::adapters
