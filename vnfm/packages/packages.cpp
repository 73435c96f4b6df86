#include "vnfm/packages/packages.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <ctime>

#include "graph/model/artifacts.h"
#include "vnfm/store/page.h"

namespace unf::vnfm {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::string_view kVnfds = "vnfpkg-vnfd/";
constexpr std::string_view kUsers = "vnfpkg-user/";
constexpr std::string_view kFromNfvo = "vnfpkg-nfvo/";
constexpr int kAttempts = 8;                                     // where another change came first
constexpr std::size_t kWorkers = 4;                              // one that waits for a slow server leaves three
constexpr std::chrono::milliseconds kFirstPause{250};            // before an NFVO is asked again; doubles
constexpr std::chrono::seconds kObtainWait{5};                   // for a package of the NFVO
constexpr std::size_t kMaxListedBytes = kMaxValue - (64 << 10);  // leaves room for what users add

std::string prefix_of(const std::string& tenant) { return fmt::format("{}{}/", kPackages, tenant); }
std::string key_of(const std::string& tenant, const std::string& id) { return prefix_of(tenant) + id; }
/// Holds the id of the package.
std::string vnfd_key(const std::string& tenant, const std::string& vnfd_id) {
  return fmt::format("{}{}/{}", kVnfds, tenant, vnfd_id);
}

/// Of a VNFD that was fetched from the NFVO; holds the id of the package.
std::string from_nfvo_key(const std::string& tenant, const std::string& vnfd_id) {
  return fmt::format("{}{}/{}", kFromNfvo, tenant, vnfd_id);
}

std::string users_prefix(const std::string& tenant, const std::string& id) {
  return fmt::format("{}{}/{}/", kUsers, tenant, id);
}

tl::unexpected<Error> no_package(const std::string& id) {
  return fail(Errc::not_found, "VNF package {}: there is none", id);
}

std::string hex_of(const std::string& digest) { return digest.substr(digest.find(':') + 1); }

json checksum_of(const std::string& digest) { return {{"algorithm", "SHA-256"}, {"hash", hex_of(digest)}}; }

/// SOL001 leaves an attribute out, SOL005 demands it.
std::string text_or(const std::string& text, const char* otherwise) { return text.empty() ? otherwise : text; }

/// Who signed the package, and in which of the two ways of SOL004 5.1.
void add_security(json& info, const tosca::PackageSignatures& signatures) {
  using Form = tosca::PackageSignatures::Form;
  if (signatures.form != Form::none) {
    info["packageSecurityOption"] = signatures.form == Form::manifest ? "OPTION_1" : "OPTION_2";
  }
  if (!signatures.certificate.empty()) info["signingCertificate"] = signatures.certificate;
}

json artifact_info(const tosca::CsarEntry& entry, const tosca::PackageList& list,
                   const std::map<std::string_view, std::string_view>& sets) {
  json info{{"artifactPath", entry.name}, {"checksum", checksum_of(entry.digest)}, {"metadata", json::object()}};
  for (const auto& [about, classification] :
       {std::pair{"change-log", "HISTORY"}, std::pair{"tests", "TESTING"}, std::pair{"licenses", "LICENSE"}}) {
    const auto named = list.about.find(about);
    if (named == list.about.end()) continue;
    const auto path = tosca::join("", named->second.text);  // of a file, or a directory
    if (entry.name == path || entry.name.starts_with(path + "/")) info["artifactClassification"] = classification;
  }
  if (const auto set = sets.find(entry.name); set != sets.end()) info["nonManoArtifactSetId"] = set->second;
  return info;
}

Result<void> expect_no_content(const Package& package) {
  if (package.is("onboardingState", "CREATED")) return {};
  return fail(Errc::conflict, "VNF package {}: is {}, expected CREATED", package.id,
              package.info.value("onboardingState", ""));
}

Package new_package() {
  thread_local boost::uuids::random_generator generate;
  Package package{.id = to_string(generate())};
  package.info = {{"id", package.id},
                  {"onboardingState", "CREATED"},
                  {"operationalState", "DISABLED"},
                  {"usageState", "NOT_IN_USE"}};
  return package;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

/// VnfPackageSoftwareImageInfo (SOL005 9.5.3.2) of each image.
json software_images(const std::vector<tosca::SoftwareImage>& images) {
  json all = json::array();
  const auto now = fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)));  // when they were first known here
  for (const auto& image : images) {
    json one{{"id", image.id},
             {"name", image.name},
             {"provider", image.provider},
             {"version", text_or(image.version, "unknown")},
             {"checksum", {{"algorithm", upper(image.checksum_algorithm)}, {"hash", image.checksum}}},
             {"isEncrypted", false},
             {"createdAt", now},
             {"containerFormat", upper(text_or(image.container_format, "bare"))},
             {"diskFormat", upper(text_or(image.disk_format, "raw"))},
             {"minDisk", image.min_disk},
             {"minRam", image.min_ram},
             {"size", image.size},
             {"imagePath", image.file}};
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

Result<Package> read_package(const Entry& entry) try {
  return Package{.id = entry.key.substr(entry.key.rfind('/') + 1),
                 .info = json::parse(entry.value).get<json::object_t>(),
                 .revision = entry.modified};
} catch (const json::exception& e) {
  return fail(Errc::malformed, "{}: its record cannot be read: {}", entry.key, e.what());
}

Packages::Packages(std::shared_ptr<LedStore> store, fs::path directory, Catalog catalog, HttpClientRules fetching,
                   std::shared_ptr<spdlog::logger> log, std::shared_ptr<Nfvo> nfvo, PackageRules rules)
    : store_(std::move(store)),
      directory_(std::move(directory)),
      catalog_(std::move(catalog)),
      fetching_(std::move(fetching)),
      log_(std::move(log)),
      nfvo_(std::move(nfvo)),
      rules_(std::move(rules)) {}

Result<std::unique_ptr<Packages>> Packages::open(std::shared_ptr<LedStore> store, fs::path directory, Catalog catalog,
                                                 HttpClientRules fetching, std::shared_ptr<spdlog::logger> log,
                                                 std::shared_ptr<Nfvo> nfvo, PackageRules rules) {
  std::unique_ptr<Packages> packages{new Packages{std::move(store), std::move(directory), std::move(catalog),
                                                  std::move(fetching), std::move(log), std::move(nfvo),
                                                  std::move(rules)}};
  if (auto taken = packages->take_up(); !taken) return fail(taken.error());
  for (std::size_t i = 0; i < kWorkers; ++i) packages->workers_.emplace_back(&Packages::work, packages.get());
  return packages;
}

Packages::~Packages() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& worker : workers_) worker.join();
}

