#include "tosca/sfc_yang/yang_validation.h"

#include "tosca/sfc_yang/yang_explanation.h"
#include "tosca/sfc_yang/yang_value.h"

namespace unf::tosca {
namespace {

/// Calls `visit` with documents that each have a part of one: an entry of a list, or another member of a member. A
/// document of very many parts is not taken apart to its end.
template <typename Visit>
void for_each_piece(const Value& document, const Visit& visit) {
  constexpr int kMaxPieces = 500;
  int pieces = 0;
  const auto single = [](const Value& map, const Value::Member& member, ValuePtr value) {
    auto piece = value_like(map, Value::Kind::map);
    piece->members.push_back({member.key, std::move(value)});
    return piece;
  };
  for (const auto& top : document.members) {
    if (!top.value->is_map() || top.value->members.empty()) {
      if (++pieces <= kMaxPieces) visit(*single(document, top, top.value));
      continue;
    }
    for (const auto& inner : top.value->members) {
      std::vector<ValuePtr> parts{inner.value};
      if (inner.value->is_list() && !inner.value->items.empty()) {
        parts.clear();
        for (const auto& item : inner.value->items) {
          auto list = value_like(*inner.value, Value::Kind::list);
          list->items.push_back(item);
          parts.push_back(std::move(list));
        }
      }
      for (const auto& part : parts) {
        if (++pieces > kMaxPieces) return;
        visit(*single(document, top, single(*top.value, inner, part)));
      }
    }
  }
}

/// What is wrong with each part of a document by itself. False: nothing.
bool explain_pieces(const Value& document, Problems& problems) {
  bool any = false;
  for_each_piece(document, [&](const Value& piece) {
    for (const auto& error : errors_in_data(to_json_text(piece), SfcFormat::json, YangTree::partial)) {
      explain_yang_error(error, {piece, SfcFormat::json, false}, problems);
      any = true;
    }
  });
  return any;
}

/// Whether libyang takes a text that says what `source` does.
bool is_valid(const std::string& text, YangTree tree, const ExplainedDocument& source, Problems& problems) {
  const auto errors = errors_in_data(text, source.format, tree);
  if (errors.empty()) return true;
  // libyang stops at the first error, so the errors of each part by itself tell more.
  if (source.format == SfcFormat::json && source.document.is_map() && explain_pieces(source.document, problems))
    return false;
  for (const auto& error : errors) explain_yang_error(error, source, problems);
  return false;
}

}  // namespace

bool validate_yang_text(const SfcText& text, const Value& values, YangTree tree, Problems& problems) {
  return is_valid(text.text, tree, {values, text.format, true}, problems);
}

bool validate_yang_values(const Value& values, YangTree tree, Problems& problems) {
  return is_valid(to_json_text(values), tree, {values, SfcFormat::json, false}, problems);
}

bool validate_yang_request(const Value& request, Problems& problems) {
  const auto errors = errors_in_request(to_json_text(request));
  for (const auto& error : errors) explain_yang_error(error, {request, SfcFormat::json, false}, problems);
  return errors.empty();
}

}  // namespace unf::tosca
