#include "vnfm/cli/convert_command.h"

#include <fmt/format.h>

#include "tosca/convert/profile_writer.h"
#include "tosca/package/csar.h"
#include "tosca/reader.h"
#include "vnfm/cli/made_files.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/verb.h"

namespace unf::vnfm {
namespace {

/// A name that a shell and a file system take as it is.
std::string file_of(const std::string& service) {
  std::string name;
  for (const unsigned char c : service) {
    const bool plain = c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.');
    name += plain ? static_cast<char>(c) : '_';
  }
  if (name.empty() || name.front() == '.' || name.front() == '-') name.insert(0, "_");
  return name + ".csar";
}

}  // namespace

int run_convert(const ConvertCommand& command) {
  const auto sources = load_sources(command.sources);
  if (!sources) return report_bad_input(sources.error());
  const auto& [files, catalog, images] = *sources;
  const auto service = tosca::read_service(files, catalog, images);
  if (!service) return report_bad_input(service.error());
  const auto package = tosca::write_profile(*service, catalog);
  if (!package) return report_bad_input(package.error());

  const auto to = command.to.empty() ? file_of(service->name) : command.to;
  MadeFiles made;
  if (const auto done = made.file(to, tosca::make_zip(*package), 0644); !done) return report(done.error());
  made.keep();

  auto lost = nlohmann::json::array();
  std::string text = fmt::format("{}: service {} as a package of {} files\n", to, service->name, package->size());
  for (const auto& [at, element, became, why] : tosca::validate(files, catalog, images).mappings) {
    if (!became.empty()) continue;
    lost.push_back({{"file", at.file}, {"line", at.line}, {"element", element}, {"why", why}});
    text += fmt::format("{}:{}: {}: no counterpart: {}\n", at.file, at.line, element, why);
  }
  if (command.json) {
    print_json({{"csar", to}, {"service", service->name}, {"no_counterpart", std::move(lost)}});
  } else if (!command.quiet) {
    fmt::print("{}", text);
  }
  return kDone;
}

}  // namespace unf::vnfm