Result<void> Packages::take_up() {
  std::error_code error;
  fs::remove_all(incoming(), error);
  fs::create_directories(incoming(), error);
  if (error) return fail(Errc::unavailable, "{}: {}", incoming().string(), error.message());
  const auto entries = all_of(store_->store(), std::string{kPackages});
  if (!entries) return fail(entries.error());
  std::set<fs::path> known{incoming()};
  for (const auto& entry : *entries) {
    const auto package = read_package(entry);
    if (!package) {
      log_->error("{}", package.error().message);
      continue;
    }
    known.insert(file_of(package->id));
    const auto tenant = entry.key.substr(kPackages.size(), entry.key.rfind('/') - kPackages.size());
    const Task task{tenant, package->id};
    if (package->is("onboardingState", "PROCESSING")) tasks_.push_back(task);
    if (package->is("onboardingState", "UPLOADING")) {
      if (auto going_on = go_on_fetching(task); !going_on) return going_on;
    }
  }
  for (const auto& file : fs::directory_iterator{directory_, error}) {
    std::error_code ignored;
    if (!known.contains(file.path())) fs::remove(file.path(), ignored);
  }
  return {};
}

/// From the NFVO; from elsewhere not, as credentials are not kept.
Result<void> Packages::go_on_fetching(const Task& task) {
  const auto prefix = from_nfvo_key(task.tenant, "");
  const auto fetched = all_of(store_->store(), prefix);
  if (!fetched) return fail(fetched.error());
  const auto from = std::ranges::find(*fetched, task.id, &Entry::value);
  if (from == fetched->end() || nfvo_ == nullptr) {
    return give_up(task, {Errc::unavailable, "the manager was restarted while it fetched the content"});
  }
  tasks_.push_back({task.tenant, task.id, FromNfvo{from->key.substr(prefix.size())}});
  return {};
}

Result<Revision> Packages::put(const std::string& tenant, const Package& package, Transaction change) {
  const auto key = key_of(tenant, package.id);
  change.when.push_back(package.revision == 0 ? Compare::absent(key) : Compare::modified_at(key, package.revision));
  change.puts.push_back({key, package.info.dump()});
  return store_->commit(std::move(change));
}

