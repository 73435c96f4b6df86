#include "vnfm/cli/managers.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace unf::vnfm {
namespace {

/// The managers of the `deploy --local`s of this machine, by the paths of their sockets.
std::vector<ManagerClient> local_managers() {
  std::error_code error;
  std::vector<std::string> sockets;
  for (const auto& cell : std::filesystem::directory_iterator(run_directory(), error)) {
    if (const auto socket = cell.path() / kLocalSocket; std::filesystem::is_socket(socket, error))
      sockets.push_back(socket);
  }
  std::ranges::sort(sockets);
  std::vector<ManagerClient> found;
  for (auto& socket : sockets) found.emplace_back(agent::Endpoint{.path = std::move(socket)});
  return found;
}

}  // namespace

std::filesystem::path run_directory() {
  if (const char* chosen = std::getenv("UNF_RUN_DIR"); chosen != nullptr && *chosen != '\0') return chosen;
  if (const char* user = std::getenv("XDG_RUNTIME_DIR"); geteuid() != 0 && user != nullptr && *user != '\0') {
    return std::filesystem::path{user} / "unf";
  }
  return "/run/unf";
}

Result<ManagerClient> the_manager(const Reach& reach) {
  auto endpoint = agent::Endpoint::parse(reach.server.empty() ? kDefaultServer : reach.server);
  if (!endpoint) return fail(Errc::malformed, "--server: {}", endpoint.error().message);
  std::optional<agent::ClientTls> tls;
  if (!reach.ca.empty()) tls = {.ca = reach.ca, .certificate = reach.certificate, .key = reach.key};
  return ManagerClient{std::move(*endpoint), std::move(tls)};
}

Result<std::vector<FoundService>> all_services(const Reach& reach) {
  auto chosen = the_manager(reach);
  if (!chosen) return fail(chosen.error());
  auto managers = reach.server.empty() ? local_managers() : std::vector<ManagerClient>{};
  managers.push_back(std::move(*chosen));
  std::vector<FoundService> found;
  std::optional<Error> unanswered;
  bool answered = false;
  for (const auto& manager : managers) {
    auto services = manager.call(&ManagerClient::Service::services);
    if (!services) {
      unanswered = services.error();
      continue;
    }
    answered = true;
    for (auto& service : *services) found.push_back({std::move(service), manager});
  }
  if (!answered) return fail(*unanswered);
  return found;
}

Result<ManagerClient> manager_of(const Reach& reach, const std::string& id) {
  const auto services = all_services(reach);
  if (!services) return fail(services.error());
  std::vector<ManagerClient> having;
  for (const auto& [info, manager] : *services) {
    if (info.id == id) having.push_back(manager);
  }
  if (having.empty()) return fail(Errc::not_found, "no service {} (\"vnfm list\" shows the services)", id);
  if (having.size() > 1) {
    return fail(Errc::conflict, "service {}: {} and {} both have one: choose a manager with --server", id,
                having[0].endpoint().to_string(), having[1].endpoint().to_string());
  }
  return having.front();
}

}  // namespace unf::vnfm
