#include "dataplane/io/pool_reserve.h"

#include <fmt/format.h>

#include <atomic>

namespace unf::dataplane {

PoolReserve::Made PoolReserve::make(std::size_t packets, std::uint32_t room) {
  static std::atomic<unsigned> number{0};
  return MbufPool::make(fmt::format("pool{}", number++), packets, room);
}

Result<std::shared_ptr<MbufPool>> PoolReserve::take(std::uint32_t room) {
  if (room_ < room) drop();
  auto made = full() ? Made{std::move(pool_)} : make(packets_, room);
  if (!made) return fail(std::move(made.error()));
  room_ = room;
  return std::shared_ptr<MbufPool>{std::move(*made)};
}

void PoolReserve::fill() {
  if (filling_.valid() || pool_ != nullptr || room_ == 0) return;
  filling_ = std::async(std::launch::async, make, packets_, room_);
}

bool PoolReserve::full() {
  if (filling_.valid()) {
    if (auto made = filling_.get()) pool_ = std::move(*made);  // else there was no memory
  }
  return pool_ != nullptr;
}

void PoolReserve::drop() {
  if (full()) pool_.reset();
}

}  // namespace unf::dataplane
