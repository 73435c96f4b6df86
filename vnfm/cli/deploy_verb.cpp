#include "vnfm/cli/client_options.h"
#include "vnfm/cli/local.h"
#include "vnfm/cli/render.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/service_options.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm deploy PATH...`: by a manager, or in this process.
struct DeployVerb {
  ServiceOptions service;
  ClientOptions client;
  bool here = false;
  LocalHostOptions host;
  std::string mode;

  void add_to(CLI::App& verb) {
    service.add_to(verb);
    auto* local =
        verb.add_flag("--local", here, "Deploy on this machine without a manager, until this program is interrupted");
    auto* in = verb.add_option("--in", host.in, "Interface or capture file that packets come in by (with --local)");
    auto* out = verb.add_option("--out", host.out, "Interface or capture file that packets leave by (with --local)");
    in->needs(local)->needs(out);
    out->needs(local)->needs(in);
    verb.add_option("--mode", mode,
                    "How uNFs run: in one process a core, in one each, or as threads of one process (with --local; "
                    "default: fused, or threads where hugepages are missing)")
        ->check(CLI::IsMember({"fused", "isolated", "threads"}))
        ->needs(local);
    verb.add_option("--memory", host.memory_mb, "Memory for packets, in MiB (with --local)")
        ->check(CLI::Range(128U, 4096U))
        ->capture_default_str()
        ->needs(local);
    for (const auto* option : {"--image-map", "--unmapped"}) verb.get_option(option)->needs(local);
    client.add_to(verb);
    verb.get_option("--server")->excludes(local);
  }

  [[nodiscard]] int run() const {
    if (!here) return deploy_by_manager();
    auto options = host;
    options.mode = run_mode(mode);
    return deploy_here(service, options, client.output);
  }

  [[nodiscard]] int deploy_by_manager() const {
    using Parallelize = ServiceOptions::Parallelize;
    const auto manager = the_manager(client.reach);
    if (!manager) return report_bad_input(manager.error());
    const auto files = load_files(service.sources);
    if (!files) return report_bad_input(files.error());
    wire::Sources sent;
    sent.paths = files->paths;
    sent.files = {files->files.begin(), files->files.end()};
    wire::DeployOptions options;
    if (!service.name.empty()) options.__set_name(service.name);
    options.consolidate = service.consolidate;
    options.parallelize = service.parallelize == Parallelize::on    ? "on"
                          : service.parallelize == Parallelize::off ? "off"
                                                                    : "auto";
    options.default_action = service.bridge ? "bridge" : "drop";
    const auto deployed = manager->call(&ManagerClient::Service::deploy, sent, options);
    if (!deployed) return report(deployed.error());
    print_done(client.output, to_json(*deployed), [&] {
      return fmt::format("service {}: {} on host {}\n", deployed->id, state_name(deployed->state), deployed->host);
    });
    return kDone;
  }
};

}  // namespace

Verb deploy_verb() { return make_verb<DeployVerb>("deploy", "Deploy a service: by a manager, or on this machine"); }

}  // namespace unf::vnfm
