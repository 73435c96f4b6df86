#include "vnfm/cli/verb.h"

#include <fmt/format.h>

namespace unf::vnfm {

void add_quiet(CLI::App& verb, Common& common) { verb.add_flag("--quiet", common.quiet, "Print results only"); }

void add_output(CLI::App& verb, Common& common, std::vector<std::string> forms) {
  verb.add_option("-o,--output", common.output, "Form of the output")
      ->check(CLI::IsMember(std::move(forms)))
      ->capture_default_str();
}

void add_reach(CLI::App& verb, Common& common) {
  auto& reach = common.reach;
  verb.add_option("--server", reach.server,
                  fmt::format("Manager: HOST:PORT or the path of a socket (default: those of `deploy --local`, and {})",
                              kDefaultServer));
  auto* ca = verb.add_option("--ca", reach.ca, "PEM file: who signs the manager's certificate; speaks TLS");
  auto* certificate = verb.add_option("--cert", reach.certificate, "PEM file: our certificate")->needs(ca);
  auto* key = verb.add_option("--key", reach.key, "PEM file: its key")->needs(certificate);
  certificate->needs(key);
  ca->envname("UNF_CA");
  certificate->envname("UNF_CERT");
  key->envname("UNF_KEY");
}

CLI::App& add_client_verb(CLI::App& parent, Common& common, const char* name, const char* what) {
  auto& verb = *parent.add_subcommand(name, what);
  add_reach(verb, common);
  add_output(verb, common);
  add_quiet(verb, common);
  return verb;
}

void print_json(const nlohmann::json& json) { fmt::print("{}\n", json.dump(2)); }

}  // namespace unf::vnfm