Result<Package> Packages::create(const std::string& tenant, const json& user_defined_data) {
  auto package = new_package();
  if (user_defined_data.is_object()) package.info["userDefinedData"] = user_defined_data;
  return put(tenant, package).map([&](Revision now) {
    package.revision = now;
    return package;
  });
}

Result<Package> Packages::find(const std::string& tenant, const std::string& id) {
  auto entry = store_->store().get(key_of(tenant, id));
  if (!entry) return fail(entry.error());
  return *entry ? read_package(**entry) : no_package(id);
}

Result<Package> Packages::find_vnfd(const std::string& tenant, const std::string& vnfd_id) {
  const auto entry = store_->store().get(vnfd_key(tenant, vnfd_id));
  if (!entry) return fail(entry.error());
  if (!*entry) return fail(Errc::not_found, "VNFD {}: no package of it is onboarded", vnfd_id);
  return find(tenant, (*entry)->value);
}

Result<Package> Packages::obtain(const std::string& tenant, const std::string& vnfd_id) {
  auto package = find_vnfd(tenant, vnfd_id);
  if (package || package.error().code != Errc::not_found || nfvo_ == nullptr) return package;
  if (const auto offered = nfvo_->find_package(vnfd_id); !offered) return fail(offered.error());
  const auto id = begin_to_obtain(tenant, vnfd_id);
  if (!id) return fail(id.error());
  package = wait_for(tenant, *id, kObtainWait);
  if (!package || package->is("onboardingState", "ONBOARDED")) return find_vnfd(tenant, vnfd_id);
  const auto why = package->info.value(json::json_pointer{"/onboardingFailureDetails/detail"}, "");
  if (!why.empty()) return fail(Errc::unsupported, "VNFD {}: the NFVO's package: {}", vnfd_id, why);
  return fail(Errc::unavailable, "VNFD {}: its package is being fetched from the NFVO", vnfd_id);
}

/// Where it was begun and has failed, begins it again. Returns the id of the package.
Result<std::string> Packages::begin_to_obtain(const std::string& tenant, const std::string& vnfd_id) {
  const std::lock_guard lock{mutex_};  // of two that want it the second finds what the first has stored
  const auto key = from_nfvo_key(tenant, vnfd_id);
  const auto entry = store_->store().get(key);
  if (!entry) return fail(entry.error());
  const auto known = *entry ? find(tenant, (*entry)->value) : Result<Package>{no_package(vnfd_id)};
  if (known && !known->is("onboardingState", "CREATED")) return known->id;
  auto package = known.value_or(new_package());
  package.info["onboardingState"] = "UPLOADING";
  package.info.erase("onboardingFailureDetails");
  if (auto stored = put(tenant, package, {.puts = {{key, package.id}}}); !stored) return fail(stored.error());
  tasks_.push_back({tenant, package.id, FromNfvo{vnfd_id}});
  changed_.notify_all();
  return package.id;
}

Result<std::set<std::string>> Packages::vnfds_of_nfvo() {
  return all_of(store_->store(), std::string{kFromNfvo}).map([](const std::vector<Entry>& entries) {
    std::set<std::string> vnfds;
    for (const auto& entry : entries) vnfds.insert(entry.key.substr(entry.key.find('/', kFromNfvo.size()) + 1));
    return vnfds;
  });
}

Result<void> Packages::follow(const std::string& vnfd_id, NfvoState state) {
  const auto entries = all_of(store_->store(), std::string{kFromNfvo});
  if (!entries) return fail(entries.error());
  for (const auto& entry : *entries) {
    const auto tenant = entry.key.substr(kFromNfvo.size(), entry.key.find('/', kFromNfvo.size()) - kFromNfvo.size());
    if (entry.key != from_nfvo_key(tenant, vnfd_id)) continue;
    auto followed = follow(tenant, entry.value, vnfd_id, state);
    for (int attempt = 0; !followed && followed.error().code == Errc::conflict && attempt < kAttempts; ++attempt) {
      followed = follow(tenant, entry.value, vnfd_id, state);
    }
    if (!followed && followed.error().code != Errc::not_found) return followed;
  }
  return {};
}

