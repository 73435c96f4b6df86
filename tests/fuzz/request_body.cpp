#include "tests/fuzz/target.h"
#include "vnfm/rest/lcm_schemas.h"
#include "vnfm/rest/package_schemas.h"
#include "vnfm/rest/query/json_body.h"

namespace unf::vnfm {
namespace {

/// Of every request with a body, of both versions.
const std::vector<JsonSchema>& schemas() {
  static const auto all = [] {
    std::vector<JsonSchema> list;
    for (const auto& schema : {lcm::create_request(),
                               lcm::modify_request(1),
                               lcm::modify_request(2),
                               lcm::instantiate_request(1),
                               lcm::instantiate_request(2),
                               lcm::scale_request(),
                               lcm::scale_to_level_request(),
                               lcm::change_flavour_request(1),
                               lcm::change_flavour_request(2),
                               lcm::terminate_request(),
                               lcm::heal_request(),
                               lcm::operate_request(),
                               lcm::change_ext_conn_request(1),
                               lcm::change_ext_conn_request(2),
                               lcm::change_vnfpkg_request(),
                               lcm::cancel_request(),
                               lcm::subscription_request(),
                               pkgm::create_request(),
                               pkgm::modify_request(),
                               pkgm::upload_from_uri_request()}) {
      list.emplace_back(schema);
    }
    return list;
  }();
  return all;
}

void check(const JsonSchema& schema, std::string_view text) {
  const auto body = parse_json(text);
  if (!body) {
    fuzz::expect(body.error().code == Errc::malformed && body.error().message.starts_with("JSON: "),
                 "what is no JSON is malformed");
    return;
  }
  const auto again = parse_json(body->dump());
  fuzz::expect(again && *again == *body, "what is written is read");
  const auto checked = schema.check(*body), once_more = schema.check(*again);
  fuzz::expect(checked.has_value() == once_more.has_value(), "the same body gets the same answer");
  if (checked) return;
  fuzz::expect(checked.error() == once_more.error(), "the same body gets the same answer");
  fuzz::expect(checked.error().code == Errc::malformed && checked.error().message.find(": ") != std::string::npos,
               "a body that the schema refuses is malformed, and an attribute is named");
}

}  // namespace
}  // namespace unf::vnfm

/// The first byte says which request it is: `a` is the first one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto& schemas = unf::vnfm::schemas();
  const auto which = static_cast<std::uint8_t>(data[0] - 'a') % schemas.size();
  unf::vnfm::check(schemas[which], unf::fuzz::text_of(data + 1, size - 1));
  return 0;
}
