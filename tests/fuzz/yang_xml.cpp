#include "tests/fuzz/yang_document.h"
#include "tosca/text/xml.h"

/// Service chains in XML.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{unf::fuzz::text_of(data, size)};
  const auto elements = unf::tosca::read_xml(text);
  if (elements && !elements->empty()) {
    unf::fuzz::expect(unf::tosca::xml_root_namespace(text) == elements->front().uri,
                      "the first element has the same namespace either way");
  }
  std::ignore = unf::tosca::is_sfc_xml(text);
  unf::fuzz::check_yang_document(text, unf::tosca::SfcFormat::xml);
  return 0;
}
