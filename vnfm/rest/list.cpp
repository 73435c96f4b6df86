#include "vnfm/rest/list.h"

#include "vnfm/rest/query/attribute_filter.h"
#include "vnfm/rest/query/attribute_selector.h"

namespace unf::vnfm {
namespace {

constexpr std::string_view kMarker = "nextpage_opaque_marker";
constexpr std::size_t kBatch = 256;  // read at once
constexpr std::size_t kMaxUnpaged = 50'000;

/// A client takes the URI apart with greedy patterns: one link, with nothing but `rel`.
HttpHeader next_link(const ApiRequest& request, const std::string& marker) {
  std::string query;
  for (const auto& [name, value] : request.query.parameters()) {
    if (name == kMarker) continue;
    query += percent_encode(name) + (value ? "=" + percent_encode(*value) : "") + "&";
  }
  return {"Link", fmt::format(R"(<{}{}?{}{}={}>; rel="next")", request.root, request.path, query, kMarker, marker)};
}

}  // namespace

Result<HttpResponse> list_resources(const ApiRequest& request, const ListRules& rules, const PageMarkers& markers,
                                    const NextListed& next) {
  AttributeFilter filter;
  const auto expression = request.query.value("filter").value_or("");
  if (!expression.empty()) {
    auto parsed = AttributeFilter::parse(expression, rules.schema);
    if (!parsed) return fail(parsed.error());
    filter = std::move(*parsed);
  }
  const auto selector = AttributeSelector::parse(request.query, rules.schema, rules.excluded_by_default);
  if (!selector) return fail(selector.error());
  // A marker leads nowhere for another tenant, list or filter.
  const auto scope = fmt::format("{}\n{}\n{}", request.caller.tenant, request.path, expression);
  std::string after;
  if (const auto marker = request.query.value(kMarker)) {
    auto read = markers.read(scope, *marker);
    if (!read) return fail(read.error());
    after = std::move(*read);
  }

  auto shown = nlohmann::json::array();
  for (std::string at = after;;) {
    auto listed = next(at, kBatch);
    if (!listed) return fail(listed.error());
    for (const auto& [key, resource] : *listed) {
      if (resource.is_null() || !filter.matches(resource)) continue;
      if (rules.page != 0 && shown.size() == rules.page) {
        return json_response(200, shown, {next_link(request, markers.make(scope, after))});
      }
      if (shown.size() == kMaxUnpaged) {
        return fail(Errc::malformed, "more than {} resources, expected a filter that leaves fewer", kMaxUnpaged);
      }
      shown.push_back(selector->apply(resource));
      after = key;
    }
    if (listed->size() < kBatch) return json_response(200, shown);
    at = listed->back().key;
  }
}

}  // namespace unf::vnfm
