#include "vnfm/cli/plan_command.h"

#include <cstdio>

#include "agent/base/files.h"
#include "agent/base/inventory.h"
#include "agent/base/process.h"
#include "graph/compile/why.h"
#include "graph/terms/gate_shares.h"
#include "tosca/image_map_reader.h"
#include "tosca/load.h"
#include "tosca/package/csar.h"
#include "tosca/paper/sfc_request.h"
#include "tosca/reader.h"
#include "tosca/sfc_yang/sfc_service.h"
#include "vnfm/cli/render.h"
#include "vnfm/cli/report.h"
#include "vnfm/server/builtin_catalog.h"

namespace unf::vnfm {
namespace {

constexpr auto kReplace = nlohmann::json::error_handler_t::replace;

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
  if (!drawn) return fail(Errc::unavailable, "{} (-o svg needs Graphviz)", drawn.error().message);
  return drawn;
}

/// Adds what an option was given, each NAME=VALUE, as a document that says so (tosca/sol001/bindings.h).
Result<void> add_bindings(const std::string& option, std::string_view section, const std::vector<std::string>& given,
                          tosca::FileSet& files) {
  if (given.empty()) return {};
  auto text = fmt::format("{}:\n", section);
  for (const auto& each : given) {
    const auto equals = each.find('=');
    if (equals == 0 || equals == each.npos || each.find('\n') != each.npos)
      return fail(Errc::malformed, "{}: `{}`, expected NAME=VALUE", option, each);
    const auto name = nlohmann::json(each.substr(0, equals)).dump(-1, ' ', false, kReplace);
    const auto value = each.substr(equals + 1);
    text += fmt::format("  {}: {}\n", name, value.empty() ? "''" : value);
  }
  files.paths.push_back(option);
  files.files.emplace(option, std::move(text));
  return {};
}

}  // namespace

Result<tosca::FileSet> load_files(const SourceOptions& options) {
  auto files = tosca::signature_rules(options.signatures.mode, options.signatures.trust)
                   .and_then([&](tosca::SignatureRules rules) {
                     return tosca::load(options.paths, {.limits = {}, .signatures = std::move(rules)});
                   });
  if (!files) return files;
  if (options.strict) {
    if (auto checked = tosca::check_strict_sfc(*files); !checked) return fail(checked.error());
  }
  auto bound = add_bindings("--input", "inputs", options.inputs, *files).and_then([&] {
    return add_bindings("--bind", "endpoints", options.endpoints, *files);
  });
  if (!bound) return fail(bound.error());
  return files;
}

Result<Plan> plan_service(const tosca::FileSet& files, const std::optional<std::string>& name, const Catalog& catalog,
                          const tosca::ImageMap& images, const Inventory& inventory,
                          const graph::CompileOptions& options) {
  return tosca::read_service(files, catalog, images).and_then([&](ServiceRequest request) {
    if (name) request.name = *name;
    return graph::compile(request, catalog, inventory, options);
  });
}

Result<Catalog> catalog_from(const std::string& file) {
  if (file.empty()) return builtin_catalog();
  return agent::read_file(file)
      .and_then([](const std::string& text) { return Catalog::parse(text); })
      .map_error([&](Error e) {
        if (e.code == Errc::malformed) {  // a line a problem, each with the file's name
          std::string named = file + ": ";
          for (const char c : e.message) named += c == '\n' ? "\n" + file + ": " : std::string{c};
          e.message = std::move(named);
        }
        return e;
      });
}

Result<ServiceSources> load_sources(const SourceOptions& options) {
  auto known = catalog_from(options.catalog);
  if (!known) return fail(known.error());
  auto map = tosca::load_image_map(options.images.map, options.images.pass_unmapped, *known);
  if (!map) return fail(map.error());
  auto files = load_files(options);
  if (!files) return fail(files.error());
  auto all = tosca::catalog_with_descriptors(*files, *known);
  if (!all) return fail(all.error());
  return ServiceSources{std::move(*files), std::move(*all), std::move(*map)};
}

int run_plan(const PlanCommand& command) {
  const auto inventory = inventory_from(command.inventory);
  if (!inventory) return report_bad_input(inventory.error());
  const auto sources = load_sources(command.sources);
  if (!sources) return report_bad_input(sources.error());
  const auto& [files, catalog, images] = *sources;
  auto shares = shares_from(command.rates);
  if (!shares) return report_bad_input(shares.error());
  auto options = command.options;
  options.gate_shares = std::move(*shares);
  const auto plan = plan_service(files, command.name, catalog, images, *inventory, options);
  if (!plan) return plan.error().code == Errc::no_capacity ? report(plan.error()) : report_bad_input(plan.error());
  if (command.check) return kDone;

  std::string text;
  if (!command.why.empty()) {
    auto reason = graph::why(*plan, catalog, command.why[0], command.why[1]);
    if (!reason) return report_bad_input(reason.error());
    text = std::move(*reason);
  } else if (command.output == "json") {
    text = dump(*plan);
  } else if (command.output == "dot") {
    text = to_dot(*plan);
  } else if (command.output == "svg") {
    auto drawn = svg(*plan);
    if (!drawn) return report(drawn.error());
    text = std::move(*drawn);
  } else {
    text = plan_text(*plan);
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::fflush(stdout) == 0 ? kDone : kFailed;
}

}  // namespace unf::vnfm
