#include "vnfm/rest/openapi.h"

#include <algorithm>

namespace unf::vnfm {
namespace {
using nlohmann::json;

json parameter(const std::string& name, const char* in, const std::string& description, bool required = false) {
  return {{"name", name},
          {"in", in},
          {"description", description},
          {"required", required},
          {"schema", {{"type", "string"}}}};
}

/// Of the path, where names stand in braces.
json path_parameters(const std::string& path) {
  auto parameters = json::array();
  for (auto at = path.find('{'); at != path.npos; at = path.find('{', at + 1)) {
    parameters.push_back(parameter(path.substr(at + 1, path.find('}', at) - at - 1), "path", "", true));
  }
  return parameters;
}

json list_parameters() {
  auto parameters = json::array();
  for (const auto& [name, description] : std::initializer_list<std::pair<const char*, const char*>>{
           {"filter", "Attribute-based filter, ETSI GS NFV-SOL 013 5.2"},
           {"all_fields", "All attributes, SOL013 5.3"},
           {"fields", "Attributes to be included, SOL013 5.3"},
           {"exclude_fields", "Attributes to be left out, SOL013 5.3"},
           {"exclude_default", "Without the attributes that are left out by default, SOL013 5.3"},
           {"nextpage_opaque_marker", "Where the list goes on, from a Link header, SOL013 5.4"}}) {
    parameters.push_back(parameter(name, "query", description));
  }
  return parameters;
}

std::vector<std::string> media_types(Route::Takes takes) {
  switch (takes) {
    case Route::Takes::json:
      return {"application/json"};
    case Route::Takes::merge_patch:
      return {"application/merge-patch+json", "application/json"};
    case Route::Takes::file:
      return {"application/zip"};
    case Route::Takes::nothing:
      break;
  }
  return {};
}

json content(const std::vector<std::string>& types, const json& schema) {
  json content = json::object();
  for (const auto& type : types) content[type]["schema"] = schema;
  return content;
}

json operation(const Api& api, const Route& route, const std::string& path) {
  json operation{{"summary", route.summary}, {"tags", {api.title}}, {"parameters", path_parameters(path)}};
  auto& parameters = operation["parameters"];
  parameters.push_back(parameter("Version", "header", "Version of the interface, for example " + api.versions.back()));
  if (route.is_list) {
    const auto more = list_parameters();
    parameters.insert(parameters.end(), more.begin(), more.end());
  }
  if (route.takes != Route::Takes::nothing) {
    const json binary{{"type", "string"}, {"format", "binary"}};
    const auto& schema = route.takes == Route::Takes::file ? binary : route.body;
    operation["requestBody"] = {{"required", true}, {"content", content(media_types(route.takes), schema)}};
  }
  json success{{"description", "Success"}};
  if (!route.answer.is_null()) {
    const json list{{"type", "array"}, {"items", route.answer}};
    success["content"] = content({"application/json"}, route.is_list ? list : route.answer);
  } else if (route.produces != std::vector<std::string>{"application/json"}) {
    const auto types = route.produces.empty() ? std::vector<std::string>{"*/*"} : route.produces;
    success["content"] = content(types, {{"type", "string"}, {"format", "binary"}});
  }
  if (route.success == 201 || route.success == 202) {
    success["headers"]["Location"] = {{"schema", {{"type", "string"}, {"format", "uri"}}}};
  }
  operation["responses"] = {{std::to_string(route.success), success},
                            {"default", {{"$ref", "#/components/responses/Problem"}}}};
  return operation;
}

}  // namespace

json make_openapi(const std::vector<Api>& apis) {
  json document{
      {"openapi", "3.0.3"}, {"info", {{"title", "uNF VNF manager"}, {"version", "1"}}}, {"paths", json::object()}};
  for (const auto& api : apis) {
    for (const auto& route : api.routes) {
      auto path = api.root() + route.path;
      if (const auto dots = path.find("...}"); dots != path.npos) path.erase(dots, 3);
      auto method = route.method;
      std::ranges::transform(method, method.begin(),
                             [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      document["paths"][path][method] = operation(api, route, path);
    }
  }
  const json text{{"type", "string"}};
  document["components"]["responses"]["Problem"] = {
      {"description", "ProblemDetails, RFC 7807"},
      {"content", content({"application/problem+json"},
                          {{"type", "object"},
                           {"required", {"status", "detail"}},
                           {"properties",
                            {{"type", text}, {"title", text}, {"status", {{"type", "integer"}}}, {"detail", text}}}})}};
  return document;
}

}  // namespace unf::vnfm
