#include "vnfm/cli/service_options.h"

#include <map>

#include "tosca/reader.h"

namespace unf::vnfm {

void ServiceOptions::add_to(CLI::App& verb) {
  static const std::map<std::string, bool> kOnOff{{"on", true}, {"off", false}};
  static const std::map<std::string, Parallelize> kParallelize{
      {"on", Parallelize::on}, {"off", Parallelize::off}, {"auto", Parallelize::automatic}};
  static const std::map<std::string, bool> kDefault{{"drop", false}, {"bridge", true}};
  sources.add_to(verb, "Description of the service: its files, its CSAR, or the directory of its package");
  verb.add_option("--name", name, "Name of the service (default: the name in its description)");
  verb.add_option("--consolidate", consolidate, "Merge uNFs that would do the same to a packet twice")
      ->transform(CLI::CheckedTransformer(kOnOff))
      ->option_text("on|off [on]");
  verb.add_option("--parallelize", parallelize, "Run uNFs in parallel that do not depend on each other")
      ->transform(CLI::CheckedTransformer(kParallelize))
      ->option_text("on|off|auto [auto]");
  verb.add_option("--default", bridge, "What happens to traffic that matches no path of the service")
      ->transform(CLI::CheckedTransformer(kDefault))
      ->option_text("drop|bridge [drop]");
}

graph::CompileOptions ServiceOptions::compile_options() const {
  return {.consolidate = consolidate,
          .parallelize = parallelize,
          .default_action = bridge ? Plan::Default::bridge : Plan::Default::drop};
}

Result<Plan> plan_service(const tosca::FileSet& files, const std::string& name, const Catalog& catalog,
                          const tosca::ImageMap& images, const Inventory& inventory,
                          const graph::CompileOptions& options) {
  return tosca::read_service(files, catalog, images).and_then([&](ServiceRequest request) {
    if (!name.empty()) request.name = name;
    return graph::compile(request, catalog, inventory, options);
  });
}

}  // namespace unf::vnfm
