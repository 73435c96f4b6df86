#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "graph/model/catalog.h"
#include "tosca/package/csar.h"
#include "tosca/reader.h"
#include "vnfm/http/http_client.h"
#include "vnfm/nfvo/nfvo.h"
#include "vnfm/store/led_store.h"

namespace unf::vnfm {

/// A VNF package, and what of it changes: VnfPkgInfo of ETSI GS NFV-SOL 005 9.5.2.5, less its links.
struct Package {
  std::string id;
  nlohmann::json info;
  Revision revision = 0;  ///< of the last change

  [[nodiscard]] bool is(const char* attribute, std::string_view value) const {
    return info.value(attribute, "") == value;
  }
};

/// How packages are read.
struct PackageRules {
  tosca::ImageMap images{};            ///< what runs in place of VDUs
  tosca::SignatureRules signatures{};  ///< what is asked of their signatures
};

/// What the NFVO says of a package.
enum class NfvoState { enabled, disabled, gone };

/// Packages are kept under `vnfpkg/TENANT/ID`.
inline constexpr std::string_view kPackages = "vnfpkg/";
/// Errors: malformed, with the key.
[[nodiscard]] Result<Package> read_package(const Entry& entry);

/// The VNF packages of each tenant: records in the store, contents in files of a directory. A package is onboarded in
/// the background; one that was being onboarded when the manager was killed is so after its restart. Calls may come
/// from any thread.
class Packages {
 public:
  /// Takes up what the store knows, and removes files that nobody knows. `fetching`: whom upload_from_uri may ask, and
  /// for how much. `nfvo`: who has packages that nobody uploaded; null: nobody. `rules`: how those are read that
  /// are onboarded from now on. Errors: as Store; unavailable for `directory`.
  [[nodiscard]] static Result<std::unique_ptr<Packages>> open(
      std::shared_ptr<LedStore> store, std::filesystem::path directory, Catalog catalog, HttpClientRules fetching,
      std::shared_ptr<spdlog::logger> log, std::shared_ptr<Nfvo> nfvo = nullptr, PackageRules rules = {});
  /// Ends after what is being onboarded, and breaks off what is being fetched.
  ~Packages();
  Packages(const Packages&) = delete;
  Packages& operator=(const Packages&) = delete;

  /// A package without content. Errors of all: as Store.
  [[nodiscard]] Result<Package> create(const std::string& tenant, const nlohmann::json& user_defined_data);
  /// Errors: not_found, also for another tenant's.
  [[nodiscard]] Result<Package> find(const std::string& tenant, const std::string& id);
  /// The onboarded package of a VNFD. Errors: not_found.
  [[nodiscard]] Result<Package> find_vnfd(const std::string& tenant, const std::string& vnfd_id);
  /// As find_vnfd. If there is none, but the NFVO has one, that is fetched and onboarded in the background, and waited
  /// for, for some seconds. Errors: not_found, also at the NFVO; unavailable, if it is not there yet: then it can be
  /// asked for again; unsupported, and why it cannot be onboarded; those of Nfvo.
  [[nodiscard]] Result<Package> obtain(const std::string& tenant, const std::string& vnfd_id);
  /// The VNFDs whose packages were asked for at the NFVO, by whatever tenant.
  [[nodiscard]] Result<std::set<std::string>> vnfds_of_nfvo();
  /// Has the packages of a VNFD that came from the NFVO be as they are there, whosever they are: enabled or disabled;
  /// gone, or disabled if they are in use. One that could not be onboarded is fetched again. Errors: unavailable for
  /// one that is being onboarded.
  [[nodiscard]] Result<void> follow(const std::string& vnfd_id, NfvoState state);
  /// Up to `limit` behind the id `after`, by id.
  [[nodiscard]] Result<std::vector<Package>> list(const std::string& tenant, const std::string& after,
                                                  std::size_t limit);
  /// Takes the file `csar` for the package's content; what becomes of it is its onboardingState, and
  /// onboardingFailureDetails. Errors: not_found; conflict, if it has a content.
  [[nodiscard]] Result<void> upload(const std::string& tenant, const std::string& id,
                                    const std::filesystem::path& csar);
  /// Fetches the content with a GET, in the background. Errors: as upload; unsupported for a URI that is not allowed.
  [[nodiscard]] Result<void> upload_from_uri(const std::string& tenant, const std::string& id, OutgoingRequest from);
  /// Changes operationalState and userDefinedData (VnfPkgInfoModifications) of a package that was found; gives what was
  /// changed. Errors: conflict, if it is not onboarded, is in that state, or has changed since.
  [[nodiscard]] Result<nlohmann::json> modify(const std::string& tenant, Package package,
                                              const nlohmann::json& changes);
  /// Adds to `change` that `user`, a VNF instance, is of the package, which was found and must not change meanwhile.
  void use(Transaction& change, const std::string& tenant, Package package, const std::string& user) const;
  /// Adds to `change` that `user` is no longer of the package of a VNFD. Errors: as Store.
  [[nodiscard]] Result<void> end_use(Transaction& change, const std::string& tenant, const std::string& vnfd_id,
                                     const std::string& user);
  /// Errors: conflict, if it is enabled, in use, being onboarded, or has changed since it was found.
  [[nodiscard]] Result<void> remove(const std::string& tenant, const Package& package);

