#include "vnfm/packages/packages.h"

#include <tuple>

namespace unf::vnfm {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr int kFollowAttempts = 8;              // where another change came first
constexpr std::chrono::seconds kObtainWait{5};  // for a package of the NFVO

}  // namespace

Packages::Packages(std::shared_ptr<LedStore> store, fs::path directory, Catalog catalog, HttpClientRules fetching,
                   std::shared_ptr<spdlog::logger> log, std::shared_ptr<Nfvo> nfvo, PackageRules rules)
    : log_(std::move(log)),
      nfvo_(std::move(nfvo)),
      records_(std::move(store)),
      files_(std::move(directory), std::move(catalog), std::move(rules)),
      onboarding_({.records = records_, .files = files_, .fetching = std::move(fetching), .nfvo = nfvo_, .log = log_}) {
}

Result<std::unique_ptr<Packages>> Packages::open(std::shared_ptr<LedStore> store, fs::path directory, Catalog catalog,
                                                 HttpClientRules fetching, std::shared_ptr<spdlog::logger> log,
                                                 std::shared_ptr<Nfvo> nfvo, PackageRules rules) {
  std::unique_ptr<Packages> packages{new Packages{std::move(store), std::move(directory), std::move(catalog),
                                                  std::move(fetching), std::move(log), std::move(nfvo),
                                                  std::move(rules)}};
  if (auto taken = packages->take_up(); !taken) return fail(taken.error());
  packages->onboarding_.start();
  return packages;
}

Result<void> Packages::take_up() {
  if (auto prepared = files_.prepare(); !prepared) return prepared;
  const auto all = records_.all();
  if (!all) return fail(all.error());
  std::set<std::string> known;
  for (const auto& each : *all) {
    if (!each) {
      log_->error("{}", each.error().message);
      continue;
    }
    known.insert(each->package.id);
    if (auto taken = onboarding_.take_up(each->tenant, each->package); !taken) return taken;
  }
  files_.sweep(known);
  return {};
}

Result<Package> Packages::create(const std::string& tenant, const json& user_defined_data) {
  auto package = new_package();
  if (user_defined_data.is_object()) package.info["userDefinedData"] = user_defined_data;
  return records_.put(tenant, package).map([&](Revision now) {
    package.revision = now;
    return package;
  });
}

Result<Package> Packages::obtain(const std::string& tenant, const std::string& vnfd_id) {
  auto package = find_vnfd(tenant, vnfd_id);
  if (package || package.error().code != Errc::not_found || nfvo_ == nullptr) return package;
  if (const auto offered = nfvo_->find_package(vnfd_id); !offered) return fail(offered.error());
  const auto id = onboarding_.fetch_from_nfvo(tenant, vnfd_id);
  if (!id) return fail(id.error());
  package = wait_for(tenant, *id, kObtainWait);
  if (!package || package->is("onboardingState", "ONBOARDED")) return find_vnfd(tenant, vnfd_id);
  const auto why = package->info.value(json::json_pointer{"/onboardingFailureDetails/detail"}, "");
  if (!why.empty()) return fail(Errc::unsupported, "VNFD {}: the NFVO's package: {}", vnfd_id, why);
  return fail(Errc::unavailable, "VNFD {}: its package is being fetched from the NFVO", vnfd_id);
}

Result<std::set<std::string>> Packages::vnfds_of_nfvo() {
  return records_.fetched().map([](const auto& fetched) {
    std::set<std::string> vnfds;
    for (const auto& each : fetched) vnfds.insert(each.vnfd_id);
    return vnfds;
  });
}

Result<void> Packages::follow(const std::string& vnfd_id, NfvoState state) {
  const auto fetched = records_.fetched();
  if (!fetched) return fail(fetched.error());
  for (const auto& each : *fetched) {
    if (each.vnfd_id != vnfd_id) continue;
    auto followed = follow(each, state);
    for (int attempt = 0; !followed && followed.error().code == Errc::conflict && attempt < kFollowAttempts;
         ++attempt) {
      followed = follow(each, state);
    }
    if (!followed && followed.error().code != Errc::not_found) return followed;
  }
  return {};
}

