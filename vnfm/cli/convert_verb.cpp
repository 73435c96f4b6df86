#include <fmt/format.h>

#include <cctype>

#include "tosca/convert/profile_writer.h"
#include "tosca/package/csar.h"
#include "tosca/reader.h"
#include "vnfm/cli/made_files.h"
#include "vnfm/cli/output.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/sources.h"
#include "vnfm/cli/verbs.h"

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

/// `vnfm convert PATH...`: writes a service, in whatever form it is, as a CSAR in this project's TOSCA profile, and
/// says which elements of it have no counterpart there.
struct ConvertVerb {
  SourceOptions sources;
  Output output;
  std::string to;  ///< file; empty: the service's name and `.csar`

  void add_to(CLI::App& verb) {
    sources.add_to(verb, "Description of one service: files, CSARs, or directories of packages");
    add_catalog(verb, sources.catalog);
    verb.add_option("--to", to, "CSAR to write; must not exist yet (default: the service's name and .csar)");
    add_output(verb, output);
  }

  [[nodiscard]] int run() const {
    const auto loaded = load_sources(sources);
    if (!loaded) return report_bad_input(loaded.error());
    const auto& [files, catalog, images] = *loaded;
    const auto service = tosca::read_service(files, catalog, images);
    if (!service) return report_bad_input(service.error());
    const auto package = tosca::write_profile(*service, catalog);
    if (!package) return report_bad_input(package.error());

    const auto csar = to.empty() ? file_of(service->name) : to;
    MadeFiles made;
    if (const auto done = made.file(csar, tosca::make_zip(*package), 0644); !done) return report(done.error());
    made.keep();

    auto lost = nlohmann::json::array();
    auto text = fmt::format("{}: service {} as a package of {} files\n", csar, service->name, package->size());
    for (const auto& [at, element, became, why] : tosca::validate(files, catalog, images).mappings) {
      if (!became.empty()) continue;
      lost.push_back({{"file", at.file}, {"line", at.line}, {"element", element}, {"why", why}});
      text += fmt::format("{}:{}: {}: no counterpart: {}\n", at.file, at.line, element, why);
    }
    print_done(output, {{"csar", csar}, {"service", service->name}, {"no_counterpart", std::move(lost)}},
               [&] { return text; });
    return kDone;
  }
};

}  // namespace

Verb convert_verb() {
  return make_verb<ConvertVerb>("convert",
                                "Write a service, in any form that is read, as a CSAR in the uNF TOSCA profile");
}

}  // namespace unf::vnfm
