#include <string>

#include "tests/fuzz/package.h"
#include "tests/fuzz/service.h"
#include "tests/fuzz/target.h"
#include "tests/support/test_catalog.h"
#include "tosca/reader.h"
#include "tosca/text/xml.h"

namespace unf::tosca {
namespace {

const ImageMap& images() {
  static const ImageMap all{.images = {{"fw-image", pass_through()}}, .artifacts = {}, .pass_unmapped = true};
  return all;
}

void check_xml(const std::string& text) {
  Problems problems;
  const auto tree = parse_xml("f.xml", text, problems);
  fuzz::expect((tree == nullptr) == !problems.empty(), "what is no XML is said");
  fuzz::expect(tree == nullptr || (tree->is_map() && tree->find(kXmlNamespace) != nullptr), "a root has a namespace");
}

void check(std::string_view input) {
  static const auto catalog = testing_support::test_catalog();
  const auto files = package_of(input, input.starts_with('<') ? "v.xml" : "v.yaml");
  for (const auto& [name, text] : files.files) {
    if (is_xml(name)) check_xml(text);
  }
  const auto service = read_service(files, catalog, images());
  if (service) {
    fuzz::check_paths(*service);
  } else {
    fuzz::expect(service.error().code == Errc::malformed && service.error().message.find(": ") != std::string::npos,
                 "what is wrong is malformed, and says where");
  }
  if (!fuzz::one_in(4, input)) return;
  const auto validation = validate(files, catalog, images());
  fuzz::expect(validation.valid() == validation.text.empty(), "what is wrong is said in both forms");
  for (const auto& problem : validation.problems) {
    fuzz::expect(!problem.message.empty() && !problem.at.file.empty(), "a problem says what and in which file");
    fuzz::expect(problem.message.find('\n') == std::string::npos, "a problem is one line");
  }
}

}  // namespace
}  // namespace unf::tosca

/// Descriptors of SOL006, in YAML or XML.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unf::tosca::check(unf::fuzz::text_of(data, size));
  return 0;
}
