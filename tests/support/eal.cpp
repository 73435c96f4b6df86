#include "tests/support/eal.h"

#include <stdexcept>

#include "dataplane/eal/eal.h"

namespace unf::testing_support {

void start_eal() {
  static const auto started = dataplane::start_private_eal();
  if (!started) throw std::runtime_error{started.error().message};
}

}  // namespace unf::testing_support
