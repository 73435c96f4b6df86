#include "vnfm/cli/catalog_command.h"

#include <fmt/format.h>

#include "tosca/sol001/editor_schema.h"
#include "tosca/sol001/types.h"
#include "vnfm/cli/plan_command.h"
#include "vnfm/cli/report.h"

namespace unf::vnfm {
namespace {

std::string text_of(const Catalog& catalog, CatalogForm form) {
  switch (form) {
    case CatalogForm::descriptors:
      break;
    case CatalogForm::node_types:
      return tosca::node_types_yaml(catalog);
    case CatalogForm::editor_schema:
      return tosca::editor_schema(catalog).dump(2) + "\n";
  }
  return to_json(catalog).dump(2) + "\n";
}

}  // namespace

int run_catalog(const std::string& file, CatalogForm form) {
  const auto catalog = catalog_from(file);
  if (!catalog) return report_bad_input(catalog.error());
  fmt::print("{}", text_of(*catalog, form));
  return std::fflush(stdout) == 0 ? kDone : kFailed;
}

}  // namespace unf::vnfm
