#include "vnfm/lifecycle/ended_operations.h"

namespace unf::vnfm {
namespace {

constexpr std::string_view kEnded = "ended/";

}  // namespace

Result<void> EndedOperations::take_up() {
  const auto entries = all_of(store_.store(), std::string{kEnded});
  if (!entries) return fail(entries.error());
  const std::lock_guard lock{mutex_};
  for (const auto& entry : *entries) {
    of_tenants_[tenant_and_id(entry.key, kEnded).first].push_back({entry.key, entry.value});
  }
  return {};
}

void EndedOperations::add(Update& change, const Operation& operation) {
  const std::lock_guard lock{mutex_};
  const auto& ended = of_tenants_[operation.tenant];
  auto key = fmt::format("{}{}/{:016x}{:016x}", kEnded, operation.tenant, store_.epoch(), number_++);
  change.transaction.puts.push_back({key, operation.id});
  // One that ends meanwhile may forget the same ones; then the next forgets one more.
  const auto beyond = ended.size() < keep_ ? 0 : ended.size() - keep_ + 1;
  for (std::size_t i = 0; i < beyond; ++i) {
    change.transaction.erasures.push_back(ended[i].key);
    change.transaction.erasures.push_back(operation_key(operation.tenant, ended[i].operation));
  }
  const auto last = beyond == 0 ? std::string{} : ended[beyond - 1].key;
  change.then([this, tenant = operation.tenant, one = Ended{std::move(key), operation.id}, last](Revision) {
    const std::lock_guard inner{mutex_};
    auto& now = of_tenants_[tenant];
    while (!now.empty() && now.front().key <= last) now.pop_front();
    now.push_back(one);
  });
}

}  // namespace unf::vnfm
