#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "vnfm/cli/managers.h"

namespace unf::vnfm {

/// What the verbs of the command line have in common.
struct Common {
  std::string output = "text";
  Reach reach;
  bool quiet = false;
  [[nodiscard]] bool json() const { return output == "json"; }
};

void add_quiet(CLI::App& verb, Common& common);
void add_output(CLI::App& verb, Common& common, std::vector<std::string> forms = {"text", "json"});
/// --server, and what TLS takes.
void add_reach(CLI::App& verb, Common& common);
/// A verb that speaks to a manager.
CLI::App& add_client_verb(CLI::App& parent, Common& common, const char* name, const char* what);

void print_json(const nlohmann::json& json);

}  // namespace unf::vnfm
