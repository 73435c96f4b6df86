#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "vnfm/store/store.h"

namespace unf::vnfm {

/// A VNF package: VnfPkgInfo of ETSI GS NFV-SOL 005 9.5.2.5, less its links.
struct Package {
  std::string id;
  nlohmann::json info;
  Revision revision = 0;  ///< of the last change

  [[nodiscard]] bool is(const char* attribute, std::string_view value) const {
    return info.value(attribute, "") == value;
  }
  [[nodiscard]] bool is_being_onboarded() const {
    return is("onboardingState", "UPLOADING") || is("onboardingState", "PROCESSING");
  }
};

/// A package without content, which is in no store.
[[nodiscard]] Package new_package();

/// Packages are kept under `vnfpkg/TENANT/ID`.
inline constexpr std::string_view kPackages = "vnfpkg/";
/// Errors: malformed, with the key.
[[nodiscard]] Result<Package> read_package(const Entry& entry);

}  // namespace unf::vnfm
