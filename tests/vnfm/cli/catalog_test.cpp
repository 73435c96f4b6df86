#include <gmock/gmock.h>

#include <filesystem>

#include "agent/base/files.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/support/program.h"

namespace unf::vnfm {
namespace {

class CatalogVerb : public testing::Test {
 protected:
  CatalogVerb() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
  }
  ~CatalogVerb() override { std::filesystem::remove_all(root_); }

  /// What `vnfm catalog` prints.
  std::string printed(std::vector<std::string> options) {
    options.insert(options.begin(), {program_path("vnfm"), "catalog"});
    testing_support::Program program{options, root_};
    EXPECT_EQ(program.wait(), 0) << program.err();
    return program.out();
  }
  std::filesystem::path root_;
};

TEST_F(CatalogVerb, PrintsACatalogOfAFile) {
  EXPECT_THAT(printed({"--catalog", source_path("samples/catalog.json"), "--tosca"}),
              testing::HasSubstr("unf.nodes.L3L4Filter:"));
}

struct CatalogForm {
  const char* name;
  std::vector<std::string> options;
  const char* file;  ///< of the repository, which is made by this command
};
class CatalogForms : public CatalogVerb, public testing::WithParamInterface<CatalogForm> {};
TEST_P(CatalogForms, AreTheFilesOfTheRepository) {
  EXPECT_EQ(printed(GetParam().options), agent::read_file(source_path(GetParam().file)).value());
}
INSTANTIATE_TEST_SUITE_P(
    Forms, CatalogForms,
    testing::Values(CatalogForm{"Json", {}, "samples/catalog.json"},
                    CatalogForm{"Schema", {"--tosca-schema"}, "samples/schemas/tosca-profile.schema.json"}),
    testing_support::by_name);

}  // namespace
}  // namespace unf::vnfm
