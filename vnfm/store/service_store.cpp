#include "vnfm/store/service_store.h"

#include <nlohmann/json.hpp>
#include <set>

namespace unf::vnfm {

using nlohmann::json;

namespace {

constexpr std::string_view kServices = "service/";
constexpr std::string_view kPlans = "plan/";

std::string service_key(const std::string& id) { return fmt::format("{}{}", kServices, id); }
std::string part_key(const std::string& plan, std::size_t part) { return fmt::format("{}{}/{}", kPlans, plan, part); }

}  // namespace

Result<ServiceStore> ServiceStore::open(std::shared_ptr<LedStore> store, std::vector<std::string>& notes) {
  ServiceStore services{std::move(store)};
  const auto entries = all_of(services.store_->store(), std::string{kServices});
  if (!entries) return fail(entries.error());
  for (const auto& entry : *entries) {
    const auto read = services.read(entry);
    if (!read && read.error().code != Errc::malformed) return fail(read.error());
    if (!read) notes.push_back(read.error().message);
  }
  if (notes.empty()) {
    if (auto swept = services.erase_unused_plans(); !swept) return fail(swept.error());
  }
  return services;
}

Result<void> ServiceStore::read(const Entry& entry) {
  const auto id = entry.key.substr(kServices.size());
  try {
    const auto content = json::parse(entry.value);
    const StoredPlan plan{content.at("plan"), content.at("parts")};
    ServiceRecord record{.terminating = content.at("terminating"),
                         .host = HostId{content.at("host").get<std::string>()},
                         .plan = {},
                         .generation = entry.modified};
    for (std::size_t i = 0; i < plan.parts; ++i) {
      const auto part = store_->store().get(part_key(plan.name, i));
      if (!part) return fail(part.error());
      if (!*part) return fail(Errc::malformed, "service {}: part {} of its plan is gone", id, i);
      record.plan += (*part)->value;
    }
    services_.emplace(id, std::move(record));
    plans_.emplace(id, plan);
    return {};
  } catch (const json::exception& e) {
    return fail(Errc::malformed, "service {}: its record cannot be read: {}", id, e.what());
  }
}

/// What a manager left that was killed before it stored the record.
Result<void> ServiceStore::erase_unused_plans() {
  std::set<std::string> used;
  for (const auto& [id, plan] : plans_) {
    for (std::size_t i = 0; i < plan.parts; ++i) used.insert(part_key(plan.name, i));
  }
  const auto parts = all_of(store_->store(), std::string{kPlans});
  if (!parts) return fail(parts.error());
  Transaction sweep;
  for (const auto& part : *parts) {
    if (!used.contains(part.key)) sweep.erasures.push_back(part.key);
  }
  if (sweep.erasures.empty()) return {};
  return store_->commit(sweep).map([](Revision) {});
}

Result<ServiceStore::StoredPlan> ServiceStore::put_plan(const std::string& plan) {
  StoredPlan stored{.name = fmt::format("{}.{}", epoch(), next_plan_++)};
  for (std::size_t at = 0; at < plan.size(); at += kMaxValue) {
    const auto put = store_->commit({.puts = {{part_key(stored.name, stored.parts++), plan.substr(at, kMaxValue)}}});
    if (!put) return fail(put.error());
  }
  return stored;
}

void ServiceStore::erase_plan(const StoredPlan& plan, Transaction& transaction) {
  for (std::size_t i = 0; i < plan.parts; ++i) transaction.erasures.push_back(part_key(plan.name, i));
}

Result<std::int64_t> ServiceStore::put(const std::string& id, ServiceRecord record) {
  const auto before = services_.find(id);
  const bool same_plan = before != services_.end() && before->second.plan == record.plan;
  const auto plan = same_plan ? Result<StoredPlan>{plans_.at(id)} : put_plan(record.plan);
  if (!plan) return fail(plan.error());
  const json content{
      {"terminating", record.terminating}, {"host", record.host.get()}, {"plan", plan->name}, {"parts", plan->parts}};
  Transaction change{.puts = {{service_key(id), content.dump()}}};
  if (before != services_.end() && !same_plan) erase_plan(plans_.at(id), change);
  return store_->commit(change).map([&](Revision now) {
    record.generation = now;
    services_.insert_or_assign(id, std::move(record));
    plans_.insert_or_assign(id, *plan);
    return now;
  });
}

Result<void> ServiceStore::erase(const std::string& id) {
  const auto plan = plans_.find(id);
  if (plan == plans_.end()) return {};
  Transaction change{.erasures = {service_key(id)}};
  erase_plan(plan->second, change);
  return store_->commit(change).map([&](Revision) {
    services_.erase(id);
    plans_.erase(plan);
  });
}

Result<ServiceStore> open_services(const std::filesystem::path& directory, std::vector<std::string>& notes) {
  auto store = lead_store(directory);
  if (!store) return fail(std::move(store.error()));
  return ServiceStore::open(std::move(*store), notes);
}

}  // namespace unf::vnfm
