#include "vnfm/cli/client_verb.h"
#include "vnfm/cli/configuration_file.h"
#include "vnfm/cli/operation.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm update ID`
struct UpdateVerb {
  TaskOptions task;
  std::string file;

  void add_to(CLI::App& verb) {
    verb.add_option("--config", file,
                    "Properties to change: a map of NODE to PROPERTY to value (YAML or JSON); null restores the "
                    "descriptor's value")
        ->required();
    task.add_to(verb);
  }

  [[nodiscard]] int run() const {
    const auto configuration = read_configuration(file);
    if (!configuration) return report_bad_input(configuration.error());
    return task.follow_on_running(
        [&](const auto& manager) { return manager.call(&Thrift::configure, task.id, *configuration); });
  }
};

}  // namespace

Verb update_verb() { return make_verb<UpdateVerb>("update", "Change the configuration of a running VNF"); }

}  // namespace unf::vnfm
