#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace unf::vnfm {

/// What an operation does to a service: LcmOperationType, ETSI GS NFV-SOL 003 5.5.4.4.
enum class OperationKind : std::uint8_t {
  instantiate,
  scale,
  scale_to_level,
  change_flavour,
  terminate,
  heal,
  operate,
  change_ext_conn,
  modify_info,
  change_vnfpkg,
};

/// What is known of a kind of operation. Its goal is made by goal_of.
struct OperationTraits {
  OperationKind kind;
  const char* name;                    ///< as SOL003 and the records in the store spell it
  unsigned first_major = 1;            ///< of the VNF lifecycle management interface
  bool needs_grant = true;             ///< else it begins PROCESSING (SOL003 5.6.2.3)
  bool when_instantiated = true;       ///< may begin on an instance that is INSTANTIATED
  bool when_not_instantiated = false;  ///< may begin on one that is NOT_INSTANTIATED
  bool on_whole_services = false;      ///< clients may ask for it on a service that is no VNF instance
  bool renews_vnfcs = false;           ///< VNFCs that are there before and after it count as MODIFIED
  bool redeploys = false;              ///< its graph is applied anew, also where nothing differs
};

/// Of all kinds, in the order of the enumerators.
[[nodiscard]] std::span<const OperationTraits> operation_kinds();
[[nodiscard]] const OperationTraits& traits_of(OperationKind kind);
[[nodiscard]] const char* to_string(OperationKind kind);
/// None: no kind has that name.
[[nodiscard]] std::optional<OperationKind> operation_kind(std::string_view name);

}  // namespace unf::vnfm
