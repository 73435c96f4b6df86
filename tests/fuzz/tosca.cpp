#include <algorithm>
#include <string>

#include "tests/fuzz/package.h"
#include "tests/fuzz/target.h"
#include "tests/support/test_catalog.h"
#include "tosca/reader.h"

namespace unf::tosca {
namespace {

void check(const FileSet& files) {
  static const auto catalog = testing_support::test_catalog();
  const auto service = read_service(files, catalog);
  const auto validation = validate(files, catalog);
  fuzz::expect(validation.valid() == validation.text.empty(), "what is wrong is said in both forms");
  for (const auto& problem : validation.problems) {
    fuzz::expect(!problem.message.empty() && !problem.at.file.empty(), "a problem says what and in which file");
    fuzz::expect(problem.at.line >= 0 && problem.at.column >= 0, "a place counts from 1");
    fuzz::expect(problem.message.find('\n') == std::string::npos, "a problem is one line");
  }
  if (!service) {
    fuzz::expect(service.error().code == Errc::malformed && service.error().message.find(": ") != std::string::npos,
                 "what is wrong is malformed, and says where");
    return;
  }
  const auto name = service->name;
  fuzz::expect(std::ranges::any_of(validation.services, [&](const auto& s) { return s.name == name; }),
               "what would be deployed is among what is there");
}

}  // namespace
}  // namespace unf::tosca

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unf::tosca::check(unf::tosca::package_of(unf::fuzz::text_of(data, size), "v.yaml"));
  return 0;
}
