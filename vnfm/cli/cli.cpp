#include "vnfm/cli/cli.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "agent/base/transport.h"
#include "tosca/text/file_set.h"
#include "vnfm/cli/catalog_command.h"
#include "vnfm/cli/convert_command.h"
#include "vnfm/cli/local.h"
#include "vnfm/cli/managers.h"
#include "vnfm/cli/new_command.h"
#include "vnfm/cli/plan_command.h"
#include "vnfm/cli/render.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/serve_command.h"
#include "vnfm/cli/store_command.h"
#include "vnfm/cli/validate_command.h"
#include "vnfm/cli/verb.h"
#include "vnfm/cli/vnf_verbs.h"
#include "vnfm/config/manager_config.h"

namespace unf::vnfm {
namespace {

using namespace std::chrono_literals;
using Parallelize = graph::CompileOptions::Parallelize;

/// What is deployed, or would be.
struct Sources {
  SourceOptions from;
  std::string name;
  bool consolidate = true;
  Parallelize parallelize = Parallelize::automatic;
  bool bridge = false;

  [[nodiscard]] graph::CompileOptions options() const {
    return {.consolidate = consolidate,
            .parallelize = parallelize,
            .default_action = bridge ? Plan::Default::bridge : Plan::Default::drop};
  }
};

/// What is asked of the signatures of packages.
void add_signatures(CLI::App& verb, SignatureOptions& signatures) {
  verb.add_option("--signatures", signatures.mode, "Of packages: ignore, if-present, require")
      ->check(CLI::IsMember({"ignore", "if-present", "require"}))
      ->option_text("ignore|if-present|require [if-present with --trust, else ignore]");
  verb.add_option("--trust", signatures.trust, "Certificates of those who may sign packages (PEM file or directory)");
}

void add_strict(CLI::App& verb, bool& strict) {
  verb.add_flag("--strict", strict, "Refuse OpenDaylight's dialect of SFC YANG documents");
}

/// What the description leaves open.
void add_bindings(CLI::App& verb, SourceOptions& sources) {
  verb.add_option("--input", sources.inputs, "Value of an input of the description (repeatable)")
      ->option_text("NAME=VALUE ...")
      ->allow_extra_args(false);
  verb.add_option("--bind", sources.endpoints, "Network of an endpoint: its name, or HOST.NIC (repeatable)")
      ->option_text("ENDPOINT=NETWORK ...")
      ->allow_extra_args(false);
}

void add_sources(CLI::App& verb, Sources& sources) {
  static const std::map<std::string, bool> kOnOff{{"on", true}, {"off", false}};
  static const std::map<std::string, Parallelize> kParallelize{
      {"on", Parallelize::on}, {"off", Parallelize::off}, {"auto", Parallelize::automatic}};
  static const std::map<std::string, bool> kDefault{{"drop", false}, {"bridge", true}};
  verb.add_option("PATH", sources.from.paths, "Service description: files, or the directory of a package")->required();
  add_bindings(verb, sources.from);
  add_signatures(verb, sources.from.signatures);
  verb.add_option("--name", sources.name, "Name of the service (default: as its description says)");
  verb.add_option("--consolidate", sources.consolidate, "Merge uNFs that do the same to a packet twice: on, off")
      ->transform(CLI::CheckedTransformer(kOnOff))
      ->option_text("on|off [on]");
  verb.add_option("--parallelize", sources.parallelize, "Run uNFs that allow it in parallel: on, off, auto")
      ->transform(CLI::CheckedTransformer(kParallelize))
      ->option_text("on|off|auto [auto]");
  verb.add_option("--default", sources.bridge, "What happens to traffic of no path: drop, bridge")
      ->transform(CLI::CheckedTransformer(kDefault))
      ->option_text("drop|bridge [drop]");
}

/// What runs in place of VDUs that ask for a machine.
void add_images(CLI::App& verb, ImageOptions& images) {
  static const std::map<std::string, bool> kUnmapped{{"refuse", false}, {"pass-through", true}};
  verb.add_option("--image-map", images.map, "What runs in place of images (YAML, docs/images.md)");
  verb.add_option("--unmapped", images.pass_unmapped, "What is done with VDUs without an entry: refuse, pass-through")
      ->transform(CLI::CheckedTransformer(kUnmapped))
      ->option_text("refuse|pass-through [refuse]");
}

void add_catalog(CLI::App& verb, std::string& catalog) {
  verb.add_option("--catalog", catalog, "uNF types (JSON; default: the built-in ones)");
}

/// What is read without being planned.
void add_descriptions(CLI::App& verb, SourceOptions& sources, const char* what) {
  verb.add_option("PATH", sources.paths, what)->required();
  add_bindings(verb, sources);
  add_catalog(verb, sources.catalog);
  add_signatures(verb, sources.signatures);
  add_images(verb, sources.images);
  add_strict(verb, sources.strict);
}

/// `new` and `sign`, which write packages.
void add_package_verbs(CLI::App& app, Common& common, NewCommand& new_package, SignCommand& sign, int& status) {
  auto& new_verb = *app.add_subcommand("new", "Begin a VNF package: a signed directory to edit, and its CSAR");
  new_verb.add_option("NAME", new_package.name, "Of the VNF, the directory and the CSAR; must not exist")->required();
  new_verb.add_option("--directory", new_package.directory, "Where to make it")->capture_default_str();
  new_verb.add_option("--provider", new_package.provider, "Whose VNF it is")->capture_default_str();
  auto* key =
      new_verb.add_option("--key", new_package.key, "Private key to sign with (PEM; default: NAME.key is made)");
  auto* certificate = new_verb.add_option("--certificate", new_package.certificate, "Certificate of that key (PEM)");
  key->needs(certificate);
  certificate->needs(key);
  add_output(new_verb, common);
  add_quiet(new_verb, common);
  new_verb.callback([&] {
    new_package.json = common.json();
    new_package.quiet = common.quiet;
    status = run_new(new_package);
  });

  auto& sign_verb = *app.add_subcommand("sign", "Write the manifest, the signature and the CSAR of an edited package");
  sign_verb.add_option("DIRECTORY", sign.directory, "Of the package")->required();
  sign_verb.add_option("--key", sign.key, "Private key (PEM; default: DIRECTORY.key)");
  sign_verb.add_option("--certificate", sign.certificate, "Its certificate (PEM; default: the package's)");
  add_output(sign_verb, common);
  add_quiet(sign_verb, common);
  sign_verb.callback([&] {
    sign.json = common.json();
    sign.quiet = common.quiet;
    status = run_sign(sign);
  });
}

std::optional<std::string> name_of(const Sources& sources) {
  return sources.name.empty() ? std::nullopt : std::optional{sources.name};
}

int deploy_remote(const Sources& sources, const Common& common) {
  const auto manager = the_manager(common.reach);
  if (!manager) return report_bad_input(manager.error());
  const auto files = load_files(sources.from);
  if (!files) return report_bad_input(files.error());
  wire::Sources sent;
  sent.paths = files->paths;
  sent.files = {files->files.begin(), files->files.end()};
  wire::DeployOptions options;
  if (!sources.name.empty()) options.__set_name(sources.name);
  options.consolidate = sources.consolidate;
  options.parallelize = sources.parallelize == Parallelize::on    ? "on"
                        : sources.parallelize == Parallelize::off ? "off"
                                                                  : "auto";
  options.default_action = sources.bridge ? "bridge" : "drop";
  const auto service = manager->call(&ManagerClient::Service::deploy, sent, options);
  if (!service) return report(service.error());
  if (common.json()) {
    print_json(to_json(*service));
  } else if (!common.quiet) {
    fmt::print("service {}: {} on host {}\n", service->id, state_name(service->state), service->host);
  }
  return kDone;
}

int list(const Common& common) {
  const auto all = managers(common.reach);
  if (!all) return report(all.error());
  std::vector<wire::ServiceInfo> services;
  std::vector<std::string> having;
  for (const auto& manager : *all) {
    const auto listed = manager.call(&ManagerClient::Service::services);
    if (!listed && !common.reach.server.empty()) return report(listed.error());
    if (!listed) continue;
    services.insert(services.end(), listed->begin(), listed->end());
    having.resize(services.size(), manager.endpoint().to_string());
  }
  if (common.json()) {
    print_json(list_json(services, having));
  } else {
    fmt::print("{}", list_text(services, having));
  }
  return kDone;
}

int show(const std::string& id, const Common& common) {
  const auto shown =
      manager_of(common.reach, id).and_then([&](const ManagerClient& manager) { return manager.show(id); });
  if (!shown) return report(shown.error());
  if (common.json()) {
    print_json(*shown);
  } else {
    fmt::print("{}", show_text(*shown));
  }
  return kDone;
}

/// The services that `top` shows: all, or one.
Result<std::vector<nlohmann::json>> show_all(const std::string& id, const Common& common) {
  std::vector<nlohmann::json> shown;
  if (!id.empty()) {
    return manager_of(common.reach, id)
        .and_then([&](const ManagerClient& manager) { return manager.show(id); })
        .map([](auto one) { return std::vector{std::move(one)}; });
  }
  const auto all = managers(common.reach);
  if (!all) return fail(all.error());
  for (const auto& manager : *all) {
    const auto listed = manager.call(&ManagerClient::Service::services);
    if (!listed && !common.reach.server.empty()) return fail(listed.error());
    if (!listed) continue;
    for (const auto& service : *listed) {
      if (auto one = manager.show(service.id)) shown.push_back(std::move(*one));
    }
  }
  return shown;
}

int top(const std::string& id, bool once, const Common& common) {
  once = once || common.json() || isatty(STDOUT_FILENO) != 1;
  std::map<std::string, nlohmann::json> before;
  if (!once) fmt::print("\x1b[2J");
  auto drawn = std::chrono::steady_clock::now();
  while (true) {
    const auto shown = show_all(id, common);
    if (!shown) return report(shown.error());
    if (common.json()) {
      print_json(*shown);
      return kDone;
    }
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> passed = now - drawn;
    std::string text;
    for (const auto& one : *shown) {
      auto& earlier = before[one.value("id", "")];
      text += top_text(one, earlier.is_null() ? nlohmann::json::object() : earlier, passed.count()) + '\n';
      earlier = one;
    }
    if (once) {
      fmt::print("{}", text);
      return kDone;
    }
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 4) text.insert(at, "\x1b[K");
    fmt::print("\x1b[H{}\x1b[J", text);
    std::fflush(stdout);
    drawn = now;
    std::this_thread::sleep_for(1s);
  }
}

int say_terminated(const std::string& id, const Common& common) {
  if (common.json()) {
    print_json({{"id", id}, {"state", "terminated"}});
  } else if (!common.quiet) {
    fmt::print("service {}: terminated\n", id);
  }
  return kDone;
}

int terminate(const std::string& id, const Common& common) {
  const auto manager = manager_of(common.reach, id);
  if (!manager && manager.error().code == Errc::not_found && common.reach.server.empty()) {
    const auto cleared = clear_left_over(id);
    return cleared ? say_terminated(id, common) : report(cleared.error());
  }
  if (!manager) return report(manager.error());
  if (auto terminated = manager->call(&ManagerClient::Service::terminate, id); !terminated)
    return report(terminated.error());
  // A `deploy --local` has ended once its socket is gone.
  const std::filesystem::path socket{manager->endpoint().path};
  if (socket.filename() == kLocalSocket) {
    std::error_code error;
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (std::filesystem::exists(socket.parent_path(), error)) {
      if (std::chrono::steady_clock::now() > deadline) {
        return report({Errc::unavailable, fmt::format("service {}: its process has not ended within 30 s", id)});
      }
      std::this_thread::sleep_for(10ms);
    }
  }
  return say_terminated(id, common);
}

}  // namespace

