#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace unf::vnfm {

/// Does what a verb is for, with the options that were parsed. Returns the exit code of the program.
using Action = std::function<int()>;

/// A verb of the command line, such as `plan`, or a noun with verbs of its own, such as `package`.
struct Verb {
  const char* name;
  const char* help;
  std::function<Action(CLI::App& app)> add_options{};  ///< adds the verb's options to `app`; empty for a noun
  std::vector<Verb> verbs{};                           ///< of a noun
};

/// A verb whose options are the members of an `Options`: `void add_to(CLI::App&)` adds them to the command line,
/// `int run() const` does the verb.
template <typename Options>
Verb make_verb(const char* name, const char* help, Options defaults = {}) {
  return {name, help, [defaults = std::move(defaults)](CLI::App& app) -> Action {
            const auto options = std::make_shared<Options>(defaults);
            options->add_to(app);
            return [options] { return options->run(); };
          }};
}

/// Verbs under one heading of `vnfm --help`.
struct VerbGroup {
  const char* heading;
  std::vector<Verb> verbs;
};

/// Parses the arguments and does the verb that they name. Returns the exit code of the program.
int run_verbs(CLI::App& app, const std::vector<VerbGroup>& groups, int argc, char** argv);

}  // namespace unf::vnfm
