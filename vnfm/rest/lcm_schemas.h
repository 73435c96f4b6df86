#pragma once

#include <nlohmann/json.hpp>

/// The data types of the VNF lifecycle management interface, ETSI GS NFV-SOL 003 5.5, as JSON Schemas. `major`: 1 as of
/// version 2.6.1, 2 as of version 3.3.1.
namespace unf::vnfm::lcm {

[[nodiscard]] const nlohmann::json& vnf_instance(unsigned major);
[[nodiscard]] const nlohmann::json& op_occ(unsigned major);
[[nodiscard]] const nlohmann::json& subscription();

[[nodiscard]] nlohmann::json create_request();
[[nodiscard]] nlohmann::json modify_request(unsigned major);
[[nodiscard]] nlohmann::json instantiate_request(unsigned major);
[[nodiscard]] nlohmann::json scale_request();
[[nodiscard]] nlohmann::json scale_to_level_request();
[[nodiscard]] nlohmann::json change_flavour_request(unsigned major);
[[nodiscard]] nlohmann::json terminate_request();
[[nodiscard]] nlohmann::json heal_request();
[[nodiscard]] nlohmann::json operate_request();
[[nodiscard]] nlohmann::json change_ext_conn_request(unsigned major);
[[nodiscard]] nlohmann::json change_vnfpkg_request();
[[nodiscard]] nlohmann::json cancel_request();
[[nodiscard]] nlohmann::json subscription_request();

/// VnfInstanceSubscriptionFilter (4.4.1.5), and what else subscriptions of all interfaces have.
[[nodiscard]] nlohmann::json instance_filter();
[[nodiscard]] nlohmann::json callback_uri();
[[nodiscard]] nlohmann::json authentication();

}  // namespace unf::vnfm::lcm
