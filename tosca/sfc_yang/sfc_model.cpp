#include "tosca/sfc_yang/sfc_model.h"

#include <libyang/libyang.h>

#include <algorithm>
#include <memory>

#include "tosca/sfc_yang/opendaylight.h"
#include "tosca/sfc_yang/yang_merge.h"
#include "tosca/sfc_yang/yang_schema.h"
#include "tosca/sfc_yang/yang_validation.h"
#include "tosca/sfc_yang/yang_xml.h"
#include "tosca/text/json_value.h"
#include "tosca/text/xml.h"

namespace unf::tosca {
namespace {

/// nullptr: the text has no such values, and `problems` says why.
ValuePtr values_of(std::string_view file, const std::string& text, SfcFormat format, Problems& problems) {
  return format == SfcFormat::xml ? parse_yang_xml(file, text, problems) : parse_json(file, text, problems);
}

/// One document as RFC 7951 has it.
struct SfcPart {
  ValuePtr data;
  std::vector<ValuePtr> requests;  ///< inputs of create-rendered-path, each the only member of a map
  bool opendaylight = false;       ///< The original was in OpenDaylight's dialect.
};

/// Reads a document that is valid as `tree`, or, unless `strict`, a part in OpenDaylight's dialect. nullopt: `problems`
/// says why.
std::optional<SfcPart> read_part(const SfcText& text, YangTree tree, bool strict, Problems& problems,
                                 Problems& warnings) {
  const auto values = values_of(text.file, text.text, text.format, problems);
  if (values == nullptr) return std::nullopt;
  Problems left_out;
  const auto rewritten = text.format == SfcFormat::xml ? OpenDaylightRewrite{values, is_render_request(*values)}
                                                       : rewrite_opendaylight(*values, left_out);
  if (strict || !rewritten.changed) {
    if (!validate_yang_text(text, *values, tree, problems)) return std::nullopt;
    return SfcPart{.data = rewritten.document};
  }
  warnings.merge(left_out);
  auto [data, requests] = take_render_requests(*rewritten.document);
  bool valid = validate_yang_values(*data, YangTree::partial, problems);
  for (const auto& request : requests) valid &= validate_yang_request(*request, problems);
  if (!valid) return std::nullopt;
  return SfcPart{std::move(data), std::move(requests), true};
}

/// nullptr: a leaf has two values, and `problems` says which.
ValuePtr merge_parts(std::span<const SfcPart> parts, Problems& problems) {
  const auto before = problems.size();
  auto merged = parts.empty() ? std::make_shared<const Value>(Value{.kind = Value::Kind::map}) : parts.front().data;
  for (const auto& part : parts.subspan(std::min<std::size_t>(1, parts.size())))
    merged = merge_yang(*merged, *part.data, problems);
  return problems.size() == before ? merged : nullptr;
}

}  // namespace

bool is_sfc_document(const Value& document) {
  if (!document.is_map() || document.find("tosca_definitions_version") != nullptr) return false;
  return std::ranges::any_of(document.members, [](const Value::Member& member) {
    const auto* node = yang_member(nullptr, member.key->text);
    if (node == nullptr || node->nodetype != LYS_RPC) return node != nullptr && member.value->is_map();
    return std::ranges::any_of(member.value->members, [&](const Value::Member& inner) {
      return yang_child(node, inner.key->text) != nullptr;
    });
  });
}

bool is_sfc_xml(std::string_view text) { return yang_module_of_namespace(xml_root_namespace(text)) != nullptr; }

bool validate_sfc(std::string_view file, const std::string& text, SfcFormat format, Problems& problems) {
  const auto values = values_of(file, text, format, problems);
  return values != nullptr && validate_yang_text({file, text, format}, *values, YangTree::whole, problems);
}

std::optional<SfcData> read_sfc(std::span<const SfcText> texts, bool strict, Problems& problems, Problems& warnings) {
  std::vector<SfcPart> parts;
  for (const auto& text : texts) {
    const auto tree = texts.size() > 1 ? YangTree::partial : YangTree::whole;
    if (auto part = read_part(text, tree, strict, problems, warnings)) parts.push_back(std::move(*part));
  }
  if (parts.size() != texts.size()) return std::nullopt;

  SfcData data{.data = merge_parts(parts, problems)};
  if (data.data == nullptr) return std::nullopt;
  for (const auto& part : parts) {
    data.opendaylight |= part.opendaylight;
    for (const auto& request : part.requests) data.rendered_paths.push_back(request->members.front().value);
  }
  const auto tree = data.opendaylight ? YangTree::partial : YangTree::whole;
  if (parts.size() > 1 && !validate_yang_values(*data.data, tree, problems)) return std::nullopt;
  return data;
}

}  // namespace unf::tosca
