#include "vnfm/rest/query/attribute_selector.h"

#include "tests/fuzz/target.h"
#include "tests/vnfm/rest/query/resource_schema.h"

namespace unf::vnfm {
namespace {

void check(std::string_view query) {
  const auto target = parse_target(fmt::format("/?{}", query));
  if (!target) return;
  const auto selector = AttributeSelector::parse(target->query, resource_schema(), {"metadata", "info"});
  if (!selector) {
    fuzz::expect(selector.error().code == Errc::malformed && !selector.error().message.empty(),
                 "bad selectors are malformed");
    return;
  }
  const auto shown = selector->apply(resource());
  fuzz::expect(shown.contains("id") && shown.contains("links"), "what the schema requires is shown");
  fuzz::expect(selector->apply(shown) == shown, "what is shown is all shown");
}

}  // namespace
}  // namespace unf::vnfm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unf::vnfm::check(unf::fuzz::text_of(data, size));
  return 0;
}
