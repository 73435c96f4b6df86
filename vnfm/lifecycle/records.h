#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "graph/compile/compile.h"
#include "graph/model/ids.h"
#include "vnfm/lifecycle/state_machine.h"
#include "vnfm/store/texts.h"

namespace unf::vnfm {

/// What a service is to be while it is instantiated. Together with its package, or the files it was deployed from, all
/// that is compiled.
struct Desired {
  std::string package;                                      ///< id of a VNF's package; empty: `files`
  std::string flavour;                                      ///< of deployment
  std::string level;                                        ///< of instantiation
  std::map<std::string, std::uint32_t> scale;               ///< scaling aspect -> level
  nlohmann::json links = nlohmann::json::array();           ///< ExtVirtualLinkData, ETSI GS NFV-SOL 003 4.4.1.10
  nlohmann::json managed_links = nlohmann::json::array();   ///< ExtManagedVirtualLinkData, 4.4.1.12
  std::map<std::string, std::string> zones;                 ///< node -> resource zone that its VNFCs are granted in
  nlohmann::json configuration = nlohmann::json::object();  ///< node -> property -> value, over the descriptor's
  bool stopped = false;                                     ///< lets nothing through
  StoredText files;                                         ///< a FileSet as JSON
  graph::CompileOptions options;
  friend bool operator==(const Desired&, const Desired&);
};

/// A service: a VNF instance, or what `vnfm deploy` deployed. Key: `service/TENANT/ID`.
struct Service {
  std::string tenant;
  std::string id;
  nlohmann::json info = nlohmann::json::object();  ///< of a VNF: VnfInstance (SOL003 5.5.2.2) but for what follows
  std::optional<Desired> desired;                  ///< none: NOT_INSTANTIATED
  std::string operation;                           ///< the one that is not ended; empty: none
  std::int64_t since = 0;                          ///< revision at which it was last instantiated: its rank
  Revision revision = 0;                           ///< of this record

  [[nodiscard]] bool is_vnf() const { return info.contains("vnfdId"); }
};

/// A lifecycle management operation occurrence. Key: `operation/TENANT/ID`.
struct Operation {
  std::string tenant;
  std::string id;
  std::string service;
  OperationKind kind = OperationKind::instantiate;
  OperationState state = OperationState::starting;
  std::string started, entered;  ///< RFC 3339
  bool automatic = false;        ///< nobody asked for it
  nlohmann::json parameters = nlohmann::json::object();
  nlohmann::json info;            ///< of the service, if it succeeds; null: as it is
  std::optional<Desired> target;  ///< what its service is to be; none: not instantiated
  bool changes_graph = true;      ///< else only what is known of the service
  std::string cancel;             ///< CancelMode, once it is asked to end
  std::optional<Error> error;
  nlohmann::json outcome = nlohmann::json::object();  ///< resourceChanges, changedInfo, ...: as VnfLcmOpOcc has them
  nlohmann::json grant = nlohmann::json::object();    ///< `pending`: where to ask; or `id`, `uri` of what was granted
  bool planned = false;                               ///< the graphs it wants are stored
  std::vector<GraphId> graphs;                        ///< that it changes, in the order they are applied
  Revision revision = 0;

  [[nodiscard]] bool ended() const { return is_ended(state); }
  /// Whether nothing happens to it until a client asks for it.
  [[nodiscard]] bool rests() const { return ended() || state == OperationState::failed_temp; }
};

[[nodiscard]] std::string service_key(const std::string& tenant, const std::string& id);
[[nodiscard]] std::string operation_key(const std::string& tenant, const std::string& id);
/// There is one for each operation that is not ended; holds its tenant. Created in the order of acceptance.
[[nodiscard]] std::string active_key(const std::string& id);
inline constexpr std::string_view kActive = "active/";
inline constexpr std::string_view kServices = "service/";
inline constexpr std::string_view kOperations = "operation/";

[[nodiscard]] Transaction::Put put_of(const Service& service);
[[nodiscard]] Transaction::Put put_of(const Operation& operation);
/// Errors: malformed, with the key.
[[nodiscard]] Result<Service> read_service(const Entry& entry);
[[nodiscard]] Result<Operation> read_operation(const Entry& entry);

/// A whole number of a record. Errors: throws std::exception for what is none, or is more than a T holds.
template <typename T>
[[nodiscard]] T whole(const nlohmann::json& stored) {
  const auto number = stored.get_ref<const nlohmann::json::number_integer_t&>();
  if (!std::in_range<T>(number)) throw std::out_of_range{stored.dump()};
  return static_cast<T>(number);
}

[[nodiscard]] nlohmann::json to_json(const StoredText& text);
/// Errors: throws std::exception.
[[nodiscard]] StoredText stored_text(const nlohmann::json& json);

/// The tenant and the id that a key ends in: `PREFIXTENANT/ID`.
[[nodiscard]] std::pair<std::string, std::string> tenant_and_id(const std::string& key, std::string_view prefix);

/// Now, as RFC 3339 has it, in UTC.
[[nodiscard]] std::string time_stamp();
/// A random one, RFC 4122.
[[nodiscard]] std::string make_uuid();

}  // namespace unf::vnfm
