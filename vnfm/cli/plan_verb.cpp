#include <cstdio>

#include "agent/base/files.h"
#include "agent/base/inventory.h"
#include "agent/base/process.h"
#include "graph/compile/why.h"
#include "graph/terms/gate_shares.h"
#include "vnfm/cli/output.h"
#include "vnfm/cli/render.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/service_options.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

Result<Inventory> inventory_from(const std::string& file) {
  if (file.empty()) return Inventory::built_in();
  return agent::read_file(file).and_then([&](const std::string& text) { return agent::read_inventory(file, text); });
}

Result<graph::GateShares> shares_from(const std::string& file) {
  if (file.empty()) return graph::GateShares{};
  return agent::read_file(file)
      .and_then(
          [](const std::string& text) { return graph::read_gate_shares(nlohmann::json::parse(text, nullptr, false)); })
      .map_error([&](Error e) {
        if (e.code == Errc::malformed) e.message = fmt::format("{}: {}", file, e.message);
        return e;
      });
}

Result<std::string> svg(const Plan& plan) {
  auto drawn = agent::output_of({"dot", "-Tsvg"}, std::chrono::seconds{60}, to_dot(plan));
  if (!drawn) {
    return fail(Errc::unavailable, "{}: -o svg needs the program \"dot\" of Graphviz (Debian: apt install graphviz)",
                drawn.error().message);
  }
  return drawn;
}

/// `vnfm plan PATH...`: prints the plan of a service.
struct PlanVerb {
  ServiceOptions service;
  Output output;
  std::string inventory;  ///< file; empty: the built-in one
  bool check = false;
  std::string rates;             ///< file: how often uNFs take their gates; empty: a prior
  std::vector<std::string> why;  ///< two uNFs

  void add_to(CLI::App& verb) {
    service.add_to(verb);
    add_catalog(verb, service.sources.catalog);
    verb.add_option("--inventory", inventory,
                    "Hosts that there are (YAML; default: one host with the NICs \"in\" and \"out\")");
    verb.add_flag("--check", check, "Print nothing: the exit code says whether the service can be deployed");
    verb.add_option(
        "--rates", rates,
        "How often uNFs take their gates: the output of \"vnfm show ID -o json\", or {OWNER: {GATE: SHARE}}");
    verb.add_option("--why", why, "Print only what the compiler did with two uNFs, and why")
        ->expected(2)
        ->type_name("A B");
    add_output(verb, output, {"text", "json", "dot", "svg"});
  }

  [[nodiscard]] int run() const {
    const auto hosts = inventory_from(inventory);
    if (!hosts) return report_bad_input(hosts.error());
    const auto sources = load_sources(service.sources);
    if (!sources) return report_bad_input(sources.error());
    const auto& [files, catalog, images] = *sources;
    auto shares = shares_from(rates);
    if (!shares) return report_bad_input(shares.error());
    auto options = service.compile_options();
    options.gate_shares = std::move(*shares);
    const auto plan = plan_service(files, service.name, catalog, images, *hosts, options);
    if (!plan) return plan.error().code == Errc::no_capacity ? report(plan.error()) : report_bad_input(plan.error());
    if (check) return kDone;
    const auto text = text_of(*plan, catalog);
    if (!text) return text.error().code == Errc::unavailable ? report(text.error()) : report_bad_input(text.error());
    std::fwrite(text->data(), 1, text->size(), stdout);
    return std::fflush(stdout) == 0 ? kDone : kFailed;
  }

  /// Errors: of a uNF that there is not; unavailable, where the plan cannot be drawn.
  [[nodiscard]] Result<std::string> text_of(const Plan& plan, const Catalog& catalog) const {
    if (!why.empty()) return graph::why(plan, catalog, why[0], why[1]);
    if (output.form == "json") return dump(plan);
    if (output.form == "dot") return to_dot(plan);
    if (output.form == "svg") return svg(plan);
    return plan_text(plan);
  }
};

}  // namespace

Verb plan_verb() { return make_verb<PlanVerb>("plan", "Show which uNFs of a service would run where, and why"); }

}  // namespace unf::vnfm
