#include "vnfm/packages/onboarding.h"

#include <algorithm>

namespace unf::vnfm {
namespace fs = std::filesystem;

namespace {

constexpr int kAttempts = 8;                           // where another change came first
constexpr std::size_t kWorkers = 4;                    // one that waits for a slow server leaves three
constexpr std::chrono::milliseconds kFirstPause{250};  // before an NFVO is asked again; doubles

}  // namespace

Onboarding::~Onboarding() { stop(); }

Result<void> Onboarding::take_up(const std::string& tenant, const Package& package) {
  if (package.is("onboardingState", "PROCESSING")) tasks_.push_back({tenant, package.id, {}});
  if (!package.is("onboardingState", "UPLOADING")) return {};
  const auto fetched = parts_.records.fetched();
  if (!fetched) return fail(fetched.error());
  const auto from =
      std::ranges::find_if(*fetched, [&](const auto& each) { return each.tenant == tenant && each.id == package.id; });
  if (from == fetched->end() || parts_.nfvo == nullptr) {
    return give_up({tenant, package.id, {}},
                   {Errc::unavailable, "the manager was restarted while it fetched the content"});
  }
  tasks_.push_back({tenant, package.id, FromNfvo{from->vnfd_id}});
  return {};
}

void Onboarding::start() {
  for (std::size_t i = 0; i < kWorkers; ++i) workers_.emplace_back(&Onboarding::work, this);
}

void Onboarding::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& worker : workers_) worker.join();
  workers_.clear();
}

/// With mutex_ held.
void Onboarding::add(Task task) {
  tasks_.push_back(std::move(task));
  changed_.notify_all();
}

Result<Package> Onboarding::find_empty(const std::string& tenant, const std::string& id) const {
  auto package = parts_.records.find(tenant, id);
  if (!package || package->is("onboardingState", "CREATED")) return package;
  return fail(Errc::conflict, "VNF package {}: is {}, expected CREATED", id,
              package->info.value("onboardingState", ""));
}

Result<void> Onboarding::enter(const std::string& tenant, Package package, const char* state) const {
  package.info["onboardingState"] = state;
  package.info.erase("onboardingFailureDetails");
  return parts_.records.put(tenant, package).map([](Revision) {});
}

Result<void> Onboarding::upload(const std::string& tenant, const std::string& id, const fs::path& csar) {
  const std::lock_guard lock{mutex_};  // of two uploads the second finds what the first has stored
  auto package = find_empty(tenant, id);
  if (!package) return fail(package.error());
  if (auto taken = parts_.files.take(csar, id); !taken) return taken;  // the file is there before the record says so
  if (auto stored = enter(tenant, std::move(*package), "PROCESSING"); !stored) return stored;
  add({tenant, id, {}});
  return {};
}

Result<void> Onboarding::upload_from_uri(const std::string& tenant, const std::string& id, OutgoingRequest from) {
  if (auto checked = check_uri(from.uri); !checked) return checked;
  const std::lock_guard lock{mutex_};
  auto package = find_empty(tenant, id);
  if (!package) return fail(package.error());
  if (auto stored = enter(tenant, std::move(*package), "UPLOADING"); !stored) return stored;
  add({tenant, id, std::move(from)});
  return {};
}

Result<std::string> Onboarding::fetch_from_nfvo(const std::string& tenant, const std::string& vnfd_id) {
  const std::lock_guard lock{mutex_};  // of two that want it the second finds what the first has stored
  const auto id = parts_.records.fetched_id(tenant, vnfd_id);
  if (!id) return id;
  auto package = new_package();
  if (!id->empty()) {
    if (auto known = parts_.records.find(tenant, *id)) package = std::move(*known);
  }
  if (!package.is("onboardingState", "CREATED")) return package.id;
  package.info["onboardingState"] = "UPLOADING";
  package.info.erase("onboardingFailureDetails");
  if (auto stored = parts_.records.put_fetched(tenant, package, vnfd_id); !stored) return fail(stored.error());
  add({tenant, package.id, FromNfvo{vnfd_id}});
  return package.id;
}

void Onboarding::work() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !tasks_.empty(); });
    if (stopping_) return;
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    busy_.insert(task.id);
    lock.unlock();
    carry_out(task);
    lock.lock();
    busy_.extract(task.id);  // one of them: there may be the next task of the same package
    changed_.notify_all();
  }
}

void Onboarding::carry_out(const Task& task) {
  const auto fetched = fetch(task);
  if (!fetched && stopping_ && std::holds_alternative<FromNfvo>(task.from)) return;  // the next manager goes on
  auto done = fetched ? onboard(task, *fetched) : fail(fetched.error());
  if (!done) done = give_up(task, done.error());
  if (!done) parts_.log->error("VNF package {}: {}", task.id, done.error().message);
}

