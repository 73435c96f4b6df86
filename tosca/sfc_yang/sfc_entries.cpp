#include "tosca/sfc_yang/sfc_entries.h"

#include <algorithm>

namespace unf::tosca {

const std::vector<ValuePtr>& sfc_entries(const Value& tree, const SfcListName& name) {
  return sfc_list(tree.find(name.top), name.list);
}

const std::vector<ValuePtr>& sfc_list(const Value* entry, std::string_view name) {
  static const std::vector<ValuePtr> kNone;
  const auto* list = entry == nullptr ? nullptr : entry->find(name);
  return list != nullptr && list->is_list() ? list->items : kNone;
}

std::vector<ValuePtr> sfc_list_by_number(const Value& entry, std::string_view name, std::string_view number) {
  auto list = sfc_list(&entry, name);
  std::ranges::stable_sort(list, {},
                           [&](const ValuePtr& item) { return to_unsigned(sfc_leaf(*item, number)).value_or(0); });
  return list;
}

std::string sfc_leaf(const Value& entry, std::string_view name) {
  const auto* leaf = entry.find(name);
  return leaf != nullptr && leaf->is_scalar() ? leaf->text : std::string{};
}

std::optional<bool> sfc_truth(const Value& entry, std::string_view name) {
  const auto text = sfc_leaf(entry, name);
  return text.empty() ? std::nullopt : std::optional{text == "true"};
}

SourcePlace sfc_place(const Value& entry, std::string_view name) {
  const auto* member = entry.find(name);
  return member == nullptr ? entry.at() : member->at();
}

}  // namespace unf::tosca
