#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tosca/sfc_yang/sfc_text.h"

struct ly_ctx;

namespace unf::tosca {

/// libyang with the modules of `modules/` loaded. The first call of each tree loads them, which takes some 10 ms. Any
/// thread may call these functions at any time.

/// An error in libyang's words.
struct YangError {
  std::string message;
  std::string where;  ///< `Data location "/a:b/c[k='v']", line number 7.`; may be empty
  std::string tag;    ///< error-app-tag (RFC 7950 15); may be empty
};

/// How much of a datastore a text is.
enum class YangTree : std::uint8_t {
  whole,    ///< All of it: an entry that is referred to has to be there.
  partial,  ///< A part of it: an entry that is referred to may be in another part.
};

/// The modules that describe a whole tree, for questions about them.
[[nodiscard]] const ly_ctx& compiled_yang_modules();

/// Why a text is no valid configuration. libyang stops at the first error of most kinds. Empty: the text is valid.
[[nodiscard]] std::vector<YangError> errors_in_data(const std::string& text, SfcFormat format, YangTree tree);

/// Why a JSON text is no valid input of an RPC. Empty: the text is valid.
[[nodiscard]] std::vector<YangError> errors_in_request(const std::string& json);

}  // namespace unf::tosca