/// Errors: also conflict, if it changes meanwhile.
Result<void> Packages::follow(const std::string& tenant, const std::string& id, const std::string& vnfd_id,
                              NfvoState state) {
  auto package = find(tenant, id);
  if (!package) return fail(package.error());
  if (package->is("onboardingState", "CREATED") && state != NfvoState::gone) {
    return begin_to_obtain(tenant, vnfd_id).map([](const std::string&) {});
  }
  if (package->is("onboardingState", "UPLOADING") || package->is("onboardingState", "PROCESSING")) {
    return fail(Errc::unavailable, "VNF package {}: is being onboarded", id);  // as it was there when that began
  }
  const char* wanted = state == NfvoState::enabled ? "ENABLED" : "DISABLED";
  if (package->is("onboardingState", "ONBOARDED") && !package->is("operationalState", wanted)) {
    package->info["operationalState"] = wanted;
    const auto stored = put(tenant, *package);
    if (!stored) return fail(stored.error());
    package->revision = *stored;
    log_->info("VNF package {} of {} is {}, as the NFVO's", id, tenant, wanted);
  }
  if (state != NfvoState::gone || !package->is("usageState", "NOT_IN_USE")) return {};
  return remove(tenant, *package, {.erasures = {from_nfvo_key(tenant, vnfd_id)}}).map([&] {
    log_->info("VNF package {} of {} is gone, as the NFVO's", id, tenant);
  });
}

Result<std::vector<Package>> Packages::list(const std::string& tenant, const std::string& after, std::size_t limit) {
  return page_of<Package>(store_->store(), prefix_of(tenant), after, limit, read_package);
}

Result<void> Packages::upload(const std::string& tenant, const std::string& id, const fs::path& csar) {
  const std::lock_guard lock{mutex_};  // of two uploads the second finds what the first has stored
  auto package = find(tenant, id);
  if (!package) return fail(package.error());
  if (auto empty = expect_no_content(*package); !empty) return empty;
  std::error_code error;
  fs::rename(csar, file_of(id), error);  // the file is there before the record says so
  if (error) return fail(Errc::unavailable, "{}: {}", csar.string(), error.message());
  if (auto stored = enter(tenant, std::move(*package), "PROCESSING"); !stored) return stored;
  tasks_.push_back({tenant, id, {}});
  changed_.notify_all();
  return {};
}

Result<void> Packages::upload_from_uri(const std::string& tenant, const std::string& id, OutgoingRequest from) {
  if (auto checked = check_uri(from.uri); !checked) return checked;
  const std::lock_guard lock{mutex_};
  auto package = find(tenant, id);
  if (!package) return fail(package.error());
  if (auto empty = expect_no_content(*package); !empty) return empty;
  if (auto stored = enter(tenant, std::move(*package), "UPLOADING"); !stored) return stored;
  tasks_.push_back({tenant, id, std::move(from)});
  changed_.notify_all();
  return {};
}

Result<void> Packages::enter(const std::string& tenant, Package package, const char* state) {
  package.info["onboardingState"] = state;
  package.info.erase("onboardingFailureDetails");
  return put(tenant, package).map([](Revision) {});
}

void Packages::work() {
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

void Packages::carry_out(const Task& task) {
  const auto fetched = fetch(task);
  if (!fetched && stopping_ && std::holds_alternative<FromNfvo>(task.from)) return;  // the next manager goes on
  auto done = fetched ? onboard(task, *fetched) : fail(fetched.error());
  if (!done) done = give_up(task, done.error());
  if (!done) log_->error("VNF package {}: {}", task.id, done.error().message);
}

Result<Package> Packages::wait_for(const std::string& tenant, const std::string& id,
                                   std::chrono::milliseconds patience) {
  {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, patience, [&] {
      return stopping_ || (!busy_.contains(id) && std::ranges::find(tasks_, id, &Task::id) == tasks_.end());
    });
  }
  return find(tenant, id);
}

void Packages::wait() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return tasks_.empty() && busy_.empty(); });
}

/// The content of a package that has none yet; and whether it is to be enabled.
Result<NfvoState> Packages::fetch(const Task& task) {
  auto state = NfvoState::enabled;
  if (const auto* request = std::get_if<OutgoingRequest>(&task.from)) {
    if (auto fetched = fetch_by_uri(*request, file_of(task.id)); !fetched) return fail(fetched.error());
  } else if (const auto* nfvo = std::get_if<FromNfvo>(&task.from)) {
    const auto fetched = fetch_from_nfvo(nfvo->vnfd_id, file_of(task.id));
    if (!fetched) return fetched;
    state = *fetched;
  } else {
    return state;
  }
  auto package = find(task.tenant, task.id);
  if (!package) return fail(package.error());
  return enter(task.tenant, std::move(*package), "PROCESSING").map([&] { return state; });
}

