#include "vnfm/packages/package_records.h"

#include "vnfm/store/page.h"

namespace unf::vnfm {

namespace {

constexpr std::string_view kVnfds = "vnfpkg-vnfd/";
constexpr std::string_view kUsers = "vnfpkg-user/";
constexpr std::string_view kFetched = "vnfpkg-nfvo/";

std::string prefix_of(const std::string& tenant) { return fmt::format("{}{}/", kPackages, tenant); }
std::string key_of(const std::string& tenant, const std::string& id) { return prefix_of(tenant) + id; }

/// Holds the id of the package.
std::string vnfd_key(const std::string& tenant, const std::string& vnfd_id) {
  return fmt::format("{}{}/{}", kVnfds, tenant, vnfd_id);
}

/// Of a VNFD whose package was asked for at the NFVO; holds the id of the package.
std::string fetched_key(const std::string& tenant, const std::string& vnfd_id) {
  return fmt::format("{}{}/{}", kFetched, tenant, vnfd_id);
}

std::string users_prefix(const std::string& tenant, const std::string& id) {
  return fmt::format("{}{}/{}/", kUsers, tenant, id);
}

}  // namespace

Result<Package> PackageRecords::find(const std::string& tenant, const std::string& id) const {
  auto entry = store_->store().get(key_of(tenant, id));
  if (!entry) return fail(entry.error());
  if (!*entry) return fail(Errc::not_found, "VNF package {}: there is none", id);
  return read_package(**entry);
}

Result<Package> PackageRecords::find_vnfd(const std::string& tenant, const std::string& vnfd_id) const {
  const auto entry = store_->store().get(vnfd_key(tenant, vnfd_id));
  if (!entry) return fail(entry.error());
  if (!*entry) return fail(Errc::not_found, "VNFD {}: no package of it is onboarded", vnfd_id);
  return find(tenant, (*entry)->value);
}

Result<std::vector<Package>> PackageRecords::list(const std::string& tenant, const std::string& after,
                                                  std::size_t limit) const {
  return page_of<Package>(store_->store(), prefix_of(tenant), after, limit, read_package);
}

Result<std::vector<Result<PackageRecords::Owned>>> PackageRecords::all() const {
  return all_of(store_->store(), std::string{kPackages}).map([](const std::vector<Entry>& entries) {
    std::vector<Result<Owned>> packages;
    for (const auto& entry : entries) {
      const auto tenant = entry.key.substr(kPackages.size(), entry.key.rfind('/') - kPackages.size());
      packages.push_back(read_package(entry).map([&](Package&& package) { return Owned{tenant, std::move(package)}; }));
    }
    return packages;
  });
}

Result<Revision> PackageRecords::put(const std::string& tenant, const Package& package, Transaction change) const {
  const auto key = key_of(tenant, package.id);
  change.when.push_back(package.revision == 0 ? Compare::absent(key) : Compare::modified_at(key, package.revision));
  change.puts.push_back({key, package.info.dump()});
  return store_->commit(std::move(change));
}

Result<Revision> PackageRecords::put(const std::string& tenant, const Package& package) const {
  return put(tenant, package, {});
}

Result<Revision> PackageRecords::put_onboarded(const std::string& tenant, const Package& package,
                                               const std::string& vnfd_id) const {
  const auto key = vnfd_key(tenant, vnfd_id);
  return put(tenant, package, {.when = {Compare::absent(key)}, .puts = {{key, package.id}}});
}

Result<void> PackageRecords::erase(const std::string& tenant, const Package& package,
                                   const std::string& fetched_vnfd) const {
  const auto key = key_of(tenant, package.id);
  Transaction change;
  change.when.push_back(Compare::modified_at(key, package.revision));
  change.erasures.push_back(key);
  const auto vnfd = package.info.value("vnfdId", "");
  if (!vnfd.empty()) {
    change.erasures.push_back(vnfd_key(tenant, vnfd));
    change.erasures.push_back(fetched_key(tenant, vnfd));
  }
  if (!fetched_vnfd.empty() && fetched_vnfd != vnfd) change.erasures.push_back(fetched_key(tenant, fetched_vnfd));
  return store_->commit(std::move(change)).map([](Revision) {});
}

void PackageRecords::use(Transaction& change, const std::string& tenant, Package package, const std::string& user) {
  package.info["usageState"] = "IN_USE";
  const auto key = key_of(tenant, package.id);
  change.when.push_back(Compare::modified_at(key, package.revision));
  change.puts.push_back({key, package.info.dump()});
  change.puts.push_back({users_prefix(tenant, package.id) + user, ""});
}

Result<void> PackageRecords::end_use(Transaction& change, const std::string& tenant, const std::string& vnfd_id,
                                     const std::string& user) const {
  auto package = find_vnfd(tenant, vnfd_id);
  if (!package && package.error().code == Errc::not_found) return {};
  if (!package) return fail(package.error());
  const auto prefix = users_prefix(tenant, package->id);
  const auto users = store_->store().range(prefix, 2, "");
  if (!users) return fail(users.error());
  change.erasures.push_back(prefix + user);
  if (users->entries.size() > 1) return {};
  package->info["usageState"] = "NOT_IN_USE";
  const auto key = key_of(tenant, package->id);
  change.when.push_back(Compare::modified_at(key, package->revision));
  change.puts.push_back({key, package->info.dump()});
  return {};
}

Result<std::vector<PackageRecords::Fetched>> PackageRecords::fetched() const {
  return all_of(store_->store(), std::string{kFetched}).map([](const std::vector<Entry>& entries) {
    std::vector<Fetched> packages;
    for (const auto& entry : entries) {
      const auto slash = entry.key.find('/', kFetched.size());
      packages.push_back({.tenant = entry.key.substr(kFetched.size(), slash - kFetched.size()),
                          .vnfd_id = entry.key.substr(slash + 1),
                          .id = entry.value});
    }
    return packages;
  });
}

Result<std::string> PackageRecords::fetched_id(const std::string& tenant, const std::string& vnfd_id) const {
  return store_->store().get(fetched_key(tenant, vnfd_id)).map([](const std::optional<Entry>& entry) {
    return entry ? entry->value : std::string{};
  });
}

Result<Revision> PackageRecords::put_fetched(const std::string& tenant, const Package& package,
                                             const std::string& vnfd_id) const {
  return put(tenant, package, {.puts = {{fetched_key(tenant, vnfd_id), package.id}}});
}

}  // namespace unf::vnfm
