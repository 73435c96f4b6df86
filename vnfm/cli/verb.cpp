#include "vnfm/cli/verb.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "tosca/text/problems.h"
#include "vnfm/cli/report.h"

namespace unf::vnfm {
namespace {

constexpr auto kVersion = "vnfm " UNF_VERSION;

void add_verb(CLI::App& parent, const char* group, const Verb& verb, int& status) {
  auto& app = *parent.add_subcommand(verb.name, verb.help)->group(group);
  if (verb.add_options) app.callback([action = verb.add_options(app), &status] { status = action(); });
  if (!verb.verbs.empty()) app.require_subcommand(1);
  for (const auto& each : verb.verbs) add_verb(app, "Verbs", each, status);
  app.set_version_flag("--version", kVersion);
}

std::vector<std::string_view> names_of(const std::vector<const CLI::App*>& verbs) {
  std::vector<std::string_view> names;
  for (const auto* verb : verbs) names.push_back(verb->get_name());
  return names;
}

/// "; did you mean "plan"?" in the quotes that a shell's user reads, or nothing.
std::string suggestion(std::string_view name, const std::vector<std::string_view>& known) {
  auto text = tosca::Problems{}.suggest(name, known);
  std::ranges::replace(text, '`', '"');
  return text;
}

/// What is wrong with the verbs among the arguments; empty if nothing is. CLI11 would only say that a subcommand is
/// required, whether there is an unknown one or none.
std::string wrong_verb(const CLI::App& program, std::span<char* const> arguments) {
  const auto* app = &program;
  auto line = program.get_name();
  for (const std::string_view argument : arguments) {
    if (app->get_require_subcommand_min() == 0 || argument.starts_with('-')) return {};
    const auto verbs = app->get_subcommands([](const CLI::App*) { return true; });
    const auto at = std::ranges::find(verbs, argument, &CLI::App::get_name);
    if (at == verbs.end()) {
      const auto meant = suggestion(argument, names_of(verbs));
      return fmt::format("{0}: no verb \"{1}\"{2} (\"{0} --help\" lists the verbs)", line, argument, meant);
    }
    app = *at;
    line += ' ' + app->get_name();
  }
  if (app->get_require_subcommand_min() == 0) return {};
  return fmt::format("{0}: expected a verb (\"{0} --help\" lists the verbs)", line);
}

}  // namespace

int run_verbs(CLI::App& app, const std::vector<VerbGroup>& groups, int argc, char** argv) {
  app.set_version_flag("--version", kVersion);
  app.set_help_all_flag("--help-all", "Print the help of every verb");
  app.require_subcommand(1);
  app.get_formatter()->label("SUBCOMMAND", "VERB");
  int status = kDone;
  for (const auto& group : groups) {
    for (const auto& verb : group.verbs) add_verb(app, group.heading, verb, status);
  }
  const std::span arguments{argv, static_cast<std::size_t>(argc)};
  if (const auto wrong = wrong_verb(app, arguments.subspan(std::min<std::size_t>(1, arguments.size())));
      !wrong.empty()) {
    return report_bad_input({Errc::malformed, wrong});
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kBadInput;
  } catch (const nlohmann::json::exception& e) {
    return report({Errc::internal, fmt::format("the manager's answer is not as expected: {}", e.what())});
  }
  return status;
}

}  // namespace unf::vnfm
