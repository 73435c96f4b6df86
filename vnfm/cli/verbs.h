#pragma once

#include "vnfm/cli/verb.h"
#include "vnfm/server/adapters.h"

namespace unf::vnfm {

/// The verbs of `vnfm`. Each is in a file of its name, with its options, its help and what it does.

[[nodiscard]] Verb plan_verb();
[[nodiscard]] Verb validate_verb();
[[nodiscard]] Verb convert_verb();
[[nodiscard]] Verb catalog_verb();

[[nodiscard]] Verb new_verb();
[[nodiscard]] Verb sign_verb();

[[nodiscard]] Verb deploy_verb();
[[nodiscard]] Verb list_verb();
[[nodiscard]] Verb show_verb();
[[nodiscard]] Verb top_verb();
[[nodiscard]] Verb terminate_verb();

[[nodiscard]] Verb package_verb();
[[nodiscard]] Verb instance_verb();
[[nodiscard]] Verb operation_verb();
[[nodiscard]] Verb instantiate_verb();
[[nodiscard]] Verb scale_verb();
[[nodiscard]] Verb heal_verb();
[[nodiscard]] Verb update_verb();

[[nodiscard]] Verb serve_verb(const Adapters& adapters);
[[nodiscard]] Verb store_verb();

}  // namespace unf::vnfm
