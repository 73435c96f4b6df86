#include "dataplane/io/shared_objects.h"

#include <algorithm>

namespace unf::dataplane {

Result<std::shared_ptr<void>> SharedObjects::get(const UnfType& type, const nlohmann::json& config,
                                                 const Artifacts& artifacts) {
  // A configuration names its rule files by digest, so it says what is in them.
  const auto key = std::string{type.descriptor.type} + config.dump();
  if (const auto at = objects_.find(key); at != objects_.end()) return at->second;
  drop_unused();
  std::shared_ptr<Memory> memory = make_memory_();
  auto built = type.build_shared(config, artifacts, *memory);
  if (!built) return fail(std::move(built.error()));
  std::shared_ptr<void> object{*built, [memory, free = type.free_shared](void* at) {
                                 if (free != nullptr) free(at);
                               }};
  return objects_.emplace(key, std::move(object)).first->second;
}

void SharedObjects::drop_unused() {
  const auto unused = [](const auto& entry) { return entry.second.use_count() == 1; };
  if (std::ranges::count_if(objects_, unused) > static_cast<std::ptrdiff_t>(kUnused)) std::erase_if(objects_, unused);
}

}  // namespace unf::dataplane
