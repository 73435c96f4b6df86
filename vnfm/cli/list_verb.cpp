#include "vnfm/cli/client_options.h"
#include "vnfm/cli/render.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm list`
struct ListVerb {
  ClientOptions client;

  void add_to(CLI::App& verb) { client.add_to(verb); }

  [[nodiscard]] int run() const {
    const auto found = all_services(client.reach);
    if (!found) return report(found.error());
    std::vector<wire::ServiceInfo> services;
    std::vector<std::string> managers;
    for (const auto& [info, manager] : *found) {
      services.push_back(info);
      managers.push_back(manager.endpoint().to_string());
    }
    print_result(client.output, list_json(services, managers), [&] { return list_text(services, managers); });
    return kDone;
  }
};

}  // namespace

Verb list_verb() { return make_verb<ListVerb>("list", "List the services"); }

}  // namespace unf::vnfm
