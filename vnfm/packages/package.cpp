#include "vnfm/packages/package.h"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace unf::vnfm {
using nlohmann::json;

Package new_package() {
  thread_local boost::uuids::random_generator generate;
  Package package{.id = to_string(generate())};
  package.info = {{"id", package.id},
                  {"onboardingState", "CREATED"},
                  {"operationalState", "DISABLED"},
                  {"usageState", "NOT_IN_USE"}};
  return package;
}

Result<Package> read_package(const Entry& entry) try {
  return Package{.id = entry.key.substr(entry.key.rfind('/') + 1),
                 .info = json::parse(entry.value).get<json::object_t>(),
                 .revision = entry.modified};
} catch (const json::exception& e) {
  return fail(Errc::malformed, "{}: its record cannot be read: {}", entry.key, e.what());
}

}  // namespace unf::vnfm
