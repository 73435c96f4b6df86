#include "vnfm/cli/client_verb.h"

namespace unf::vnfm {

void Delete::add_to(CLI::App& verb) {
  verb.add_option("ID", id, "Its id, as the verb \"list\" shows it")->required();
  client.add_to(verb);
}

int Delete::run() const {
  const auto deleted =
      the_manager(client.reach).and_then([&](const auto& manager) { return manager.call(method, id); });
  if (!deleted) return report(deleted.error());
  print_done(client.output, {{"id", id}, {"state", "deleted"}},
             [&] { return fmt::format("{} {}: deleted\n", noun, id); });
  return kDone;
}

}  // namespace unf::vnfm