Result<void> Packages::fetch_by_uri(OutgoingRequest request, const fs::path& file) {
  request.to_file = file;
  request.cancelled = &stopping_;
  const auto response = send_request(request, fetching_);
  if (!response) return fail(response.error());
  if (response->status == 200) return {};
  return fail(Errc::unavailable, "{}: answers with {}, expected 200", request.uri, response->status);
}

/// Asks for the rest of what breaks off, as long as there comes more of it than ever before.
Result<NfvoState> Packages::fetch_from_nfvo(const std::string& vnfd_id, const fs::path& file) {
  Download download{file};
  auto most = download.size();
  auto pause = kFirstPause;
  for (int attempt = 0;; ++attempt) {
    auto fetched = nfvo_->find_package(vnfd_id).and_then([&](const OfferedPackage& offered) {
      return nfvo_->fetch_content(offered, download, stopping_).map([&] {
        return offered.enabled ? NfvoState::enabled : NfvoState::disabled;
      });
    });
    if (fetched || fetched.error().code != Errc::unavailable || attempt == kAttempts) return fetched;
    if (const auto now = download.size(); now > most) {
      most = now;
      attempt = 0;
      pause = kFirstPause;
    }
    log_->info("VNFD {}: {}, is asked for again", vnfd_id, fetched.error().message);
    std::unique_lock lock{mutex_};
    if (changed_.wait_for(lock, pause, [&] { return stopping_.load(); })) return fetched;
    pause *= 2;
  }
}

/// Makes it ONBOARDED.
Result<void> Packages::onboard(const Task& task, NfvoState state) {
  const auto examined = examine(task);
  if (!examined) return fail(examined.error());
  const auto vnfd = (*examined)["vnfdId"].get<std::string>();
  for (int attempt = 0;; ++attempt) {
    auto package = find(task.tenant, task.id);
    if (!package) return fail(package.error());
    if (const auto other = find_vnfd(task.tenant, vnfd)) {
      return fail(Errc::conflict, "vnfdId {}: is that of VNF package {}, expected one that is not onboarded", vnfd,
                  other->id);
    }
    package->info.update(*examined);
    package->info["onboardingState"] = "ONBOARDED";
    package->info["operationalState"] = state == NfvoState::enabled ? "ENABLED" : "DISABLED";
    const auto key = vnfd_key(task.tenant, vnfd);
    const auto stored = put(task.tenant, *package, {.when = {Compare::absent(key)}, .puts = {{key, task.id}}});
    if (stored) {
      log_->info("VNF package {} of {} is onboarded: VNFD {}", task.id, task.tenant, vnfd);
      return {};
    }
    // The same VNFD from elsewhere, or a change of its user's data.
    if (stored.error().code != Errc::conflict || attempt == kAttempts) return fail(stored.error());
  }
}

/// Makes it CREATED again, and says why.
Result<void> Packages::give_up(const Task& task, const Error& why) {
  const std::lock_guard lock{mutex_};  // the file is gone before there can be another upload's
  for (int attempt = 0;; ++attempt) {
    auto package = find(task.tenant, task.id);
    if (!package) return fail(package.error());
    package->info["onboardingState"] = "CREATED";
    package->info["onboardingFailureDetails"] = {
        {"title", "Unprocessable Content"}, {"status", 422}, {"detail", why.message}};
    const auto stored = put(task.tenant, *package);
    if (!stored && stored.error().code == Errc::conflict && attempt < kAttempts) continue;
    if (!stored) return fail(stored.error());
    log_->warn("VNF package {} of {}: {}", task.id, task.tenant, why.message);
    std::error_code ignored;
    fs::remove(file_of(task.id), ignored);
    return {};
  }
}

