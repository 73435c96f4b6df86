#include "vnfm/cli/client_options.h"
#include "vnfm/cli/render.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm show ID`
struct ShowVerb {
  ClientOptions client;
  std::string id;

  void add_to(CLI::App& verb) {
    verb.add_option("ID", id, "Id of the service, as \"vnfm list\" shows it")->required();
    client.add_to(verb);
  }

  [[nodiscard]] int run() const {
    const auto shown =
        manager_of(client.reach, id).and_then([&](const ManagerClient& manager) { return manager.show(id); });
    if (!shown) return report(shown.error());
    print_result(client.output, *shown, [&] { return show_text(*shown); });
    return kDone;
  }
};

}  // namespace

Verb show_verb() {
  return make_verb<ShowVerb>("show",
                             "Show how many packets passed each uNF and link of a service, were dropped, and why");
}

}  // namespace unf::vnfm
