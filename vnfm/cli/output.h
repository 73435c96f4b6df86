#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <concepts>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace unf::vnfm {

/// How a verb prints.
struct Output {
  std::string form = "text";
  bool quiet = false;
  [[nodiscard]] bool json() const { return form == "json"; }
};

/// `--quiet`
void add_quiet(CLI::App& verb, bool& quiet);
/// `--output` and `--quiet`
void add_output(CLI::App& verb, Output& output, std::vector<std::string> forms = {"text", "json"});

void print_json(const nlohmann::json& json);

/// Prints what the verb was asked for: as JSON, or what `text()` returns.
template <std::invocable Text>
void print_result(const Output& output, const nlohmann::json& json, Text text) {
  if (output.json()) {
    print_json(json);
  } else {
    fmt::print("{}", text());
  }
}

/// Prints what the verb has done. With `--quiet` no text is printed.
template <std::invocable Text>
void print_done(const Output& output, const nlohmann::json& json, Text text) {
  if (output.json() || !output.quiet) print_result(output, json, text);
}

}  // namespace unf::vnfm
