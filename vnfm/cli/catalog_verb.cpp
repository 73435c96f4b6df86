#include <cstdio>

#include "tosca/sol001/editor_schema.h"
#include "tosca/sol001/types.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/sources.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm catalog`: prints the catalogue as JSON, as TOSCA node types, as a JSON Schema, or as tables.
struct CatalogVerb {
  std::string file;  ///< empty: the built-in catalogue
  bool node_types = false, editor_schema = false, markdown = false;

  void add_to(CLI::App& verb) {
    add_catalog(verb, file);
    auto* types = verb.add_flag("--tosca", node_types, "Print them as TOSCA node types");
    auto* schema =
        verb.add_flag("--tosca-schema", editor_schema, "Print a JSON Schema of service descriptions, for editors")
            ->excludes(types);
    verb.add_flag("--markdown", markdown, "Print tables in Markdown")->excludes(types, schema);
  }

  [[nodiscard]] int run() const {
    const auto catalog = catalog_from(file);
    if (!catalog) return report_bad_input(catalog.error());
    fmt::print("{}", text_of(*catalog));
    return std::fflush(stdout) == 0 ? kDone : kFailed;
  }

  [[nodiscard]] std::string text_of(const Catalog& catalog) const {
    if (node_types) return tosca::node_types_yaml(catalog);
    if (markdown) return to_markdown(catalog);
    if (editor_schema) return tosca::editor_schema(catalog).dump(2) + "\n";
    return to_json(catalog).dump(2) + "\n";
  }
};

}  // namespace

Verb catalog_verb() { return make_verb<CatalogVerb>("catalog", "Print the uNF types that there are, as JSON"); }

}  // namespace unf::vnfm