/// What VnfPkgInfo has only of what is onboarded.
Result<json> Packages::examine(const Task& task) const {
  const auto csar = tosca::read_csar(file_of(task.id), "package", {.limits = {}, .signatures = rules_.signatures});
  if (!csar) return fail(csar.error());
  const auto vnfd = tosca::read_vnfd_info(csar->files, catalog_, rules_.images);
  if (!vnfd) return fail(vnfd.error());
  const auto digest = digest_of_file(file_of(task.id));
  if (!digest) return fail(digest.error());
  json info{{"vnfdId", vnfd->descriptor_id},
            {"vnfProvider", text_or(vnfd->provider, "unknown")},
            {"vnfProductName", text_or(vnfd->product_name, "unknown")},
            {"vnfSoftwareVersion", text_or(vnfd->software_version, "unknown")},
            {"vnfdVersion", text_or(vnfd->descriptor_version, "unknown")},
            {"checksum", checksum_of(*digest)},
            {"softwareImages", software_images(vnfd->images)},
            {"additionalArtifacts", json::array()}};
  add_security(info, csar->signatures);
  log_->info("VNF package {} of {}: {}", task.id, task.tenant, csar->signatures.text());
  const std::set<std::string> of_vnfd{vnfd->files.begin(), vnfd->files.end()};
  std::map<std::string_view, std::string_view> sets;  // of non-MANO artifacts, by file
  for (const auto& file : csar->list.files) {
    if (!file.artifact_set.empty()) sets[file.name] = file.artifact_set;
  }
  for (const auto& entry : csar->entries) {
    if (of_vnfd.contains("package/" + entry.name) || entry.name.starts_with("TOSCA-Metadata/")) continue;
    if (entry.name == csar->list.manifest || entry.name == csar->signatures.certificate_file) continue;
    info["additionalArtifacts"].push_back(artifact_info(entry, csar->list, sets));
  }
  if (info.dump().size() > kMaxListedBytes) {
    return fail(Errc::no_capacity, "package: {} files, whose names take more than {} bytes", csar->entries.size(),
                kMaxListedBytes);
  }
  return info;
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
  return put(tenant, package).map([&](Revision) { return changed; });
}

void Packages::use(Transaction& change, const std::string& tenant, Package package, const std::string& user) const {
  package.info["usageState"] = "IN_USE";
  const auto key = key_of(tenant, package.id);
  change.when.push_back(Compare::modified_at(key, package.revision));
  change.puts.push_back({key, package.info.dump()});
  change.puts.push_back({users_prefix(tenant, package.id) + user, ""});
}

Result<void> Packages::end_use(Transaction& change, const std::string& tenant, const std::string& vnfd_id,
                               const std::string& user) {
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

Result<void> Packages::remove(const std::string& tenant, const Package& package) { return remove(tenant, package, {}); }

Result<void> Packages::remove(const std::string& tenant, const Package& package, Transaction change) {
  for (const auto& [attribute, value, expected] :
       {std::tuple{"onboardingState", "PROCESSING", "one that is not being onboarded"},
        std::tuple{"onboardingState", "UPLOADING", "one that is not being onboarded"},
        std::tuple{"operationalState", "ENABLED", "DISABLED"}, std::tuple{"usageState", "IN_USE", "NOT_IN_USE"}}) {
    if (package.is(attribute, value)) {
      return fail(Errc::conflict, "VNF package {}: is {}, expected {}", package.id, value, expected);
    }
  }
  const auto key = key_of(tenant, package.id);
  change.when.push_back(Compare::modified_at(key, package.revision));
  change.erasures.push_back(key);
  if (package.info.contains("vnfdId")) {
    change.erasures.push_back(vnfd_key(tenant, package.info["vnfdId"]));
    change.erasures.push_back(from_nfvo_key(tenant, package.info["vnfdId"]));
  }
  if (auto erased = store_->commit(std::move(change)); !erased) return fail(erased.error());
  std::error_code ignored;  // the next start removes what is left
  fs::remove(file_of(package.id), ignored);
  return {};
}

Result<Package> Packages::onboarded(const std::string& tenant, const std::string& id) {
  auto package = find(tenant, id);
  if (package && !package->is("onboardingState", "ONBOARDED")) {
    return fail(Errc::conflict, "VNF package {}: is {}, expected ONBOARDED", id,
                package->info.value("onboardingState", ""));
  }
  return package;
}

Result<fs::path> Packages::content(const std::string& tenant, const std::string& id) {
  return onboarded(tenant, id).map([&](const Package&) { return file_of(id); });
}

Result<std::map<std::string, std::string>> Packages::vnfd(const std::string& tenant, const std::string& id) {
  const auto file = content(tenant, id);
  if (!file) return fail(file.error());
  const auto csar = tosca::read_csar(*file, "package");
  if (!csar) return fail(csar.error());
  const auto info = tosca::read_vnfd_info(csar->files, catalog_, rules_.images);
  if (!info) return fail(info.error());
  std::map<std::string, std::string> files;
  for (const auto& name : info->files) {
    files.emplace(name.substr(name.find('/') + 1), csar->files.files.find(name)->second);
  }
  return files;
}

Result<std::string> Packages::artifact(const std::string& tenant, const std::string& id, const std::string& path) {
  return content(tenant, id).and_then([&](const fs::path& file) {
    return tosca::read_csar_entry(file, path, kMaxArtifact);
  });
}

}  // namespace unf::vnfm
