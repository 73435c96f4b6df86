#include <chrono>
#include <filesystem>
#include <thread>

#include "vnfm/cli/cell.h"
#include "vnfm/cli/client_options.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/verbs.h"

namespace unf::vnfm {
namespace {

using namespace std::chrono_literals;

/// `vnfm terminate ID`
struct TerminateVerb {
  ClientOptions client;
  std::string id;

  void add_to(CLI::App& verb) {
    verb.add_option("ID", id, "Id of the service, as \"vnfm list\" shows it")->required();
    client.add_to(verb);
  }

  [[nodiscard]] int run() const {
    if (const auto terminated = terminate(); !terminated) return report(terminated.error());
    print_done(client.output, {{"id", id}, {"state", "terminated"}},
               [&] { return fmt::format("service {}: terminated\n", id); });
    return kDone;
  }

  [[nodiscard]] Result<void> terminate() const {
    const auto manager = manager_of(client.reach, id);
    if (!manager) return clear_or(manager.error());
    return manager->call(&ManagerClient::Service::terminate, id).and_then([&] {
      return wait_for_end(manager->endpoint());
    });
  }

  /// No manager has the service: perhaps a `deploy --local` that was killed has left it behind.
  [[nodiscard]] Result<void> clear_or(const Error& error) const {
    const bool none_has_it = error.code == Errc::not_found || error.code == Errc::unavailable;
    if (!none_has_it || !client.reach.server.empty()) return fail(error);
    auto cleared = clear_left_over(id);
    if (!cleared && cleared.error().code == Errc::not_found) return fail(error);
    return cleared;
  }

  /// A `deploy --local` has ended once its cell is gone.
  [[nodiscard]] Result<void> wait_for_end(const agent::Endpoint& endpoint) const {
    const std::filesystem::path socket{endpoint.path};
    if (socket.filename() != kLocalSocket) return {};
    std::error_code error;
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (std::filesystem::exists(socket.parent_path(), error)) {
      if (std::chrono::steady_clock::now() > deadline) {
        return fail(Errc::unavailable, "service {}: its process has not ended within 30 s", id);
      }
      std::this_thread::sleep_for(10ms);
    }
    return {};
  }
};

}  // namespace

Verb terminate_verb() { return make_verb<TerminateVerb>("terminate", "End a service"); }

}  // namespace unf::vnfm
