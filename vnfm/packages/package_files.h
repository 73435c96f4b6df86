#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "graph/model/catalog.h"
#include "graph/model/result.h"
#include "tosca/package/csar.h"
#include "tosca/reader.h"

namespace unf::vnfm {

/// How packages are read.
struct PackageRules {
  tosca::ImageMap images{};            ///< what runs in place of VDUs
  tosca::SignatureRules signatures{};  ///< what is asked of their signatures
};

/// The contents of packages: a CSAR for each, in a directory. Calls may come from any thread.
class PackageFiles {
 public:
  /// The largest artifact that is read.
  static constexpr std::uint64_t kMaxArtifact = 64 << 20;

  /// `catalog` and `rules`: by which VNFDs are read.
  PackageFiles(std::filesystem::path directory, Catalog catalog, PackageRules rules)
      : directory_(std::move(directory)), catalog_(std::move(catalog)), rules_(std::move(rules)) {}

  /// Makes the directory, and empties `incoming`. Errors: unavailable.
  [[nodiscard]] Result<void> prepare() const;
  /// Removes the contents of all packages but those with the ids `known`.
  void sweep(const std::set<std::string>& known) const;

  /// Where files lie before they are uploaded, so that they need not be copied.
  [[nodiscard]] std::filesystem::path incoming() const { return directory_ / "incoming"; }
  /// The content of a package.
  [[nodiscard]] std::filesystem::path of(const std::string& id) const { return directory_ / (id + ".csar"); }
  /// Makes `csar` the content of a package. Errors: unavailable.
  [[nodiscard]] Result<void> take(const std::filesystem::path& csar, const std::string& id) const;
  void remove(const std::string& id) const;

  /// A content, as VnfPkgInfo (ETSI GS NFV-SOL 005 9.5.2.5) describes what is onboarded.
  struct Examined {
    nlohmann::json info;     ///< attributes that only onboarded packages have
    std::string signatures;  ///< who signed it, for the log
  };
  /// Checks and describes a content. Errors: those of tosca::read_csar and tosca::read_vnfd_info; no_capacity for one
  /// with more artifacts than a record can list.
  [[nodiscard]] Result<Examined> examine(const std::string& id) const;
  /// The files of a content's VNFD, by name. Errors: as examine.
  [[nodiscard]] Result<std::map<std::string, std::string>> vnfd(const std::string& id) const;
  /// A file of a content. Errors: not_found; no_capacity beyond kMaxArtifact.
  [[nodiscard]] Result<std::string> artifact(const std::string& id, const std::string& path) const;

 private:
  const std::filesystem::path directory_;
  const Catalog catalog_;
  const PackageRules rules_;
};

}  // namespace unf::vnfm
