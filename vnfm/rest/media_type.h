#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unf::vnfm {

/// A media type in lower case, without parameters: `application/json` of `Application/JSON; charset=utf-8`.
[[nodiscard]] std::string media_type(std::string_view header);

/// Those of `produced` that an Accept header (RFC 9110 12.5.1) takes, in their order; an empty header takes all.
[[nodiscard]] std::vector<std::string> acceptable(std::string_view accept, const std::vector<std::string>& produced);

}  // namespace unf::vnfm
