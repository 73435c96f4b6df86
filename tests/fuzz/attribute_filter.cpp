#include "vnfm/rest/query/attribute_filter.h"

#include <array>

#include "tests/fuzz/target.h"
#include "tests/vnfm/rest/query/resource_schema.h"

namespace unf::vnfm {
namespace {

/// With the operator of the first term turned round; empty, if it has no opposite.
std::string opposite(std::string_view expression) {
  struct Pair {
    std::string_view is, is_not;
  };
  for (const auto& [is, is_not] : {Pair{"(eq,", "(neq,"}, Pair{"(in,", "(nin,"}, Pair{"(cont,", "(ncont,"}}) {
    if (expression.starts_with(is)) return fmt::format("{}{}", is_not, expression.substr(is.size()));
    if (expression.starts_with(is_not)) return fmt::format("{}{}", is, expression.substr(is_not.size()));
  }
  return {};
}

void check(std::string_view expression) {
  const auto filter = AttributeFilter::parse(expression, resource_schema());
  if (!filter) {
    fuzz::expect(filter.error().code == Errc::malformed && filter.error().message.starts_with("filter: "),
                 "a bad filter is malformed");
    return;
  }
  const bool matches = filter->matches(resource());
  if (const auto twice = AttributeFilter::parse(fmt::format("{0};{0}", expression), resource_schema())) {
    fuzz::expect(twice->matches(resource()) == matches, "a filter and itself is that filter");
  } else {
    fuzz::expect(expression.size() > 2047 || twice.error().message.find("more than") != std::string::npos,
                 "a filter and itself is a filter, unless it is too long");
  }
  if (const auto other = opposite(expression); !other.empty() && other.size() <= 4096) {
    const auto opposed = AttributeFilter::parse(other, resource_schema());
    fuzz::expect(opposed && !(matches && opposed->matches(resource())), "of opposites one holds at most");
  }
}

}  // namespace
}  // namespace unf::vnfm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unf::vnfm::check(unf::fuzz::text_of(data, size));
  return 0;
}
