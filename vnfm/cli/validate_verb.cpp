#include <cstdio>
#include <nlohmann/json.hpp>

#include "tosca/image_map_reader.h"
#include "tosca/paper/sfc_request.h"
#include "tosca/reader.h"
#include "vnfm/cli/output.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/sources.h"
#include "vnfm/cli/verbs.h"

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

/// For editors and build servers (docs/editors.md).
nlohmann::json validation_json(const tosca::Validation& validation) {
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

/// A line for each service, for what became of each element of it, and for each warning; or for each problem.
std::string validation_text(const tosca::Validation& validation) {
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

/// `vnfm validate PATH...`: says what is wrong with descriptions, or else what they describe.
struct ValidateVerb {
  SourceOptions sources;
  Output output;

  void add_to(CLI::App& verb) {
    sources.add_to(verb, "NSDs, VNFDs and service chains: files, CSARs, or directories of packages");
    add_catalog(verb, sources.catalog);
    add_output(verb, output);
  }

  [[nodiscard]] int run() const {
    const auto catalog = catalog_from(sources.catalog);
    if (!catalog) return report_bad_input(catalog.error());
    const auto images = tosca::load_image_map(sources.images.map, sources.images.pass_unmapped, *catalog);
    if (!images) return report_bad_input(images.error());
    const auto files = load_files(sources);
    const auto described =
        files.and_then([&](const tosca::FileSet& loaded) { return tosca::catalog_with_descriptors(loaded, *catalog); });
    const auto validation =
        described ? tosca::validate(*files, *described, *images) : tosca::not_loaded(described.error());
    print(validation);
    return validation.valid() ? kDone : kBadInput;
  }

  void print(const tosca::Validation& validation) const {
    if (output.json()) {
      // A file name that is not UTF-8 must not keep the rest from being printed.
      constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
      fmt::print("{}\n", validation_json(validation).dump(2, ' ', false, kReplace));
    } else if (!validation.valid()) {
      fmt::print(stderr, "{}", validation_text(validation));
    } else if (!output.quiet) {
      fmt::print("{}", validation_text(validation));
    }
  }
};

}  // namespace

Verb validate_verb() {
  return make_verb<ValidateVerb>("validate",
                                 "Check service descriptions: print what is wrong with them, or what they describe");
}

}  // namespace unf::vnfm
