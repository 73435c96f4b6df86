#include "dataplane/unf/unf_catalog.h"

#include <algorithm>

namespace unf::dataplane {
namespace {

std::vector<UnfDescriptor> descriptors_of(const std::vector<UnfType>& types) {
  std::vector<UnfDescriptor> descriptors;
  for (const auto& type : types) descriptors.push_back(type.descriptor);
  return descriptors;
}

std::vector<UnfType> by_name(std::vector<UnfType> types) {
  std::ranges::sort(types, {}, [](const UnfType& type) { return type.descriptor.type; });
  return types;
}

}  // namespace

UnfCatalog::UnfCatalog(std::vector<UnfType> types)
    : types_(by_name(std::move(types))), descriptors_(descriptors_of(types_)) {}

const UnfType* UnfCatalog::find(std::string_view type) const {
  const auto found = std::ranges::find(types_, type, [](const UnfType& t) { return t.descriptor.type; });
  return found == types_.end() ? nullptr : &*found;
}

}  // namespace unf::dataplane