  /// The CSAR of an onboarded package. Errors: not_found; conflict, if it is not onboarded.
  [[nodiscard]] Result<std::filesystem::path> content(const std::string& tenant, const std::string& id);
  /// The files of its VNFD, by name. Errors: as content.
  [[nodiscard]] Result<std::map<std::string, std::string>> vnfd(const std::string& tenant, const std::string& id);
  /// A file of it. Errors: as content; not_found; no_capacity beyond kMaxArtifact.
  [[nodiscard]] Result<std::string> artifact(const std::string& tenant, const std::string& id, const std::string& path);
  static constexpr std::uint64_t kMaxArtifact = 64 << 20;

  /// Where files lie before they are uploaded, so that they need not be copied.
  [[nodiscard]] std::filesystem::path incoming() const { return directory_ / "incoming"; }
  /// As find, once the package is not being onboarded, or after `patience`.
  [[nodiscard]] Result<Package> wait_for(const std::string& tenant, const std::string& id,
                                         std::chrono::milliseconds patience);
  /// Waits until nothing is being onboarded.
  void wait();

 private:
  struct FromNfvo {
    std::string vnfd_id;
  };
  struct Task {
    std::string tenant;
    std::string id;
    std::variant<std::monostate, OutgoingRequest, FromNfvo> from{};  ///< where the content is to be fetched first
  };
  Packages(std::shared_ptr<LedStore> store, std::filesystem::path directory, Catalog catalog, HttpClientRules fetching,
           std::shared_ptr<spdlog::logger> log, std::shared_ptr<Nfvo> nfvo, PackageRules rules);
  Result<void> take_up();
  void work();
  Result<void> enter(const std::string& tenant, Package package, const char* state);
  void carry_out(const Task& task);
  [[nodiscard]] Result<NfvoState> fetch(const Task& task);
  [[nodiscard]] Result<void> fetch_by_uri(OutgoingRequest request, const std::filesystem::path& file);
  [[nodiscard]] Result<NfvoState> fetch_from_nfvo(const std::string& vnfd_id, const std::filesystem::path& file);
  [[nodiscard]] Result<std::string> begin_to_obtain(const std::string& tenant, const std::string& vnfd_id);
  Result<void> go_on_fetching(const Task& task);
  [[nodiscard]] Result<void> onboard(const Task& task, NfvoState state);
  [[nodiscard]] Result<void> follow(const std::string& tenant, const std::string& id, const std::string& vnfd_id,
                                    NfvoState state);
  [[nodiscard]] Result<void> give_up(const Task& task, const Error& why);
  [[nodiscard]] Result<nlohmann::json> examine(const Task& task) const;
  [[nodiscard]] Result<Package> onboarded(const std::string& tenant, const std::string& id);
  [[nodiscard]] std::filesystem::path file_of(const std::string& id) const { return directory_ / (id + ".csar"); }
  Result<Revision> put(const std::string& tenant, const Package& package, Transaction change = {});
  Result<void> remove(const std::string& tenant, const Package& package, Transaction change);

  const std::shared_ptr<LedStore> store_;
  const std::filesystem::path directory_;
  const Catalog catalog_;
  const HttpClientRules fetching_;
  const std::shared_ptr<spdlog::logger> log_;
  const std::shared_ptr<Nfvo> nfvo_;
  const PackageRules rules_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  std::multiset<std::string> busy_;  ///< packages of the tasks that workers have
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace unf::vnfm
