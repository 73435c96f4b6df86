#include "vnfm/cli/validate_command.h"

#include <fmt/format.h>

#include <cstdio>

#include "tosca/image_map_reader.h"
#include "tosca/paper/sfc_request.h"
#include "tosca/text/file_set.h"
#include "vnfm/cli/plan_command.h"
#include "vnfm/cli/report.h"

namespace unf::vnfm {
namespace {

using tosca::Described;

nlohmann::json problem_json(const tosca::Problem& problem, const char* severity) {
  return {{"file", problem.at.file},      {"line", problem.at.line},
          {"column", problem.at.column},  {"path", problem.path},
          {"severity", severity},         {"message", problem.message},
          {"expected", problem.expected}, {"suggestion", problem.suggestion}};
}

std::string_view kind_of(const Described& service) {
  switch (service.kind) {
    case Described::Kind::nsd:
      return "nsd";
    case Described::Kind::vnfd:
      return "vnfd";
    case Described::Kind::chain:
      return "chain";
  }
  return {};
}

nlohmann::json service_json(const Described& service) {
  nlohmann::json described{{"kind", kind_of(service)}, {"file", service.file}, {"name", service.name},
                           {"vnfs", service.vnfs},     {"unfs", service.unfs}, {"paths", service.paths}};
  if (service.kind == Described::Kind::vnfd) {
    described["vnfd_id"] = service.descriptor_id;
    described["flavour"] = service.flavour;
  }
  return described;
}

nlohmann::json mapping_json(const tosca::Mapping& mapping) {
  return {{"file", mapping.at.file},    {"line", mapping.at.line},  {"column", mapping.at.column},
          {"element", mapping.element}, {"became", mapping.became}, {"why", mapping.why}};
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string service_text(const Described& service) {
  if (service.kind != Described::Kind::vnfd) {
    return fmt::format("{}: {} {}: {}, {}, {}\n", service.file,
                       service.kind == Described::Kind::nsd ? "NSD" : "service chain", service.name,
                       counted(service.vnfs, "VNF"), counted(service.unfs, "uNF"), counted(service.paths, "path"));
  }
  return fmt::format("{}: VNFD {}, flavour {}: {}\n", service.file, service.name, service.flavour,
                     counted(service.unfs, "uNF"));
}

}  // namespace

nlohmann::json to_json(const tosca::Validation& validation) {
  auto problems = nlohmann::json::array(), services = nlohmann::json::array(), mappings = nlohmann::json::array();
  for (const auto& problem : validation.problems) problems.push_back(problem_json(problem, "error"));
  for (const auto& warning : validation.warnings) problems.push_back(problem_json(warning, "warning"));
  for (const auto& mapping : validation.mappings) mappings.push_back(mapping_json(mapping));
  for (const auto& service : validation.services) services.push_back(service_json(service));
  return {{"valid", validation.valid()},
          {"problems", std::move(problems)},
          {"services", std::move(services)},
          {"mappings", std::move(mappings)}};
}

std::string to_text(const tosca::Validation& validation) {
  if (!validation.valid()) return validation.text + '\n';
  std::string text;
  for (const auto& service : validation.services) text += service_text(service);
  for (const auto& [at, element, became, why] : validation.mappings) {
    text += fmt::format("{}:{}: {}: {}\n", at.file, at.line, element, became.empty() ? "nothing: " + why : became);
  }
  for (const auto& warning : validation.warnings) {
    text += fmt::format("{}:{}: warning: {}{}\n", warning.at.file, warning.at.line, warning.message,
                        warning.expected.empty() ? "" : ", expected " + warning.expected);
  }
  return text;
}

int run_validate(const ValidateCommand& command) {
  const auto catalog = catalog_from(command.sources.catalog);
  if (!catalog) return report_bad_input(catalog.error());
  const auto images = tosca::load_image_map(command.sources.images.map, command.sources.images.pass_unmapped, *catalog);
  if (!images) return report_bad_input(images.error());
  const auto files = load_files(command.sources);
  const auto described =
      files.and_then([&](const tosca::FileSet& loaded) { return tosca::catalog_with_descriptors(loaded, *catalog); });
  const auto validation =
      described ? tosca::validate(*files, *described, *images) : tosca::not_loaded(described.error());
  if (command.json) {
    // What is no UTF-8, a file's name perhaps, must not keep the rest from being said.
    constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
    fmt::print("{}\n", to_json(validation).dump(2, ' ', false, kReplace));
  } else if (!validation.valid()) {
    fmt::print(stderr, "{}", to_text(validation));
  } else if (!command.quiet) {
    fmt::print("{}", to_text(validation));
  }
  return validation.valid() ? kDone : kBadInput;
}

}  // namespace unf::vnfm
