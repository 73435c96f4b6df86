#include "dataplane/io/memory.h"

#include <cstdlib>
#include <cstring>

namespace unf::dataplane {

void HeapMemory::Free::operator()(void* at) const noexcept { std::free(at); }

void* HeapMemory::allocate(std::size_t bytes) {
  const auto rounded = (bytes + 63) / 64 * 64;
  void* at = std::aligned_alloc(64, rounded);
  if (at == nullptr) return nullptr;
  std::memset(at, 0, rounded);
  blocks_.emplace_back(at);
  return at;
}

}  // namespace unf::dataplane
