#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "agent/base/files.h"
#include "tosca/image_map_reader.h"
#include "vnfm/cli/output.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/verbs.h"
#include "vnfm/config/manager_config.h"
#include "vnfm/server/builtin_catalog.h"
#include "vnfm/server/server.h"

namespace unf::vnfm {
namespace {

/// `vnfm serve`: the manager, until SIGINT or SIGTERM.
struct ServeVerb {
  Adapters adapters;
  std::string file;
  std::string state;  ///< empty: the configuration's
  Output output;

  void add_to(CLI::App& verb) {
    verb.add_option("--config", file, "Configuration of the manager (YAML, see samples/config/vnfm.yaml)")->required();
    verb.add_option("--state", state, "Directory of the manager's database (default: \"state\" of the configuration)");
    add_output(verb, output);
  }

  [[nodiscard]] int run() const {
    const auto text = agent::read_file(file);
    if (!text) return report_bad_input(text.error());
    auto config = read_manager_config(file, *text);
    if (!config) return report_bad_input(config.error());
    if (!state.empty()) config->state = state;
    auto images = tosca::load_image_map(config->image_map.string(), config->pass_unmapped, builtin_catalog());
    if (!images) return report_bad_input(images.error());

    auto log = spdlog::stderr_color_mt("vnfm");
    if (output.quiet) log->set_level(spdlog::level::warn);
    spdlog::set_default_logger(log);
    const auto served = serve(*config, std::move(*images), adapters, log);
    return served ? kDone : report(served.error());
  }
};

}  // namespace

Verb serve_verb(const Adapters& adapters) {
  return make_verb<ServeVerb>("serve", "Run the manager until it is interrupted", {.adapters = adapters});
}

}  // namespace unf::vnfm
