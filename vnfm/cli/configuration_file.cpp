#include "vnfm/cli/configuration_file.h"

#include <nlohmann/json.hpp>

#include "agent/base/files.h"
#include "tosca/text/value.h"

namespace unf::vnfm {
namespace {
using nlohmann::json;

/// A YAML value as JSON; a scalar without quotes may be a number, true, false or null.
json json_of(const tosca::Value& value) {
  if (value.is_null()) return nullptr;
  if (value.is_scalar()) {
    const auto read = value.plain ? json::parse(value.text, nullptr, false) : json(json::value_t::discarded);
    return read.is_primitive() && !read.is_discarded() ? read : json(value.text);
  }
  if (value.is_list()) {
    auto list = json::array();
    for (const auto& item : value.items) list.push_back(json_of(*item));
    return list;
  }
  auto map = json::object();
  for (const auto& member : value.members) map[member.key->text] = json_of(*member.value);
  return map;
}

}  // namespace

Result<wire::Json> read_configuration(const std::string& file) {
  if (file.empty()) return "{}";
  const auto text = agent::read_file(file);
  if (!text) return fail(text.error());
  tosca::Problems problems;
  const auto value = tosca::parse_yaml(file, *text, problems);
  if (value != nullptr && value->is_map()) return json_of(*value).dump();
  if (value != nullptr) problems.add(value->at(), "expected a map of nodes to their properties");
  return fail(problems.error());
}

}  // namespace unf::vnfm
