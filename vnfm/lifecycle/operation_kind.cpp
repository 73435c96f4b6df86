#include "vnfm/lifecycle/operation_kind.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace unf::vnfm {
namespace {

using Kind = OperationKind;

constexpr std::array kKinds{
    OperationTraits{
        .kind = Kind::instantiate, .name = "INSTANTIATE", .when_instantiated = false, .when_not_instantiated = true},
    OperationTraits{.kind = Kind::scale, .name = "SCALE", .on_whole_services = true},
    OperationTraits{.kind = Kind::scale_to_level, .name = "SCALE_TO_LEVEL"},
    OperationTraits{.kind = Kind::change_flavour, .name = "CHANGE_FLAVOUR"},
    OperationTraits{.kind = Kind::terminate, .name = "TERMINATE"},
    OperationTraits{
        .kind = Kind::heal, .name = "HEAL", .on_whole_services = true, .renews_vnfcs = true, .redeploys = true},
    OperationTraits{.kind = Kind::operate, .name = "OPERATE"},
    OperationTraits{.kind = Kind::change_ext_conn, .name = "CHANGE_EXT_CONN"},
    OperationTraits{.kind = Kind::modify_info,
                    .name = "MODIFY_INFO",
                    .needs_grant = false,
                    .when_not_instantiated = true,
                    .on_whole_services = true,
                    .renews_vnfcs = true},
    OperationTraits{.kind = Kind::change_vnfpkg, .name = "CHANGE_VNFPKG", .first_major = 2, .renews_vnfcs = true},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i].kind != static_cast<Kind>(i)) return false;
  }
  return kKinds.back().kind == Kind::change_vnfpkg;
}
static_assert(in_order());

}  // namespace

std::span<const OperationTraits> operation_kinds() { return kKinds; }

const OperationTraits& traits_of(OperationKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

const char* to_string(OperationKind kind) { return traits_of(kind).name; }

std::optional<OperationKind> operation_kind(std::string_view name) {
  const auto at = std::ranges::find_if(
      kKinds, [&](const OperationTraits& traits) { return std::string_view{traits.name} == name; });
  return at == kKinds.end() ? std::nullopt : std::optional{at->kind};
}

}  // namespace unf::vnfm
