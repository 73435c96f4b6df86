#include "vnfm/rest/query/paging.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace unf::vnfm {
namespace {

RC_GTEST_PROP(PageMarkersProperty, LeadToWhereTheyWereMade, (const std::string& scope, const std::string& after)) {
  const PageMarkers markers{"secret"};
  const auto marker = markers.make(scope, after);
  RC_ASSERT(marker.find_first_not_of("0123456789abcdef") == marker.npos);
  RC_ASSERT(markers.read(scope, marker) == after);
  RC_ASSERT(!markers.read(scope + "x", marker));
  RC_ASSERT(!PageMarkers{"other"}.read(scope, marker));
  if (!after.empty()) RC_ASSERT(!markers.read(scope + after.substr(0, 1), markers.make(scope, after)));
}

RC_GTEST_PROP(PageMarkersProperty, CannotBeChanged, (const std::string& after)) {
  const PageMarkers markers{"secret"};
  auto marker = markers.make("scope", after);
  const auto at = *rc::gen::inRange<std::size_t>(0, marker.size());
  marker[at] = marker[at] == 'a' ? 'b' : 'a';
  const auto read = markers.read("scope", marker);
  RC_ASSERT(!read);
  RC_ASSERT(read.error().code == Errc::malformed);
}

RC_GTEST_PROP(PageMarkersProperty, AnyBytesAreSafe, (const std::string& marker)) {
  RC_ASSERT(!PageMarkers{"secret"}.read("scope", marker));
}

}  // namespace
}  // namespace unf::vnfm
