#pragma once

#include <memory>
#include <string>
#include <vector>

#include "vnfm/packages/package.h"
#include "vnfm/store/led_store.h"

namespace unf::vnfm {

/// The records of packages in the store: of each package, which VNFD it is of, which VNF instances use it, and whether
/// it was fetched from the NFVO. Calls may come from any thread. Errors of all: as Store; conflict, if a package has
/// changed since it was found.
class PackageRecords {
 public:
  explicit PackageRecords(std::shared_ptr<LedStore> store) : store_(std::move(store)) {}

  /// Errors: not_found, also for another tenant's.
  [[nodiscard]] Result<Package> find(const std::string& tenant, const std::string& id) const;
  /// The onboarded package of a VNFD. Errors: not_found.
  [[nodiscard]] Result<Package> find_vnfd(const std::string& tenant, const std::string& vnfd_id) const;
  /// Up to `limit` behind the id `after`, by id.
  [[nodiscard]] Result<std::vector<Package>> list(const std::string& tenant, const std::string& after,
                                                  std::size_t limit) const;
  /// A package, and whose it is. Errors: malformed, with the key, for a record that cannot be read.
  struct Owned {
    std::string tenant;
    Package package;
  };
  [[nodiscard]] Result<std::vector<Result<Owned>>> all() const;

  /// Stores a new package, or a changed one.
  [[nodiscard]] Result<Revision> put(const std::string& tenant, const Package& package) const;
  /// Stores a package of `vnfd_id`. Errors: conflict also if another package is onboarded as that VNFD's.
  [[nodiscard]] Result<Revision> put_onboarded(const std::string& tenant, const Package& package,
                                               const std::string& vnfd_id) const;
  /// Removes a package; `fetched_vnfd`: the VNFD that it was fetched from the NFVO for, empty: none.
  [[nodiscard]] Result<void> erase(const std::string& tenant, const Package& package,
                                   const std::string& fetched_vnfd) const;

  /// Adds to `change` that `user`, a VNF instance, is of the package, which must not change meanwhile.
  static void use(Transaction& change, const std::string& tenant, Package package, const std::string& user);
  /// Adds to `change` that `user` is no longer of the package of a VNFD.
  [[nodiscard]] Result<void> end_use(Transaction& change, const std::string& tenant, const std::string& vnfd_id,
                                     const std::string& user) const;

  /// A package that was asked for at the NFVO.
  struct Fetched {
    std::string tenant;
    std::string vnfd_id;
    std::string id;
  };
  [[nodiscard]] Result<std::vector<Fetched>> fetched() const;
  /// The id of the package that was asked for at the NFVO as that of a VNFD. Empty: none was.
  [[nodiscard]] Result<std::string> fetched_id(const std::string& tenant, const std::string& vnfd_id) const;
  /// Stores a package that is asked for at the NFVO.
  [[nodiscard]] Result<Revision> put_fetched(const std::string& tenant, const Package& package,
                                             const std::string& vnfd_id) const;

 private:
  [[nodiscard]] Result<Revision> put(const std::string& tenant, const Package& package, Transaction change) const;

  const std::shared_ptr<LedStore> store_;
};

}  // namespace unf::vnfm
