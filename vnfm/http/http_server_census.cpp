#include "vnfm/http/http_server_census.h"

#include <utility>

namespace unf::vnfm::http_server {

bool Census::enter(const std::string& address) {
  const std::lock_guard lock{mutex_};
  if (in_all_ >= max_in_all_) return false;
  auto& of_one = of_address_[address];
  if (of_one >= max_of_one_) return false;
  ++of_one;
  ++in_all_;
  return true;
}

void Census::leave(const std::string& address) {
  const std::lock_guard lock{mutex_};
  --in_all_;
  if (const auto at = of_address_.find(address); --at->second == 0) of_address_.erase(at);
}

Presence::Presence(Presence&& other) noexcept
    : census_(std::exchange(other.census_, nullptr)), address_(std::move(other.address_)) {}

Presence::~Presence() {
  if (census_ != nullptr) census_->leave(address_);
}

}  // namespace unf::vnfm::http_server