int run(int argc, char** argv, const Adapters& adapters) {
  CLI::App app{"Deploys network services as graphs of uNFs.", "vnfm"};
  app.set_version_flag("--version", "vnfm " UNF_VERSION);
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "Help of every verb");
  Common common;
  Sources sources;
  int status = kDone;

  auto& plan_verb = *app.add_subcommand("plan", "Show what would run where");
  PlanCommand plan;
  add_sources(plan_verb, sources);
  add_images(plan_verb, sources.from.images);
  add_strict(plan_verb, sources.from.strict);
  add_catalog(plan_verb, sources.from.catalog);
  plan_verb.add_option("--inventory", plan.inventory, "Hosts (YAML; default: one with NICs `in` and `out`)");
  plan_verb.add_flag("--check", plan.check, "Print nothing; say by the exit code whether it can be deployed");
  plan_verb.add_option("--rates", plan.rates,
                       "How often uNFs take their gates: what `vnfm show -o json` prints, or {OWNER: {GATE: SHARE}}");
  plan_verb.add_option("--why", plan.why, "Say what became of two uNFs, and why")->expected(2)->type_name("A B");
  add_output(plan_verb, common, {"text", "json", "dot", "svg"});
  add_quiet(plan_verb, common);
  plan_verb.callback([&] {
    plan.sources = sources.from;
    plan.name = name_of(sources);
    plan.options = sources.options();
    plan.output = common.output;
    status = run_plan(plan);
  });

  auto& catalog_verb = *app.add_subcommand("catalog", "Print the uNF types that there are");
  std::string catalog_file;
  bool node_types = false, editor_schema = false;
  add_catalog(catalog_verb, catalog_file);
  auto* types_flag = catalog_verb.add_flag("--tosca", node_types, "As TOSCA node types");
  catalog_verb.add_flag("--tosca-schema", editor_schema, "As a JSON Schema of service descriptions, for editors")
      ->excludes(types_flag);
  catalog_verb.callback([&] {
    status = run_catalog(catalog_file, node_types      ? CatalogForm::node_types
                                       : editor_schema ? CatalogForm::editor_schema
                                                       : CatalogForm::descriptors);
  });

  auto& validate_verb =
      *app.add_subcommand("validate", "Say what is wrong with service descriptions, or what they are");
  ValidateCommand validation;
  add_descriptions(validate_verb, validation.sources, "NSDs and VNFDs: files, CSARs or directories");
  add_output(validate_verb, common);
  add_quiet(validate_verb, common);
  validate_verb.callback([&] {
    validation.json = common.json();
    validation.quiet = common.quiet;
    status = run_validate(validation);
  });

  auto& convert_verb =
      *app.add_subcommand("convert", "Write a service, in whatever form, as a CSAR in our TOSCA profile");
  ConvertCommand conversion;
  add_descriptions(convert_verb, conversion.sources, "Files, packages or directories of one service");
  convert_verb.add_option("--to", conversion.to, "The CSAR; must not exist (default: the service's name and .csar)");
  add_output(convert_verb, common);
  add_quiet(convert_verb, common);
  convert_verb.callback([&] {
    conversion.json = common.json();
    conversion.quiet = common.quiet;
    status = run_convert(conversion);
  });

  NewCommand new_package;
  SignCommand sign;
  add_package_verbs(app, common, new_package, sign, status);

  auto& deploy_verb = *app.add_subcommand("deploy", "Deploy a service");
  LocalDeployment local;
  bool is_local = false;
  std::string mode;
  add_sources(deploy_verb, sources);
  auto* local_flag =
      deploy_verb.add_flag("--local", is_local, "On this machine, from this process, until it is interrupted");
  auto* in = deploy_verb.add_option("--in", local.in, "Interface or capture file of NIC `in` (with --local)")
                 ->needs(local_flag);
  auto* out = deploy_verb.add_option("--out", local.out, "Interface or capture file of NIC `out` (with --local)")
                  ->needs(local_flag);
  in->needs(out);
  out->needs(in);
  deploy_verb.add_option("--mode", mode, "How uNFs run: fused, isolated, threads (with --local)")
      ->check(CLI::IsMember({"fused", "isolated", "threads"}))
      ->needs(local_flag);
  deploy_verb.add_option("--memory", local.memory_mb, "MiB of packet memory (with --local)")
      ->check(CLI::Range(128U, 4096U))
      ->capture_default_str()
      ->needs(local_flag);
  add_images(deploy_verb, sources.from.images);
  for (const auto* option : {"--image-map", "--unmapped"}) deploy_verb.get_option(option)->needs(local_flag);
  add_strict(deploy_verb, sources.from.strict);
  add_reach(deploy_verb, common);
  deploy_verb.get_option("--server")->excludes(local_flag);
  add_output(deploy_verb, common);
  add_quiet(deploy_verb, common);
  deploy_verb.callback([&] {
    if (!is_local) {
      status = deploy_remote(sources, common);
      return;
    }
    local.sources = sources.from;
    local.name = name_of(sources);
    local.options = sources.options();
    local.mode = run_mode(mode);
    local.json = common.json();
    local.quiet = common.quiet;
    status = run_local(local);
  });

  std::string id;
  add_client_verb(app, common, "list", "List services").callback([&] { status = list(common); });

  auto& show_verb =
      add_client_verb(app, common, "show", "Show what passed a service's uNFs and links, and what was dropped and why");
  show_verb.add_option("ID", id, "Service")->required();
  show_verb.callback([&] { status = show(id, common); });

  auto& top_verb = add_client_verb(app, common, "top", "Watch services");
  bool once = false;
  top_verb.add_option("ID", id, "Service (default: all)");
  top_verb.add_flag("--once", once, "Print once; so it does where the output is no terminal");
  top_verb.callback([&] { status = top(id, once, common); });

  auto& terminate_verb = add_client_verb(app, common, "terminate", "End a service");
  terminate_verb.add_option("ID", id, "Service")->required();
  terminate_verb.callback([&] { status = terminate(id, common); });

  add_vnf_verbs(app, common, status);

  auto& serve_verb = *app.add_subcommand("serve", "Be the manager");
  std::string config;
  std::string state;
  serve_verb.add_option("--config", config, "Configuration (YAML)")->required();
  serve_verb.add_option("--state", state, "Directory of what it has to remember; overrides the configuration's");
  add_output(serve_verb, common);
  add_quiet(serve_verb, common);
  serve_verb.callback([&] { status = run_serve(config, state, common.quiet, adapters); });

  auto& store_verb = *app.add_subcommand("store", "Save and restore what a manager of this machine has to remember");
  store_verb.require_subcommand(1);
  std::string store_file;
  std::string store_state = ManagerConfig{}.state;
  const auto add_store_verb = [&](const char* name, const char* what, const char* of_file) -> CLI::App& {
    auto& verb = *store_verb.add_subcommand(name, what);
    verb.add_option("FILE", store_file, of_file)->required();
    verb.add_option("--state", store_state, "The manager's directory")->capture_default_str();
    add_quiet(verb, common);
    return verb;
  };
  add_store_verb("backup", "Copy it as it is at one moment, also while the manager runs", "Where to; must not exist")
      .callback([&] { status = backup_store(store_state, store_file, common.quiet); });
  add_store_verb("restore", "Put a backup in its place; no manager may run", "What `vnfm store backup` wrote")
      .callback([&] { status = restore_store(store_file, store_state, common.quiet); });

  for (auto* verb : app.get_subcommands({})) verb->set_version_flag("--version", "vnfm " UNF_VERSION);
  agent::prepare_process_for_thrift();
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
