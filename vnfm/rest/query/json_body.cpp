#include "vnfm/rest/query/json_body.h"

#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace unf::vnfm {
namespace {
using nlohmann::json;

constexpr std::size_t kMaxProblems = 8;

struct Refused {
  std::string why;
};

/// `["<root>", "[name]", "[0]"]` as `name/0`.
std::string attribute_of(const std::vector<std::string>& context) {
  std::string path;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const auto& step = context[i];
    path += (path.empty() ? "" : "/") + (step.size() > 2 ? step.substr(1, step.size() - 2) : step);
  }
  return path.empty() ? "the body" : path;
}

}  // namespace

Result<json> parse_json(std::string_view text) try {
  std::vector<std::set<std::string>> names;  // of the objects that are open
  return json::parse(text, [&](int depth, json::parse_event_t event, json& parsed) {
    const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (opens && depth >= kMaxJsonDepth) throw Refused{fmt::format("deeper than {} levels", kMaxJsonDepth)};
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second) {
      throw Refused{fmt::format("{}: given twice in one object", parsed.get<std::string>())};
    }
    return true;
  });
} catch (const Refused& refused) {
  return fail(Errc::malformed, "JSON: {}", refused.why);
} catch (const json::exception& e) {
  const std::string_view what = e.what();
  return fail(Errc::malformed, "JSON: {}", what.substr(what.find("] ") + 2));
}

struct JsonSchema::Compiled {
  valijson::Schema schema;
};

JsonSchema::JsonSchema(const json& schema) {
  auto compiled = std::make_unique<Compiled>();
  valijson::SchemaParser{valijson::SchemaParser::kDraft7}.populateSchema(
      valijson::adapters::NlohmannJsonAdapter{schema}, compiled->schema);
  compiled_ = std::move(compiled);
}
JsonSchema::~JsonSchema() = default;
JsonSchema::JsonSchema(JsonSchema&&) noexcept = default;
JsonSchema& JsonSchema::operator=(JsonSchema&&) noexcept = default;

Result<void> JsonSchema::check(const json& value) const {
  valijson::ValidationResults results;
  valijson::Validator validator{valijson::Validator::kStrongTypes};
  if (validator.validate(compiled_->schema, valijson::adapters::NlohmannJsonAdapter{value}, &results)) return {};
  // The first ones are the innermost; what contains them says only that something in it failed.
  std::vector<std::string> lines;
  valijson::ValidationResults::Error error;
  while (results.popError(error) && lines.size() < kMaxProblems) {
    if (error.description.find("Failed to validate against schema associated") != std::string::npos ||
        error.description.find("Failed to validate item #") != std::string::npos) {
      continue;
    }
    lines.push_back(attribute_of(error.context) + ": " + error.description);
  }
  return fail(Errc::malformed, "{}", fmt::join(lines, "\n"));
}

}  // namespace unf::vnfm