void Onboarding::wait_for(const std::string& id, std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, patience, [&] {
    return stopping_ || (!busy_.contains(id) && std::ranges::find(tasks_, id, &Task::id) == tasks_.end());
  });
}

void Onboarding::wait() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return tasks_.empty() && busy_.empty(); });
}

/// Fetches the content of a package that has none yet. Returns whether the package is to be enabled.
Result<NfvoState> Onboarding::fetch(const Task& task) {
  auto state = NfvoState::enabled;
  if (const auto* request = std::get_if<OutgoingRequest>(&task.from)) {
    if (auto fetched = download(*request, parts_.files.of(task.id)); !fetched) return fail(fetched.error());
  } else if (const auto* nfvo = std::get_if<FromNfvo>(&task.from)) {
    const auto fetched = download_from_nfvo(nfvo->vnfd_id, parts_.files.of(task.id));
    if (!fetched) return fetched;
    state = *fetched;
  } else {
    return state;
  }
  auto package = parts_.records.find(task.tenant, task.id);
  if (!package) return fail(package.error());
  return enter(task.tenant, std::move(*package), "PROCESSING").map([&] { return state; });
}

Result<void> Onboarding::download(OutgoingRequest request, const fs::path& file) {
  request.to_file = file;
  request.cancelled = &stopping_;
  const auto response = send_request(request, parts_.fetching);
  if (!response) return fail(response.error());
  if (response->status == 200) return {};
  return fail(Errc::unavailable, "{}: answers with {}, expected 200", request.uri, response->status);
}

/// If a download breaks off, asks for the rest, as long as each time more of the content is there than ever before.
Result<NfvoState> Onboarding::download_from_nfvo(const std::string& vnfd_id, const fs::path& file) {
  Download download{file};
  auto most = download.size();
  auto pause = kFirstPause;
  for (int attempt = 0;; ++attempt) {
    auto fetched = parts_.nfvo->find_package(vnfd_id).and_then([&](const OfferedPackage& offered) {
      return parts_.nfvo->fetch_content(offered, download, stopping_).map([&] {
        return offered.enabled ? NfvoState::enabled : NfvoState::disabled;
      });
    });
    if (fetched || fetched.error().code != Errc::unavailable || attempt == kAttempts) return fetched;
    if (const auto now = download.size(); now > most) {
      most = now;
      attempt = 0;
      pause = kFirstPause;
    }
    parts_.log->info("VNFD {}: {}, is asked for again", vnfd_id, fetched.error().message);
    std::unique_lock lock{mutex_};
    if (changed_.wait_for(lock, pause, [&] { return stopping_.load(); })) return fetched;
    pause *= 2;
  }
}

/// The package is ONBOARDED, if its content is good.
Result<void> Onboarding::onboard(const Task& task, NfvoState state) {
  const auto examined = parts_.files.examine(task.id);
  if (!examined) return fail(examined.error());
  parts_.log->info("VNF package {} of {}: {}", task.id, task.tenant, examined->signatures);
  const auto vnfd = examined->info["vnfdId"].get<std::string>();
  for (int attempt = 0;; ++attempt) {
    auto package = parts_.records.find(task.tenant, task.id);
    if (!package) return fail(package.error());
    if (const auto other = parts_.records.find_vnfd(task.tenant, vnfd)) {
      return fail(Errc::conflict, "vnfdId {}: is that of VNF package {}, expected one that is not onboarded", vnfd,
                  other->id);
    }
    package->info.update(examined->info);
    package->info["onboardingState"] = "ONBOARDED";
    package->info["operationalState"] = state == NfvoState::enabled ? "ENABLED" : "DISABLED";
    const auto stored = parts_.records.put_onboarded(task.tenant, *package, vnfd);
    if (stored) {
      parts_.log->info("VNF package {} of {} is onboarded: VNFD {}", task.id, task.tenant, vnfd);
      return {};
    }
    // The same VNFD from elsewhere, or a change of its user's data.
    if (stored.error().code != Errc::conflict || attempt == kAttempts) return fail(stored.error());
  }
}

/// The package is CREATED again, and says why.
Result<void> Onboarding::give_up(const Task& task, const Error& why) {
  const std::lock_guard lock{mutex_};  // the file is gone before there can be another upload's
  for (int attempt = 0;; ++attempt) {
    auto package = parts_.records.find(task.tenant, task.id);
    if (!package) return fail(package.error());
    package->info["onboardingState"] = "CREATED";
    package->info["onboardingFailureDetails"] = {
        {"title", "Unprocessable Content"}, {"status", 422}, {"detail", why.message}};
    const auto stored = parts_.records.put(task.tenant, *package);
    if (!stored && stored.error().code == Errc::conflict && attempt < kAttempts) continue;
    if (!stored) return fail(stored.error());
    parts_.log->warn("VNF package {} of {}: {}", task.id, task.tenant, why.message);
    parts_.files.remove(task.id);
    return {};
  }
}

}  // namespace unf::vnfm
