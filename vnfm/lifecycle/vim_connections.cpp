#include "vnfm/lifecycle/vim_connections.h"

#include <algorithm>
#include <array>
#include <string>

namespace unf::vnfm {
using nlohmann::json;

namespace {

bool is_secret(const std::string& name) {
  return std::ranges::any_of(std::array{"password", "secret", "token", "key"},
                             [&](const char* word) { return name.find(word) != name.npos; });
}

}  // namespace

json connections_by_id(const json& connections) {
  if (!connections.is_array()) return connections;
  auto by_id = json::object();
  for (const auto& connection : connections) by_id[connection.value("id", "")] = connection;
  return by_id;
}

json connections_as_list(const json& by_id) {
  auto list = json::array();
  for (const auto& [id, connection] : by_id.items()) {
    list.push_back(connection);
    list.back()["id"] = id;
  }
  return list;
}

json without_secrets(json connections) {
  for (auto& connection : connections) {
    const auto access = connection.find("accessInfo");
    if (access == connection.end() || !access->is_object()) continue;
    std::erase_if(access->get_ref<json::object_t&>(), [](const auto& entry) { return is_secret(entry.first); });
  }
  return connections;
}

}  // namespace unf::vnfm
