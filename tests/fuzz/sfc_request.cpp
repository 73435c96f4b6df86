#include <fmt/format.h>

#include <string>

#include "graph/model/service_request_json.h"
#include "tests/fuzz/target.h"
#include "tests/support/test_catalog.h"
#include "tosca/convert/profile_writer.h"
#include "tosca/paper/sfc_request.h"
#include "tosca/reader.h"

namespace unf::tosca {
namespace {

void check(const std::string& text) {
  static const auto catalog = testing_support::test_catalog();
  const FileSet files{.paths = {"s.json"}, .files = {{"s.json", text}, {"a.rules", "allow any any any any any\n"}}};
  const auto known = catalog_with_descriptors(files, catalog);
  if (!known) {
    fuzz::expect(known.error().message.starts_with("s.json: unfs: "), "what is wrong with descriptors says where");
    return;
  }
  const auto service = read_service(files, *known);
  if (!fuzz::one_in(4, text)) return;
  const auto validation = validate(files, *known);
  fuzz::expect(service.has_value() == validation.valid(), "what is valid can be read");
  if (!service) {
    fuzz::expect(service.error().message == validation.text, "what is wrong is said in the same words");
    return;
  }
  const auto again = read_service(files, *known);
  fuzz::expect(again.has_value() && to_json(*again) == to_json(*service), "the same text is the same service");
  const auto written = write_profile(*service, *known);
  fuzz::expect(written.has_value() || written.error().message.find("cannot be said in TOSCA") != std::string::npos,
               "what cannot be converted is said to be so");
}

}  // namespace
}  // namespace unf::tosca

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unf::tosca::check(std::string{unf::fuzz::text_of(data, size)});
  return 0;
}
