#include <unistd.h>

#include <thread>

#include "vnfm/cli/client_options.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/screen.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

/// `vnfm top [ID]`
struct TopVerb {
  ClientOptions client;
  std::string id;  ///< empty: all
  bool once = false;

  void add_to(CLI::App& verb) {
    verb.add_option("ID", id, "Id of a service (default: all services)");
    verb.add_flag("--once", once, "Print once and end, as where the output is no terminal");
    client.add_to(verb);
  }

  [[nodiscard]] int run() const {
    std::optional<Screen> screen;
    if (!once && !client.output.json() && isatty(STDOUT_FILENO) == 1) screen.emplace();
    TopView view;
    while (true) {
      const auto shown = show_all();
      if (!shown) return report(shown.error());
      const auto text = [&] {
        std::string all;
        for (const auto& one : *shown) all += view.text(one) + '\n';
        return all;
      };
      if (!screen) {
        print_result(client.output, *shown, text);
        return kDone;
      }
      screen->draw(text());
      std::this_thread::sleep_for(std::chrono::seconds{1});
    }
  }

  [[nodiscard]] Result<std::vector<nlohmann::json>> show_all() const {
    std::vector<nlohmann::json> shown;
    if (!id.empty()) {
      return manager_of(client.reach, id)
          .and_then([&](const ManagerClient& manager) { return manager.show(id); })
          .map([](auto one) { return std::vector{std::move(one)}; });
    }
    const auto all = all_services(client.reach);
    if (!all) return fail(all.error());
    for (const auto& [info, manager] : *all) {
      if (auto one = manager.show(info.id)) shown.push_back(std::move(*one));
    }
    return shown;
  }
};

}  // namespace

Verb top_verb() { return make_verb<TopVerb>("top", "Watch the packet rates of services"); }

}  // namespace unf::vnfm
