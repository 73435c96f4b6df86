#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "graph/model/catalog.h"
#include "graph/model/service_request.h"
#include "vnfm/lifecycle/records.h"
#include "vnfm/packages/packages.h"

namespace unf::vnfm {

/// What services are made of, read from their packages or the files they were deployed from; the last few are kept.
/// Calls may come from any thread.
class Descriptors {
 public:
  using Described = std::shared_ptr<const ServiceRequest>;

  Descriptors(Packages& packages, const Texts& texts, Catalog catalog, tosca::ImageMap images)
      : packages_(packages), texts_(texts), catalog_(std::move(catalog)), images_(std::move(images)) {}

  [[nodiscard]] const Catalog& catalog() const { return catalog_; }
  [[nodiscard]] const tosca::ImageMap& images() const { return images_; }
  /// A VNF of an onboarded package, alone in a request. Errors: not_found for the package or the flavour; those of
  /// read_vnf.
  [[nodiscard]] Result<Described> vnf(const std::string& tenant, const std::string& package,
                                      const std::string& flavour);
  /// What `desired` asks to be deployed, before levels, links and configuration. Errors: as vnf; malformed.
  [[nodiscard]] Result<Described> of(const std::string& tenant, const Desired& desired);

 private:
  static constexpr std::size_t kKept = 256;
  template <typename Read>
  Result<Described> kept(const std::string& key, Read read);

  Packages& packages_;
  const Texts& texts_;
  const Catalog catalog_;
  const tosca::ImageMap images_;
  std::mutex mutex_;
  std::list<std::pair<std::string, Described>> recent_;  ///< the last used first
};

[[nodiscard]] nlohmann::json to_json(const tosca::FileSet& files);
/// Errors: throws nlohmann::json::exception.
[[nodiscard]] tosca::FileSet file_set(const nlohmann::json& json);

}  // namespace unf::vnfm
