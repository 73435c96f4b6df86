#include "vnfm/cli/output.h"

namespace unf::vnfm {

void add_quiet(CLI::App& verb, bool& quiet) { verb.add_flag("--quiet", quiet, "Print results only, no progress"); }

void add_output(CLI::App& verb, Output& output, std::vector<std::string> forms) {
  verb.add_option("-o,--output", output.form, "Form of the output")
      ->check(CLI::IsMember(std::move(forms)))
      ->capture_default_str();
  add_quiet(verb, output.quiet);
}

void print_json(const nlohmann::json& json) { fmt::print("{}\n", json.dump(2)); }

}  // namespace unf::vnfm