/// Errors: also conflict, if the package changes meanwhile.
Result<void> Packages::follow(const PackageRecords::Fetched& fetched, NfvoState state) {
  const auto& [tenant, vnfd_id, id] = fetched;
  auto package = find(tenant, id);
  if (!package) return fail(package.error());
  if (package->is("onboardingState", "CREATED") && state != NfvoState::gone) {
    return onboarding_.fetch_from_nfvo(tenant, vnfd_id).map([](const std::string&) {});
  }
  if (package->is_being_onboarded()) {  // in the state that it had at the NFVO when that began
    return fail(Errc::unavailable, "VNF package {}: is being onboarded", id);
  }
  const char* wanted = state == NfvoState::enabled ? "ENABLED" : "DISABLED";
  if (package->is("onboardingState", "ONBOARDED") && !package->is("operationalState", wanted)) {
    package->info["operationalState"] = wanted;
    const auto stored = records_.put(tenant, *package);
    if (!stored) return fail(stored.error());
    package->revision = *stored;
    log_->info("VNF package {} of {} is {}, as the NFVO's", id, tenant, wanted);
  }
  if (state != NfvoState::gone || !package->is("usageState", "NOT_IN_USE")) return {};
  if (auto removed = remove(tenant, *package, vnfd_id); !removed) return removed;
  log_->info("VNF package {} of {} is gone, as the NFVO's", id, tenant);
  return {};
}

Result<Package> Packages::wait_for(const std::string& tenant, const std::string& id,
                                   std::chrono::milliseconds patience) {
  onboarding_.wait_for(id, patience);
  return find(tenant, id);
}

Result<json> Packages::modify(const std::string& tenant, Package package, const json& changes) {
  if (const auto state = changes.find("operationalState"); state != changes.end()) {
    if (!package.is("onboardingState", "ONBOARDED")) {
      return fail(Errc::conflict, "VNF package {}: is not onboarded, so it has no operationalState to change",
                  package.id);
    }
    if (package.info["operationalState"] == *state) {
      return fail(Errc::conflict, "VNF package {}: is {} already", package.id, state->get<std::string>());
    }
    package.info["operationalState"] = *state;
  }
  if (const auto data = changes.find("userDefinedData"); data != changes.end()) {
    package.info["userDefinedData"].merge_patch(*data);
  }
  json changed = json::object();
  for (const auto* name : {"operationalState", "userDefinedData"}) {
    if (changes.contains(name)) changed[name] = package.info[name];
  }
  return records_.put(tenant, package).map([&](Revision) { return changed; });
}

Result<void> Packages::remove(const std::string& tenant, const Package& package) { return remove(tenant, package, ""); }

Result<void> Packages::remove(const std::string& tenant, const Package& package, const std::string& fetched_vnfd) {
  for (const auto& [attribute, value, expected] :
       {std::tuple{"onboardingState", "PROCESSING", "one that is not being onboarded"},
        std::tuple{"onboardingState", "UPLOADING", "one that is not being onboarded"},
        std::tuple{"operationalState", "ENABLED", "DISABLED"}, std::tuple{"usageState", "IN_USE", "NOT_IN_USE"}}) {
    if (package.is(attribute, value)) {
      return fail(Errc::conflict, "VNF package {}: is {}, expected {}", package.id, value, expected);
    }
  }
  if (auto erased = records_.erase(tenant, package, fetched_vnfd); !erased) return erased;
  files_.remove(package.id);
  return {};
}

Result<Package> Packages::onboarded(const std::string& tenant, const std::string& id) {
  auto package = records_.find(tenant, id);
  if (package && !package->is("onboardingState", "ONBOARDED")) {
    return fail(Errc::conflict, "VNF package {}: is {}, expected ONBOARDED", id,
                package->info.value("onboardingState", ""));
  }
  return package;
}

Result<fs::path> Packages::content(const std::string& tenant, const std::string& id) {
  return onboarded(tenant, id).map([&](const Package&) { return files_.of(id); });
}

Result<std::map<std::string, std::string>> Packages::vnfd(const std::string& tenant, const std::string& id) {
  return onboarded(tenant, id).and_then([&](const Package&) { return files_.vnfd(id); });
}

Result<std::string> Packages::artifact(const std::string& tenant, const std::string& id, const std::string& path) {
  return onboarded(tenant, id).and_then([&](const Package&) { return files_.artifact(id, path); });
}

}  // namespace unf::vnfm
