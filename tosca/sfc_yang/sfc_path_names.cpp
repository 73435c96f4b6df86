#include "tosca/sfc_yang/sfc_path_names.h"

#include <fmt/format.h>

#include "tosca/sfc_yang/sfc_entries.h"
#include "tosca/text/value.h"

namespace unf::tosca {

void SfcPathNames::add_path(const std::string& name, std::size_t path) { paths_.emplace(name, path); }

void SfcPathNames::add_rendered_path(const std::string& name, SfcTarget target) {
  rendered_paths_.insert_or_assign(name, target);
}

std::optional<std::size_t> SfcPathNames::path(std::string_view name) const {
  const auto known = paths_.find(name);
  return known == paths_.end() ? std::nullopt : std::optional{known->second};
}

std::optional<SfcTarget> SfcPathNames::target(std::string_view name) const {
  constexpr std::string_view kReverse = "-Reverse", kPathPart = "-Path-", kRendered = "RSP", kPath = "SFP";
  if (const auto known = known_target(name)) return known;
  const bool reverse = name.ends_with(kReverse);
  if (reverse) name.remove_suffix(kReverse.size());
  auto target = reverse ? known_target(name) : std::nullopt;
  const auto part = name.rfind(kPathPart);
  if (!target && part != name.npos && to_unsigned(name.substr(part + kPathPart.size())))
    target = known_target(name.substr(0, part));
  if (!target && name.starts_with(kRendered))
    target = known_target(fmt::format("{}{}", kPath, name.substr(kRendered.size())));
  if (target && reverse) target->reverse = !target->reverse;
  return target;
}

std::vector<std::string_view> SfcPathNames::path_names() const { return sfc_names_in(paths_); }

std::optional<SfcTarget> SfcPathNames::known_target(std::string_view name) const {
  if (const auto known = path(name)) return SfcTarget{*known};
  const auto rendered = rendered_paths_.find(name);
  return rendered == rendered_paths_.end() ? std::nullopt : std::optional{rendered->second};
}

}  // namespace unf::tosca
