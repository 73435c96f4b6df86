#include "tests/fuzz/yang_document.h"

/// Service chains in JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unf::fuzz::check_yang_document(std::string{unf::fuzz::text_of(data, size)}, unf::tosca::SfcFormat::json);
  return 0;
}
