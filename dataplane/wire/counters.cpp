#include "dataplane/wire/counters.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

namespace unf::dataplane {

CounterLayout::CounterLayout(const Plan& plan)
    : edges_(plan.edges.size()), nodes_(plan.nodes.size()), writers_{RunnerId{std::string{kIoRunner}}} {
  for (const auto& classifier : plan.classifiers) {
    if (std::ranges::find(paths_, classifier.path) == paths_.end()) paths_.push_back(classifier.path);
  }
  for (const auto& edge : plan.edges) {
    const bool known = edge.becomes.empty() || std::ranges::find(paths_, edge.becomes) != paths_.end();
    if (!known) paths_.push_back(edge.becomes);
  }
  for (const auto& node : plan.nodes) {
    if (std::ranges::find(writers_, node.runner) == writers_.end()) writers_.push_back(node.runner);
  }
  per_path_ = std::ranges::any_of(plan.counters, [](const auto& counter) { return !counter.paths.empty(); });
  if (per_path_) stride_ = std::max<std::size_t>(paths_.size(), 1);
}

std::size_t CounterLayout::block_bytes() const {
  const auto bytes = sizeof(WriterLine) + slots() * sizeof(CounterBlock::Slot) + named_count() * sizeof(std::uint64_t);
  return (bytes + 63) / 64 * 64;  // a cache line has one writer
}

void CounterFile::Unmap::operator()(std::byte* at) const noexcept { munmap(at, bytes); }

CounterFile::CounterFile(CounterLayout layout, std::byte* at)
    : layout_(std::move(layout)), memory_(at, Unmap{layout_.file_bytes()}) {}

Result<CounterFile> CounterFile::map(const std::string& path, const Plan& plan, int flags) {
  const int file = ::open(path.c_str(), flags | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return fail(Errc::unavailable, "{}: {}", path, std::strerror(errno));
  const CounterLayout layout{plan};
  const auto bytes = layout.file_bytes();
  struct stat status {};
  const bool sized = (flags & O_CREAT) == 0 || ftruncate(file, static_cast<off_t>(bytes)) == 0;
  const bool known = sized && fstat(file, &status) == 0;
  void* at = MAP_FAILED;
  if (known && static_cast<std::size_t>(status.st_size) == bytes) {
    at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  const int reason = errno;
  close(file);
  if (known && static_cast<std::size_t>(status.st_size) != bytes) {
    return fail(Errc::conflict, "{}: is of another plan: {} bytes, expected {}", path, status.st_size, bytes);
  }
  if (at == MAP_FAILED) return fail(Errc::unavailable, "{}: {}", path, std::strerror(reason));
  return CounterFile{layout, static_cast<std::byte*>(at)};
}

Result<CounterFile> CounterFile::create(const std::string& path, const Plan& plan) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT)
    return fail(Errc::unavailable, "{}: {}", path, std::strerror(errno));
  return map(path, plan, O_CREAT | O_EXCL);
}

Result<CounterFile> CounterFile::open(const std::string& path, const Plan& plan) { return map(path, plan, 0); }

CounterFile CounterFile::in_memory(const Plan& plan) {
  CounterLayout layout{plan};
  void* at = mmap(nullptr, layout.file_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc{};
  return CounterFile{std::move(layout), static_cast<std::byte*>(at)};
}

CounterBlock CounterFile::block(const RunnerId& runner) const {
  const auto& writers = layout_.writers();
  const auto at = std::ranges::find(writers, runner);
  assert(at != writers.end());
  auto* base = memory_.get() + CounterLayout::kHeaderBytes +
               static_cast<std::size_t>(at - writers.begin()) * layout_.block_bytes();
  auto* slots = reinterpret_cast<CounterBlock::Slot*>(base + sizeof(WriterLine));
  return {.line = reinterpret_cast<WriterLine*>(base),
          .slots = {slots, layout_.slots()},
          .named = {reinterpret_cast<std::uint64_t*>(slots + layout_.slots()), layout_.named_count()}};
}

GraphStats CounterFile::stats(const Plan& plan, const Catalog& catalog) const {
  GraphStats stats;
  const auto load = [](std::uint64_t& number) { return std::atomic_ref{number}.load(std::memory_order_relaxed); };
  for (const auto& writer : layout_.writers()) {
    const auto block = this->block(writer);
    for (std::size_t e = 0; e < plan.edges.size(); ++e) {
      for (std::size_t p = 0; p < layout_.stride(); ++p) {
        auto& slot = block.slots[layout_.slot(e) + p];
        stats.edges[{plan.edges[e].id,
                     p < layout_.paths().size() && layout_.per_path() ? layout_.paths()[p] : std::string{}}] +=
            EdgeCount{load(slot.packets), load(slot.bytes), load(slot.drops)};
      }
    }
    for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
      const auto* type = catalog.find(plan.nodes[n].type);
      if (type == nullptr) continue;
      for (std::size_t i = 0; i < type->descriptor.counters.size(); ++i) {
        stats.counters[plan.nodes[n].id][std::string{type->descriptor.counters[i]}] +=
            load(block.named[CounterLayout::named(n) + i]);
      }
    }
  }
  return stats;
}

}  // namespace unf::dataplane
