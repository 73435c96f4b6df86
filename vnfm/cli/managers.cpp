#include "vnfm/cli/managers.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace unf::vnfm {

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

Result<std::vector<ManagerClient>> managers(const Reach& reach) {
  auto chosen = the_manager(reach);
  if (!chosen) return fail(chosen.error());
  if (!reach.server.empty()) return std::vector{std::move(*chosen)};
  std::vector<ManagerClient> found;
  std::error_code error;
  std::vector<std::string> sockets;
  for (const auto& cell : std::filesystem::directory_iterator(run_directory(), error)) {
    if (const auto socket = cell.path() / kLocalSocket; std::filesystem::is_socket(socket, error))
      sockets.push_back(socket);
  }
  std::ranges::sort(sockets);
  for (auto& socket : sockets) found.emplace_back(agent::Endpoint{.path = std::move(socket)});
  found.push_back(std::move(*chosen));
  return found;
}

Result<ManagerClient> manager_of(const Reach& reach, const std::string& id) {
  const auto candidates = managers(reach);
  if (!candidates) return fail(candidates.error());
  std::vector<ManagerClient> having;
  for (const auto& manager : *candidates) {
    const auto services = manager.call(&ManagerClient::Service::services);
    if (!services && !reach.server.empty()) return fail(services.error());
    if (services && std::ranges::find(*services, id, &wire::ServiceInfo::id) != services->end())
      having.push_back(manager);
  }
  if (having.empty()) return fail(Errc::not_found, "service {}: there is none", id);
  if (having.size() > 1) {
    return fail(Errc::conflict, "service {}: {} and {} have one, choose with --server", id,
                having[0].endpoint().to_string(), having[1].endpoint().to_string());
  }
  return having.front();
}

}  // namespace unf::vnfm
