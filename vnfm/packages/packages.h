#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graph/model/catalog.h"
#include "vnfm/http/http_client.h"
#include "vnfm/nfvo/nfvo.h"
#include "vnfm/packages/onboarding.h"
#include "vnfm/packages/package.h"
#include "vnfm/packages/package_files.h"
#include "vnfm/packages/package_records.h"
#include "vnfm/store/led_store.h"

namespace unf::vnfm {

/// The VNF packages of each tenant: records in the store, contents in files of a directory. Packages are onboarded in
/// the background; those that were being onboarded when the manager was killed are onboarded after its restart. Calls
/// may come from any thread.
class Packages {
 public:
  /// Goes on with the packages of the store, and removes files that belong to none. `fetching`: whom upload_from_uri
  /// may ask, and for how much. `nfvo`: who has packages that nobody uploaded; null: nobody. `rules`: how packages are
  /// read from now on. Errors: as Store; unavailable for `directory`.
  [[nodiscard]] static Result<std::unique_ptr<Packages>> open(
      std::shared_ptr<LedStore> store, std::filesystem::path directory, Catalog catalog, HttpClientRules fetching,
      std::shared_ptr<spdlog::logger> log, std::shared_ptr<Nfvo> nfvo = nullptr, PackageRules rules = {});
  /// Waits for packages that are being examined, and breaks off what is being fetched.
  ~Packages() = default;
  Packages(const Packages&) = delete;
  Packages& operator=(const Packages&) = delete;

  /// A package without content. Errors of all: as Store.
  [[nodiscard]] Result<Package> create(const std::string& tenant, const nlohmann::json& user_defined_data);
  /// Errors: not_found, also for another tenant's.
  [[nodiscard]] Result<Package> find(const std::string& tenant, const std::string& id) {
    return records_.find(tenant, id);
  }
  /// The onboarded package of a VNFD. Errors: not_found.
  [[nodiscard]] Result<Package> find_vnfd(const std::string& tenant, const std::string& vnfd_id) {
    return records_.find_vnfd(tenant, vnfd_id);
  }
  /// As find_vnfd. If there is none, but the NFVO has one, the NFVO's is onboarded in the background, and this call
  /// waits some seconds for it. Errors: not_found, also at the NFVO; unavailable, if the package is not there yet: the
  /// caller may ask again; unsupported, with the reason why it cannot be onboarded; those of Nfvo.
  [[nodiscard]] Result<Package> obtain(const std::string& tenant, const std::string& vnfd_id);
  /// The VNFDs whose packages were asked for at the NFVO, by whatever tenant.
  [[nodiscard]] Result<std::set<std::string>> vnfds_of_nfvo();
  /// Brings the packages of a VNFD that came from the NFVO, of all tenants, to the state that the package has there:
  /// enabled or disabled; gone, or disabled if they are in use. A package that could not be onboarded is fetched again.
  /// Errors: unavailable for one that is being onboarded.
  [[nodiscard]] Result<void> follow(const std::string& vnfd_id, NfvoState state);
  /// Up to `limit` behind the id `after`, by id.
  [[nodiscard]] Result<std::vector<Package>> list(const std::string& tenant, const std::string& after,
                                                  std::size_t limit) {
    return records_.list(tenant, after, limit);
  }
  /// Takes the file `csar` for the package's content, and onboards it in the background. The result is the package's
  /// onboardingState, and onboardingFailureDetails. Errors: not_found; conflict, if it has a content.
  [[nodiscard]] Result<void> upload(const std::string& tenant, const std::string& id,
                                    const std::filesystem::path& csar) {
    return onboarding_.upload(tenant, id, csar);
  }
  /// Fetches the content with a GET, in the background. Errors: as upload; unsupported for a URI that is not allowed.
  [[nodiscard]] Result<void> upload_from_uri(const std::string& tenant, const std::string& id, OutgoingRequest from) {
    return onboarding_.upload_from_uri(tenant, id, std::move(from));
  }
  /// Changes operationalState and userDefinedData (VnfPkgInfoModifications) of a package that was found; gives what was
  /// changed. Errors: conflict, if it is not onboarded, is in that state, or has changed since.
  [[nodiscard]] Result<nlohmann::json> modify(const std::string& tenant, Package package,
                                              const nlohmann::json& changes);
  /// Adds to `change` that `user`, a VNF instance, is of the package, which was found and must not change meanwhile.
  void use(Transaction& change, const std::string& tenant, Package package, const std::string& user) const {
    PackageRecords::use(change, tenant, std::move(package), user);
  }
  /// Adds to `change` that `user` is no longer of the package of a VNFD. Errors: as Store.
  [[nodiscard]] Result<void> end_use(Transaction& change, const std::string& tenant, const std::string& vnfd_id,
                                     const std::string& user) {
    return records_.end_use(change, tenant, vnfd_id, user);
  }
  /// Errors: conflict, if it is enabled, in use, being onboarded, or has changed since it was found.
  [[nodiscard]] Result<void> remove(const std::string& tenant, const Package& package);

  /// The CSAR of an onboarded package. Errors: not_found; conflict, if it is not onboarded.
  [[nodiscard]] Result<std::filesystem::path> content(const std::string& tenant, const std::string& id);
  /// The files of its VNFD, by name. Errors: as content.
  [[nodiscard]] Result<std::map<std::string, std::string>> vnfd(const std::string& tenant, const std::string& id);
  /// A file of it. Errors: as content; not_found; no_capacity beyond PackageFiles::kMaxArtifact.
  [[nodiscard]] Result<std::string> artifact(const std::string& tenant, const std::string& id, const std::string& path);

  /// Where files lie before they are uploaded, so that they need not be copied.
  [[nodiscard]] std::filesystem::path incoming() const { return files_.incoming(); }
  /// As find, once the package is not being onboarded, or after `patience`.
  [[nodiscard]] Result<Package> wait_for(const std::string& tenant, const std::string& id,
                                         std::chrono::milliseconds patience);
  /// Waits until nothing is being onboarded.
  void wait() { onboarding_.wait(); }

 private:
  Packages(std::shared_ptr<LedStore> store, std::filesystem::path directory, Catalog catalog, HttpClientRules fetching,
           std::shared_ptr<spdlog::logger> log, std::shared_ptr<Nfvo> nfvo, PackageRules rules);
  Result<void> take_up();
  [[nodiscard]] Result<void> follow(const PackageRecords::Fetched& fetched, NfvoState state);
  [[nodiscard]] Result<void> remove(const std::string& tenant, const Package& package, const std::string& fetched_vnfd);
  [[nodiscard]] Result<Package> onboarded(const std::string& tenant, const std::string& id);

  const std::shared_ptr<spdlog::logger> log_;
  const std::shared_ptr<Nfvo> nfvo_;
  PackageRecords records_;
  PackageFiles files_;
  Onboarding onboarding_;
};

}  // namespace unf::vnfm
