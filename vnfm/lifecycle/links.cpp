#include "vnfm/lifecycle/links.h"

#include <algorithm>
#include <string>
#include <vector>

namespace unf::vnfm {
using nlohmann::json;

namespace {

bool has_text(const json& object, const char* name) {
  return object.is_object() && object.contains(name) && object[name].is_string();
}

bool is_link(const json& link) {
  if (!has_text(link, "id") || !has_text(link, "resourceId")) return false;
  const auto cps = link.find("extCps");
  return cps != link.end() && cps->is_array() &&
         std::ranges::all_of(*cps, [](const json& cp) { return has_text(cp, "cpdId"); });
}

}  // namespace

void relink(json& links, const json& changes) {
  std::vector<std::string> moved;
  for (const auto& link : changes) {
    for (const auto& cp : link.value("extCps", json::array())) moved.push_back(cp.value("cpdId", ""));
  }
  for (auto& link : links) {
    auto& cps = link["extCps"];
    if (!cps.is_array()) continue;
    cps.erase(
        std::remove_if(cps.begin(), cps.end(),
                       [&](const json& cp) { return std::ranges::find(moved, cp.value("cpdId", "")) != moved.end(); }),
        cps.end());
  }
  links.erase(std::remove_if(links.begin(), links.end(),
                             [&](const json& link) {
                               return link.value("extCps", json::array()).empty() ||
                                      std::ranges::any_of(changes,
                                                          [&](const json& other) { return other["id"] == link["id"]; });
                             }),
              links.end());
  links.insert(links.end(), changes.begin(), changes.end());
}

Result<void> check_links(const json& links) {
  if (links.is_array() && std::ranges::all_of(links, is_link)) return {};
  return fail(Errc::malformed, "extVirtualLinks: expected a list of id, resourceId and extCps with a cpdId each");
}

}  // namespace unf::vnfm
