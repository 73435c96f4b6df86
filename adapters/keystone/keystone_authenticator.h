#pragma once

#include <memory>

#include "vnfm/rest/authenticator.h"

namespace unf::adapters {

/// Has Keystone (Identity API v3, `GET /auth/tokens`) say whose token came in `X-Auth-Token` or as `Authorization:
/// Bearer`. The project is the tenant; of the roles admin, member and reader the highest counts, without any a caller
/// may do nothing. What Keystone said holds for five minutes, and never longer than the token.
[[nodiscard]] std::unique_ptr<vnfm::Authenticator> make_keystone_authenticator(const vnfm::KeystoneConfig& config);

}  // namespace unf::adapters
