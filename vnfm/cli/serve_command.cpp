#include "vnfm/cli/serve_command.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "agent/base/files.h"
#include "tosca/image_map_reader.h"
#include "vnfm/cli/report.h"
#include "vnfm/config/manager_config.h"
#include "vnfm/server/builtin_catalog.h"
#include "vnfm/server/server.h"

namespace unf::vnfm {

int run_serve(const std::string& config_file, const std::string& state, bool quiet, const Adapters& adapters) {
  const auto text = agent::read_file(config_file);
  if (!text) return report_bad_input(text.error());
  auto config = read_manager_config(config_file, *text);
  if (!config) return report_bad_input(config.error());
  if (!state.empty()) config->state = state;

  auto images = tosca::load_image_map(config->image_map.string(), config->pass_unmapped, builtin_catalog());
  if (!images) return report_bad_input(images.error());

  auto log = spdlog::stderr_color_mt("vnfm");
  if (quiet) log->set_level(spdlog::level::warn);
  spdlog::set_default_logger(log);
  const auto served = serve(std::move(*config), std::move(*images), adapters, log);
  return served ? kDone : report(served.error());
}

}  // namespace unf::vnfm
