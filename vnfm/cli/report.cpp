#include "vnfm/cli/report.h"

#include <cstdio>

namespace unf::vnfm {

int report_bad_input(const Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  return kBadInput;
}

int report(const Error& error) {
  report_bad_input(error);
  return error.code == Errc::malformed || error.code == Errc::unsupported ? kBadInput : kFailed;
}

}  // namespace unf::vnfm
